/** People first: work that can wait steps back while somebody waits for answers of the same process. */
import { setTimeout as wait } from 'node:timers/promises'

export interface RightOfWay {
  /** Does what somebody waits for. */
  first<Result>(work: () => Promise<Result>): Promise<Result>
  /**
   * To be called between two steps of work that can wait. Answers at once when nobody has asked for a moment, else
   * when that is so, after `longestMs` (five seconds) in any case: the work slows down and never stops.
   */
  giveWay(signal?: AbortSignal): Promise<void>
}

const giveWayMsMax = 5_000
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
      while (!quiet() && performance.now() - start < longestMs) {
        await wait(momentMs / 5, undefined, signal ? { signal } : {})
      }
    },
  }
}
