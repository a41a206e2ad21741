/** Time as an argument: features take a Clock, only `platform/` reads the machine's. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }
