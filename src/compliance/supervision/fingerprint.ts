/**
 * A number of 64 bits made of a text's words (Charikar's simhash, 2002): texts that differ in a name or a number differ
 * in few bits. Digits and marks do not count, so that one notice sent to a hundred people groups.
 */
import { canonical, isDenseUnit } from './canonical.ts'

/** Two texts that differ in no more bits are shown as one. */
export const nearBitsMax = 6

export function fingerprintOf(texts: readonly string[]): bigint | null {
  const counts = new Int32Array(64)
  let features = 0
  for (const text of texts) {
    const { units, length } = canonical(text)
    for (const [from, to] of featuresOf(units, length)) {
      features++
      addHash(counts, units, from, to)
    }
  }
  if (features === 0) return null
  let fingerprint = 0n
  for (let bit = 0; bit < 64; bit++) if (counts[bit]! > 0) fingerprint |= 1n << BigInt(bit)
  return BigInt.asIntN(64, fingerprint)
}

/** In how many bits two fingerprints differ. */
export function bitsApart(one: bigint, other: bigint): number {
  const differing = one ^ other
  return onesOf(Number(differing & lowHalf)) + onesOf(Number((differing >> 32n) & lowHalf))
}

const lowHalf = 0xffff_ffffn

/** Ones among 32 bits, counted side by side. */
function onesOf(bits: number): number {
  let ones = bits - ((bits >>> 1) & 0x5555_5555)
  ones = (ones & 0x3333_3333) + ((ones >>> 2) & 0x3333_3333)
  return Math.imul((ones + (ones >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}

/** Words without digits, and pairs of neighbouring Han characters. */
function* featuresOf(units: Uint16Array, length: number): Iterable<[from: number, to: number]> {
  let from = 0
  for (let at = 0; at <= length; at++) {
    const isDense = at < length && isDenseUnit(units[at]!)
    if (at < length && units[at] !== 0x20 && !isDense) continue
    if (at > from && !hasDigit(units, from, at)) yield [from, at]
    if (isDense) {
      const paired = at + 1 < length && isDenseUnit(units[at + 1]!)
      yield [at, paired ? at + 2 : at + 1]
    }
    from = at + 1
  }
}

function hasDigit(units: Uint16Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (units[at]! >= 0x30 && units[at]! <= 0x39) return true
  return false
}

/** FNV-1a in two halves, mixed once more: neighbouring words must not share bits. */
function addHash(counts: Int32Array, units: Uint16Array, from: number, to: number): void {
  let low = 0x811c9dc5
  let high = 0x01000193
  for (let at = from; at < to; at++) {
    low = Math.imul(low ^ units[at]!, 0x01000193)
    high = Math.imul(high ^ units[at]!, 0x85ebca6b)
  }
  low = mixed(low)
  high = mixed(high ^ low)
  for (let bit = 0; bit < 32; bit++) {
    counts[bit]! += (low >>> bit) & 1 ? 1 : -1
    counts[bit + 32]! += (high >>> bit) & 1 ? 1 : -1
  }
}

function mixed(hash: number): number {
  let value = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
  value = Math.imul(value ^ (value >>> 15), 0x846ca68b)
  return value ^ (value >>> 16)
}
