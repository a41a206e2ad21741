import { hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type BlockRecord,
  commitmentSalt,
  decodeContentBlock,
  encodeContentBlock,
  firstBlockIdOf,
} from './content-block.ts'

const bytes = (length: number) => fc.uint8Array({ maxLength: length })
const context = { file: 'day.jsonl' }

const record: fc.Arbitrary<BlockRecord> = fc
  .record({
    source: fc.constantFrom('wecom-archive', 'whatsapp-export'),
    sequence: fc.nat(),
    capturedAt: fc.constantFrom(1_700_000_000_000, 1_700_000_000_001),
    messageKey: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    raw: bytes(300),
    skeleton: fc.option(bytes(800), { nil: undefined }),
  })
  .map(({ raw, skeleton, ...facts }) => ({
    ...facts,
    raw: { channel: 'wecom', bytes: raw, place: { offset: 7, index: 1 }, context, attachments: [] },
    ...(skeleton
      ? { email: { skeleton, holes: skeleton.length > 3 ? [{ offset: 3, attachment: 0 }] : [] } }
      : {}),
  }))

describe('a content block', () => {
  it('gives back e-mails and raw records, byte for byte, those without an e-mail too', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), bytes(32), (records, seed) => {
        const block = decodeContentBlock(encodeContentBlock(records, seed))
        expect(block.saltSeed).toEqual(Buffer.from(seed))
        expect(block.records.map(facts)).toEqual(records.map(facts))
      }),
    )
  })

  it('refuses a frame that does not add up', () => {
    const [one] = fc.sample(record, { numRuns: 1, seed: 3 })
    const frame = encodeContentBlock([one!], Buffer.alloc(32))
    expect(() => decodeContentBlock(Buffer.concat([frame, Buffer.of(0)]))).toThrow(/longer or shorter/)
  })

  it('has a salt of its own for every record, which the block alone can give', () => {
    const seed = Buffer.alloc(32, 1)
    expect(commitmentSalt(seed, 0)).toEqual(
      hash('sha256', Buffer.concat([seed, Buffer.from('/0')]), 'buffer'),
    )
    expect(commitmentSalt(seed, 0)).not.toEqual(commitmentSalt(seed, 1))
    expect(commitmentSalt(Buffer.alloc(32, 2), 0)).not.toEqual(commitmentSalt(seed, 0))
  })

  it('numbers the blocks of a segment in a row, apart from every other segment’s', () => {
    expect(firstBlockIdOf(1n)).toBe(8192n)
    expect(firstBlockIdOf(2n) - firstBlockIdOf(1n)).toBe(8192n)
  })
})

function facts({ raw, email, messageKey, ...rest }: BlockRecord) {
  return {
    ...rest,
    messageKey: [...messageKey],
    raw: { ...raw, bytes: [...raw.bytes] },
    email: email && { skeleton: [...email.skeleton], holes: [...email.holes] },
  }
}
