/** A worker: takes jobs until it is stopped. */
import { type ConnectorParts, listConnectors, removedConnectorIds } from '../connector/index.ts'
import type { Jobs } from '../platform/jobs/jobs.ts'
import type { Logger } from '../platform/log/logger.ts'
import { runQueue } from './queues.ts'
import { doRun, dropSchedule, keepSchedules } from './runs.ts'

/** Connectors that one worker process runs at a time: a run keeps two cores busy by itself. */
const runsAtOnce = 2

export interface Worker {
  /** Lets each run finish the page at hand; the rest of it waits for the next worker. */
  stop(): Promise<void>
}

export async function startWorker(parts: ConnectorParts, jobs: Jobs, log: Logger): Promise<Worker> {
  const stopping = new AbortController()
  await keepSchedules(jobs, await listConnectors(parts))
  // A process may have died between the removal of a connector and the end of its schedule.
  for (const id of await removedConnectorIds(parts)) await dropSchedule(jobs, id)
  await jobs.work(runQueue.name, (job) => doRun(parts, log, job, stopping.signal), {
    concurrency: runsAtOnce,
  })
  return {
    stop: async () => {
      stopping.abort()
      await jobs.stop()
    },
  }
}
