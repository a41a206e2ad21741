/** What was disposed of and made final is in no file any more: looked for byte by byte in the database's raw files. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPlatform, openSite, type Platform } from '../../src/app.ts'
import {
  type CompactParts,
  compact,
  createDispositionRun,
  dispose,
} from '../../src/archive/disposition/index.ts'
import { beginEscrow, type EscrowParts, syncEscrow } from '../../src/archive/escrow/index.ts'
import * as archive from '../../src/archive/index.ts'
import { backUp } from '../../src/backup/index.ts'
import * as connector from '../../src/connector/index.ts'
import { parseMailboxes } from '../../src/domain/mailboxes.ts'
import { parseRegisteredUsers } from '../../src/domain/registered-users.ts'
import { type RunningServer, startServer } from '../../src/http/server.ts'
import { registerSiteFeed } from '../../src/http/site-feed.ts'
import { decodeRecord, sources } from '../../src/pipeline-sources.ts'
import { loadConfig } from '../../src/platform/config.ts'
import { createLocalEscrowStore } from '../../src/platform/escrow-store/local-escrow-store.ts'
import { createKeyFileVault } from '../../src/platform/keys/index.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { generateKeyPair } from '../../src/platform/sealing/index.ts'
import { startPreparationHere } from '../../src/preparation.ts'
import * as site from '../../src/site/index.ts'

const canary = 'quixozephyrus'
const attached = 'plumbagocanary'
const neighbour = 'marmaladeneighbour'
const phone = '+447700900001'

let folder: string
let platform: Platform
let server: RunningServer
let centre: connector.ConnectorParts & CompactParts
let siteParts: site.SiteParts
let now = Date.now()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-canary-'))
  platform = await openPlatform(
    loadConfig({ HOLDFAST_DATA: join(folder, 'data'), HOLDFAST_LOG_LEVEL: 'silent' }),
  )
  siteParts = await openSite(platform)
  server = await startServer({
    ...{ host: '127.0.0.1', port: 0, onFailure: () => {} },
    mount: (one) => one.register(async (below) => registerSiteFeed(below, siteParts), { prefix: '/site' }),
  })
  const clock = { now: () => now }
  const { database, queries, objects, random } = platform
  centre = {
    ...{ pool: database.pool, queries, objects, random, clock },
    ...{ ownerUrl: database.ownerUrl, adminUrl: database.adminUrl },
    vault: await createKeyFileVault({ file: join(folder, 'keys', 'centre.key'), clock }),
    startPreparation: (directory) =>
      startPreparationHere({ emailDomain: 'firm.example', attachmentBytesMax: 2 ** 30 }, directory),
  }
}, 120_000)

afterAll(async () => {
  await server?.close()
  await platform?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Captures two messages with an attachment each and imports them. */
async function archiveTwo(): Promise<void> {
  const publicKey = await connector.createAccountKey(centre)
  const credentials = await site.createAccount(siteParts, { name: 'Firm', publicKey })
  const account = await site.accountByName(siteParts, 'Firm')
  await site.importRegisteredUsers(
    siteParts,
    account,
    parseRegisteredUsers(`name,mobile,email\nAda,${phone},ada@firm.example\n`),
  )
  await archive.importMailboxes(centre, parseMailboxes('address,name\nada@firm.example,Ada\n'))
  const chat = join(folder, 'WhatsApp Chat with Carl.txt')
  const line = (minute: number, text: string) => `19/03/2026, 09:0${minute} - Carl: ${text}\n`
  await writeFile(
    chat,
    line(1, `${canary} is the word`) +
      line(2, `${attached}.txt (file attached)`) +
      line(3, `${neighbour} stays`),
  )
  await writeFile(join(folder, `${attached}.txt`), `${attached} `.repeat(10_000))
  await site.capture(siteParts, {
    account,
    source: sources.find(({ name }) => name === 'whatsapp-export')!,
    files: [chat],
    settings: { custodian: phone, timezone: 'Europe/London', dateOrder: 'dmy', media: folder },
  })
  await connector.createConnector(centre, {
    ...{ name: 'whatsapp', type: 'whatsapp', siteUrl: `${server.url}/site`, ...credentials, mapping: [] },
    ...{ automaticMapping: true, catchAllMailboxId: null, termsAcceptedBy: 'test' },
    ...{ scheduleCron: connector.dailySchedule, scheduleZone: 'UTC' },
  })
  await connector.runConnector(centre, 'whatsapp', { kind: 'run', requestedBy: 'test' })
  await centre.pool.query('select settle_month(2026, 3)')
}

/** The files below the data folder that have these bytes. */
async function filesWith(bytes: Buffer): Promise<string[]> {
  const found: string[] = []
  const data = join(folder, 'data')
  for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const content = await readFile(path).catch(() => Buffer.alloc(0))
    if (content.includes(bytes)) found.push(path.slice(data.length))
  }
  return found
}

/** A fresh backup's files, those of tables unpacked. */
async function filesOfBackup(): Promise<Buffer[]> {
  const backup = join(folder, 'backup')
  await backUp({ ...centre, ownerUrl: platform.database.ownerUrl }, { folder: backup })
  const files = await readdir(backup, { recursive: true, withFileTypes: true })
  return Promise.all(
    files
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => {
        const bytes = await readFile(join(parentPath, name))
        return bytes.readUInt32LE(0) === zstdMagic ? zstdDecompressSync(bytes) : bytes
      }),
  )
}
const zstdMagic = 0xfd2fb528

describe('disposition made final', () => {
  it('leaves no readable byte in tables, indexes, write-ahead log or object store', async () => {
    await archiveTwo()
    const { rows: keys } = await centre.pool.query<{ wrapped_key: Buffer }>(
      'select wrapped_key from block union all select wrapped_key from attachment',
    )
    const objects = (await Array.fromAsync(centre.objects.list('segments/'))).map(({ name }) => name)
    expect(keys).toHaveLength(2)
    await centre.pool.query('select 1')
    const tables = async (word: string) =>
      (await filesWith(Buffer.from(word))).filter((name) => /base|pg_wal/.test(name))
    expect((await tables(canary)).length).toBeGreaterThan(0)
    expect((await tables(attached)).length).toBeGreaterThan(0)

    const run = await createDispositionRun(centre.pool, {
      ...{ reason: 'purge', requestedBy: 'test', asOf: now },
    })
    await centre.pool.query(
      `insert into disposition_item (run_id, message_id, mailbox_id)
       select $1, i.message_id, i.mailbox_id from item as i join message as m on m.id = i.message_id
        where not m.words @@ $2::tsquery`,
      [run, neighbour],
    )
    expect(await dispose(centre, run)).toMatchObject({ disposed: 2, finalAt: null })

    const first = await compact(centre)
    expect(first).toMatchObject({ final: 0, waiting: 1, logOverwritten: true, epochsInUse: [] })
    expect(first.againAt).not.toBeNull()
    expect(await filesWith(Buffer.from(canary))).toEqual([])
    expect(await filesWith(Buffer.from(attached))).toEqual([])
    expect((await tables(neighbour)).length).toBeGreaterThan(0)
    for (const { wrapped_key } of keys) expect(await filesWith(wrapped_key)).toEqual([])
    const backedUp = await filesOfBackup()
    expect(backedUp.some((bytes) => bytes.includes(neighbour))).toBe(true)
    for (const word of [canary, attached]) expect(backedUp.some((bytes) => bytes.includes(word))).toBe(false)
    for (const { wrapped_key } of keys)
      expect(backedUp.some((bytes) => bytes.includes(wrapped_key.toString('hex')))).toBe(false)
    expect((await Array.fromAsync(centre.objects.list('segments/'))).map(({ name }) => name)).not.toEqual(
      expect.arrayContaining([objects[0]]),
    )

    // A backup from before has the wrapped keys; an hour later nothing opens them.
    expect(await centre.vault.unwrap([keys[0]!.wrapped_key])).toHaveLength(1)
    now += 2 * 3_600_000
    expect(await compact(centre)).toMatchObject({
      final: 1,
      waiting: 0,
      epochsDestroyed: [1],
      epochsInUse: [],
    })
    for (const { wrapped_key } of keys)
      await expect(centre.vault.unwrap([wrapped_key])).rejects.toMatchObject({ code: 'key-missing' })
    const verified = await archive.verifyArchive(centre, { full: true, decode: decodeRecord })
    expect(verified.problems).toEqual([])
    expect(verified.messages).toBe(1)
    // Passwords and the account's key were sealed anew: the connector still runs.
    await connector.runConnector(centre, 'whatsapp', { kind: 'run', requestedBy: 'test' })
  }, 120_000)

  it('waits for the escrow: as long as a lock keeps a copy of the key, the run is logical only', async () => {
    const officer = generateKeyPair(systemRandom)
    const clock = { now: () => now }
    const store = await createLocalEscrowStore({ folder: join(folder, 'escrow'), clock })
    const escrow: EscrowParts = {
      ...centre,
      random: systemRandom,
      escrow: store,
      officerKey: officer.publicKey,
    }
    await beginEscrow(escrow)
    await syncEscrow(escrow, { locks: true })
    const [kept] = await Array.fromAsync(store.list('keys/'))
    const until = new Date(now + 10 * 86_400_000)
    await store.relock(kept!.name, { until, held: false })
    await centre.pool.query('update escrow_copy set locked_until = $1', [until])
    const run = await createDispositionRun(centre.pool, {
      ...{ reason: 'purge', requestedBy: 'test', asOf: now },
    })
    await centre.pool.query(
      'insert into disposition_item (run_id, message_id, mailbox_id) select $1, message_id, mailbox_id from item',
      [run],
    )
    expect(await dispose(centre, run)).toMatchObject({ disposed: 1, finalAt: null })
    await compact({ ...centre, escrow })
    now += 2 * 3_600_000
    // Old keys are destroyed, and still one copy is left that the officer could read.
    expect(await compact({ ...centre, escrow })).toMatchObject({
      ...{ final: 0, waiting: 1, againAt: null, epochsInUse: [] },
      escrow: { copies: 1, until: until.toISOString() },
    })
    // Without the escrow at hand it waits as well.
    expect(await compact(centre)).toMatchObject({ final: 0, waiting: 1, escrow: { copies: 1 } })
    now = until.getTime() + 1
    expect(await compact({ ...centre, escrow })).toMatchObject({
      final: 1,
      waiting: 0,
      escrow: { copies: 0 },
    })
    expect(await Array.fromAsync(store.list('keys/'))).toEqual([])
  }, 120_000)
})
