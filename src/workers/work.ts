/** A worker: takes jobs until it is stopped. */
import type { LogParts } from '../archive/log/index.ts'
import { type ConnectorParts, listConnectors, removedConnectorIds } from '../connector/index.ts'
import type { DeliveryParts } from '../delivery/index.ts'
import type { DirectoryParts } from '../directory/index.ts'
import type { Job, Jobs } from '../platform/jobs/jobs.ts'
import type { Logger } from '../platform/log/logger.ts'
import { runOnArrival } from './arrivals.ts'
import { type CoverageJobParts, doCoverage, keepCoverageLooked } from './coverage.ts'
import { doDelivery, keepDeliverySchedules, sendDeliveriesOf } from './deliveries.ts'
import { doSync, keepDirectorySynced } from './directory.ts'
import { doEscrow, type EscrowJobParts, keepEscrowSynced } from './escrow.ts'
import { doHolds, keepHoldsEvaluated } from './holds.ts'
import { doArchive, keepArchiveMoved } from './in-place-archive.ts'
import { doIntegrityLog, keepLogSigned } from './integrity-log.ts'
import {
  archiveQueue,
  coverageQueue,
  deliveryQueue,
  directoryQueue,
  escrowQueue,
  holdsQueue,
  integrityLogQueue,
  retentionQueue,
  runQueue,
  supervisionQueue,
} from './queues.ts'
import { doRetention, keepRetentionRun } from './retention.ts'
import { doRun, dropSchedule, keepSchedules } from './runs.ts'
import { doSupervision, keepSupervised } from './supervision.ts'

/** Connectors that one worker process runs at a time: a run keeps two cores busy by itself. */
const runsAtOnce = 2
/** Destinations that one worker process serves at a time: they mostly wait for others. */
const deliveriesAtOnce = 4

export interface Worker {
  /** Lets each run finish the page at hand; the rest of it waits for the next worker. */
  stop(): Promise<void>
}

export async function startWorker(
  parts: LogParts & ConnectorParts & DeliveryParts & DirectoryParts & CoverageJobParts & EscrowJobParts,
  jobs: Jobs,
  log: Logger,
): Promise<Worker> {
  const stopping = new AbortController()
  await keepDeliverySchedules(parts, jobs)
  await jobs.work(deliveryQueue.name, (job) => doDelivery(parts, log, job, stopping.signal), {
    concurrency: deliveriesAtOnce,
  })
  await keepSchedules(jobs, await listConnectors(parts))
  // A process may have died between the removal of a connector and the end of its schedule.
  for (const id of await removedConnectorIds(parts)) await dropSchedule(jobs, id)
  const run = async (job: Job) => {
    const connectorId = await doRun(parts, log, job, stopping.signal)
    if (connectorId !== null) await sendDeliveriesOf(parts, jobs, connectorId)
  }
  await jobs.work(runQueue.name, run, { concurrency: runsAtOnce })
  await jobs.work(directoryQueue.name, (job) => doSync(parts, job, stopping.signal))
  await jobs.work(coverageQueue.name, (job) => doCoverage(parts, log, job, stopping.signal))
  await jobs.work(integrityLogQueue.name, () => doIntegrityLog(parts, log))
  await jobs.work(escrowQueue.name, () => doEscrow(parts, log, stopping.signal))
  await jobs.work(archiveQueue.name, () => doArchive(parts, log))
  await jobs.work(retentionQueue.name, (job) => doRetention(parts, log, job, stopping.signal))
  await jobs.work(holdsQueue.name, (job) => doHolds(parts.pool, job, stopping.signal))
  await jobs.work(supervisionQueue.name, () => doSupervision(parts))
  const asking = [
    keepDirectorySynced(parts, jobs, log),
    keepCoverageLooked(jobs, log),
    keepLogSigned(jobs, log),
    keepEscrowSynced(jobs, log),
    keepArchiveMoved(jobs, log),
    keepRetentionRun(jobs, log),
    keepHoldsEvaluated(parts.pool, jobs, log),
    keepSupervised(parts.pool, jobs, log),
    runOnArrival(parts, jobs, log),
  ]
  return {
    stop: async () => {
      stopping.abort()
      for (const one of asking) await one.stop()
      await jobs.stop()
    },
  }
}
