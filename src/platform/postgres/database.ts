/** The way in to the database, embedded or the operator's own: opened, checked, migrated, pooled. */

import { AppError } from '../../domain/errors.ts'
import type { Config } from '../config.ts'
import type { DataFolder } from '../data-folder.ts'
import { jobsAreReady, prepareJobs } from '../jobs/schema.ts'
import { logEvents } from '../log/events.ts'
import type { Logger } from '../log/logger.ts'
import { type RandomSource, systemRandom } from '../random.ts'
import { Secret } from '../secret.ts'
import { type EmbeddedServer, openEmbeddedServer } from './embedded.ts'
import { migrate, migrationsFolder, pendingMigrations, readMigrations } from './migrations.ts'
import { createPool, type Pool } from './pool.ts'
import { roleProblems } from './role.ts'

export interface OpenDatabaseOptions {
  readonly dataFolder: DataFolder
  readonly config: Pick<Config, 'database'>
  /** Default: the package's `migrations`. */
  readonly migrationsFolder?: string
  readonly random?: RandomSource
  readonly log?: Logger
}

export interface OpenedDatabase {
  /** Connections as the application's role. */
  readonly pool: Pool
  /**
   * Connections for statements that find rows by their keys, each planned once a connection whatever its values: over
   * monthly partitions planning costs more than looking up. Ruinous for searches, whose plan depends on the words.
   */
  readonly lookups: Pool
  /** For pools of other threads of this process; give it to `createPool`. */
  readonly appUrl: Secret
  /** The migrations' role; null on a server of the operator's without DATABASE_OWNER_URL. */
  readonly ownerUrl: Secret | null
  /** The administrator of the embedded server, in this database; null on a server of the operator's. */
  readonly adminUrl: Secret | null
  /** Whether the server is the one in the data folder. */
  readonly embedded: boolean
  /** Ends the pool and gives the embedded server's lease back; the last process stops the server. */
  close(): Promise<void>
}

/**
 * Opens the database and brings it up to date. With DATABASE_URL that server, whose role must be safe;
 * without, the embedded server of the data folder.
 * Throws AppError `database-unreachable`, `database-start-failed`, `database-role-unsafe`,
 * `database-not-migrated`, `database-newer`, `migration-changed`, `migration-failed`, `disk-full` or
 * `data-folder-read-only`.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenedDatabase> {
  const server = await locate(options)
  let closing = false
  const onConnectionLost = (error: Error) => {
    // The last process stops the server while its own connections are still saying goodbye.
    if (options.log && !closing) logEvents.databaseConnectionLost(options.log, error)
  }
  const { connectionsMax } = options.config.database
  const pool = createPool({ url: server.appUrl, connectionsMax, onConnectionLost })
  const lookups = createPool({
    url: server.appUrl,
    connectionsMax: lookupConnectionsMax,
    keepPlans: true,
    onConnectionLost,
  })
  const close = async () => {
    closing = true
    await Promise.all([pool.end(), lookups.end()])
    await server.close()
  }
  try {
    await bringUpToDate(pool, server, options)
    if (!server.embedded) await refuseUnsafeRole(pool)
    return {
      pool,
      lookups,
      appUrl: server.appUrl,
      ownerUrl: server.ownerUrl,
      adminUrl: server.adminUrl,
      embedded: server.embedded,
      close,
    }
  } catch (error) {
    await close()
    throw explainConnectionError(error)
  }
}

/** Each answers within milliseconds. */
const lookupConnectionsMax = 4

interface Server {
  readonly appUrl: Secret
  readonly ownerUrl: Secret | null
  readonly adminUrl: Secret | null
  readonly embedded: boolean
  close(): Promise<void>
}

async function locate(options: OpenDatabaseOptions): Promise<Server> {
  const { url, ownerUrl } = options.config.database
  if (url) return { appUrl: url, ownerUrl, adminUrl: null, embedded: false, close: async () => {} }
  const random = options.random ?? systemRandom
  const server = await openEmbeddedServer({ folder: options.dataFolder, random })
  if (options.log) logStart(options.log, server)
  return {
    appUrl: server.appUrl,
    ownerUrl: server.ownerUrl,
    adminUrl: inDatabaseOf(server.ownerUrl, server.adminUrl),
    embedded: true,
    close: server.close,
  }
}

/** `url`, pointed at the database that `other` points at. */
function inDatabaseOf(other: Secret, url: Secret): Secret {
  const address = new URL(url.reveal())
  address.pathname = new URL(other.reveal()).pathname
  return new Secret(address.href)
}

function logStart(log: Logger, server: EmbeddedServer): void {
  const { pid, adopted, orphansEnded } = server
  logEvents.databaseOpened(log, { serverPid: pid, adopted, orphansEnded })
}

async function bringUpToDate(pool: Pool, server: Server, options: OpenDatabaseOptions): Promise<void> {
  const migrations = readMigrations(options.migrationsFolder ?? migrationsFolder)
  const pending = await pendingMigrations(pool, migrations)
  if (pending.length === 0 && (await jobsAreReady(pool))) return
  if (!server.ownerUrl) {
    const message = `The database lacks ${pending.length || 'the job queue’s'} migrations: set DATABASE_OWNER_URL to the owner's address and start once.`
    throw new AppError('database-not-migrated', message)
  }
  const applied = await migrate(server.ownerUrl, migrations, prepareJobs)
  if (options.log && applied.length > 0) logEvents.migrationsApplied(options.log, { migrations: applied })
}

async function refuseUnsafeRole(pool: Pool): Promise<void> {
  const problems = await roleProblems(pool)
  if (problems.length === 0) return
  const message = `The role in DATABASE_URL is not safe to work as: it ${problems.join(', it ')}. Use the role holdfast_app, and the owner's only in DATABASE_OWNER_URL.`
  throw new AppError('database-role-unsafe', message)
}

const unreachable = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN', 'ECONNRESET'])

function explainConnectionError(error: unknown): unknown {
  const { code = '' } = error as { code?: string }
  if (unreachable.has(code) || /timeout exceeded when trying to connect/.test(String(error))) {
    const message = `The database server cannot be reached (${code || 'no answer in time'}): check that it runs and that DATABASE_URL is right.`
    return new AppError('database-unreachable', message, { cause: error })
  }
  if (code === '28P01' || code === '28000' || code === '3D000') {
    const message = `The database server refused the sign-in (${code}): check user, password and database name in DATABASE_URL and DATABASE_OWNER_URL.`
    return new AppError('database-unreachable', message, { cause: error })
  }
  return error
}
