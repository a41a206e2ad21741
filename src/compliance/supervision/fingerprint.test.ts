import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bitsApart, fingerprintOf, nearBitsMax } from './fingerprint.ts'

it('counts the bits in which two fingerprints differ', () => {
  const fingerprint = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  fc.assert(
    fc.property(fingerprint, fingerprint, (one, other) => {
      const bits = BigInt.asUintN(64, one ^ other).toString(2)
      expect(bitsApart(one, other)).toBe([...bits].filter((bit) => bit === '1').length)
    }),
  )
})

it.each([
  ['Dear Anna, your meeting is at 10:15', 'Dear Anna, your meeting is at 16:30'],
  ['订单 12345 已发货，请查收', '订单 98765 已发货，请查收'],
  ['PLEASE call me back!!!', 'please, call me back'],
])('%s and %s are near', (one, other) => {
  expect(bitsApart(fingerprintOf([one])!, fingerprintOf([other])!)).toBeLessThanOrEqual(nearBitsMax)
})

it('tells different texts apart, and has none for a text without words', () => {
  const [one, other] = [
    fingerprintOf(['lunch on Friday at the station'])!,
    fingerprintOf(['sell before the news'])!,
  ]
  expect(bitsApart(one, other)).toBeGreaterThan(nearBitsMax)
  expect(fingerprintOf(['👍', '12:30'].slice(1))).toBeNull()
})
