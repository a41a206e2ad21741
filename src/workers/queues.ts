import { runQueueName } from '../connector/index.ts'
import type { Jobs, QueueDefinition } from '../platform/jobs/jobs.ts'

/** One run of a connector. Keyed by the connector's id, so that at most one of it waits or runs. */
export const runQueue: QueueDefinition = {
  name: runQueueName,
  policy: 'exclusive',
  // Only for a worker that died or was stopped: a run that failed for a reason is not tried again by itself.
  retries: 5,
  retryDelaySeconds: 2,
  // pg-boss allows less than a day.
  expireSeconds: 23 * 60 * 60,
}

/** What waits at one destination. Keyed by its id: one job at work, and one waiting for what came meanwhile. */
export const deliveryQueue: QueueDefinition = {
  name: 'delivery',
  policy: 'stately',
  // A try that failed is noted with the destination; the schedule of every minute is what tries again.
  retries: 0,
  retryDelaySeconds: 2,
  expireSeconds: 23 * 60 * 60,
}

/** Work that is asked for regularly, of which there is one at a time: the next asking is the next try. */
function soleQueue(name: string, expireHours: number): QueueDefinition {
  return { name, policy: 'exclusive', retries: 0, retryDelaySeconds: 2, expireSeconds: expireHours * 60 * 60 }
}

/** The sync of the directory. It reads for an hour at most. */
export const directoryQueue = soleQueue('directory', 2)
/** What is done for coverage. */
export const coverageQueue = soleQueue('coverage', 1)
/** The integrity log's round. */
export const integrityLogQueue = soleQueue('integrity-log', 1)
/** Bringing the escrow of keys in step. */
export const escrowQueue = soleQueue('escrow', 12)
/** Going through the queries of holds. */
export const holdsQueue = soleQueue('holds', 1)
/** Looking at what imports left unsupervised. */
export const supervisionQueue = soleQueue('supervision', 1)
/** In-place archiving: a run that was stopped is gone on with by the next. */
export const archiveQueue = soleQueue('in-place-archive', 12)
/** Retention: a run that was cut off is gone on with by the next. */
export const retentionQueue = soleQueue('retention', 12)

/** Asks for work of which there is one at a time; nothing where it is asked for already. */
export async function sendOnce(jobs: Jobs, { name }: QueueDefinition): Promise<void> {
  await jobs.send(name, {}, { singletonKey: name })
}

export const queues: readonly QueueDefinition[] = [
  runQueue,
  deliveryQueue,
  directoryQueue,
  coverageQueue,
  integrityLogQueue,
  escrowQueue,
  holdsQueue,
  archiveQueue,
  supervisionQueue,
  retentionQueue,
]
