import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compress, decompress } from './index.ts'

const damaged = expect.objectContaining({ code: 'content-damaged', details: { object: 'segments/1' } })

it('bytes come back as they were, at every level', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.constantFrom(1, 3, 19), (bytes, level) => {
      const packed = compress(bytes, level)
      expect(decompress(packed, { bytesMax: bytes.length, name: 'x' }).equals(bytes)).toBe(true)
    }),
  )
})

it('what would grow past the stated length is refused before it fills the memory', () => {
  const packed = compress(Buffer.alloc(50_000_000))
  expect(() => decompress(packed, { bytesMax: 1_000_000, name: 'segments/1' })).toThrow(damaged)
})

it('a cut or foreign stream is refused', () => {
  const packed = compress(Buffer.from('a text that is long enough to be cut anywhere'))
  const open = (bytes: Buffer) => () => decompress(bytes, { bytesMax: 1000, name: 'segments/1' })
  for (let length = 0; length < packed.length; length++)
    expect(open(packed.subarray(0, length))).toThrow(damaged)
  expect(open(Buffer.from('not zstd'))).toThrow(damaged)
})
