/**
 * Work handed to whichever worker process is free, kept in the database until it is done (pg-boss). A job
 * may run more than once: what it does must be safe to repeat. Its row is no record; features keep their own.
 */
import pg from 'pg'
import { type Job as BossJob, PgBoss } from 'pg-boss'
import { logEvents } from '../log/events.ts'
import type { Logger } from '../log/logger.ts'
import type { Client, Pool, Queryable } from '../postgres/pool.ts'
import { announceWorker, type WorkerAnnouncement, workerIsUp } from './liveness.ts'
import { jobsSchema } from './schema.ts'

export interface QueueDefinition {
  readonly name: string
  /**
   * `exclusive`: at most one job per key is waiting or running. `stately`: one waiting and one running.
   * `standard`: any number.
   */
  readonly policy: 'exclusive' | 'stately' | 'standard'
  /** How often a failed job is tried again. */
  readonly retries: number
  /** Waits about twice as long before each further try. */
  readonly retryDelaySeconds: number
  /** A job running longer has failed. */
  readonly expireSeconds: number
}

export interface Job {
  readonly id: string
  readonly queue: string
  readonly data: unknown
  /** Aborted when the process stops or the job has expired. */
  readonly signal: AbortSignal
}

export interface SendOptions {
  /** With the queue's policy: at most one job of this key. */
  readonly singletonKey?: string
  readonly startAfterSeconds?: number
  /** Sends inside this connection's transaction: the job exists if and only if that commits. */
  readonly client?: Client
}

export interface Schedule {
  readonly queue: string
  /** One schedule per queue and key; a second one of the same key replaces the first. */
  readonly key: string
  /** Five fields: minute, hour, day, month, weekday. */
  readonly cron: string
  readonly timeZone: string
  readonly data: object
}

export interface Jobs {
  /** Answers the job's id, or null when the queue's policy says that there is one already. */
  send(queue: string, data: object, options?: SendOptions): Promise<string | null>
  /** Lets this process work on the queue, on `concurrency` jobs at a time (default 1). */
  work(queue: string, handle: (job: Job) => Promise<void>, options?: { concurrency?: number }): Promise<void>
  schedule(schedule: Schedule): Promise<void>
  unschedule(queue: string, key: string): Promise<void>
  /** Whether any process works on jobs now; if none does, a command runs the job itself. */
  workerIsUp(): Promise<boolean>
  /** Lets running jobs end (at most 30 seconds; what does not end is tried again elsewhere). */
  stop(): Promise<void>
}

export interface JobsOptions {
  readonly pool: Pool
  readonly queues: readonly QueueDefinition[]
  readonly log: Logger
  /** True in processes that call `work`: they also fire schedules and tidy up. */
  readonly worker: boolean
}

/** A job whose worker has not been heard of for this long is given to another (pg-boss allows no less than 10). */
const heartbeatSeconds = 15

/** Connects to the job queue, whose tables the migrations made, and makes the queues known. */
export async function createJobs(options: JobsOptions): Promise<Jobs> {
  const { pool, log } = options
  const boss = new PgBoss({
    db: executor(pool),
    schema: jobsSchema,
    // The application's role may not alter tables: the owner migrates them (schema.ts).
    migrate: false,
    createSchema: false,
    reindex: false,
    supervise: options.worker,
    schedule: options.worker,
    monitorIntervalSeconds: 10,
    superviseIntervalSeconds: 10,
  })
  boss.on('error', (error) => logEvents.jobQueueTroubled(log, error))
  await boss.start()
  for (const queue of options.queues) await defineQueue(boss, queue)
  return createFace(boss, pool, log)
}

/** pg-boss reads counts as the driver's own types, not as our bigints. */
function executor(database: Queryable) {
  return {
    executeSql: (text: string, values?: unknown[]) =>
      database.query({ text, values: values ?? [], types: pg.types }),
  }
}

async function defineQueue(boss: PgBoss, queue: QueueDefinition): Promise<void> {
  const settings = {
    retryLimit: queue.retries,
    retryDelay: queue.retryDelaySeconds,
    retryBackoff: queue.retryDelaySeconds > 0,
    expireInSeconds: queue.expireSeconds,
  }
  await boss.createQueue(queue.name, { ...settings, policy: queue.policy, heartbeatSeconds })
  await boss.updateQueue(queue.name, settings)
}

function createFace(boss: PgBoss, pool: Pool, log: Logger): Jobs {
  let announcement: Promise<WorkerAnnouncement> | undefined
  return {
    send: (queue, data, options = {}) => boss.send(queue, data, sendOptions(options)),
    async work(queue, handle, options = {}) {
      announcement ??= announceWorker(pool)
      await announcement
      const settings = { localConcurrency: options.concurrency ?? 1, pollingIntervalSeconds: 0.5 }
      await boss.work(queue, settings, async (batch: BossJob<unknown>[]) => {
        for (const job of batch) await runJob(job, handle, log)
      })
    },
    async schedule({ queue, key, cron, timeZone, data }) {
      await boss.schedule(queue, cron, data, { tz: timeZone, key, singletonKey: key })
    },
    unschedule: (queue, key) => boss.unschedule(queue, key),
    workerIsUp: () => workerIsUp(pool),
    async stop() {
      await boss.stop({ graceful: true, timeout: 30_000, close: false })
      await (await announcement)?.withdraw()
    },
  }
}

function sendOptions(options: SendOptions) {
  return {
    ...(options.singletonKey === undefined ? {} : { singletonKey: options.singletonKey }),
    ...(options.startAfterSeconds === undefined ? {} : { startAfter: options.startAfterSeconds }),
    ...(options.client === undefined ? {} : { db: executor(options.client) }),
  }
}

async function runJob(
  job: BossJob<unknown>,
  handle: (job: Job) => Promise<void>,
  log: Logger,
): Promise<void> {
  const facts = { queue: job.name, job: job.id }
  logEvents.jobStarted(log, facts)
  try {
    await handle({ id: job.id, queue: job.name, data: job.data, signal: job.signal })
    logEvents.jobFinished(log, facts)
  } catch (error) {
    logEvents.jobFailed(log, error, facts)
    throw error
  }
}
