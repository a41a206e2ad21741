import { describe, expect, test } from 'vitest'
import { chatRowOf } from './chat-page.ts'
import { readCursor } from './cursor.ts'
import { lagOf, sequenceGap } from './sequence.ts'

const dayMs = 24 * 60 * 60 * 1000
const now = 1_772_415_000_000
const rows = (...numbers: readonly (number | string)[]) =>
  numbers.map((seq, index) => chatRowOf({ seq, msgid: `m${seq}` }, index + 1, () => Buffer.alloc(0)))
const at = (seq: string, rest: object = {}) => readCursor({ seq, ...rest })

describe('numbers that are missing', () => {
  test('nothing is missing where the numbers follow, nor before the first pull', () => {
    expect(sequenceGap(at('10'), rows(11, 12, 13), now, now)).toBeUndefined()
    expect(sequenceGap(at('0'), rows(900, 901), now, now)).toBeUndefined()
    expect(sequenceGap(at('10'), rows(9, 10, 11), now, now)).toBeUndefined()
  })

  test('a jump after five days without a pull is expiry, from and to', () => {
    const gap = sequenceGap(at('10', { reachedEndAt: now - 6 * dayMs }), rows(500, 501), now, now - 5 * dayMs)
    expect(gap?.gap).toMatchObject({ reason: 'sequence-jump', key: '11-499' })
    expect(gap?.gap.explanation).toMatch(/^489 messages between seq 11 and seq 499 .* five days/)
  })

  test('a jump without that is told as well', () => {
    const gap = sequenceGap(at('10', { reachedEndAt: now - 60_000 }), rows(11, 13, 16), now, now)
    expect(gap?.gap.key).toBe('12-15')
    expect(gap?.gap.explanation).toMatch(/^3 messages .* without saying why/)
  })

  test('numbers beyond 2^53 are exact', () => {
    const gap = sequenceGap(at('18446744073709551000'), rows('18446744073709551002'), now, now)
    expect(gap?.gap.key).toBe('18446744073709551001-18446744073709551001')
  })
})

describe('lag', () => {
  test('of three days opens a gap once, and closes when it is caught up', () => {
    const cursor = at('10', { reachedEndAt: now - 60_000 })
    const opened = lagOf(cursor, now, now - 3 * dayMs)
    expect(opened).toMatchObject({ found: { gap: { reason: 'lagging', key: 'seq 10' } }, lagging: 'seq 10' })
    const behind = { ...cursor, lagging: opened.lagging }
    expect(lagOf(behind, now, now - 4 * dayMs)).toEqual({ lagging: 'seq 10' })
    expect(lagOf(behind, now, now)).toMatchObject({
      found: { closed: { key: 'seq 10' } },
      lagging: undefined,
    })
  })

  test('is noticed when nothing was pulled for three days, but not on the first pull', () => {
    expect(lagOf(at('10', { reachedEndAt: now - 3 * dayMs }), now, now).found).toBeDefined()
    expect(lagOf(at('0'), now, now - 5 * dayMs)).toEqual({ lagging: undefined })
    expect(lagOf(at('1000'), now, now - 5 * dayMs)).toEqual({ lagging: undefined })
  })
})
