/** A firm in one process: its own database, store, site over HTTP and compliance centre, for tests of the whole journey. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import * as archive from '../../src/archive/index.ts'
import { holdImported } from '../../src/compliance/holds/index.ts'
import { labelImported } from '../../src/compliance/retention/index.ts'
import * as connector from '../../src/connector/index.ts'
import { noteItems } from '../../src/delivery/index.ts'
import { parseMailboxes } from '../../src/domain/mailboxes.ts'
import { parseMapping } from '../../src/domain/mapping-file.ts'
import { parseRegisteredUsers } from '../../src/domain/registered-users.ts'
import { type RunningServer, startServer } from '../../src/http/server.ts'
import { registerSiteFeed } from '../../src/http/site-feed.ts'
import { decodeRecord, sources } from '../../src/pipeline-sources.ts'
import { createMemoryKeyVault } from '../../src/platform/keys/memory-vault.ts'
import { createLocalObjectStore } from '../../src/platform/object-store/local-object-store.ts'
import { createKysely, createPool } from '../../src/platform/postgres/index.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { startPreparationHere } from '../../src/preparation.ts'
import { countItems, type FoundItem, parseQuery, searchItems } from '../../src/search/index.ts'
import * as site from '../../src/site/index.ts'
import { createTestDatabase } from '../postgres.ts'

export type SourceName =
  | 'whatsapp-export'
  | 'whatsapp-cloud'
  | 'whatsapp-linked-device'
  | 'whatsapp-backup'
  | 'wechat-export'
  | 'wecom-archive'
  | 'email-drop'

export interface ConnectorOptions {
  /** The CSV's text; absent: none. */
  readonly mapping?: string
  /** Default true. */
  readonly automatic?: boolean
  /** Address of the mailbox for what nobody maps to. */
  readonly catchAll?: string
  /** Default: the firm's own account. */
  readonly username?: string
  readonly password?: string
  /** Default: the firm's own site. */
  readonly siteUrl?: string
}

export interface FirmOptions {
  /** ISO time of the firm's clock, which stands still until it is set; default 2026-03-20T12:00Z. */
  readonly now?: string
  readonly attachmentBytesMax?: number
}

export type Firm = Awaited<ReturnType<typeof openFirm>>

const emailDomain = 'archive.firm.example'
const startNow = '2026-03-20T12:00:00Z'
const attachmentBytesMaxDefault = 2 * 1024 ** 3

/** Opens an empty firm. Close it: its database, folder and server go with it. */
export async function openFirm(options: FirmOptions = {}) {
  const database = await createTestDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-firm-'))
  let now = Date.parse(options.now ?? startNow)
  let attachmentBytesMax = options.attachmentBytesMax ?? attachmentBytesMaxDefault
  const queries = createKysely(database.pool)
  const objects = await createLocalObjectStore({ folder: join(folder, 'objects') })
  const common = { pool: database.pool, objects, clock: { now: () => now }, random: systemRandom }
  const siteParts: site.SiteParts = { ...common, database: queries, vault: createMemoryKeyVault() }
  const centre: connector.ConnectorParts & archive.ArchiveParts = {
    ...common,
    queries,
    vault: createMemoryKeyVault({ clock: common.clock }),
    // Nobody waits for a site that a test has stopped.
    feed: { retryWaitMs: 20 },
    onImport: async (client, id, items) => {
      await noteItems(client, id, items, new Date(now))
      await holdImported(client, items)
      await labelImported(client, items.messageIds, now)
    },
    startPreparation: (directory) => startPreparationHere({ emailDomain, attachmentBytesMax }, directory),
  }
  const publicKey = await connector.createAccountKey(centre)
  const credentials = await site.createAccount(siteParts, { name: 'Firm', publicKey })
  const account = await site.accountByName(siteParts, 'Firm')
  let server = await serve(siteParts, 0)
  const { url } = server

  const connectorNamed = (name: string) => connector.connectorByName(centre, name)
  const perform = async (name: string, request: Partial<connector.RunRequest>) => {
    const run = await connector.runConnector(centre, name, { kind: 'run', requestedBy: 'test', ...request })
    return connector.runReport(centre, await connectorNamed(name), run)
  }

  return {
    folder,
    centre,
    site: siteParts,
    account,
    credentials,
    siteUrl: `${url}/site`,
    pool: database.pool,
    ownerUrl: database.ownerUrl,
    /** Does as the owner of the tables what the application may not. */
    async asOwner(statement: string): Promise<void> {
      const owner = createPool({ url: database.ownerUrl, connectionsMax: 1 })
      await owner.query(statement).finally(() => owner.end())
    },
    setClock: (time: string) => {
      now = Date.parse(time)
    },
    setAttachmentBytesMax: (bytes: number) => {
      attachmentBytesMax = bytes
    },
    /** Writes a file into the firm's folder and answers its path. */
    async file(name: string, content: string | Uint8Array): Promise<string> {
      const path = join(folder, 'files', name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, content)
      return path
    },
    capture(source: SourceName, files: readonly string[], settings: Record<string, unknown> = {}) {
      return site.capture(siteParts, { account, source: sourceNamed(source), files, settings })
    },
    addUsers: (csv: string) => site.importRegisteredUsers(siteParts, account, parseRegisteredUsers(csv)),
    addMailboxes: (csv: string) => archive.importMailboxes(centre, parseMailboxes(csv)),
    /** The connector of a type, named like it. */
    async connect(type: connector.ConnectorType, given: ConnectorOptions = {}) {
      const { catchAll } = given
      return connector.createConnector(centre, {
        name: type,
        type,
        siteUrl: given.siteUrl ?? `${url}/site`,
        username: given.username ?? credentials.username,
        password: given.password ?? credentials.password,
        mapping: given.mapping === undefined ? [] : parseMapping(given.mapping, await addressesOf(centre)),
        automaticMapping: given.automatic ?? true,
        catchAllMailboxId:
          catchAll === undefined ? null : (await archive.mailboxByAddress(centre, catchAll)).id,
        termsAcceptedBy: 'test',
        scheduleCron: connector.dailySchedule,
        scheduleZone: 'UTC',
      })
    },
    async replaceMapping(name: string, csv: string) {
      const rows = parseMapping(csv, await addressesOf(centre))
      await connector.replaceMapping(centre, await connectorNamed(name), rows)
    },
    run: (name: string) => perform(name, {}),
    runWindow: (name: string, window: { from?: number; to?: number }) =>
      perform(name, { kind: 'window', window }),
    reprocess: (name: string) => perform(name, { kind: 'reprocess' }),
    async exceptions(name: string) {
      return connector.listExceptions(queries, await connectorNamed(name), { limit: 1000 })
    },
    /** All items that match, newest first; the count is checked against them. */
    async search(query = ''): Promise<readonly FoundItem[]> {
      const parsed = parseQuery(query, { now })
      const { items } = await searchItems(database.pool, parsed, { limit: 1000 })
      const count = await countItems(database.pool, parsed)
      if (count !== items.length) throw new Error(`"${query}": ${items.length} found, ${count} counted`)
      return items
    },
    item: (id: string) => archive.itemFacts(centre, id),
    /** The e-mail of an item, its hash checked by the archive. */
    async openEmail(id: string) {
      const { messageId } = archive.parseItemId(id)
      return archive.openEmail(centre, archive.createContentReader(centre), messageId)
    },
    async email(id: string): Promise<string> {
      const { stream } = await this.openEmail(id)
      return Buffer.concat(await Array.fromAsync(stream)).toString()
    },
    raw: (id: string) => archive.openRawRecord(centre, archive.createContentReader(centre), id),
    /** Rows of everything that could be lost or doubled. */
    async counts(): Promise<Record<(typeof counted)[number], number>> {
      const columns = counted.map((table) => `(select count(*)::int from ${table}) as ${table}`)
      return (await database.pool.query(`select ${columns.join(', ')}`)).rows[0]
    },
    /** Everything the archive holds, checked against everything else: whatever is wrong, in sentences. */
    async problems(): Promise<readonly string[]> {
      const { problems } = await archive.verifyArchive(centre, { full: true, decode: decodeRecord })
      return problems.map(({ code, message }) => `${code}: ${message}`)
    },
    stopSite: () => server.close(),
    async startSite() {
      server = await serve(siteParts, Number(new URL(url).port))
    },
    async close() {
      await server.close()
      await database.drop()
      await rm(folder, { recursive: true })
    },
  }
}

/** Opens a firm for one test, verifies in the end what it archived, and closes it whatever happens. */
export async function withFirm(use: (firm: Firm) => Promise<void>, options: FirmOptions = {}): Promise<void> {
  const firm = await openFirm(options)
  try {
    await use(firm)
    expect(await firm.problems()).toEqual([])
  } finally {
    await firm.close()
  }
}

const counted = [
  'site_record',
  'site_gap',
  'site_attachment',
  'message',
  'item',
  'observation',
  'message_link',
  'message_attachment',
  'attachment',
  'import_exception',
  'mailbox',
] as const

function sourceNamed(name: SourceName) {
  return sources.find((source) => source.name === name)!
}

async function addressesOf(centre: archive.ArchiveParts): Promise<Set<string>> {
  return new Set((await archive.listMailboxes(centre)).map(({ address }) => address))
}

function serve(parts: site.SiteParts, port: number): Promise<RunningServer> {
  return startServer({
    host: '127.0.0.1',
    port,
    mount: (server) => server.register(async (below) => registerSiteFeed(below, parts), { prefix: '/site' }),
    onFailure: (error) => {
      throw error
    },
  })
}
