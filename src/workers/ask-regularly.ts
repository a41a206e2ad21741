import { clearTimeout, setTimeout } from 'node:timers'
import type { Jobs } from '../platform/jobs/jobs.ts'
import { logEvents } from '../platform/log/events.ts'
import type { Logger } from '../platform/log/logger.ts'

/**
 * Asks for a job again and again, whichever worker then takes it; what is due stands in the database alone. A queue
 * that cannot be asked is told in the log and asked the next time.
 */
export function askRegularly(
  jobs: Jobs,
  log: Logger,
  queue: string,
  { firstMs, everyMs }: { readonly firstMs: number; readonly everyMs: number },
): { stop(): Promise<void> } {
  const ask = () =>
    jobs
      .send(queue, {}, { singletonKey: queue })
      .catch((error: unknown) => logEvents.jobQueueTroubled(log, error))
  let asking: Promise<unknown> = Promise.resolve()
  let timer = setTimeout(next, firstMs)
  function next(): void {
    asking = asking.then(ask)
    timer = setTimeout(next, everyMs)
  }
  return {
    stop: async () => {
      clearTimeout(timer)
      await asking
    },
  }
}
