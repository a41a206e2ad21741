/**
 * A whole Holdfast in one process, for a test to kill: `records-killed-child.ts MODE DATA CORPUS PORT [FAULT]`. `prepare`
 * makes a firm and imports its messages; `tell` tells the story of its records; `finish` tells it and says what it led to.
 */
import { join } from 'node:path'
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
import { areasOf, dispositionsOf, heldItems, tellRecords, withoutLog } from '../crash/records-story.ts'
import { captureFile, run } from '../crash/story.ts'
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
const place = { ownerUrl: platform.database.ownerUrl!, folder: join(data!, 'backup') }

if (mode === 'prepare') await prepare()
else await tell()

await platform.close()
process.exit(0)

async function prepare(): Promise<void> {
  const server = await serve(platform, { host: '127.0.0.1', port: Number(port), site: siteParts })
  const publicKey = await connector.createAccountKey(centre)
  const { username, password } = await site.createAccount(siteParts, { name, publicKey })
  const account = await site.accountByName(siteParts, name)
  await site.importRegisteredUsers(siteParts, account, parseRegisteredUsers(registeredUsers))
  await archive.importMailboxes(centre, parseMailboxes(mailboxes))
  for (const type of connector.connectorTypes) {
    await connector.createConnector(centre, {
      ...{ name: type, type, siteUrl: `${server.url}/site`, username, password, mapping: [] },
      ...{ automaticMapping: true, catchAllMailboxId: null, termsAcceptedBy: 'test' },
      ...{ scheduleCron: connector.dailySchedule, scheduleZone: 'UTC' },
    })
  }
  const parts: Process = { site: siteParts, centre, account, close: platform.close, die: platform.close }
  for (const file of await writeCorpus(corpusFolder!)) await captureFile(parts, file)
  for (const type of connector.connectorTypes) await run(centre, type)
  await server.close()
  say({ held: await heldItems(centre.pool) })
}

async function tell(): Promise<void> {
  const { rowCount } = await centre.pool.query('select 1 from hold_in_force')
  const held = rowCount === 0 ? null : await heldItems(centre.pool)
  say({ ready: true })
  const faults = installFaults(fault === undefined ? null : (JSON.parse(fault) as FaultPlan))
  const startedAt = performance.now()
  await tellRecords({ centre }, place)
  const ms = performance.now() - startedAt
  faults.remove()
  if (mode === 'tell') return say({ told: true })
  const account = await site.accountByName(siteParts, name)
  const parts: Process = { site: siteParts, centre, account, close: platform.close, die: platform.close }
  const { problems } = await verifyAll(parts)
  const state = {
    ...(await endStateOf(centre.pool)),
    dispositions: await dispositionsOf(centre.pool),
    areas: await areasOf(centre.pool),
  }
  const leftOver = await leftOvers(centre.pool, withoutLog(platform.objects))
  say({ counts: [...faults.counts], ms, problems, state, leftOver, held })
}
