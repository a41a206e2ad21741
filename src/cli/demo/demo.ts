/** `holdfast demo`: the whole journey on a pretend firm. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type Centre, knownSources } from '../../app.ts'
import { importMailboxes, listMailboxes } from '../../archive/index.ts'
import {
  type ConnectorType,
  createAccountKey,
  createConnector,
  dailySchedule,
  type RunReport,
  runConnector,
  runReport,
} from '../../connector/index.ts'
import { isAppError } from '../../domain/errors.ts'
import { parseMailboxes } from '../../domain/mailboxes.ts'
import { parseMapping } from '../../domain/mapping-file.ts'
import { parseRegisteredUsers } from '../../domain/registered-users.ts'
import { localOperator } from '../../platform/audit/audit.ts'
import type { Config } from '../../platform/config.ts'
import {
  accountByName,
  capture,
  createAccount,
  importRegisteredUsers,
  journalStatus,
  type SiteAccount,
  type SiteParts,
} from '../../site/index.ts'
import type { Context } from '../context.ts'
import { type Services, startServices, untilStopped } from '../services.ts'
import { administratorLinkText, listeningAt } from '../start.ts'
import { mailboxesCsv, mappingCsv, nameOf, registeredUsersCsv, wecomPeople } from './firm.ts'
import { freshDemoFolder } from './folder.ts'
import { type OtherWay, otherWays } from './other-ways.ts'
import { type DemoResult, type DemoWay, demoText, nextCommands } from './table.ts'
import { wecomDay } from './wecom-day.ts'
import { whatsappExports } from './whatsapp-day.ts'

export interface DemoOptions {
  readonly data?: string
  readonly exit?: boolean
  readonly port?: number
}

const accountName = 'lantern-quay'

export async function runDemo(context: Context, options: DemoOptions): Promise<void> {
  const { output } = context
  const path = options.data ?? join(context.config.dataFolder, 'demo')
  const folder = await freshDemoFolder(path)
  output.note('Starting the archive of a pretend firm, Lantern Quay …')
  // The demo's own connectors fetch from its site, which a certificate for another name would keep them from.
  const http = { ...context.config.http, certificate: null }
  const config: Config = { ...context.config, http, dataFolder: folder.path, logLevel: 'warn' }
  const services = await startAnywhere(config, options.port)
  try {
    const result = await playDay(services, (step) => output.note(step))
    const shownFolder = relative('.', folder.path) || '.'
    const commands = await nextCommands(services.platform, shownFolder)
    await output.document({ ...result, next: commands }, () => demoText(result, commands))
    if (options.exit) return
    await services.startWorker()
    output.note(
      `\nHoldfast answers at ${services.address}, its archiver site at ${services.address}/site. Stop it with Ctrl+C.`,
    )
    if (services.administratorLink) {
      output.note(administratorLinkText(services.administratorLink).join('\n').trimEnd())
    }
    await untilStopped(context.stopping)
  } finally {
    await services.stop()
  }
}

/** Where people are real, reading is for others than those who administer. */
const demoGroups = ['eDiscovery Manager']

/** A port that is taken is no reason not to show anything, unless it was asked for. */
async function startAnywhere(config: Config, port: number | undefined): Promise<Services> {
  const start = (chosen: Config) =>
    startServices({
      config: chosen,
      serves: ['site', 'centre'],
      works: true,
      acceptClock: true,
      administratorGroups: demoGroups,
    })
  if (port !== undefined) return start(listeningAt(config, { port }))
  try {
    return await start(config)
  } catch (error) {
    if (!isAppError(error, 'port-in-use')) throw error
    return start(listeningAt(config, { port: 0 }))
  }
}

async function playDay(services: Services, tell: (step: string) => void): Promise<DemoResult> {
  const site = services.site!
  const centre = services.centre!
  await importMailboxes(services.platform, parseMailboxes(mailboxesCsv))
  const publicKey = await createAccountKey(centre)
  const { username, password } = await createAccount(site, { name: accountName, publicKey })
  const account = await accountByName(site, accountName)
  await importRegisteredUsers(site, account, parseRegisteredUsers(registeredUsersCsv))
  tell('Capturing a day of WhatsApp, WeChat and WeCom by each way in at the archiver site …')
  const ways = await captureDay(services, site, account)
  tell('Running both connectors …')
  const sign = { siteUrl: `${services.address}/site`, username, password }
  const whatsapp = await runOne(centre, 'whatsapp', sign)
  const wechat = await runOne(centre, 'wechat', sign)
  const { byFamily } = await journalStatus(site, account)
  return {
    captured: { whatsapp: byFamily.whatsapp.records, wechat: byFamily.wechat.records },
    ways,
    runs: { whatsapp, wechat },
  }
}

/** By every way in, and whose messages each brought. */
async function captureDay(services: Services, site: SiteParts, account: SiteAccount): Promise<DemoWay[]> {
  const folder = join(services.platform.folder.temporary, 'demo')
  const media = join(folder, 'media')
  mkdirSync(media, { recursive: true })
  const ways: DemoWay[] = []
  const captureFile = async (name: string, file: OtherWay) => {
    const source = (await knownSources()).find((one) => one.name === name)
    if (!source) return
    const path = join(folder, file.name)
    writeFileSync(path, file.content)
    const { captured } = await capture(site, { account, source, files: [path], settings: file.settings })
    ways.push({ source: name, way: source.title, person: file.person, captured })
  }
  for (const file of whatsappExports()) {
    const person = nameOf(file.settings.custodian)
    await captureFile('whatsapp-export', { ...file, source: 'whatsapp-export', person })
  }
  const day = wecomDay()
  const chatNames = join(folder, 'names.json')
  writeFileSync(chatNames, day.chatNames)
  for (const [id, content] of Object.entries(day.media)) writeFileSync(join(media, id), content)
  await captureFile('wecom-archive', {
    ...{ source: 'wecom-archive', person: wecomPeople, name: 'wecom-2026-03-17.jsonl' },
    ...{ content: day.messages, settings: { media, chatNames } },
  })
  for (const way of otherWays()) await captureFile(way.source, way)
  rmSync(folder, { recursive: true, force: true })
  return ways
}

/** The mapping CSV says who held the number that passed on; everybody else maps by e-mail address. */
async function runOne(
  centre: Centre,
  type: ConnectorType,
  sign: { readonly siteUrl: string; readonly username: string; readonly password: string },
): Promise<RunReport> {
  const mailboxes = await listMailboxes(centre)
  const addresses = new Set(mailboxes.map(({ address }) => address))
  const connector = await createConnector(centre, {
    ...sign,
    name: type,
    type,
    mapping: parseMapping(mappingCsv, addresses),
    automaticMapping: true,
    catchAllMailboxId: null,
    termsAcceptedBy: localOperator,
    scheduleCron: dailySchedule,
    scheduleZone: 'Europe/London',
  })
  const runId = await runConnector(centre, type, { kind: 'run', requestedBy: localOperator })
  return runReport(centre, connector, runId)
}
