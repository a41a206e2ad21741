/** Runs of connectors as jobs: sent by a person or a schedule, done by whichever worker is free. */
import { z } from 'zod'
import {
  type Connector,
  type ConnectorParts,
  continueRun,
  queueRun,
  type RunRequest,
  runConnector,
} from '../connector/index.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import type { Job, Jobs, Schedule } from '../platform/jobs/jobs.ts'
import { logEvents } from '../platform/log/events.ts'
import type { Logger } from '../platform/log/logger.ts'
import { createKysely, inTransaction } from '../platform/postgres/index.ts'
import { runQueue } from './queues.ts'

const runJob = z.object({
  connector: z.string(),
  /** The row that `sendRun` noted; absent for a scheduled run, which begins its own. */
  run: z.string().optional(),
})

/**
 * Notes the run and hands it to a worker, both or neither. Answers the run's id.
 * Throws `connector-running` when a run of this connector waits or runs already.
 */
export async function sendRun(
  parts: ConnectorParts,
  jobs: Jobs,
  connector: Connector,
  request: RunRequest,
): Promise<bigint> {
  return inTransaction(parts.pool, async (client) => {
    const now = new Date(parts.clock.now())
    const runId = await queueRun(createKysely(client), connector, request, now)
    const data: z.infer<typeof runJob> = { connector: connector.name, run: String(runId) }
    const job = await jobs.send(runQueue.name, data, { singletonKey: keyOf(connector), client })
    if (job === null) {
      throw new AppError(
        'connector-running',
        `The connector "${connector.name}" is running or about to; wait for it or look with "connector status ${connector.name}".`,
      )
    }
    return runId
  })
}

/** Does what a job asks for. `stopping` ends it after the page at hand; the job then waits for another worker. */
export async function doRun(
  parts: ConnectorParts,
  log: Logger,
  job: Job,
  stopping: AbortSignal,
): Promise<void> {
  const { connector, run } = runJob.parse(job.data)
  const signal = AbortSignal.any([job.signal, stopping])
  try {
    if (run !== undefined) await continueRun(parts, BigInt(run), signal)
    else await runConnector(parts, connector, { kind: 'run', requestedBy: 'schedule', signal })
  } catch (error) {
    logEvents.runFailed(log, error, { connector, run: run ?? 'scheduled' })
    // The run's row holds the reason, and the next run goes on from there: only a stopped try is repeated by
    // itself. (One whose worker died is repeated by the queue, which hears no more of it.)
    if (isAppError(error, 'interrupted')) throw error
  }
}

/** Makes the queue run each connector at its time; a second call replaces what has changed. */
export async function keepSchedules(jobs: Jobs, connectors: readonly Connector[]): Promise<void> {
  for (const connector of connectors) await jobs.schedule(scheduleOf(connector))
}

function scheduleOf(connector: Connector): Schedule {
  return {
    queue: runQueue.name,
    key: keyOf(connector),
    cron: connector.scheduleCron,
    timeZone: connector.scheduleZone,
    data: { connector: connector.name },
  }
}

function keyOf(connector: Connector): string {
  return `connector-${connector.id}`
}
