import { clearTimeout, setTimeout } from 'node:timers'
import { logEvents } from '../platform/log/events.ts'
import type { Logger } from '../platform/log/logger.ts'

/** What keeps asking until it is stopped. */
export interface Asking {
  stop(): Promise<void>
}

/**
 * Asks again and again for a job where one is due, whichever worker then takes it; what is due stands in the database
 * alone. A database that is away for a moment is told in the log and asked the next time.
 */
export function askRegularly(
  log: Logger,
  { firstMs, everyMs }: { readonly firstMs: number; readonly everyMs: number },
  ask: () => Promise<void>,
): Asking {
  const askOnce = () => ask().catch((error: unknown) => logEvents.jobQueueTroubled(log, error))
  let asking = Promise.resolve()
  let timer = setTimeout(next, firstMs)
  function next(): void {
    asking = asking.then(askOnce)
    timer = setTimeout(next, everyMs)
  }
  return {
    stop: async () => {
      clearTimeout(timer)
      await asking
    },
  }
}
