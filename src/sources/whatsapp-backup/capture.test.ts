import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAppError } from '../../domain/errors.ts'
import type { Message } from '../../domain/message.ts'
import { encryptBackup, encryptedVersions, rootKey, rootKeyFile } from './encryption/fixtures.ts'
import { fillAndroid, group, insert, makeAndroid, makeContacts, message, own, photo } from './fixtures.ts'
import { captureAll, rowOf, type Seen } from './test-capture.ts'

let folder = ''
let path = ''
let seen: Seen = { records: [], messages: [], gaps: [] }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-phone-'))
  path = join(folder, 'msgstore.db')
  const db = makeAndroid(path)
  fillAndroid(db)
  db.close()
  makeContacts(join(folder, 'wa.db'))
  const images = join(folder, 'Media', 'WhatsApp Images')
  await mkdir(images, { recursive: true })
  await writeFile(join(images, 'IMG-1.jpg'), photo)
  seen = await captureAll([path], { custodian: own, media: folder })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const direct = '447700900001~447700900002'
const [me, annId, benId] = ['+447700900001', '+447700900002', '+447700900003']

function told(table: string, id: number): Message {
  const index = seen.records.findIndex((record) => {
    const found = rowOf(record)
    return found.table === table && found.row._id === id
  })
  return seen.messages[index]!
}

/** table, row, event, kind, text, sender, vendor's id, what it refers to. */
const expected = [
  ['message', 1, 'sent', 'text', 'Good morning 🌞', annId, `${direct}/447700900002/KEY1`, undefined],
  [
    'message',
    2,
    'sent',
    'text',
    'Morning!',
    me,
    `${direct}/447700900001/KEY2`,
    `${direct}/447700900002/KEY1`,
  ],
  ['message', 3, 'sent', 'text', 'I am in', benId, `${group}/447700900003/KEY3`, undefined],
  ['message', 4, 'sent', 'image', 'the chart', benId, `${group}/447700900003/KEY4`, undefined],
  ['message', 5, 'sent', 'file', 'final terms', annId, `${direct}/447700900002/KEY5`, undefined],
  ['message', 6, 'sent', 'voice', '(voice)', annId, `${direct}/447700900002/KEY6`, undefined],
  [
    'message',
    7,
    'edited',
    'text',
    'the new text',
    annId,
    `${direct}/447700900002/EDIT7`,
    `${direct}/447700900002/KEY7`,
  ],
  [
    'message',
    8,
    'deleted',
    'system',
    'Message deleted',
    me,
    `${direct}/447700900001/REVOKE8`,
    `${direct}/447700900001/KEY8`,
  ],
  [
    'message',
    9,
    'deleted',
    'system',
    'Message of Ben B. deleted by an administrator of the group',
    annId,
    `${group}/447700900002/KEY9`,
    `${group}/447700900003/KEY9X`,
  ],
  [
    'message',
    10,
    'sent',
    'poll',
    'Poll: When do we sign?\n- Monday (1)\n- Tuesday (0)',
    benId,
    `${group}/447700900003/KEY10`,
    undefined,
  ],
  [
    'message',
    11,
    'sent',
    'location',
    'The Office\n1 Example Street\n51.5, -0.0913',
    annId,
    `${direct}/447700900002/KEY11`,
    undefined,
  ],
  ['message', 12, 'sent', 'contact', 'Contact: Cid Sample', annId, `${direct}/447700900002/KEY12`, undefined],
  ['message', 13, 'sent', 'image', '(image)', annId, `${direct}/447700900002/KEY13`, undefined],
  [
    'message',
    14,
    'sent',
    'system',
    'Ann Example changed the subject of the group to "Deal team" (before: "Old name")',
    undefined,
    `${group}/447700900002/KEY14`,
    undefined,
  ],
  [
    'message',
    15,
    'sent',
    'system',
    'Ann Example added +447700900001',
    undefined,
    `${group}/447700900002/KEY15`,
    undefined,
  ],
  [
    'message',
    16,
    'sent',
    'mixed',
    'Album of 2 pictures and 1 video',
    annId,
    `${direct}/447700900002/KEY16`,
    undefined,
  ],
  ['message', 18, 'sent', 'text', 'pass it on', annId, `${direct}/447700900002/KEY18`, undefined],
  [
    'message',
    20,
    'sent',
    'unknown',
    'Message of type 777, which is shown as it is stored',
    annId,
    `${direct}/447700900002/KEY20`,
    undefined,
  ],
  ['message', 21, 'sent', 'form', 'Confirm your order', annId, `${direct}/447700900002/KEY21`, undefined],
  [
    'message_add_on',
    1,
    'reacted',
    'text',
    'Reacted 👍',
    annId,
    `${group}/447700900002/REACT1`,
    `${group}/447700900003/KEY3`,
  ],
  [
    'message_add_on',
    2,
    'reacted',
    'text',
    'Voted for: Monday',
    annId,
    `${group}/447700900002/VOTE1`,
    `${group}/447700900003/KEY10`,
  ],
  ['call_log', 1, 'sent', 'call', 'Video call, 2 min 5 s', annId, 'call/CA11', undefined],
  ['call_log', 2, 'sent', 'call', 'Voice call, not answered', me, 'call/CA12', undefined],
  ['call_log', 3, 'sent', 'call', 'Missed group voice call', benId, 'call/CA13', undefined],
  [
    'receipt_user',
    1,
    'receipt',
    'system',
    'Read',
    annId,
    `${direct}/447700900001/KEY2#read/447700900002`,
    `${direct}/447700900001/KEY2`,
  ],
] as const

describe('an Android database', () => {
  test.each(expected)('%s %i is %s, %s: %s', (table, id, event, kind, text, sender, vendorId, refersTo) => {
    const found = told(table, id)
    expect(found).toMatchObject({
      channel: 'whatsapp',
      route: 'whatsapp-backup',
      event,
      kind,
      text,
      vendorId,
    })
    expect(found.sender?.identity.value).toBe(sender)
    expect(found.refersTo?.vendorId).toBe(refersTo)
  })

  test('a LID is resolved to the phone it belongs to, and people have the names of wa.db', () => {
    expect(told('message', 3).sender).toEqual({ identity: { type: 'phone', value: benId }, name: 'Ben B.' })
    expect(told('message', 1).sender?.name).toBe('Ann Example')
    expect(told('message', 2).sender?.name).toBe('Olga Owner')
    expect(told('message', 3).recipients.map(({ identity }) => identity.value)).toEqual([me, annId])
    expect(told('message', 3).conversation).toEqual({ id: group, name: 'Deal team', type: 'group' })
  })

  test('times are UTC; an edit and a deletion have their own', () => {
    expect(told('message', 1).sentAt).toMatchObject({ utc: Date.UTC(2026, 0, 5, 9, 1), zone: 'UTC' })
    expect(told('message', 7).sentAt.utc).toBe(Date.UTC(2026, 0, 5, 11, 30))
    expect(told('message', 8).sentAt.utc).toBe(Date.UTC(2026, 0, 5, 11, 38, 20))
  })

  test('captions, names of files, transcriptions and lengths are there to be found', () => {
    expect(told('message', 4).attachments).toMatchObject([
      { name: 'IMG-1.jpg', mediaType: 'image/jpeg', bytes: photo.byteLength },
    ])
    expect(told('message', 5).missingAttachments).toEqual([{ name: 'terms.pdf', reason: 'not-in-archive' }])
    expect(told('message', 6).fields).toContainEqual({ label: 'Transcription', value: 'call me back' })
    expect(told('message', 13).missingAttachments).toEqual([{ name: 'view-once media', reason: 'view-once' }])
    expect(told('message', 18).notes).toEqual(['Forwarded (5 times)', 'Disappears after 86400 seconds'])
  })

  test('calls say who, how long and that their content is not there', () => {
    expect(told('call_log', 1)).toMatchObject({
      call: { medium: 'video', outcome: 'completed', group: false, durationSeconds: 125 },
      notes: ['Call content not recorded'],
    })
    expect(told('call_log', 3)).toMatchObject({
      call: { outcome: 'missed', group: true },
      conversation: { id: group },
    })
    expect(
      told('call_log', 3)
        .recipients.map(({ identity }) => identity.value)
        .sort(),
    ).toEqual([me, annId])
    const standIn = seen.records.filter(
      (record) => rowOf(record).table === 'message' && rowOf(record).row._id === 22,
    )
    expect(standIn, 'the row in the chat comes along with the call').toEqual([])
    expect(told('message', 23)).toMatchObject({ kind: 'call', call: { outcome: 'missed' } })
  })

  test('a type nobody knows shows its columns, integers exact', () => {
    expect(told('message', 20).fields).toContainEqual({
      label: 'message_of_tomorrow.amount',
      value: '9007199254740993',
    })
    expect(told('message', 20).fields).toContainEqual({
      label: 'message_of_tomorrow.colour',
      value: 'indigo',
    })
    const { bytes } = seen.records.find((record) => rowOf(record).row._id === 20)!
    expect(Buffer.from(bytes).toString()).toContain(
      `"seal":{"base64":"${Buffer.from('seal').toString('base64')}"}`,
    )
  })

  test('what it lacks is in the ledger', () => {
    const reasons = seen.gaps.map(({ reason, key }) => [reason, key?.split('/').at(-1)])
    expect(reasons).toEqual([
      ['media-lost', 'KEY5'],
      ['media-lost', 'KEY6'],
      ['media-lost', 'KEY17'],
      ['view-once', 'KEY13'],
      ['undecryptable', 'KEY19'],
    ])
    // It closes when any way in captures the message; the placeholder itself has another id.
    expect(seen.gaps.at(-1)?.messageId).toBe(`${direct}/447700900002/KEY19`)
    expect(told('message', 19).vendorId).toBe(`${direct}/447700900002/KEY19#waiting`)
  })

  test('a file with another content than was sent is not taken for it', async () => {
    const media = await mkdtemp(join(folder, 'other-media-'))
    await writeFile(join(media, 'IMG-1.jpg'), 'another picture')
    const { gaps, messages } = await captureAll([path], { custodian: own, media })
    expect(gaps.map(({ reason }) => reason)).toContain('media-damaged')
    expect(messages.flatMap(({ attachments }) => attachments)).toEqual([])
  })

  test('without a media folder one gap says how many files there are', async () => {
    const { gaps } = await captureAll([path], { custodian: own })
    expect(gaps.filter(({ reason }) => reason.startsWith('media'))).toMatchObject([
      { reason: 'media-not-given', explanation: expect.stringContaining('4 messages') },
    ])
  })

  test('the registered user is told from the database where it says who joined', async () => {
    const user = { name: 'Olga Owner', mobile: own, email: 'olga@firm.example' }
    const { records, messages } = await captureAll([path], {}, [user])
    expect(records.every(({ custodian }) => custodian === own)).toBe(true)
    expect(messages[0]!.vendorId).toBe(`${direct}/447700900002/KEY1`)
  })
})

describe('backups', () => {
  test.each(encryptedVersions)('%s gives the same records as the bare database', async (version) => {
    const backup = join(folder, `msgstore.db.${version.slice(0, 7)}`)
    await writeFile(backup, encryptBackup(version, await readFile(path)))
    const { classicKeyFile } = await import('./encryption/fixtures.ts')
    const keyFile = join(folder, 'a-key')
    await writeFile(keyFile, version.startsWith('crypt15') ? rootKeyFile : classicKeyFile)
    const workFolder = await mkdtemp(join(folder, 'work-'))
    const found = await captureAll([backup], { custodian: own, media: folder, keyFile, workFolder })
    expect(found.records.map(({ bytes, identity }) => [Buffer.from(bytes).toString(), identity])).toEqual(
      seen.records.map(({ bytes, identity }) => [Buffer.from(bytes).toString(), identity]),
    )
    expect(await readdir(workFolder), 'clear text left behind').toEqual([])
  })

  test('a refused backup leaves no clear text behind', async () => {
    const backup = join(folder, 'msgstore-damaged.db.crypt15')
    const file = encryptBackup('crypt15', await readFile(path))
    file[file.length - 40]! ^= 1
    await writeFile(backup, file)
    const workFolder = await mkdtemp(join(folder, 'work-'))
    const settings = { custodian: own, key: rootKey.toString('hex'), workFolder }
    await expect(captureAll([backup], settings)).rejects.toSatisfy((error) =>
      isAppError(error, 'damaged-database'),
    )
    expect(await readdir(workFolder)).toEqual([])
  })

  test("another person's backup is refused by the digits in its head", async () => {
    const backup = join(folder, 'msgstore-other.db.crypt15')
    await writeFile(backup, encryptBackup('crypt15', await readFile(path)))
    const settings = { custodian: '+44 7700 900055', key: rootKey.toString('hex') }
    await expect(captureAll([backup], settings)).rejects.toThrow(/ends in 01/)
  })

  test('a write-ahead log beside the database is read with it, and nothing is written beside either', async () => {
    const inUse = await mkdtemp(join(folder, 'in-use-'))
    const db = new DatabaseSync(join(inUse, 'msgstore.db'))
    db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0')
    db.close()
    const writer = makeAndroid(join(inUse, 'msgstore.db'))
    writer.exec('PRAGMA wal_autocheckpoint = 0')
    message(writer, 1, 0, 'only in the log')
    const before = await readdir(inUse)
    const { messages } = await captureAll([join(inUse, 'msgstore.db')], { custodian: own })
    expect(messages.map(({ text }) => text)).toEqual(['only in the log'])
    expect(await readdir(inUse)).toEqual(before)
    writer.close()
  })

  test('files that hold no messages are refused', async () => {
    const other = join(folder, 'notes.txt')
    await writeFile(other, 'no backup')
    await expect(captureAll([other])).rejects.toSatisfy((error) => isAppError(error, 'not-a-message-file'))
    await expect(captureAll([join(folder, 'wa.db')])).rejects.toSatisfy((error) =>
      isAppError(error, 'not-a-message-file'),
    )
    await expect(captureAll([join(folder, 'nothing.db')])).rejects.toSatisfy((error) =>
      isAppError(error, 'file-not-found'),
    )
    await expect(captureAll([folder])).rejects.toThrow(/no iPhone backup/)
  })
})

describe('the next backup of the same phone', () => {
  test('gives what was there the same identities, and what happened since new ones', async () => {
    const later = join(await mkdtemp(join(folder, 'later-')), 'msgstore.db')
    await writeFile(later, await readFile(path))
    const db = new DatabaseSync(later)
    db.exec(
      `UPDATE message SET status = 13, starred = 1; UPDATE receipt_user SET played_timestamp = read_timestamp + 1`,
    )
    db.exec(`UPDATE message SET key_id = 'EDIT1', text_data = 'Good evening' WHERE _id = 1`)
    insert(db, 'message_edit_info', {
      message_row_id: 1,
      original_key_id: 'KEY1',
      edited_timestamp: 1_800_000_000_000,
    })
    db.close()
    const { records } = await captureAll([later], { custodian: own, media: folder })
    const before = new Set(seen.records.map(({ identity }) => JSON.stringify(identity)))
    const fresh = records.filter(({ identity }) => !before.has(JSON.stringify(identity)))
    expect(fresh.map((record) => [rowOf(record).table, rowOf(record).row._id])).toEqual([
      ['message', 1],
      ['receipt_user', 1],
    ])
    expect(fresh[0]).toMatchObject({ refersTo: `${direct}/447700900002/KEY1` })
  })
})
