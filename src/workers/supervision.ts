/** Supervision as a job: what an import left behind because its process died, or because a policy was resumed. */
import { clearTimeout, setTimeout } from 'node:timers'
import type { ConnectorParts } from '../connector/index.ts'
import type { Jobs } from '../platform/jobs/jobs.ts'
import { logEvents } from '../platform/log/events.ts'
import type { Logger } from '../platform/log/logger.ts'
import type { Pool } from '../platform/postgres/index.ts'
import { supervisionQueue } from './queues.ts'

/** Imports look by themselves; this is for what they could not. */
const lookMs = 30_000

/** Asks for a look while something waits, whichever worker then takes it. */
export function keepSupervised(pool: Pool, jobs: Jobs, log: Logger): { stop(): Promise<void> } {
  const look = async () => {
    try {
      const { rowCount } = await pool.query(
        `select from supervision_pending
          where policy_id is null or policy_id in (select id from supervision_policy where state = 'active') limit 1`,
      )
      if (rowCount) await jobs.send(supervisionQueue.name, {}, { singletonKey: 'supervision' })
    } catch (error) {
      // A database that is away for a moment is asked again soon.
      logEvents.jobQueueTroubled(log, error)
    }
  }
  let looking: Promise<unknown> = Promise.resolve()
  let timer = setTimeout(next, lookMs)
  function next(): void {
    looking = looking.then(look)
    timer = setTimeout(next, lookMs)
  }
  return {
    stop: async () => {
      clearTimeout(timer)
      await looking
    },
  }
}

/** Looks as an import does after its page. */
export async function doSupervision({ afterImport }: Pick<ConnectorParts, 'afterImport'>): Promise<void> {
  await afterImport?.()
}
