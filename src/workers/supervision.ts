/** Supervision as a job: what an import left behind because its process died, or because a policy was resumed. */
import type { ConnectorParts } from '../connector/index.ts'
import type { Jobs } from '../platform/jobs/jobs.ts'
import type { Logger } from '../platform/log/logger.ts'
import type { Pool } from '../platform/postgres/index.ts'
import { type Asking, askRegularly } from './ask-regularly.ts'
import { sendOnce, supervisionQueue } from './queues.ts'

/** Imports look by themselves; this is for what they could not. */
const lookMs = 30_000

/** Asks for a look while something waits, whichever worker then takes it. */
export function keepSupervised(pool: Pool, jobs: Jobs, log: Logger): Asking {
  return askRegularly(log, { firstMs: lookMs, everyMs: lookMs }, () => sendWaiting(pool, jobs))
}

async function sendWaiting(pool: Pool, jobs: Jobs): Promise<void> {
  const { rowCount } = await pool.query(
    `select from supervision_pending
      where policy_id is null or policy_id in (select id from supervision_policy where state = 'active')
     union all select from supervision_unraised limit 1`,
  )
  if (rowCount) await sendOnce(jobs, supervisionQueue)
}

/** Looks as an import does after its page. */
export async function doSupervision({ afterImport }: Pick<ConnectorParts, 'afterImport'>): Promise<void> {
  await afterImport?.()
}
