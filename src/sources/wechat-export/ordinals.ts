/**
 * Counts equal messages, so that two of one second stay two. Kept by the hour, and only as long as an equal one can
 * still come: the first reading measured how far the file ever steps back in time.
 */
import { hash } from 'node:crypto'

export interface Ordinals {
  /** How many messages of this time, chat, author and body came before in the file. */
  next(atMs: number, parts: readonly string[]): number
}

const hourMs = 3_600_000

export function createOrdinals(stepBackMsMax: number): Ordinals {
  const hours = new Map<number, Map<string, number>>()
  let latest = Number.NEGATIVE_INFINITY
  return {
    next(atMs, parts) {
      if (atMs > latest) latest = atMs
      const hour = Math.floor(atMs / hourMs)
      let counts = hours.get(hour)
      if (counts === undefined) {
        counts = new Map()
        hours.set(hour, counts)
        const oldest = Math.floor((latest - stepBackMsMax) / hourMs)
        for (const old of hours.keys()) if (old < oldest) hours.delete(old)
      }
      const key = hash('sha256', JSON.stringify([atMs, ...parts]), 'base64').slice(0, 20)
      const count = counts.get(key) ?? 0
      counts.set(key, count + 1)
      return count
    },
  }
}
