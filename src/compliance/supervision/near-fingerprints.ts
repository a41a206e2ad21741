/** Finds the fingerprint that is nearest to another one without comparing it with all. */
import { bitsApart, nearBitsMax } from './fingerprint.ts'

export interface NearFingerprints {
  add(fingerprint: bigint, id: bigint): void
  /** Of those within `nearBitsMax` the one that differs least, the first added of several; null for none. */
  nearest(fingerprint: bigint): bigint | null
}

/** Two that differ in no more than `nearBitsMax` bits have one of so many bands in common: no bit of it differs. */
const bands = nearBitsMax + 1
const bandBits = BigInt(Math.ceil(64 / bands))
const bandMask = (1n << bandBits) - 1n

interface Known {
  readonly fingerprint: bigint
  readonly id: bigint
  readonly place: number
}

export function createNearFingerprints(): NearFingerprints {
  const exact = new Map<bigint, Known>()
  const byBand = Array.from({ length: bands }, () => new Map<bigint, Known[]>())
  const bandOf = (fingerprint: bigint, band: number) => (fingerprint >> (BigInt(band) * bandBits)) & bandMask
  return {
    add(fingerprint, id) {
      if (exact.has(fingerprint)) return
      const known = { fingerprint, id, place: exact.size }
      exact.set(fingerprint, known)
      for (const [band, sharing] of byBand.entries()) {
        const value = bandOf(fingerprint, band)
        const there = sharing.get(value)
        if (there) there.push(known)
        else sharing.set(value, [known])
      }
    },
    nearest(fingerprint) {
      const same = exact.get(fingerprint)
      if (same) return same.id
      let best: Known | null = null
      let least = nearBitsMax + 1
      for (const [band, sharing] of byBand.entries()) {
        for (const known of sharing.get(bandOf(fingerprint, band)) ?? []) {
          const apart = bitsApart(known.fingerprint, fingerprint)
          if (apart > least || (apart === least && (best === null || known.place >= best.place))) continue
          best = known
          least = apart
        }
      }
      return best?.id ?? null
    },
  }
}
