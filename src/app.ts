/**
 * Who is plugged into what: opens the parts of the program from its configuration. What only some commands need
 * is imported when it is asked for, so that the others start quickly.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AccessParts } from './access/index.ts'
import type { ArchiveParts } from './archive/index.ts'
import type { LogParts } from './archive/log/index.ts'
import type { Matcher, SupervisionParts } from './compliance/supervision/index.ts'
import type { Connector, ConnectorParts, RunRequest } from './connector/index.ts'
import type { RawRecord } from './domain/record.ts'
import type { PortalParts } from './http/portal-parts.ts'
import type { RunningServer } from './http/server.ts'
import { type Clock, systemClock } from './platform/clock.ts'
import type { CloudName } from './platform/clouds.ts'
import type { Config } from './platform/config.ts'
import { type DataFolder, openDataFolder } from './platform/data-folder.ts'
import type { Jobs } from './platform/jobs/jobs.ts'
import { type KeyFileVault, openRememberedVault } from './platform/keys/index.ts'
import { createLogger, type Logger } from './platform/log/logger.ts'
import type { ObjectStore } from './platform/object-store/object-store.ts'
import { openObjectStore } from './platform/object-store/open-object-store.ts'
import { createKysely, type OpenedDatabase, openDatabase, type Queries } from './platform/postgres/index.ts'
import { type RandomSource, systemRandom } from './platform/random.ts'
import { createRightOfWay, type RightOfWay } from './platform/right-of-way.ts'
import type { SiteParts } from './site/index.ts'
import type { CallAnswerer } from './site/live/index.ts'
import type { DecodeResult, Source } from './sources/source.ts'
import type { CoverageJobParts, Worker } from './workers/index.ts'

export type { RunningServer } from './http/server.ts'
export type { DecodeResult, Source } from './sources/source.ts'
export type { Worker } from './workers/index.ts'

/** What every process has. */
export interface Platform {
  readonly config: Config
  readonly folder: DataFolder
  readonly database: OpenedDatabase
  readonly queries: Queries
  readonly objects: ObjectStore
  readonly log: Logger
  readonly clock: Clock
  readonly random: RandomSource
  /** Between the people at the portal and the runs of this process. */
  readonly rightOfWay: RightOfWay
  close(): Promise<void>
}

/** Opens data folder, database and object store. Throws the AppErrors of each. */
export async function openPlatform(config: Config): Promise<Platform> {
  const log = createLogger({ level: config.logLevel })
  const folder = openDataFolder(config.dataFolder)
  const database = await openDatabase({ dataFolder: folder, config, log })
  try {
    const objects = await openObjectStore(config.objectStore, folder.objects)
    const parts = { config, folder, database, log, objects, clock: systemClock, random: systemRandom }
    const rightOfWay = createRightOfWay()
    return { ...parts, rightOfWay, queries: createKysely(database.pool), close: () => database.close() }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** The archiver site: its vault holds nothing that opens what it stores. */
export async function openSite(platform: Platform): Promise<SiteParts & { readonly vault: KeyFileVault }> {
  const file = platform.config.siteKeyFile ?? join(platform.folder.keys, 'site.key')
  const { queries, objects, clock, random } = platform
  return {
    database: queries,
    pool: platform.database.pool,
    objects,
    clock,
    random,
    vault: await openRememberedVault(queries, 'site', file),
  }
}

export interface Centre extends ConnectorParts, ArchiveParts, LogParts {
  readonly vault: KeyFileVault
  readonly cloud: CloudName
  /** The key file, for reminders. */
  readonly keyFile: string
}

/** The compliance centre: connectors, archive, search. `thread: false` computes in this thread. */
export async function openCentre(
  platform: Platform,
  options: { readonly thread?: boolean } = {},
): Promise<Centre> {
  const keyFile = platform.config.centreKeyFile ?? join(platform.folder.keys, 'centre.key')
  const { queries, objects, clock, random, config } = platform
  const settings = { emailDomain: config.emailDomain, attachmentBytesMax: config.attachmentBytesMax }
  const vault = await openRememberedVault(queries, 'centre', keyFile)
  return {
    pool: platform.database.pool,
    queries,
    objects,
    clock,
    random,
    cloud: config.cloud,
    log: config.log,
    keyFile,
    giveWay: platform.rightOfWay.giveWay,
    onImport: async (client, connectorId, items) => {
      const { noteItems } = await import('./delivery/index.ts')
      await noteItems(client, connectorId, items, new Date(clock.now()))
      const { holdImported } = await import('./compliance/holds/index.ts')
      await holdImported(client, items)
      const { labelImported } = await import('./compliance/retention/index.ts')
      await labelImported(client, items.messageIds, clock.now())
      const { notePending } = await import('./compliance/supervision/index.ts')
      await notePending(client, items.messageIds, new Date(clock.now()))
    },
    afterImport: superviseImports(platform, vault),
    vault,
    startPreparation: async (directory) => {
      const { startPreparationHere, startPreparationThread } = await import('./preparation.ts')
      const start = options.thread === false ? startPreparationHere : startPreparationThread
      return start(settings, directory)
    },
  }
}

/** Looks at what was just imported; an import never fails for it: what is left waits for the worker's next look. */
function superviseImports(platform: Platform, vault: KeyFileVault): () => Promise<void> {
  let opened: Promise<Matcher> | undefined
  return async () => {
    const { logEvents } = await import('./platform/log/events.ts')
    const failed = (error: unknown) => logEvents.supervisionFailed(platform.log, error)
    opened ??= openMatcher(platform, vault)
    const matcher = opened
    try {
      await (await matcher).matchPending()
    } catch (error) {
      failed(error)
      if (opened === matcher) opened = undefined
      await matcher.then((broken) => broken.close()).catch(() => {})
    }
    await tellOfAlerts(platform).catch(failed)
  }
}

/** Alerts for what was found, and a letter to reviewers where one is due. */
async function tellOfAlerts({ database, clock, config }: Platform): Promise<void> {
  const { raiseAlerts, tellReviewers } = await import('./compliance/supervision-review/index.ts')
  const raised = await raiseAlerts({ pool: database.pool, clock })
  if (raised.length === 0) return
  const { createMailer } = await import('./platform/mail/mailer.ts')
  const mailer = config.mail && createMailer(config.mail)
  const send =
    mailer &&
    ((letter: { to: readonly string[]; subject: string; text: string }) =>
      mailer.send({ ...letter, to: letter.to.join(', ') }))
  await tellReviewers(database.pool, raised, new Date(clock.now()), send)
}

/** What looks at messages by the supervision policies that are on. Close it in the end. */
export async function openMatcher(platform: Platform, vault: KeyFileVault): Promise<Matcher> {
  const { createMatcher } = await import('./compliance/supervision/index.ts')
  return createMatcher(await supervisionParts(platform, vault))
}

/** What supervision reads messages with. */
export async function supervisionParts(platform: Platform, vault: KeyFileVault): Promise<SupervisionParts> {
  const { database, queries, objects, clock } = platform
  const decode = await recordDecoder()
  return {
    ...{ pool: database.pool, queries, objects, clock, vault },
    decode: (source, record) => {
      const result = decode(source, record)
      return result.decoded ? result.message : null
    },
  }
}

/** The site's routes at work in this process. */
export interface LiveSite {
  readonly calls: CallAnswerer
  stop(): Promise<void>
}

/** Takes calls from outside at once, and runs the routes when no other process does. */
export async function openLiveSite(platform: Platform, site: SiteParts): Promise<LiveSite> {
  const { createBodyKeeper, createCallAnswerer, startRoutes } = await import('./site/live/index.ts')
  const parts = { ...site, sources: await knownSources(), routesFolder: platform.folder.routes }
  const keeper = createBodyKeeper(parts, (routeId) => runner.wake(routeId, 'split'))
  const runner = startRoutes({ parts, keeper, log: platform.log })
  const calls = createCallAnswerer(parts, keeper, (routeId) => runner.wake(routeId, 'pull'))
  const { keepJournalSwept } = await import('./site/index.ts')
  const { logEvents } = await import('./platform/log/events.ts')
  const sweeping = keepJournalSwept(site, platform.config.journalDays, (error) =>
    logEvents.journalSweepFailed(platform.log, error),
  )
  return {
    calls,
    async stop() {
      calls.stop()
      await sweeping.stop()
      await runner.stop()
    },
  }
}

export interface ServeOptions {
  readonly host: string
  readonly port: number
  /** The archiver site whose feed is served below `/site`; null: none. */
  readonly site: (SiteParts & { readonly vault: KeyFileVault }) | null
  /** What answers who calls the site's routes; absent: nobody is answered. */
  readonly calls?: CallAnswerer
  /** The compliance centre whose portal and API are served; absent: none. */
  readonly centre?: Centre | null
}

/** Serves HTTP. Throws `port-in-use`, `listening-unsafe`. */
export async function serve(platform: Platform, options: ServeOptions): Promise<RunningServer> {
  const { serveHttp } = await import('./http/serve.ts')
  const { http } = platform.config
  const { site, centre } = options
  const jobs = sharedJobs(platform)
  const server = await serveHttp({
    http: { ...http, host: options.host, port: options.port },
    log: platform.log,
    random: platform.random,
    site,
    ...(options.calls ? { calls: options.calls } : {}),
    rightOfWay: platform.rightOfWay,
    portal: centre
      ? { ...(await portalParts(platform, centre, site, jobs.open)), ...(await codesOf(options)) }
      : null,
    portalFolder: fileURLToPath(new URL('../dist/portal', import.meta.url)),
  })
  return {
    url: server.url,
    async close() {
      await server.close()
      await jobs.stop()
    },
  }
}

/** Codes of devices that wait to be linked: the routes' callers hand them in. */
async function codesOf({ site, calls }: ServeOptions): Promise<Pick<PortalParts, 'qrText'>> {
  if (!site || !calls) return {}
  const { registeredUsers } = await import('./site/index.ts')
  return {
    qrText: async (account, userId) => {
      const user = (await registeredUsers(site, account)).find(({ id }) => id === userId)
      return user ? calls.shown(account.id, user.mobile) : null
    },
  }
}

async function portalParts(
  platform: Platform,
  centre: Centre,
  site: ServeOptions['site'],
  jobs: () => Promise<Jobs>,
): Promise<PortalParts> {
  const { config, folder, log } = platform
  const workers = await import('./workers/index.ts')
  const decode = await recordDecoder()
  return {
    version: packageVersion(),
    config,
    folder,
    log,
    databaseEmbedded: config.database.url === null,
    access: accessParts(platform, centre),
    centre,
    lookups: { pool: platform.database.lookups, queries: createKysely(platform.database.lookups) },
    site,
    sources: await knownSources(),
    decode: (source, record) => {
      const result = decode(source, record)
      return result.decoded ? result.message : null
    },
    sendRun: async (connector, request) => workers.sendRun(centre, await jobs(), connector, request),
    keepSchedule: async (connector) => workers.keepSchedules(await jobs(), [connector]),
    keepDelivery: async (destinationId, wanted) => {
      if (!wanted) return workers.dropDelivery(await jobs(), destinationId)
      await workers.scheduleDelivery(await jobs(), destinationId)
      await workers.sendDelivery(await jobs(), destinationId)
    },
  }
}

/** What sign-in and rights work with. */
export function accessParts({ database, queries, clock, random }: Platform, { vault }: Centre): AccessParts {
  return { pool: database.pool, queries, vault, clock, random }
}

/** One connection to the job queue, made when it is first needed. */
function sharedJobs(platform: Platform): { open(): Promise<Jobs>; stop(): Promise<void> } {
  let opened: Promise<Jobs> | null = null
  return {
    open() {
      opened ??= openJobs(platform, false).catch((error: unknown) => {
        opened = null
        throw error
      })
      return opened
    },
    async stop() {
      await (await opened?.catch(() => null))?.stop()
    },
  }
}

/** As package.json says. */
export function packageVersion(): string {
  const file = new URL('../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

/** Takes jobs in this process until it is stopped. */
export async function openWorker(platform: Platform, centre: Centre): Promise<Worker> {
  const { startWorker } = await import('./workers/index.ts')
  const { openEscrow } = await import('./archive/escrow/index.ts')
  const parts = {
    ...centre,
    ...(await alertMail(platform)),
    openEscrow: () => openEscrow(centre, platform.config.escrow),
  }
  return startWorker(parts, await openJobs(platform, true), platform.log)
}

/** How alerts are mailed; nothing where no mail server is set up. One letter for all, so that it is told once. */
async function alertMail({ config }: Platform): Promise<Pick<CoverageJobParts, 'sendAlertMail'>> {
  if (config.mail === null) return {}
  const { createMailer } = await import('./platform/mail/mailer.ts')
  const mailer = createMailer(config.mail)
  return { sendAlertMail: ({ to, ...letter }) => mailer.send({ ...letter, to: to.join(', ') }) }
}

/** Hands the run to a worker process. Answers its id; throws `connector-running`. */
export async function sendRun(
  platform: Platform,
  centre: Centre,
  connector: Connector,
  request: RunRequest,
): Promise<bigint> {
  const workers = await import('./workers/index.ts')
  const jobs = await openJobs(platform, false)
  try {
    return await workers.sendRun(centre, jobs, connector, request)
  } finally {
    await jobs.stop()
  }
}

/** Brings the job queue in step with a destination: looked at every minute and now, or not at all. */
export async function keepDelivery(
  platform: Platform,
  destinationId: number,
  wanted: boolean,
): Promise<void> {
  const workers = await import('./workers/index.ts')
  const jobs = await openJobs(platform, false)
  if (wanted) {
    await workers.scheduleDelivery(jobs, destinationId)
    await workers.sendDelivery(jobs, destinationId)
  } else await workers.dropDelivery(jobs, destinationId)
  await jobs.stop()
}

/** Brings the job queue's schedule in step with the connector's. */
export async function keepSchedule(platform: Platform, connector: Connector): Promise<void> {
  const { keepSchedules } = await import('./workers/index.ts')
  const jobs = await openJobs(platform, false)
  await keepSchedules(jobs, [connector])
  await jobs.stop()
}

async function openJobs({ database, log }: Platform, worker: boolean): Promise<Jobs> {
  const { createJobs } = await import('./platform/jobs/jobs.ts')
  const { queues } = await import('./workers/index.ts')
  return createJobs({ pool: database.pool, queues, log, worker })
}

/** The sources this program is made with. */
export async function knownSources(): Promise<readonly Source[]> {
  return (await import('./pipeline-sources.ts')).sources
}

/** Decodes a raw record with the source that captured it. */
export async function recordDecoder(): Promise<(source: string, record: RawRecord) => DecodeResult> {
  return (await import('./pipeline-sources.ts')).decodeRecord
}
