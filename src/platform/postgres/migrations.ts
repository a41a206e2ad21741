/**
 * Forward-only migrations: numbered SQL files (`0001_first.sql`), run once each, in order, by the owner,
 * under a lock, each in a transaction with its record. A file that was run must not change afterwards.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { AppError } from '../../domain/errors.ts'
import type { Secret } from '../secret.ts'
import type { Queryable } from './pool.ts'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly sha256: string
}

/** The `migrations` folder of the package, from a clone and from the compiled package alike. */
export const migrationsFolder = fileURLToPath(new URL('../../../migrations', import.meta.url))

/** Reads a folder's migrations in order. Throws AppError `migration-failed` for a gap or a doubled number. */
export function readMigrations(folder: string = migrationsFolder): Migration[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  const migrations = files.sort().map((file) => readMigration(folder, file))
  migrations.forEach((migration, index) => {
    if (migration.number === index + 1) return
    const message = `migrations/${migration.name}.sql is number ${migration.number} where ${index + 1} is due: number the files without gaps.`
    throw new AppError('migration-failed', message)
  })
  return migrations
}

function readMigration(folder: string, file: string): Migration {
  const bytes = readFileSync(join(folder, file))
  return {
    number: Number.parseInt(file, 10),
    name: basename(file, '.sql'),
    sql: bytes.toString('utf8'),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }
}

/**
 * The migrations the database still lacks. Any role that may read `schema_migration` can ask.
 * Throws AppError `migration-changed` or `database-newer`.
 */
export async function pendingMigrations(
  database: Queryable,
  migrations: readonly Migration[],
): Promise<Migration[]> {
  const recorded = await recordedMigrations(database)
  for (const { number, name, sha256 } of recorded) checkRecorded(migrations[number - 1], name, sha256)
  return migrations.slice(recorded.length)
}

async function recordedMigrations(database: Queryable) {
  const exists = await database.query(`SELECT to_regclass('public.schema_migration') IS NOT NULL AS found`)
  if (!exists.rows[0].found) return []
  const answer = await database.query<{ number: number; name: string; sha256: string }>(
    'SELECT number, name, sha256 FROM public.schema_migration ORDER BY number',
  )
  return answer.rows
}

function checkRecorded(file: Migration | undefined, name: string, sha256: string): void {
  if (!file) {
    const message = `The database was migrated by a newer release (${name}): install that release.`
    throw new AppError('database-newer', message)
  }
  if (file.sha256 === sha256) return
  const message = `migrations/${file.name}.sql was changed after this database ran it as ${name}: put the file back and write a new migration.`
  throw new AppError('migration-changed', message)
}

/**
 * Brings the database up to date as its owner and answers the names of what ran. `afterwards` runs under
 * the same lock, also when nothing was pending (the job queue's tables are made there).
 * Throws AppError `migration-failed`, `migration-changed`, `database-newer` or `database-role-unsafe`.
 */
export async function migrate(
  ownerUrl: Secret,
  migrations: readonly Migration[],
  afterwards: (owner: pg.Client) => Promise<void> = async () => {},
): Promise<string[]> {
  const owner = new pg.Client({
    connectionString: ownerUrl.reveal(),
    application_name: 'holdfast migrations',
  })
  await owner.connect()
  try {
    // Held to the end of the session: a second process waits, then finds nothing to do.
    await owner.query(`SELECT pg_advisory_lock(hashtextextended('holdfast migrations', 0))`)
    await requireAppRole(owner)
    await owner.query(ledger)
    const pending = await pendingMigrations(owner, migrations)
    for (const migration of pending) await run(owner, migration)
    await afterwards(owner)
    return pending.map((migration) => migration.name)
  } finally {
    await owner.end()
  }
}

const ledger = `
  CREATE TABLE IF NOT EXISTS public.schema_migration (
    number int PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  );
  GRANT SELECT ON public.schema_migration TO holdfast_app;
`

/** The migrations grant rights to `holdfast_app`; on a server of the operator's that role is theirs to make. */
async function requireAppRole(owner: pg.Client): Promise<void> {
  const found = await owner.query(`SELECT 1 FROM pg_roles WHERE rolname = 'holdfast_app'`)
  if (found.rowCount !== 0) return
  const message = `The database server has no role holdfast_app: let its administrator run CREATE ROLE holdfast_app LOGIN PASSWORD '…' and name that role in DATABASE_URL.`
  throw new AppError('database-role-unsafe', message)
}

async function run(owner: pg.Client, migration: Migration): Promise<void> {
  try {
    await owner.query('BEGIN')
    await owner.query(migration.sql)
    await owner.query('INSERT INTO public.schema_migration (number, name, sha256) VALUES ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.sha256,
    ])
    await owner.query('COMMIT')
  } catch (cause) {
    await owner.query('ROLLBACK').catch(() => {})
    throw failed(migration, cause as pg.DatabaseError)
  }
}

function failed(migration: Migration, cause: pg.DatabaseError): AppError {
  const line = cause.position ? migration.sql.slice(0, Number(cause.position)).split('\n').length : null
  const place = line === null ? '' : ` line ${line}`
  const message = `migrations/${migration.name}.sql${place}: ${cause.message}. Nothing of this migration was kept.`
  return new AppError('migration-failed', message, { cause, details: { sqlState: cause.code, line } })
}
