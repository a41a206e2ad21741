/** A bundle is checked by two programs that share nothing: both find every change, and agree. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BundleManifest,
  type BundleVerification,
  logKey,
  noteLogEntries,
  signDay,
  verifyBundleFolder,
  writeBundle,
} from '../../src/archive/log/index.ts'
import { requestTimestamp } from '../../src/archive/log/timestamp.ts'
import { flagPersonal } from '../../src/compliance/personal/index.ts'
import { type Firm, openFirm } from './firm.ts'
import { captureWecom, groupText, threeMailboxes, threePeople } from './wecom.ts'

type Verify = (files: ReadonlyMap<string, Uint8Array>, key: string | null) => Promise<BundleVerification>
const offline = (await import(new URL('../../verifier/holdfast-verify.mjs', import.meta.url).href)) as {
  verifyBundle: Verify
}

let firm: Firm
let folder: string
let bundle: string
let manifest: BundleManifest
beforeAll(async () => {
  firm = await openFirm()
  folder = await mkdtemp(join(tmpdir(), 'holdfast-bundle-'))
  await firm.addUsers(threePeople)
  await firm.addMailboxes(threeMailboxes)
  await firm.connect('wechat')
  const texts = Array.from({ length: 4 }, (_, place) => groupText(`合规${place}`))
  await captureWecom(firm, texts, { custodian: '+8613900000001' })
  await firm.run('wechat')
  bundle = join(folder, 'bundle')
  manifest = await writeBundle(firm.centre, bundle, { mailbox: 'li@firm.example' })
}, 120_000)
afterAll(async () => {
  await firm?.close()
  if (folder) await rm(folder, { recursive: true })
})

async function filesOf(path: string): Promise<Map<string, Uint8Array>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = new Map<string, Uint8Array>()
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name)
    files.set(file.slice(path.length + 1), new Uint8Array(await readFile(file)))
  }
  return files
}

/** What both say; they must say the same. */
async function both(path: string, key: string | null): Promise<boolean> {
  const ours = await verifyBundleFolder(path, key).then(
    ({ ok }) => ok,
    () => false,
  )
  const theirs = await offline.verifyBundle(await filesOf(path), key).then(
    ({ ok }) => ok,
    () => false,
  )
  expect(theirs).toBe(ours)
  return ours
}

describe('a bundle', () => {
  it('holds every item of the mailbox, and says which numbers it holds', async () => {
    expect(manifest.items).toHaveLength(4)
    const { verifierKey } = await logKey(firm.centre)
    const found = await verifyBundleFolder(bundle, verifierKey)
    expect(found).toMatchObject({ ok: true, delivered: 4, disposed: [], notProduced: [] })
    const {
      keyGiven: _given,
      key: _key,
      mailbox: _mailbox,
      ...same
    } = (await offline.verifyBundle(await filesOf(bundle), verifierKey)) as BundleVerification &
      Record<'keyGiven' | 'key' | 'mailbox', unknown>
    expect(same).toEqual(found)
  })

  it('names the numbers that were not produced', async () => {
    const part = join(folder, 'part')
    const { items } = await writeBundle(firm.centre, part, { mailbox: 'li@firm.example', to: 0 })
    expect(items).toEqual([])
    expect((await verifyBundleFolder(part, null)).notProduced).toEqual(
      manifest.items.map(({ sequence }) => sequence),
    )
    expect(await both(part, null)).toBe(true)
  })

  it('leaves out what somebody called personal, and does not hide that something is left out', async () => {
    const [item] = await firm.search('合规2')
    await flagPersonal(firm.centre, item!.id, 'private', { username: 'li' })
    const { items } = await writeBundle(firm.centre, join(folder, 'personal'), { mailbox: 'li@firm.example' })
    expect(items).toHaveLength(3)
    expect((await verifyBundleFolder(join(folder, 'personal'), null)).notProduced).toHaveLength(1)
  })

  it('is checked by a program of one file that needs nothing of ours', async () => {
    const alone = join(folder, 'alone')
    await cp(bundle, alone, { recursive: true })
    const program = join(alone, 'holdfast-verify.mjs')
    const { stdout } = await promisify(execFile)(process.execPath, [program, alone], { cwd: alone })
    expect(stdout).toContain('All is as it was entered into the log.')
    await writeFile(join(alone, manifest.items[3]!.file), 'something else')
    await expect(promisify(execFile)(process.execPath, [program, alone])).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`${manifest.items[3]!.file}: it was changed`),
    })
  })

  it('is refused by both for any byte that was changed in any file', async () => {
    const copy = join(folder, 'flipped')
    await cp(bundle, copy, { recursive: true })
    for (const [name, bytes] of await filesOf(bundle)) {
      const places = new Set([
        0,
        1,
        2,
        Math.floor(bytes.length / 3),
        Math.floor(bytes.length / 2),
        bytes.length - 2,
        bytes.length - 1,
      ])
      for (const place of places) {
        const changed = Uint8Array.from(bytes)
        changed[place]! ^= 1 << (place % 8)
        await writeFile(join(copy, name), changed)
        expect([name, place, await both(copy, null)]).toEqual([name, place, false])
      }
      await writeFile(join(copy, name), bytes)
    }
    expect(await both(copy, null)).toBe(true)
  }, 120_000)

  it('is refused for every single byte of a proof, its checkpoint and the signature of its list', async () => {
    const copy = join(folder, 'every')
    await cp(bundle, copy, { recursive: true })
    for (const name of [manifest.items[0]!.proof, 'checkpoint', 'manifest.note']) {
      const bytes = await readFile(join(bundle, name))
      for (let place = 0; place < bytes.length; place += 1) {
        const changed = Buffer.from(bytes)
        changed[place]! ^= 1
        await writeFile(join(copy, name), changed)
        const { ok } = await verifyBundleFolder(copy, null).catch(() => ({ ok: false }))
        expect([name, place, ok]).toEqual([name, place, false])
      }
      await writeFile(join(copy, name), bytes)
    }
  }, 120_000)

  it('is refused with a file missing, one more, two exchanged, or under another key', async () => {
    const copy = async (name: string) => {
      await cp(bundle, join(folder, name), { recursive: true })
      return join(folder, name)
    }
    const missing = await copy('missing')
    await rm(join(missing, manifest.items[0]!.file))
    const more = await copy('more')
    await writeFile(join(more, 'items', '99999999.eml'), 'a message nobody sent')
    const exchanged = await copy('exchanged')
    const [first, second] = manifest.items
    await rename(join(exchanged, first!.file), join(exchanged, 'away'))
    await rename(join(exchanged, second!.file), join(exchanged, first!.file))
    await rename(join(exchanged, 'away'), join(exchanged, second!.file))
    for (const path of [missing, more, exchanged]) expect(await both(path, null)).toBe(false)
    const other = await logKey({ vault: (await openFirmVault()).vault })
    expect(await both(bundle, other.verifierKey)).toBe(false)
  })
})

async function openFirmVault() {
  const { createMemoryKeyVault } = await import('../../src/platform/keys/memory-vault.ts')
  return { vault: createMemoryKeyVault() }
}

describe('the checkpoint of the day', () => {
  let authority: Server
  let authorityFolder: string
  const openssl = (args: readonly string[]) => promisify(execFile)('openssl', args, { cwd: authorityFolder })
  beforeAll(async () => {
    authorityFolder = await mkdtemp(join(tmpdir(), 'holdfast-authority-'))
    await writeFile(join(authorityFolder, 'serial'), '01')
    await writeFile(join(authorityFolder, 'ts.cnf'), authoritySettings)
    const certificate = ['-config', 'ts.cnf', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30']
    await openssl([
      'req',
      ...certificate,
      '-subj',
      '/CN=Timestamps',
      '-keyout',
      'key.pem',
      '-out',
      'cert.pem',
    ])
    authority = createServer((request, response) => {
      void (async () => {
        await writeFile(join(authorityFolder, 'query'), request)
        await openssl(['ts', '-reply', '-config', 'ts.cnf', '-queryfile', 'query', '-out', 'reply'])
        response.setHeader('content-type', 'application/timestamp-reply')
        response.end(await readFile(join(authorityFolder, 'reply')))
      })()
    })
    await new Promise<void>((resolve) => authority.listen(0, '127.0.0.1', resolve))
  }, 60_000)
  afterAll(async () => {
    authority?.close()
    if (authorityFolder) await rm(authorityFolder, { recursive: true })
  })
  const url = () => `http://127.0.0.1:${(authority.address() as AddressInfo).port}`

  it('is timestamped by an authority, witnessed, and checked by openssl', async () => {
    const witnessFolder = await mkdtemp(join(authorityFolder, 'witness-'))
    const parts = { ...firm.centre, log: { timestampUrl: url(), witnessFolder } }
    const signed = await signDay(parts)
    expect(signed).toMatchObject({ timestamped: true, problem: null })
    expect(await signDay(parts)).toMatchObject({ size: signed.size, timestamped: true })
    const [copied] = await readdir(witnessFolder)
    expect(await readFile(join(witnessFolder, copied!), 'utf8')).toBe(signed.note)
    const row = await firm.pool.query('select timestamp_token from log_checkpoint where day is not null')
    await writeFile(join(authorityFolder, 'checkpoint.tsr'), row.rows[0].timestamp_token)
    await writeFile(join(authorityFolder, 'checkpoint'), signed.note)
    const verified = await openssl([
      'ts',
      '-verify',
      '-data',
      'checkpoint',
      '-in',
      'checkpoint.tsr',
      '-CAfile',
      'cert.pem',
    ])
    expect(verified.stderr + verified.stdout).toContain('Verification: OK')
    await writeFile(join(authorityFolder, 'checkpoint'), `${signed.note} `)
    await expect(
      openssl(['ts', '-verify', '-data', 'checkpoint', '-in', 'checkpoint.tsr', '-CAfile', 'cert.pem']),
    ).rejects.toThrow()
  })

  it('is not asked for a second time where nothing came since', async () => {
    const last = await signDay({ ...firm.centre, log: { timestampUrl: url(), witnessFolder: null } })
    firm.setClock('2026-03-21T12:00:00Z')
    const away = { ...firm.centre, log: { timestampUrl: 'http://127.0.0.1:9', witnessFolder: null } }
    expect(await signDay(away)).toMatchObject({ size: last.size, timestamped: true, problem: null })
  })

  it('is asked again when the authority was away', async () => {
    firm.setClock('2026-03-22T12:00:00Z')
    await noteLogEntries(firm.pool, [{ at: 0, kind: 'policy', facts: { of: 'test' } }])
    const away = { ...firm.centre, log: { timestampUrl: 'http://127.0.0.1:9', witnessFolder: null } }
    const first = await signDay(away)
    expect(first.timestamped).toBe(false)
    expect(first.problem).toContain('timestamp authority')
    const again = await signDay({ ...firm.centre, log: { timestampUrl: url(), witnessFolder: null } })
    expect(again).toMatchObject({ timestamped: true, problem: null })
    await expect(requestTimestamp('http://127.0.0.1:9', Buffer.alloc(32))).rejects.toMatchObject({
      code: 'timestamp-refused',
    })
  })
})

const authoritySettings = `
[req]
distinguished_name = name
x509_extensions = extensions
[name]
[extensions]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = authority
[authority]
serial = serial
crypto_device = builtin
signer_cert = cert.pem
signer_key = key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
tsa_name = yes
`
