import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Json } from '../../domain/record.ts'
import { encryptBackup, rootKey } from './encryption/fixtures.ts'
import { makeAndroid, message, own } from './fixtures.ts'
import { live, pull } from './live.ts'
import { whatsappBackupRouteSettings, whatsappBackupSecret } from './settings.ts'
import { rowOf } from './test-capture.ts'

let [folder, arrivals, keeps] = ['', '', '']

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-pickup-'))
  ;[arrivals, keeps] = [join(folder, 'arrivals'), join(folder, 'keeps')]
  await mkdir(arrivals)
  await mkdir(keeps)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const now = Date.UTC(2026, 0, 6)
const key = rootKey.toString('hex')

/** A backup of `count` messages that arrived `minutesAgo`. */
async function arrive(name: string, count: number, minutesAgo: number): Promise<void> {
  const made = join(folder, 'made.db')
  await rm(made, { force: true })
  const db = makeAndroid(made)
  for (let id = 1; id <= count; id++) message(db, id, 0, `message ${id}`)
  db.close()
  await writeFile(join(arrivals, name), encryptBackup('crypt15', await readFile(made)))
  const at = new Date(now - minutesAgo * 60_000)
  await utimes(join(arrivals, name), at, at)
}

function given(secret: { key?: string } = { key }) {
  return {
    settings: whatsappBackupRouteSettings.parse({ folder: arrivals, custodian: own }),
    secret: whatsappBackupSecret.parse(secret),
    registeredUsers: [],
    clock: { now: () => now },
    random: { bytes: (length: number) => Buffer.alloc(length) },
    signal: new AbortController().signal,
    folder: keeps,
  }
}

async function pulled(cursor: Json | null, secret?: { key?: string }) {
  let after = cursor
  const rows: number[] = []
  let failure: unknown
  try {
    for await (const found of pull({ ...given(secret), cursor })) {
      if ('cursor' in found) after = found.cursor
      else if ('bytes' in found) rows.push(rowOf(found).row._id)
    }
  } catch (error) {
    failure = error
  }
  return { after, rows, failure }
}

test('a backup is captured when it is new, and not again', async () => {
  await arrive('msgstore.db.crypt15', 2, 60)
  const first = await pulled(null)
  expect(first.rows).toEqual([1, 2])
  expect((await pulled(first.after)).rows).toEqual([])
  await arrive('msgstore.db.crypt15', 3, 5)
  const second = await pulled(first.after)
  expect(second.rows).toEqual([1, 2, 3])
  expect(await readdir(keeps), 'clear text left behind').toEqual([])
})

test('the same backup copied again is not read again', async () => {
  await arrive('msgstore.db.crypt15', 2, 60)
  const first = await pulled(null)
  const at = new Date(now - 5 * 60_000)
  await utimes(join(arrivals, 'msgstore.db.crypt15'), at, at)
  const second = await pulled(first.after)
  expect(second.rows).toEqual([])
  expect(second.after).not.toEqual(first.after)
})

test('a backup that is still being copied waits', async () => {
  await arrive('msgstore.db.crypt15', 2, 0)
  expect(await pulled(null)).toMatchObject({ rows: [], after: null })
})

test('one that cannot be opened is told of and does not stop the others', async () => {
  await arrive('msgstore-2026-01-04.1.db.crypt15', 1, 120)
  await writeFile(join(arrivals, 'msgstore-2026-01-04.1.db.crypt15'), Buffer.alloc(300, 7))
  const at = new Date(now - 120 * 60_000)
  await utimes(join(arrivals, 'msgstore-2026-01-04.1.db.crypt15'), at, at)
  await arrive('msgstore.db.crypt15', 2, 60)
  const { rows, failure, after } = await pulled(null)
  expect(rows).toEqual([1, 2])
  expect(failure).toMatchObject({ code: 'not-a-message-file' })
  expect(Object.keys(after as object)).toEqual(['msgstore.db.crypt15'])
})

test('clear text that a killed pull left is deleted', async () => {
  const left = join(keeps, 'holdfast-backup-abc')
  await mkdir(left)
  new DatabaseSync(join(left, 'msgstore.db')).close()
  await pulled(null)
  expect(await readdir(keeps)).toEqual([])
})

test('the test of the connection says what is wrong', async () => {
  expect(await live.test?.(given())).toMatchObject([
    { check: 'folder', problem: expect.stringContaining('no backup') },
    { check: 'key' },
  ])
  await arrive('msgstore.db.crypt15', 1, 60)
  expect(await live.test?.(given())).toEqual([{ check: 'folder' }, { check: 'key' }])
  expect(await live.test?.(given({}))).toMatchObject([
    {},
    { problem: expect.stringContaining('no key was given') },
  ])
  expect(await live.test?.(given({ key: 'short' }))).toMatchObject([
    {},
    { problem: expect.stringContaining('64') },
  ])
})
