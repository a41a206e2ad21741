/**
 * A whole Holdfast in one process, for a test to kill: `killed-child.ts MODE DATA CORPUS PORT [FAULT]`. `prepare` makes
 * account, people, mailboxes and connectors; `tell` tells the story; `finish` tells it and says what it led to.
 */
import { openCentre, openPlatform, openSite, serve } from '../../src/app.ts'
import * as archive from '../../src/archive/index.ts'
import * as connector from '../../src/connector/index.ts'
import { parseMailboxes } from '../../src/domain/mailboxes.ts'
import { parseRegisteredUsers } from '../../src/domain/registered-users.ts'
import { loadConfig } from '../../src/platform/config.ts'
import { type FaultPlan, installFaults } from '../../src/platform/faults.ts'
import * as site from '../../src/site/index.ts'
import { mailboxes, registeredUsers, writeCorpus } from '../crash/corpus.ts'
import { endStateOf, leftOvers, verifyAll } from '../crash/end-state.ts'
import { tellStory } from '../crash/story.ts'
import type { Process } from '../crash/world.ts'

const [mode, data, corpusFolder, port, fault] = process.argv.slice(2)
const name = 'Firm'

/** What the parent waits for: one JSON document a line. */
function say(what: unknown): void {
  const withNumbers = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)
  process.stdout.write(`${JSON.stringify(what, withNumbers)}\n`)
}

const platform = await openPlatform(loadConfig({ HOLDFAST_DATA: data, HOLDFAST_LOG_LEVEL: 'error' }))
const siteParts = await openSite(platform)
const centre = { ...(await openCentre(platform, { thread: false })), feed: { recordsPerPage: 1 } }
const server = await serve(platform, { host: '127.0.0.1', port: Number(port), site: siteParts })

if (mode === 'prepare') await prepare()
else await tell()

await server.close()
await platform.close()
process.exit(0)

async function prepare(): Promise<void> {
  const publicKey = await connector.createAccountKey(centre)
  const { username, password } = await site.createAccount(siteParts, { name, publicKey })
  const account = await site.accountByName(siteParts, name)
  await site.importRegisteredUsers(siteParts, account, parseRegisteredUsers(registeredUsers))
  await archive.importMailboxes(centre, parseMailboxes(mailboxes))
  for (const type of connector.connectorTypes) {
    await connector.createConnector(centre, {
      name: type,
      type,
      siteUrl: `${server.url}/site`,
      username,
      password,
      mapping: [],
      automaticMapping: true,
      catchAllMailboxId: null,
      termsAcceptedBy: 'test',
      scheduleCron: connector.dailySchedule,
      scheduleZone: 'UTC',
    })
  }
}

async function tell(): Promise<void> {
  const account = await site.accountByName(siteParts, name)
  const parts: Process = { site: siteParts, centre, account, close: platform.close, die: platform.close }
  const corpus = await writeCorpus(corpusFolder!)
  say({ ready: true })
  const faults = installFaults(fault === undefined ? null : (JSON.parse(fault) as FaultPlan))
  const startedAt = performance.now()
  await tellStory(parts, corpus)
  const ms = performance.now() - startedAt
  faults.remove()
  if (mode === 'tell') return say({ told: true })
  const { ok, problems } = await verifyAll(parts)
  const state = await endStateOf(centre.pool)
  const leftOver = await leftOvers(centre.pool, platform.objects)
  say({ counts: [...faults.counts], ms, ok, problems, state, leftOver })
}
