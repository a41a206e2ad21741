import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channels } from '../message.ts'
import { type FramedRecord, frameBlock, openBlockFrame } from './block-frame.ts'

const context = { file: 'chat.txt', zone: 'Europe/London' }

const attachment = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((content) => ({
    ...{ name: '合同.pdf', mediaType: 'application/pdf', reference: 'f1', sha256: 'ab'.repeat(32) },
    bytes: content.byteLength,
    content,
  })),
  fc.constant({
    ...{ name: 'a.mp4', mediaType: 'video/mp4', reference: 'f2', sha256: 'cd'.repeat(32) },
    ...{ bytes: 5_000_000, object: 'journal/1/1/attachments/00ff', key: 'a2V5' },
  }),
)

const record: fc.Arbitrary<FramedRecord> = fc.record({
  source: fc.constant('whatsapp-export'),
  channel: fc.constantFrom(...channels),
  bytes: fc.uint8Array({ maxLength: 500 }),
  place: fc.record({ offset: fc.nat(), line: fc.nat() }),
  context: fc.constantFrom(context, { file: 'other.txt' }),
  messageKey: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  capturedAt: fc.constant(1_700_000_000_000),
  attachments: fc.array(attachment, { maxLength: 3 }),
})

describe('a journal block', () => {
  it('gives back the records that went in, byte for byte', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 12 }), (records) => {
        expect(plain(openBlockFrame(frameBlock(records)))).toEqual(plain(records))
      }),
    )
  })

  it('stores a context once, however many records share it', () => {
    const [one] = fc.sample(record, { numRuns: 1, seed: 1 })
    const records = Array.from({ length: 50 }, () => ({ ...one!, context }))
    const frame = frameBlock(records).toString('latin1')
    expect(frame.split('Europe/London')).toHaveLength(2)
    const opened = openBlockFrame(frameBlock(records))
    expect(opened[0]!.context).toBe(opened[49]!.context)
  })

  it('refuses a frame that is shorter or longer than it says', () => {
    const frame = frameBlock([
      { ...fc.sample(record, { numRuns: 1, seed: 2 })[0]!, bytes: Buffer.from('hello') },
    ])
    expect(() => openBlockFrame(frame.subarray(0, frame.length - 1))).toThrow()
    expect(() => openBlockFrame(Buffer.concat([frame, Buffer.from('x')]))).toThrow(/longer or shorter/)
  })
})

/** Buffers and typed arrays compare by content only as plain arrays. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, member) => (member instanceof Uint8Array ? [...member] : bufferOf(member))),
  )
}

function bufferOf(member: unknown): unknown {
  const { type, data } = (member ?? {}) as { type?: string; data?: unknown }
  return type === 'Buffer' ? data : member
}
