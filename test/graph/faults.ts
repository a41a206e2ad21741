/** What goes wrong: at random from a seed, or what a test asks for. */
import type { GraphCall } from './call.ts'

/**
 * - `cut-before`, `cut-after`: the connection is cut before or after the request took effect;
 * - `500` … `504`: answered before any effect; `504-after`: after it;
 * - `429`: refused with `Retry-After`.
 */
export type FaultKind =
  | 'cut-before'
  | 'cut-after'
  | '500'
  | '502'
  | '503'
  | '504'
  | '504-after'
  | '429'
  | '401'

export interface Fault {
  readonly kind: FaultKind
  readonly retryAfterSeconds?: number
  /** Instead of `TooManyRequests` and the like. */
  readonly code?: string
}

export interface PlannedFault extends Fault {
  /** Which requests; all without it. */
  readonly match?: (call: GraphCall) => boolean
  /** How often; once without it. */
  readonly times?: number
  /** How many that match pass first. */
  readonly after?: number
}

export interface RandomFaults {
  readonly seed: number
  /** Chance of each kind per request, 0 to 1. */
  readonly chances: Partial<Record<FaultKind, number>>
}

export interface Faults {
  plan(fault: PlannedFault): void
  clear(): void
  /** Nothing happens at random until `resume`. */
  pause(): void
  resume(): void
  /** How many have happened, at random and planned. */
  happened(): number
  of(call: GraphCall): Fault | null
}

export function createFaults(random: RandomFaults | undefined): Faults {
  const next = random ? mulberry32(random.seed) : () => 1
  let planned: { fault: PlannedFault; left: number; skip: number }[] = []
  let [paused, happened] = [false, 0]
  return {
    pause: () => {
      paused = true
    },
    resume: () => {
      paused = false
    },
    happened: () => happened,
    plan: (fault) => planned.push({ fault, left: fault.times ?? 1, skip: fault.after ?? 0 }),
    clear: () => {
      planned = []
    },
    of: (call) => {
      for (const one of planned) {
        if (one.left === 0 || !(one.fault.match?.(call) ?? true)) continue
        if (one.skip-- > 0) continue
        one.left -= 1
        happened += 1
        return one.fault
      }
      const fault = random && !paused ? drawn(random.chances, next, call) : null
      if (fault) happened += 1
      return fault
    },
  }
}

/** Within `$batch` a connection is not cut for one of several. */
function drawn(chances: RandomFaults['chances'], next: () => number, call: GraphCall): Fault | null {
  let at = next()
  for (const [kind, chance] of Object.entries(chances) as [FaultKind, number][]) {
    if (at < chance) return call.inBatch && kind.startsWith('cut') ? null : { kind, retryAfterSeconds: 0 }
    at -= chance
  }
  return null
}

/** A small generator of numbers from 0 to 1 (public domain). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
