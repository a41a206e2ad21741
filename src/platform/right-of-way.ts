/** People first: work that can wait steps back while somebody waits for answers of the same process. */
import { setTimeout as wait } from 'node:timers/promises'

export interface RightOfWay {
  /** Does what somebody waits for. */
  first<Result>(work: () => Promise<Result>): Promise<Result>
  /**
   * To be called between two steps of work that can wait. Answers true at once when nobody has asked for a moment,
   * else when that is so; false after `longestMs` (400 ms) if people still ask: then take a small step, the work
   * slows down and never stops.
   */
  giveWay(signal?: AbortSignal): Promise<boolean>
}

const giveWayMsMax = 400
/** A page of the portal asks several times, and so do several people: short pauses are none. */
const momentMs = 250

export function createRightOfWay(longestMs = giveWayMsMax): RightOfWay {
  let waiting = 0
  let lastAnswer = Number.NEGATIVE_INFINITY
  const quiet = () => waiting === 0 && performance.now() - lastAnswer >= momentMs
  return {
    async first(work) {
      waiting += 1
      try {
        return await work()
      } finally {
        waiting -= 1
        lastAnswer = performance.now()
      }
    },
    async giveWay(signal) {
      const start = performance.now()
      while (!quiet()) {
        if (performance.now() - start >= longestMs) return false
        await wait(momentMs / 5, undefined, signal ? { signal } : {})
      }
      return true
    },
  }
}
