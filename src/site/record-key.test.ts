import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { CapturedRecord, RecordIdentity } from '../sources/source.ts'
import { createKeyedHash, createRecordKeyer } from './record-key.ts'

const record = (identity: RecordIdentity): CapturedRecord => ({
  channel: 'wecom',
  bytes: Buffer.from('the bytes'),
  place: { offset: 0 },
  context: {},
  identity,
  attachments: [],
})

const line = {
  type: 'content',
  custodian: '+447700900001',
  chat: 'Deal team',
  localTime: '2026-03-01T10:15:00',
  author: 'Bo',
  body: 'ok',
  ordinal: 0,
  authorlessOrdinal: 0,
} as const

const keyer = createRecordKeyer(Buffer.alloc(32, 7), 'whatsapp-export')
const keyOf = (identity: RecordIdentity) => keyer.keysOf(record(identity)).recordKey.toString('hex')

describe('the keys of a record', () => {
  it('are HMAC-SHA256 over parts that cannot be confused', () => {
    for (const key of [Buffer.alloc(32, 1), Buffer.alloc(100, 2)]) {
      const expected = createHmac('sha256', key).update('2:ab1:c').digest()
      expect(createKeyedHash(key)('ab', 'c')).toEqual(expected)
      expect(createKeyedHash(key)('a', 'bc')).not.toEqual(expected)
    }
  })

  it('differ by account, source, custodian, chat, time, author, body and ordinal', () => {
    const others = [
      { ...line, custodian: '+447700900002' },
      { ...line, chat: 'Other' },
      { ...line, localTime: '2026-03-01T10:16:00' },
      { ...line, author: 'Cy' },
      { ...line, body: 'ok!' },
      { ...line, ordinal: 1 },
    ]
    expect(new Set([line, ...others].map(keyOf)).size).toBe(7)
    const elsewhere = createRecordKeyer(Buffer.alloc(32, 8), 'whatsapp-export').keysOf(record(line))
    expect(elsewhere.recordKey.toString('hex')).not.toBe(keyOf(line))
  })

  it('find a line again under another author', () => {
    const renamed = keyer.keysOf(record({ ...line, author: 'Bo Li' }))
    const before = keyer.keysOf(record(line))
    expect(renamed.recordKey).not.toEqual(before.recordKey)
    expect(renamed.alignment?.authorlessKey).toEqual(before.alignment?.authorlessKey)
    expect(renamed.alignment?.authorTag).not.toEqual(before.alignment?.authorTag)
  })

  it('name one message for all its observers, and one record for each', () => {
    const seenBy = (observer: string) =>
      keyer.keysOf(record({ type: 'vendor-id', messageId: 'm1', observer, fingerprint: 'f' }))
    expect(seenBy('+447700900001').messageKey).toEqual(seenBy('+447700900002').messageKey)
    expect(seenBy('+447700900001').recordKey).not.toEqual(seenBy('+447700900002').recordKey)
  })

  it('tell a second message under one vendor id from the first', () => {
    const second = record({ type: 'vendor-id', messageId: 'm1', observer: '', fingerprint: 'other words' })
    expect(keyer.keysOfSecond(second).messageKey).not.toEqual(keyer.keysOf(second).messageKey)
    expect(keyer.keysOfSecond(second).recordKey).not.toEqual(keyer.keysOf(second).recordKey)
  })
})
