import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { buffer } from 'node:stream/consumers'
import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { isAppError } from '../../../domain/errors.ts'
import { classicKeyFile, encryptBackup, encryptedVersions, rootKey, rootKeyFile } from './fixtures.ts'
import { parseKeyFile } from './key-file.ts'
import { type KeySettings, openBackup } from './open-backup.ts'

const bytesMax = 1024 * 1024
let folder = ''
let database: Buffer = Buffer.alloc(0)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-encryption-'))
  const path = join(folder, 'made.db')
  const db = new DatabaseSync(path)
  db.exec(
    "create table message (_id integer primary key, text_data text); insert into message values (1, 'Hello')",
  )
  db.close()
  database = await readFile(path)
  await writeFile(join(folder, 'encrypted_backup.key'), rootKeyFile)
  await writeFile(join(folder, 'key'), classicKeyFile)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function keysFor(version: string): KeySettings {
  return { keyFile: join(folder, version.startsWith('crypt15') ? 'encrypted_backup.key' : 'key') }
}

async function opened(file: Buffer, keys: KeySettings, limit = bytesMax): Promise<Buffer> {
  const path = join(folder, 'msgstore.db.crypt')
  const target = join(folder, 'clear.db')
  await writeFile(path, file)
  try {
    const found = await openBackup(path, target, keys, limit)
    return await readFile(found.path)
  } finally {
    await rm(target, { force: true })
  }
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'accepted',
    (error: unknown) => (isAppError(error) ? error.code : `not an AppError: ${String(error)}`),
  )
}

describe.each(encryptedVersions)('%s', (version) => {
  test('opens byte for byte', async () => {
    expect((await opened(encryptBackup(version, database), keysFor(version))).equals(database)).toBe(true)
  })

  test('opens when a zip is inside', async () => {
    const zip = new ZipFile()
    zip.addBuffer(Buffer.from('{}'), 'notes.json')
    zip.addBuffer(database, 'msgstore.db')
    zip.end()
    const packed = await buffer(zip.outputStream as unknown as NodeJS.ReadableStream)
    const file = encryptBackup(version, database, packed)
    expect((await opened(file, keysFor(version))).equals(database)).toBe(true)
  })

  test('refuses a byte flipped anywhere, with a clear code, and leaves no clear text', async () => {
    const file = encryptBackup(version, database)
    // Without the MD5 nothing covers what the head says of the app; all else is covered.
    const covered = version === 'crypt15-in-parts' ? [file[0]! + 1, file.length] : [0, file.length]
    const step = Math.max(1, Math.floor(file.length / 150))
    const places = new Set(Array.from({ length: 151 }, (_, index) => index * step))
    for (let place = 0; place < 140; place++) places.add(place).add(file.length - 1 - place)
    for (const place of places) {
      if (place < covered[0]! || place >= covered[1]!) continue
      const flipped = Buffer.from(file)
      flipped[place]! ^= 0x80
      const code = await codeOf(opened(flipped, keysFor(version)))
      expect(['damaged-database', 'wrong-key', 'not-a-message-file'], `byte ${place}: ${code}`).toContain(
        code,
      )
    }
    expect((await readdir(folder)).filter((name) => name.startsWith('clear'))).toEqual([])
  })

  test('refuses a file that is cut off', async () => {
    const file = encryptBackup(version, database)
    for (const bytes of [0, 1, 20, 70, 100, file.length - 40, file.length - 1]) {
      const code = await codeOf(opened(file.subarray(0, bytes), keysFor(version)))
      expect(['damaged-database', 'wrong-key', 'not-a-message-file'], `${bytes} bytes: ${code}`).toContain(
        code,
      )
    }
  })

  test('refuses to unpack without end', async () => {
    const bomb = encryptBackup(version, database, deflateSync(Buffer.alloc(4 * bytesMax)))
    expect(await codeOf(opened(bomb, keysFor(version)))).toBe('zip-too-large')
  })

  test('says when what is inside is no database', async () => {
    const other = encryptBackup(version, database, deflateSync(Buffer.from('{"test": true}')))
    expect(await codeOf(opened(other, keysFor(version)))).toBe('not-a-message-file')
  })
})

describe('keys', () => {
  test('64 hex digits open a crypt15 backup, spaced as WhatsApp shows them', async () => {
    const digits = rootKey.toString('hex').replace(/(.{4})/g, '$1 ')
    expect(await codeOf(opened(encryptBackup('crypt15', database), { key: digits }))).toBe('accepted')
  })

  test('another key is refused', async () => {
    const file = encryptBackup('crypt15', database)
    expect(await codeOf(opened(file, { key: '00'.repeat(32) }))).toBe('wrong-key')
    expect(await codeOf(opened(file, { key: '12' }))).toBe('wrong-key')
    expect(await codeOf(opened(file, {}))).toBe('wrong-key')
  })

  test('a key of the other kind is named', async () => {
    await expect(opened(encryptBackup('crypt15', database), keysFor('crypt14'))).rejects.toThrow(/64-digit/)
    await expect(opened(encryptBackup('crypt14', database), keysFor('crypt15'))).rejects.toThrow(/file "key"/)
  })

  test.each(['crypt12', 'crypt14'] as const)('%s: another salt or Google id is named', async (version) => {
    const start = classicKeyFile.length - 131
    const other = join(folder, 'other-key')
    const saltChanged = Buffer.from(classicKeyFile)
    saltChanged[start + 5]! ^= 1
    await writeFile(other, saltChanged)
    await expect(opened(encryptBackup(version, database), { keyFile: other })).rejects.toThrow(/server salt/)
    const versionChanged = Buffer.from(classicKeyFile)
    versionChanged[start + 2] = 3
    await writeFile(other, versionChanged)
    await expect(opened(encryptBackup(version, database), { keyFile: other })).rejects.toThrow(
      /version 2 of the key/,
    )
  })

  test('a damaged or foreign key file is refused', () => {
    const broken = Buffer.from(classicKeyFile)
    broken[broken.length - 131 + 40]! ^= 1
    for (const content of [broken, classicKeyFile.subarray(0, 100), Buffer.from('no key'), Buffer.alloc(0)]) {
      expect(() => parseKeyFile(content, 'key')).toThrow(/key/i)
    }
  })
})
