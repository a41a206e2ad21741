import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64Lines, base64LinesLength, createBase64Lines } from './base64-lines.ts'

const contentAndCuts = fc.record({
  content: fc.uint8Array({ maxLength: 2000 }),
  cuts: fc.array(fc.nat(2000), { maxLength: 12 }),
})

function inChunks(content: Uint8Array, cuts: readonly number[]): Buffer {
  const encoder = createBase64Lines()
  const out: Buffer[] = []
  let from = 0
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    out.push(encoder.write(content.subarray(from, Math.max(from, cut))))
    from = Math.max(from, Math.min(cut, content.length))
  }
  out.push(encoder.write(content.subarray(from)), encoder.end())
  return Buffer.concat(out)
}

describe('base64 lines', () => {
  it('are what Node makes of the content, broken after 76 characters', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (content) => {
        const expected =
          Buffer.from(content)
            .toString('base64')
            .match(/.{1,76}/g)
            ?.join('\r\n') ?? ''
        expect(base64Lines(content)).toBe(expected)
        expect(base64LinesLength(content.length)).toBe(expected.length)
      }),
    )
  })

  it('are the same bytes in whatever chunks the content comes', () => {
    fc.assert(
      fc.property(contentAndCuts, ({ content, cuts }) => {
        expect(inChunks(content, cuts).toString('latin1')).toBe(base64Lines(content))
      }),
      { numRuns: 500 },
    )
  })

  it('know their length at the edges of a line and beyond 4 GiB', () => {
    expect([0, 1, 57, 58, 114, 115].map(base64LinesLength)).toEqual([0, 4, 76, 82, 154, 160])
    expect(base64LinesLength(57 * 100_000_000)).toBe(78 * 100_000_000 - 2)
  })

  it('do not change when the caller uses its buffer again', () => {
    const encoder = createBase64Lines()
    const reused = Buffer.alloc(40, 1)
    const first = encoder.write(reused)
    reused.fill(2)
    const lines = Buffer.concat([first, encoder.write(reused), encoder.end()])
    expect(lines.toString()).toBe(base64Lines(Buffer.concat([Buffer.alloc(40, 1), Buffer.alloc(40, 2)])))
  })
})
