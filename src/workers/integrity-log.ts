/** The integrity log as a job: every few minutes what waits is entered and signed, once a day timestamped and witnessed. */
import { type LogParts, lastLoggedAuditId, signCheckpoint, signDay } from '../archive/log/index.ts'
import { expireAuditRecords } from '../compliance/audit/index.ts'
import type { Jobs } from '../platform/jobs/jobs.ts'
import { logEvents } from '../platform/log/events.ts'
import type { Logger } from '../platform/log/logger.ts'
import { type Asking, askRegularly } from './ask-regularly.ts'
import { integrityLogQueue, sendOnce } from './queues.ts'

const roundMs = 3 * 60_000
/** A process that starts has more urgent things to do. */
const firstRoundMs = 30_000

/** Asks for a round every few minutes, whichever worker then takes it. */
export function keepLogSigned(jobs: Jobs, log: Logger): Asking {
  return askRegularly(log, { firstMs: firstRoundMs, everyMs: roundMs }, () =>
    sendOnce(jobs, integrityLogQueue),
  )
}

/** One round. A timestamp authority that is away is asked again at the next one. */
export async function doIntegrityLog(parts: LogParts, log: Logger): Promise<void> {
  const { size } = await signCheckpoint(parts)
  const day = await signDay(parts)
  const expired = await expireAuditRecords(parts, await lastLoggedAuditId(parts.queries))
  logEvents.integrityLogSigned(log, {
    entries: Number(size),
    timestamped: day.timestamped,
    problem: day.problem,
    expired: Object.values(expired).reduce((sum, records) => sum + records, 0),
  })
}
