import type { RandomSource } from '../platform/random.ts'

const firstMs = 1_000
const longestMs = 6 * 60 * 60_000

/** How long to wait before the next try, in ms: doubled with each, at most six hours, up to a quarter more by chance. */
export function backoffMs(tries: number, random: RandomSource): number {
  const wait = Math.min(longestMs, firstMs * 2 ** Math.min(tries, 30))
  return Math.round(wait * (1 + random.bytes(1)[0]! / 1024))
}
