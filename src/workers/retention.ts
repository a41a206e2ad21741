/** Retention as a job: once a day what is due is disposed of, whichever worker takes it. */
import { nextRetentionRun, type RetentionParts, runRetention } from '../compliance/retention/index.ts'
import { isAppError } from '../domain/errors.ts'
import type { Job, Jobs } from '../platform/jobs/jobs.ts'
import { logEvents } from '../platform/log/events.ts'
import type { Logger } from '../platform/log/logger.ts'
import { type Asking, askRegularly } from './ask-regularly.ts'
import { retentionQueue, sendOnce } from './queues.ts'

const askMs = 60 * 60_000
const firstAskMs = 180_000

/** Asks every hour; what is due stands in the database alone. */
export function keepRetentionRun(jobs: Jobs, log: Logger): Asking {
  return askRegularly(log, { firstMs: firstAskMs, everyMs: askMs }, () => sendOnce(jobs, retentionQueue))
}

/** Nothing within a day of the last run, and nothing in an archive that was just restored. */
export async function doRetention(
  parts: RetentionParts,
  log: Logger,
  job: Job,
  stopping: AbortSignal,
): Promise<void> {
  if (((await nextRetentionRun(parts.pool)) ?? 0) > parts.clock.now()) return
  try {
    const signal = AbortSignal.any([job.signal, stopping])
    const { due, disposed, kept, inReview } = await runRetention(parts, { requestedBy: 'schedule', signal })
    logEvents.retentionRun(log, { due, disposed, kept, inReview })
  } catch (error) {
    // It goes on once two people let it.
    if (!isAppError(error, 'disposition-suspended')) throw error
  }
}
