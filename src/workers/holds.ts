/** Query holds as a job: what the people at the portal placed is gone through by whichever worker is free. */
import { evaluateHolds } from '../compliance/holds/index.ts'
import type { Job, Jobs } from '../platform/jobs/jobs.ts'
import type { Logger } from '../platform/log/logger.ts'
import type { Pool } from '../platform/postgres/index.ts'
import { type Asking, askRegularly } from './ask-regularly.ts'
import { holdsQueue, sendOnce } from './queues.ts'

/** Until a query has been gone through, its mailboxes are held whole; nothing is lost by a wait. */
const lookMs = 20_000

/** Asks for it whenever a mailbox waits. That stands in the database alone. */
export function keepHoldsEvaluated(pool: Pool, jobs: Jobs, log: Logger): Asking {
  return askRegularly(log, { firstMs: 0, everyMs: lookMs }, () => sendWaiting(pool, jobs))
}

async function sendWaiting(pool: Pool, jobs: Jobs): Promise<void> {
  const { rows } = await pool.query(
    `select 1 from hold_mailbox as m join hold as h on h.id = m.hold_id
      where m.removed_at is null and m.evaluated_at is null and h.query is not null and h.released_at is null limit 1`,
  )
  if (rows.length > 0) await sendOnce(jobs, holdsQueue)
}

export async function doHolds(pool: Pool, job: Job, stopping: AbortSignal): Promise<void> {
  await evaluateHolds(pool, { signal: AbortSignal.any([job.signal, stopping]) })
}
