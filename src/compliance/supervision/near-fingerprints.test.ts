import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bitsApart, nearBitsMax } from './fingerprint.ts'
import { createNearFingerprints } from './near-fingerprints.ts'

const fingerprint = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const flips = fc.array(fc.bigInt({ min: 0n, max: 63n }), { maxLength: nearBitsMax + 3 })

it('finds what comparing with every one finds', () => {
  // Some of each draw are variants of one another, as many bits apart as decides.
  const drawn = fc.array(fc.tuple(fingerprint, fc.array(flips, { maxLength: 5 })), { maxLength: 12 })
  fc.assert(
    fc.property(drawn, flips, fc.nat(), (families, asked, which) => {
      const known = families.flatMap(([origin, variants]) => [
        origin,
        ...variants.map((bits) => flipped(origin, bits)),
      ])
      const wanted = flipped(known[which % Math.max(1, known.length)] ?? 0n, asked)
      const near = createNearFingerprints()
      for (const [place, one] of known.entries()) near.add(one, BigInt(place))
      expect(near.nearest(wanted)).toBe(slowly(known, wanted))
    }),
    { numRuns: 3_000 },
  )
})

it('finds every fingerprint that differs in as many bits as count as near, and none that differs in one more', () => {
  const apart = (bits: number) =>
    fc.uniqueArray(fc.bigInt({ min: 0n, max: 63n }), { minLength: bits, maxLength: bits })
  fc.assert(
    fc.property(fingerprint, apart(nearBitsMax + 1), (origin, bits) => {
      const near = createNearFingerprints()
      near.add(origin, 1n)
      expect(near.nearest(flipped(origin, bits.slice(1)))).toBe(1n)
      expect(near.nearest(flipped(origin, bits))).toBeNull()
    }),
    { numRuns: 1_000 },
  )
})

function flipped(fingerprint: bigint, bits: readonly bigint[]): bigint {
  return BigInt.asIntN(
    64,
    bits.reduce((value, bit) => value ^ (1n << bit), fingerprint),
  )
}

function slowly(known: readonly bigint[], wanted: bigint): bigint | null {
  let best: bigint | null = null
  let least = nearBitsMax + 1
  for (const [place, one] of known.entries()) {
    const apart = bitsApart(one, wanted)
    if (apart >= least) continue
    best = BigInt(place)
    least = apart
  }
  return best
}
