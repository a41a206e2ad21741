import fc from 'fast-check'
import { expect, it } from 'vitest'
import { systemRandom } from '../random.ts'
import { blockOverheadBytes, openBlock, sealBlock } from './index.ts'

const key = Buffer.alloc(32, 7)
const bytes = fc.uint8Array({ maxLength: 300 })

it('a block opens to what was sealed, and is 29 bytes longer', () => {
  fc.assert(
    fc.property(bytes, bytes, (plaintext, aad) => {
      const sealed = sealBlock(key, plaintext, aad, systemRandom)
      expect(sealed.length).toBe(plaintext.length + blockOverheadBytes)
      expect(openBlock(key, sealed, aad, 'x').equals(plaintext)).toBe(true)
    }),
  )
})

it('a block with any one bit changed is refused, and the error names the object', () => {
  const aad = Buffer.from('segment 1')
  const sealed = sealBlock(key, Buffer.from('hello, 你好'), aad, systemRandom)
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    expect(() => openBlock(key, changed, aad, 'segments/1')).toThrow(
      expect.objectContaining({ code: 'content-damaged', message: expect.stringContaining('segments/1') }),
    )
  }
})

it('a block cut short, of another key or of other associated data is refused', () => {
  const sealed = sealBlock(key, Buffer.from('hello'), Buffer.from('a'), systemRandom)
  const damaged = expect.objectContaining({ code: 'content-damaged' })
  for (let length = 0; length < sealed.length; length++)
    expect(() => openBlock(key, sealed.subarray(0, length), Buffer.from('a'), 'x')).toThrow(damaged)
  expect(() => openBlock(Buffer.alloc(32, 8), sealed, Buffer.from('a'), 'x')).toThrow(damaged)
  expect(() => openBlock(key, sealed, Buffer.from('b'), 'x')).toThrow(damaged)
})

it('the same plaintext is never sealed to the same bytes, and cannot be seen in them', () => {
  const canary = Buffer.from('canary-4711')
  const [one, two] = [1, 2].map(() => sealBlock(key, canary, Buffer.alloc(0), systemRandom))
  expect(one!.equals(two!)).toBe(false)
  expect(one!.includes(canary)).toBe(false)
})
