/** Databases for tests: real PostgreSQL, migrated, one for each who asks, cloned from a migrated template. */
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'
import { openDataFolder } from '../src/platform/data-folder.ts'
import { takeFileLock } from '../src/platform/file-lock.ts'
import { prepareJobs } from '../src/platform/jobs/schema.ts'
import { type EmbeddedServer, openEmbeddedServer } from '../src/platform/postgres/embedded.ts'
import { type Migration, migrate, readMigrations } from '../src/platform/postgres/migrations.ts'
import { createPool, type Pool } from '../src/platform/postgres/pool.ts'
import { systemRandom } from '../src/platform/random.ts'
import { Secret } from '../src/platform/secret.ts'

export interface TestDatabase {
  /** Connections as the application's role, as the product has them. */
  readonly pool: Pool
  readonly url: Secret
  /** The role that owns the tables. */
  readonly ownerUrl: Secret
  /** Ends the pool and drops the database. Call it in `afterAll`. */
  drop(): Promise<void>
}

export interface TestDatabaseOptions {
  /** Default: the product's migrations. */
  readonly migrationsFolder?: string
}

let opening: Promise<EmbeddedServer> | undefined
/** Templates by what is in them: one is looked for once. */
const templates = new Map<string, Promise<string>>()

/** A migrated database of its own. The first one of a test run takes about a second longer. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  opening ??= openTestServer()
  const server = await opening
  const template = await templateOf(server, readMigrations(options.migrationsFolder))
  const name = `test_${randomBytes(8).toString('hex')}`
  // In memory, copying the files takes a tenth of the time that copying them through the write-ahead log takes.
  await asAdministrator(
    server,
    `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY OWNER holdfast_owner`,
  )
  const url = inDatabase(server.appUrl, name)
  const pool = createPool({ url, connectionsMax: 10 })
  const drop = async () => {
    await pool.end()
    await dropDatabase(server, name)
  }
  return { pool, url, ownerUrl: inDatabase(server.ownerUrl, name), drop }
}

/** Connections that are still closing are waited for: one that is ended from here tells its client so as an error. */
async function dropDatabase(server: EmbeddedServer, name: string): Promise<void> {
  for (let wait = 0; wait < 200; wait++) {
    const others = `select from pg_stat_activity where datname = '${name}'`
    if ((await asAdministrator(server, others)) === 0) break
    await setTimeout(50)
  }
  await asAdministrator(server, `DROP DATABASE ${name} WITH (FORCE)`)
}

/** Nobody closes it: the server stays for the next test file, until the run's end stops it. */
function openTestServer(): Promise<EmbeddedServer> {
  const folder = openDataFolder(join(inject('testServerFolder'), 'data'))
  return openEmbeddedServer({ folder, random: systemRandom, durable: false })
}

/** The database to clone, made by whoever asks first and named after what is in it. */
function templateOf(server: EmbeddedServer, migrations: readonly Migration[]): Promise<string> {
  const contents = createHash('sha256').update(migrations.map((migration) => migration.sha256).join())
  const name = `template_${contents.digest('hex').slice(0, 16)}`
  const template = templates.get(name) ?? openTemplate(server, name, migrations)
  templates.set(name, template)
  return template
}

async function openTemplate(
  server: EmbeddedServer,
  name: string,
  migrations: readonly Migration[],
): Promise<string> {
  const lockFile = join(inject('testServerFolder'), 'template.lock')
  const lock = await takeFileLock(lockFile, { mode: 'exclusive', waitMs: 120_000 })
  if (!lock) throw new Error('Another test process has been migrating the template for two minutes.')
  try {
    const found = await asAdministrator(server, `SELECT 1 FROM pg_database WHERE datname = '${name}'`)
    if (found === 0) await makeTemplate(server, name, migrations)
    return name
  } finally {
    lock.release()
  }
}

async function makeTemplate(server: EmbeddedServer, name: string, migrations: readonly Migration[]) {
  await asAdministrator(server, 'DROP DATABASE IF EXISTS template_unfinished')
  await asAdministrator(server, 'CREATE DATABASE template_unfinished TEMPLATE holdfast OWNER holdfast_owner')
  await migrate(inDatabase(server.ownerUrl, 'template_unfinished'), migrations, prepareJobs)
  await asAdministrator(server, `ALTER DATABASE template_unfinished RENAME TO ${name}`)
}

/** Runs one statement and answers its number of rows. */
async function asAdministrator(server: EmbeddedServer, statement: string): Promise<number> {
  const client = new pg.Client({ connectionString: server.adminUrl.reveal() })
  await client.connect()
  try {
    return (await client.query(statement)).rowCount ?? 0
  } finally {
    await client.end()
  }
}

function inDatabase(url: Secret, database: string): Secret {
  const address = new URL(url.reveal())
  address.pathname = `/${database}`
  return new Secret(address.href)
}
