/** The archiver site cannot read what it holds: not with its key file, and not in any file that it wrote. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { openPlatform, openSite } from '../src/app.ts'
import { blockSealContext } from '../src/domain/feed/contract.ts'
import { parseRegisteredUsers } from '../src/domain/registered-users.ts'
import { sources } from '../src/pipeline-sources.ts'
import { loadConfig } from '../src/platform/config.ts'
import { openDataFolder } from '../src/platform/data-folder.ts'
import { createKeyFileVault } from '../src/platform/keys/index.ts'
import { openEmbeddedServer } from '../src/platform/postgres/embedded.ts'
import { systemRandom } from '../src/platform/random.ts'
import {
  createChunkOpener,
  decompress,
  generateKeyPair,
  openBlock,
  openWithPrivateKey,
  throughChunks,
} from '../src/platform/sealing/index.ts'
import * as site from '../src/site/index.ts'

const canary = 'kingfisher-falters-at-noon'
const chineseCanary = '翠鸟午时折翼'
const words = [canary, chineseCanary]
const { publicKey, privateKey } = generateKeyPair(systemRandom)

let folder: string
let data: string
let page: { header: site.FeedPage['header']; blocks: Buffer }
let attachment: { name: string; sealed: Buffer }
/** What the site's own functions answer about the account. */
let answers: unknown[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-site-'))
  data = join(folder, 'data')
  await writePagesPlainly()
  const config = loadConfig({ HOLDFAST_DATA: data, HOLDFAST_LOG_LEVEL: 'error' })
  const platform = await openPlatform(config)
  const parts = await openSite(platform)
  await site.createAccount(parts, { name: 'Firm', publicKey })
  const account = await site.accountByName(parts, 'Firm')
  const users = parseRegisteredUsers('name,mobile,email\nAda Trader,+447700900001,ada@firm.example\n')
  await site.importRegisteredUsers(parts, account, users)
  const gaps: string[] = []
  for (const { source, path, settings } of await captured()) {
    const onGap = ({ explanation }: { explanation: string }) => void gaps.push(explanation)
    await site.capture(parts, { account, source: sourceNamed(source), files: [path], settings, onGap })
  }
  expect(gaps.join()).toContain(canary)
  answers = [await site.journalStatus(parts, account), await site.listAccounts(parts)]
  page = await pageOf(parts, account)
  attachment = await attachmentOf(parts, account)
  await platform.close()
  await checkpoint()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** PostgreSQL compresses the pages it copies into its log; here it must not, or nothing could be found in them. */
async function writePagesPlainly(): Promise<void> {
  await asAdministrator((client) => client.query('alter role holdfast_app set wal_compression = off'))
}

/** Everything that lay in memory is in the files now. */
async function checkpoint(): Promise<void> {
  await asAdministrator((client) => client.query('checkpoint'))
}

async function asAdministrator(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const server = await openEmbeddedServer({ folder: openDataFolder(data), random: systemRandom })
  const client = new pg.Client({ connectionString: server.adminUrl.reveal() })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
    await server.close()
  }
}

/** A chat in a zip with the words in texts, names and attachments small and large; messages of WeCom; a broken one. */
async function captured() {
  const files = join(folder, 'files')
  mkdirSync(files)
  const zip = new ZipFile()
  const lines = [
    `13/03/2026, 09:00 - Ada Trader: the ${canary} again, ${chineseCanary}`,
    `13/03/2026, 09:01 - ${canary}: ${canary}.txt (file attached)`,
    `13/03/2026, 09:02 - Ada Trader: small-${canary}.txt (file attached)`,
    `13/03/2026, 09:03 - Ada Trader: ${canary}-gone.jpg (file attached)`,
  ]
  zip.addBuffer(Buffer.from(`${lines.join('\n')}\n`), `WhatsApp Chat with ${canary}.txt`)
  zip.addBuffer(Buffer.from(`${canary} ${chineseCanary}\n`.repeat(4_000)), `${canary}.txt`)
  zip.addBuffer(Buffer.from(`${canary} ${chineseCanary}\n`), `small-${canary}.txt`)
  zip.end()
  const chat = join(files, `WhatsApp Chat with ${canary}.zip`)
  writeFileSync(chat, await buffer(zip.outputStream))
  const day = join(files, 'day.jsonl')
  const message = {
    msgid: '90000000000000000001_1',
    action: 'send',
    from: canary,
    tolist: ['lisi'],
    roomid: `wr${canary}`,
    msgtime: Date.parse('2026-03-13T09:00:00Z'),
    msgtype: 'text',
    text: { content: `${chineseCanary} ${canary}` },
  }
  writeFileSync(day, `${JSON.stringify(message)}\n{"msgid": "${canary}", "from": \n`)
  const settings = { custodian: '+447700900001' }
  return [
    { source: 'whatsapp-export', path: chat, settings: { ...settings, timezone: 'Europe/London' } },
    { source: 'wecom-archive', path: day, settings },
  ]
}

function sourceNamed(name: string) {
  return sources.find((source) => source.name === name)!
}

async function pageOf(parts: site.SiteParts, account: site.SiteAccount) {
  const { header, blocks } = await site.readPage(parts, account, {
    after: 0,
    family: 'whatsapp',
    limit: 5_000,
  })
  return { header, blocks: Buffer.concat(await Array.fromAsync(blocks())) }
}

async function attachmentOf(parts: site.SiteParts, account: site.SiteAccount) {
  const { object_name: name } = await parts.database
    .selectFrom('site_attachment')
    .select('object_name')
    .executeTakeFirstOrThrow()
  const { stream } = await site.openAttachment(parts, account, name, 0)
  return { name, sealed: await buffer(stream) }
}

/** Every 32 bytes that the site's key file holds or that can be derived from it. */
async function keysOfTheSite(): Promise<Uint8Array[]> {
  const file = join(data, 'keys', 'site.key')
  const vault = await createKeyFileVault({ file, mayCreate: false })
  const [block] = page.header.blocks
  const purposes = ['', 'record-keys/1', 'account-private-key', 'journal', 'Firm', block!.object]
  const derived = await Promise.all(purposes.map((purpose) => vault.derive(purpose)))
  const written = readFileSync(file, 'utf8').match(/[A-Za-z0-9+/]{43}=|[0-9a-f]{64}/g) ?? []
  expect(written.length).toBeGreaterThanOrEqual(2)
  const raw = written.map((text) => Buffer.from(text, text.endsWith('=') ? 'base64' : 'hex'))
  return [...derived, ...raw, publicKey]
}

describe('who has the site’s key file and everything the site stored', () => {
  it('opens no data key, no block and no attachment', async () => {
    const vault = await createKeyFileVault({ file: join(data, 'keys', 'site.key'), mayCreate: false })
    const [block] = page.header.blocks
    const sealedKey = Buffer.from(page.header.keys[block!.object]!, 'base64')
    const sealedBlock = page.blocks.subarray(0, block!.bytes)
    await expect(vault.unwrap([sealedKey])).rejects.toMatchObject({ code: 'key-refused' })
    for (const purpose of ['', 'account-private-key', 'record-keys/1', block!.object]) {
      await expect(vault.open(purpose, sealedKey)).rejects.toMatchObject({ code: 'key-refused' })
      await expect(vault.open(purpose, sealedBlock)).rejects.toMatchObject({ code: 'key-refused' })
    }
    for (const key of await keysOfTheSite()) {
      expect(() => openWithPrivateKey(key, sealedKey, 'data key')).toThrow()
      expect(() => openBlock(key, sealedBlock, blockSealContext(block!), 'block')).toThrow()
      const opened = throughChunks(
        createChunkOpener({ key, name: attachment.name }),
        Readable.from([attachment.sealed]),
      )
      await expect(Array.fromAsync(opened)).rejects.toThrow()
    }
  })

  it('while who has the private half reads it', () => {
    const [block] = page.header.blocks
    const sealedKey = Buffer.from(page.header.keys[block!.object]!, 'base64')
    const key = openWithPrivateKey(privateKey, sealedKey, 'data key')
    const sealed = page.blocks.subarray(0, block!.bytes)
    const frame = openBlock(key, sealed, blockSealContext(block!), 'block')
    const text = decompress(frame, { bytesMax: 1_000_000, name: 'block' }).toString()
    for (const word of words) expect(text).toContain(word)
  })
})

describe('the files the site wrote', () => {
  it('hold no word of a message, a name of a file or a gap: objects, tables, write-ahead log, logs', () => {
    const files = filesBelow(data)
    for (const expected of ['/objects/journal/', '/pg/base/', '/pg/pg_wal/', '/keys/site.key'])
      expect(files.some((file) => file.includes(expected))).toBe(true)
    for (const file of files) {
      const bytes = readFileSync(file)
      for (const readable of [bytes, ...unpacked(bytes, file)]) {
        for (const form of formsOf(words)) expect(readable.includes(form), `${file}: ${form}`).toBe(false)
      }
    }
  })

  it('would be found in, if they did', () => {
    // The registered user's name is kept in clear, and this search sees it in tables and write-ahead log.
    const holding = filesBelow(join(data, 'pg')).filter((file) => readFileSync(file).includes('Ada Trader'))
    expect(holding.some((file) => file.includes('/base/'))).toBe(true)
    expect(holding.some((file) => file.includes('/pg_wal/'))).toBe(true)
  })

  it('nor what the site says of its journal', () => {
    expect(JSON.stringify([answers, page.header])).not.toContain(canary)
  })
})

/** As text, as UTF-16, and as the hex and Base64 that tools write bytes in. */
function formsOf(texts: readonly string[]): Buffer[] {
  return texts.flatMap((text) => [
    Buffer.from(text),
    Buffer.from(text, 'utf16le'),
    Buffer.from(Buffer.from(text).toString('hex')),
    Buffer.from(Buffer.from(text).toString('base64').replace(/.{4}$/, '')),
  ])
}

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

const packings = [
  { magic: Buffer.from('28b52ffd', 'hex'), unpack: zstdDecompressSync },
  { magic: Buffer.from('1f8b08', 'hex'), unpack: gunzipSync },
]

/** What stands compressed in an object of the store, wherever a compressed frame seems to begin. */
function* unpacked(bytes: Buffer, file: string): Iterable<Buffer> {
  if (!file.includes('/objects/')) return
  for (const { magic, unpack } of packings) {
    for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
      try {
        yield unpack(bytes.subarray(at))
      } catch {
        // Sealed bytes that happen to look like the beginning of a frame.
      }
    }
  }
}
