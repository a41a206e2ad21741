import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAppError } from '../../../domain/errors.ts'
import { group, own, photo } from '../fixtures.ts'
import { captureAll, rowOf, type Seen } from '../test-capture.ts'
import { fileInBackup } from './backup-folder.ts'
import { makeBackupFolder, makeChatStorage } from './fixtures.ts'

let folder = ''
let seen: Seen = { records: [], messages: [], gaps: [] }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-iphone-'))
  makeBackupFolder(folder)
  seen = await captureAll([folder], { custodian: own })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const direct = '447700900001~447700900002'

test('the databases of a backup lie where the facts say', () => {
  expect(fileInBackup('', 'ChatStorage.sqlite')).toMatch(/7c7fba66680ef796b916b067077cc246adacf01d$/)
  expect(fileInBackup('', 'ContactsV2.sqlite')).toMatch(/b8548dc30aa1030df0ce18ef08b882cf7ab5212f$/)
  expect(fileInBackup('', 'CallHistory.sqlite')).toMatch(/1b432994e958845fffe8e2f190f26d1511534088$/)
})

test('messages of every type come with their people, times and references', () => {
  const told = seen.messages.map((found, index) => [
    ...[rowOf(seen.records[index]!).table, found.event, found.kind, found.text, found.sender?.identity.value],
    ...[found.vendorId, found.refersTo?.vendorId],
  ])
  expect(told).toEqual([
    [
      'ZWAMESSAGE',
      'sent',
      'text',
      'Hello from a phone',
      '+447700900002',
      `${direct}/447700900002/3AKEY1`,
      undefined,
    ],
    [
      'ZWAMESSAGE',
      'sent',
      'text',
      'A reply',
      own,
      `${direct}/447700900001/3AKEY2`,
      `${direct}/447700900002/3AKEY000000000000001`,
    ],
    [
      'ZWAMESSAGE',
      'sent',
      'text',
      'In the group',
      '+447700900003',
      `${group}/447700900003/3AKEY3`,
      undefined,
    ],
    ['ZWAMESSAGE', 'sent', 'image', 'the chart', '+447700900002', `${direct}/447700900002/3AKEY4`, undefined],
    [
      'ZWAMESSAGE',
      'deleted',
      'system',
      'Message deleted',
      '+447700900002',
      `${direct}/447700900002/3AKEY5#deleted`,
      `${direct}/447700900002/3AKEY5`,
    ],
    [
      'ZWAMESSAGE',
      'sent',
      'system',
      'Event of the chat, type 2',
      undefined,
      `${group}/${group}/3AKEY6`,
      undefined,
    ],
    [
      'ZWAMESSAGE',
      'sent',
      'location',
      '51.5, -0.0913',
      '+447700900002',
      `${direct}/447700900002/3AKEY7`,
      undefined,
    ],
    [
      'ZWAMESSAGE',
      'sent',
      'sticker',
      '(sticker)',
      '+447700900002',
      `${direct}/447700900002/3AKEY8`,
      undefined,
    ],
    [
      'ZWAMESSAGE',
      'sent',
      'unknown',
      'Message of type 321, which is shown as it is stored',
      '+447700900002',
      `${direct}/447700900002/3AKEY9`,
      undefined,
    ],
    ['ZWACDCALLEVENT', 'sent', 'call', 'Voice call, 1 min 1 s', '+447700900002', 'call/CA21', undefined],
    ['ZWACDCALLEVENT', 'sent', 'call', 'Missed video call', '+447700900003', 'call/CA22', undefined],
  ])
})

test('times count from 2001, names come from contacts, LIDs from their own list', () => {
  expect(seen.messages[0]!.sentAt.utc).toBe(Date.UTC(2026, 0, 5, 9, 1, 0, 500))
  expect(seen.messages[2]!.sender).toEqual({
    identity: { type: 'phone', value: '+447700900003' },
    name: 'Ben Sample',
  })
  expect(seen.messages[2]!.conversation).toEqual({ id: group, name: 'Deal team', type: 'group' })
})

test('media are found under the hash of their path', () => {
  expect(seen.messages[3]!.attachments).toMatchObject([
    { name: 'photo.jpg', mediaType: 'image/jpeg', bytes: photo.byteLength },
  ])
  expect(seen.gaps).toEqual([])
})

test('the database alone is captured too', async () => {
  const path = join(folder, 'ChatStorage.sqlite')
  makeChatStorage(path)
  const { messages } = await captureAll([path], { custodian: own })
  expect(messages).toHaveLength(9)
})

test('an encrypted backup is refused with what to do, and so is one without WhatsApp', async () => {
  const encrypted = await mkdtemp(join(folder, 'encrypted-'))
  await writeFile(join(encrypted, 'Manifest.db'), Buffer.alloc(4_096, 0x5a))
  await expect(captureAll([encrypted])).rejects.toSatisfy((error) => isAppError(error, 'encrypted-backup'))
  await expect(captureAll([encrypted])).rejects.toThrow(/switched off/)
  const without = await mkdtemp(join(folder, 'without-'))
  await writeFile(join(without, 'Manifest.db'), 'SQLite format 3\0')
  await expect(captureAll([without])).rejects.toThrow(/end-to-end encrypted backup off/)
})
