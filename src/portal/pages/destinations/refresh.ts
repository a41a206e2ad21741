import { type Destination, openOf } from './labels.ts'

const openMilliseconds = 3_000
const idleMilliseconds = 30_000

/** How soon to read destinations again while somebody looks: quickly while something is on its way. */
export function refreshMilliseconds(destinations: readonly Destination[]): number {
  const moving = destinations.some((one) => openOf(one) > 0 && one.pausedAt === null && one.problem === null)
  return moving ? openMilliseconds : idleMilliseconds
}
