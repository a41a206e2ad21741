import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { captureAll, rowOf } from './test-capture.ts'

const samples = process.env.HOLDFAST_SAMPLES
const at = (name: string) => join(samples ?? '', 'whatsapp/backups', name)

describe.skipIf(!samples)('databases and backups of others (needs HOLDFAST_SAMPLES)', () => {
  test('the schema of October 2023: a group event, an edit, a location, a deletion', async () => {
    const { records, messages, gaps } = await captureAll([
      at('frozenspider/whatsapp-android_2023-10/msgstore.db'),
    ])
    const told = messages.map((found, index) => [
      rowOf(records[index]!).row._id,
      found.event,
      found.kind,
      found.text,
    ])
    expect(told).toEqual([
      [169, 'sent', 'system', "11111@s.whatsapp.net added Hey look it's me!"],
      [750, 'edited', 'text', 'Last group message'],
      [4863, 'sent', 'location', expect.stringContaining('New Bahari')],
      [7454, 'deleted', 'system', 'Message deleted'],
    ])
    expect(messages[2]).toMatchObject({
      location: { latitude: -8.70385650502691, longitude: 115.21673666751775, live: true },
    })
    expect(messages[3]!.sentAt.utc).toBe(1_693_993_963_000)
    expect(messages[3]!.refersTo?.vendorId).toMatch(/PERSONALMSGDELETED$/)
    expect(messages[1]!.refersTo?.vendorId).toMatch(/GROUPMSG99999OLD$/)
    expect(gaps).toEqual([])
  })

  test('the schema of January 2026: an interactive message with its buttons', async () => {
    const { messages, gaps } = await captureAll([at('frozenspider/whatsapp-android_2026-01/msgstore.db')])
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatchObject({
      event: 'sent',
      kind: 'form',
      text: 'Line 1\nLine 2\n\nLine 3',
      sentAt: { utc: 1_761_287_123_000 },
    })
    expect(messages[0]!.conversation.name).toBe('WA Verified VName')
    expect(messages[0]!.fields?.some(({ value }) => value.includes('https://w.meta.me/'))).toBe(true)
    expect(gaps).toEqual([])
  })

  test('the schema of 2022, whose messages are in the older table', async () => {
    const { messages } = await captureAll([at('msgstore.db')])
    expect(messages.map(({ kind }) => kind)).toEqual([
      'image',
      'video',
      'image',
      'image',
      'image',
      'image',
      'video',
      'video',
      'video',
    ])
    expect(messages.every(({ conversation }) => conversation.id === 'status@broadcast')).toBe(true)
  })

  test.each([
    ['msgstore.db.crypt12', 'key'],
    ['msgstore.db.crypt14', 'key'],
    ['msgstore-noexpiry.db.crypt14', 'key'],
    ['msgstore.db.crypt15', 'encrypted_backup.key'],
  ])('%s gives the records of the bare database', async (name, keyFile) => {
    const bare = await captureAll([at('msgstore.db')])
    const found = await captureAll([at(name)], { keyFile: at(keyFile) })
    const bytes = (records: typeof found.records) =>
      records.map((record) => Buffer.from(record.bytes).toString())
    expect(bytes(found.records)).toEqual(bytes(bare.records))
  })

  test('a crypt15 backup opens with the digits of its key', async () => {
    const key = (await readFile(at('encrypted_backup.key'))).subarray(27).toString('hex')
    expect((await captureAll([at('msgstore.db.crypt15')], { key })).messages).toHaveLength(9)
  })

  test.each(['empty-db.sql', 'empty-db.zlib1', 'test9.zip', 'test.json'])(
    '%s holds no messages and is refused',
    async (name) => {
      await expect(captureAll([at(name)])).rejects.toMatchObject({ code: 'not-a-message-file' })
    },
  )
})
