/** Runs of connectors as jobs: sent by a person or a schedule, done by whichever worker is free. */
import { z } from 'zod'
import {
  type Connector,
  type ConnectorParts,
  connectorByName,
  continueRun,
  queueRun,
  type RunRequest,
  runKey,
  runScheduled,
} from '../connector/index.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Job, Jobs, Schedule } from '../platform/jobs/jobs.ts'
import { logEvents } from '../platform/log/events.ts'
import type { Logger } from '../platform/log/logger.ts'
import { createKysely, inTransaction } from '../platform/postgres/index.ts'
import { runQueue } from './queues.ts'

const runJob = z.object({
  connector: z.string(),
  /** Absent in jobs and schedules of releases that knew connectors by their names only. */
  connectorId: z.int().optional(),
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
    const data: z.infer<typeof runJob> = { ...jobOf(connector), run: String(runId) }
    const job = await jobs.send(runQueue.name, data, { singletonKey: runKey(connector.id), client })
    if (job === null) {
      throw new AppError(
        'connector-running',
        `The connector "${connector.name}" is running or about to; wait for it or look with "connector status ${connector.name}".`,
      )
    }
    await appendAudit(createKysely(client), {
      at: now.getTime(),
      actor: request.requestedBy,
      operation: 'run-connector',
      target: connector.name,
      outcome: 'succeeded',
      details: { run: String(runId), kind: request.kind, state: 'queued' },
    })
    return runId
  })
}

/**
 * Does what a job asks for, and answers the connector that has run; null where none has. `stopping` ends it after the
 * page at hand; the job then waits for another worker.
 */
export async function doRun(
  parts: ConnectorParts,
  log: Logger,
  job: Job,
  stopping: AbortSignal,
): Promise<number | null> {
  const { connector, connectorId, run } = runJob.parse(job.data)
  const signal = AbortSignal.any([job.signal, stopping])
  try {
    if (run !== undefined) {
      await continueRun(parts, BigInt(run), signal)
      return connectorId ?? null
    }
    const id = connectorId ?? (await connectorByName(parts, connector)).id
    await runScheduled(parts, id, signal)
    return id
  } catch (error) {
    if (isAppError(error, 'run-cancelled')) return null
    logEvents.runFailed(log, error, { connector, run: run ?? 'scheduled' })
    // The run's row holds the reason, and the next run goes on from there: only a stopped try is repeated by
    // itself. (One whose worker died is repeated by the queue, which hears no more of it.)
    if (isAppError(error, 'interrupted')) throw error
    return null
  }
}

/** Makes the queue run each connector at its time, and paused ones not; a second call replaces what has changed. */
export async function keepSchedules(jobs: Jobs, connectors: readonly Connector[]): Promise<void> {
  for (const connector of connectors) {
    if (connector.pausedAt === null) await jobs.schedule(scheduleOf(connector))
    else await jobs.unschedule(runQueue.name, runKey(connector.id))
  }
}

/** Ends the schedule of a connector that was removed. */
export async function dropSchedule(jobs: Jobs, connectorId: number): Promise<void> {
  await jobs.unschedule(runQueue.name, runKey(connectorId))
}

function scheduleOf(connector: Connector): Schedule {
  return {
    queue: runQueue.name,
    key: runKey(connector.id),
    cron: connector.scheduleCron,
    timeZone: connector.scheduleZone,
    data: jobOf(connector),
  }
}

function jobOf({ id, name }: Connector): z.infer<typeof runJob> {
  return { connector: name, connectorId: id }
}
