/** What outlives a process (database, objects, keys, files), and processes over it that may die at any line. */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { hash } from '@node-rs/argon2'
import pg from 'pg'
import { inject } from 'vitest'
import type { ArchiveParts } from '../../src/archive/index.ts'
import * as archive from '../../src/archive/index.ts'
import * as connector from '../../src/connector/index.ts'
import { parseMailboxes } from '../../src/domain/mailboxes.ts'
import { parseRegisteredUsers } from '../../src/domain/registered-users.ts'
import { startServer } from '../../src/http/server.ts'
import { registerSiteFeed } from '../../src/http/site-feed.ts'
import { createMemoryKeyVault } from '../../src/platform/keys/index.ts'
import { createLocalObjectStore } from '../../src/platform/object-store/local-object-store.ts'
import type { ObjectStore } from '../../src/platform/object-store/object-store.ts'
import { createKysely, createPool } from '../../src/platform/postgres/index.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { startPreparationHere } from '../../src/preparation.ts'
import * as site from '../../src/site/index.ts'
import { createTestDatabase, type TestDatabase } from '../postgres.ts'
import { type CapturedFile, mailboxes, registeredUsers, writeCorpus } from './corpus.ts'
import { type Life, makeFaulty, withFaultyCalls } from './faulty.ts'

export type Centre = connector.ConnectorParts & ArchiveParts

/** One process with all parts of the product in it. */
export interface Process {
  readonly site: site.SiteParts
  readonly centre: Centre
  readonly account: site.SiteAccount
  /** Ends it as a stop does. */
  close(): Promise<void>
  /** Leaves the world as a killed process does: connections gone, nothing committed, nothing tidied up. */
  die(): Promise<void>
}

export interface World {
  /** Its files; gone with it. */
  readonly folder: string
  readonly database: TestDatabase
  readonly objects: ObjectStore
  readonly corpus: readonly CapturedFile[]
  readonly credentials: { readonly username: string; readonly password: string }
  siteUrl: string
  /** What the clock of every process shows, ms since 1970 UTC; it stands still until it is set. */
  now: number
  open(): Promise<Process>
  /** A further process at the same time; its site answers elsewhere. */
  openBeside(): Promise<Process>
  /** A connector of this world, signed in at its site. */
  connect(process: Process, type: connector.ConnectorType, name?: string): Promise<void>
  close(): Promise<void>
}

export interface WorldOptions {
  /** Default: a folder of its own beside the test database's, in memory where there is room, gone with the world. */
  readonly objects?: ObjectStore
}

/** The keys of every world are the same, and so are the keys of messages: two worlds can be compared. */
const siteVault = createMemoryKeyVault()
const centreVault = createMemoryKeyVault()

const settings = { emailDomain: 'archive.firm.example', attachmentBytesMax: 2 * 1024 ** 3 }
const accountName = 'Firm'

/** A world with an account, people, mailboxes and both connectors, and nothing captured yet. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const folder = await mkdtemp(join(inject('testServerFolder'), 'world-'))
  const database = await createTestDatabase()
  const objects = options.objects ?? (await createLocalObjectStore({ folder: join(folder, 'objects') }))
  const corpus = await writeCorpus(join(folder, 'files'))
  let port = 0
  let credentials = { username: '', password: '' }

  const openAt = async (at: number): Promise<Process & { readonly port: number }> => {
    const life: Life = { dead: false }
    const pool = createPool({ url: database.url, connectionsMax: 10 })
    makeFaulty(pool, life)
    const common = {
      pool,
      objects: withFaultyCalls(objects, life),
      clock: { now: () => world.now },
      random: systemRandom,
    }
    const siteParts: site.SiteParts = { ...common, database: createKysely(pool), vault: siteVault }
    const centre: Centre = {
      ...common,
      queries: siteParts.database,
      vault: centreVault,
      // A page of each block, so that a small corpus makes several; and a dead site is not waited for.
      feed: { recordsPerPage: 1, retryWaitMs: 1 },
      startPreparation: (directory) => startPreparationHere(settings, directory),
    }
    const server = await startServer({
      host: '127.0.0.1',
      port: at,
      mount: (server) =>
        server.register(async (below) => registerSiteFeed(below, siteParts), { prefix: '/site' }),
      onFailure: () => {},
    })
    const account = await site.accountByName(siteParts, accountName).catch(() => null)
    return {
      port: Number(new URL(server.url).port),
      site: siteParts,
      centre,
      account: account as site.SiteAccount,
      async close() {
        await server.close()
        await pool.end()
      },
      async die() {
        life.dead = true
        await server.close()
        await endSessions(database)
        pool.end().catch(() => {})
      },
    }
  }

  const open = async (): Promise<Process> => {
    const process = await openAt(port)
    port = process.port
    return process
  }

  const world: World = {
    folder,
    database,
    objects,
    corpus,
    get credentials() {
      return credentials
    },
    siteUrl: '',
    now: Date.parse('2026-06-01T12:00:00Z'),
    open,
    openBeside: () => openAt(0),
    async connect({ centre }, type, name = type) {
      await connector.createConnector(centre, {
        name,
        type,
        siteUrl: world.siteUrl,
        ...credentials,
        mapping: [],
        automaticMapping: true,
        catchAllMailboxId: null,
        termsAcceptedBy: 'test',
        scheduleCron: connector.dailySchedule,
        scheduleZone: 'UTC',
      })
    },
    async close() {
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }

  const first = await open()
  world.siteUrl = `http://127.0.0.1:${port}/site`
  const publicKey = await connector.createAccountKey(first.centre)
  const { username, password } = await site.createAccount(first.site, { name: accountName, publicKey })
  credentials = { username, password }
  // Hundreds of sign-ins whose cost is no part of what is tested here.
  await first.centre.pool.query('update site_account set password_hash = $1', [
    await hash(password, { memoryCost: 8, timeCost: 1, parallelism: 1 }),
  ])
  const account = await site.accountByName(first.site, accountName)
  await site.importRegisteredUsers(first.site, account, parseRegisteredUsers(registeredUsers))
  await archive.importMailboxes(first.centre, parseMailboxes(mailboxes))
  for (const type of connector.connectorTypes) await world.connect(first, type)
  await first.close()
  return world
}

/** What the kernel does for a killed process: its connections end, and the server rolls back what they had begun. */
async function endSessions(database: TestDatabase): Promise<void> {
  const client = new pg.Client({ connectionString: database.url.reveal() })
  await client.connect()
  try {
    for (let tries = 0; tries < 1_000; tries += 1) {
      const others = await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and usename = current_user and pid <> pg_backend_pid()`,
      )
      if (others.rowCount === 0) return
      await delay(2)
    }
    throw new Error('The sessions of a dead process do not end.')
  } finally {
    await client.end()
  }
}
