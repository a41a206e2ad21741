import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../../../platform/clock.ts'

const minuteMs = 60_000

/** Lets `callsPerMinuteMax` calls through in any minute; the next one waits for its turn, or for the signal. */
export function createPacer(clock: Clock, callsPerMinuteMax: number): (signal: AbortSignal) => Promise<void> {
  const calls: number[] = []
  return async (signal) => {
    const oldest = calls[calls.length - callsPerMinuteMax]
    const waitMs = oldest === undefined ? 0 : oldest + minuteMs - clock.now()
    if (waitMs > 0) await delay(Math.min(waitMs, minuteMs), undefined, { signal }).catch(() => {})
    calls.push(clock.now())
    if (calls.length > callsPerMinuteMax) calls.splice(0, calls.length - callsPerMinuteMax)
  }
}
