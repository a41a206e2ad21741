/** Who is plugged into what: opens the parts of the program from its configuration. */
import { join } from 'node:path'
import type { ArchiveParts } from './archive/index.ts'
import type { ConnectorParts } from './connector/index.ts'
import { type Clock, systemClock } from './platform/clock.ts'
import type { Config } from './platform/config.ts'
import { type DataFolder, openDataFolder } from './platform/data-folder.ts'
import { createKeyFileVault, type KeyFileVault } from './platform/keys/index.ts'
import { createLogger, type Logger } from './platform/log/logger.ts'
import type { ObjectStore } from './platform/object-store/object-store.ts'
import { openObjectStore } from './platform/object-store/open-object-store.ts'
import { createKysely, type OpenedDatabase, openDatabase, type Queries } from './platform/postgres/index.ts'
import { type RandomSource, systemRandom } from './platform/random.ts'
import { startPreparationHere, startPreparationThread } from './preparation.ts'
import type { SiteParts } from './site/index.ts'

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
    return { ...parts, queries: createKysely(database.pool), close: () => database.close() }
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
    vault: await createKeyFileVault({ file }),
  }
}

export interface Centre extends ConnectorParts, ArchiveParts {
  readonly vault: KeyFileVault
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
  const start = options.thread === false ? startPreparationHere : startPreparationThread
  return {
    pool: platform.database.pool,
    queries,
    objects,
    clock,
    random,
    keyFile,
    vault: await createKeyFileVault({ file: keyFile }),
    startPreparation: (directory) => start(settings, directory),
  }
}
