import { runQueueName } from '../connector/index.ts'
import type { QueueDefinition } from '../platform/jobs/jobs.ts'

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

/** The sync of the directory, of which there is one. */
export const directoryQueue: QueueDefinition = {
  name: 'directory',
  policy: 'exclusive',
  // How a sync failed is noted with the directory; the next night's tries again.
  retries: 0,
  retryDelaySeconds: 2,
  // A sync reads for an hour at most.
  expireSeconds: 2 * 60 * 60,
}

/** What is done for coverage, of which there is one at a time. */
export const coverageQueue: QueueDefinition = {
  name: 'coverage',
  policy: 'exclusive',
  // The next look, some minutes later, is the next try.
  retries: 0,
  retryDelaySeconds: 2,
  expireSeconds: 60 * 60,
}

/** The integrity log's round, of which there is one at a time. */
export const integrityLogQueue: QueueDefinition = {
  name: 'integrity-log',
  policy: 'exclusive',
  // The next round is the next try.
  retries: 0,
  retryDelaySeconds: 2,
  expireSeconds: 60 * 60,
}

/** Going through the queries of holds, of which there is one at a time. */
export const holdsQueue: QueueDefinition = {
  name: 'holds',
  policy: 'exclusive',
  // Whatever still waits is asked for again in some seconds.
  retries: 0,
  retryDelaySeconds: 2,
  expireSeconds: 60 * 60,
}

/** In-place archiving, of which there is one run at a time. */
export const archiveQueue: QueueDefinition = {
  name: 'in-place-archive',
  policy: 'exclusive',
  // A run that was stopped is gone on with by the next.
  retries: 0,
  retryDelaySeconds: 2,
  expireSeconds: 12 * 60 * 60,
}

/** Looking at what imports left unsupervised, of which there is one at a time. */
export const supervisionQueue: QueueDefinition = {
  name: 'supervision',
  policy: 'exclusive',
  // Whatever still waits is asked for again in half a minute.
  retries: 0,
  retryDelaySeconds: 2,
  expireSeconds: 60 * 60,
}

/** Retention, of which there is one run at a time. */
export const retentionQueue: QueueDefinition = {
  name: 'retention',
  policy: 'exclusive',
  // A run that was cut off is gone on with by the next.
  retries: 0,
  retryDelaySeconds: 2,
  expireSeconds: 12 * 60 * 60,
}

export const queues: readonly QueueDefinition[] = [
  runQueue,
  deliveryQueue,
  directoryQueue,
  coverageQueue,
  integrityLogQueue,
  holdsQueue,
  archiveQueue,
  supervisionQueue,
  retentionQueue,
]
