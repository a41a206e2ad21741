/** Query holds as a job: what the people at the portal placed is gone through by whichever worker is free. */
import { setInterval } from 'node:timers'
import { evaluateHolds } from '../compliance/holds/index.ts'
import type { Job, Jobs } from '../platform/jobs/jobs.ts'
import { logEvents } from '../platform/log/events.ts'
import type { Logger } from '../platform/log/logger.ts'
import type { Pool } from '../platform/postgres/index.ts'
import { holdsQueue } from './queues.ts'

/** Until a query has been gone through, its mailboxes are held whole; nothing is lost by a wait. */
const lookMs = 20_000

/** Asks for it whenever a mailbox waits. That stands in the database alone. */
export function keepHoldsEvaluated(pool: Pool, jobs: Jobs, log: Logger): { stop(): Promise<void> } {
  const look = () =>
    // A database that is away for a moment is asked again soon.
    sendWaiting(pool, jobs).catch((error: unknown) => logEvents.jobQueueTroubled(log, error))
  let looking = look()
  const timer = setInterval(() => {
    looking = looking.then(look)
  }, lookMs)
  return {
    stop: async () => {
      clearInterval(timer)
      await looking
    },
  }
}

async function sendWaiting(pool: Pool, jobs: Jobs): Promise<void> {
  const { rows } = await pool.query(
    `select 1 from hold_mailbox as m join hold as h on h.id = m.hold_id
      where m.removed_at is null and m.evaluated_at is null and h.query is not null and h.released_at is null limit 1`,
  )
  if (rows.length > 0) await jobs.send(holdsQueue.name, {}, { singletonKey: 'holds' })
}

export async function doHolds(pool: Pool, job: Job, stopping: AbortSignal): Promise<void> {
  await evaluateHolds(pool, { signal: AbortSignal.any([job.signal, stopping]) })
}
