import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../test/postgres.ts'
import { createLogger } from '../log/logger.ts'
import { roleProblems } from '../postgres/role.ts'
import { inTransaction } from '../postgres/transaction.ts'
import { createJobs, type Job, type Jobs, type QueueDefinition } from './jobs.ts'

let database: TestDatabase
const open: Jobs[] = []
beforeAll(async () => {
  database = await createTestDatabase({ migrationsFolder: mkdtempSync(join(tmpdir(), 'no-migrations-')) })
})
afterEach(async () => {
  for (const jobs of open.splice(0)) await jobs.stop()
})
afterAll(() => database?.drop())

const log = createLogger({ level: 'silent' })
const queues: QueueDefinition[] = [
  { name: 'run', policy: 'exclusive', retries: 2, retryDelaySeconds: 0, expireSeconds: 60 },
  { name: 'tidy', policy: 'standard', retries: 0, retryDelaySeconds: 0, expireSeconds: 60 },
]

async function connect(worker: boolean): Promise<Jobs> {
  const jobs = await createJobs({ pool: database.pool, queues, log, worker })
  open.push(jobs)
  return jobs
}

describe('jobs', () => {
  it('are done by whoever works, not by the one that sent them, each once', async () => {
    const [sender, worker] = [await connect(false), await connect(true)]
    const done: unknown[] = []
    await worker.work('tidy', async (job) => void done.push(job.data))
    for (const number of [1, 2, 3]) await sender.send('tidy', { number })
    await expect.poll(() => done.length, { timeout: 10_000 }).toBe(3)
    expect(new Set(done)).toEqual(new Set([{ number: 1 }, { number: 2 }, { number: 3 }]))
  })

  it('of one key wait or run only once', async () => {
    const [sender, worker] = [await connect(false), await connect(true)]
    const options = { singletonKey: 'connector 1' }
    expect(await sender.send('run', {}, options)).toEqual(expect.any(String))
    expect(await sender.send('run', {}, options)).toBeNull()
    expect(await sender.send('run', {}, { singletonKey: 'connector 2' })).toEqual(expect.any(String))
    const done: Job[] = []
    await worker.work('run', async (job) => void done.push(job))
    await expect.poll(() => done.length, { timeout: 10_000 }).toBe(2)
    await expect.poll(() => sender.send('run', {}, options), { timeout: 10_000 }).toEqual(expect.any(String))
  })

  it('that fail are tried again', async () => {
    const worker = await connect(true)
    let tries = 0
    await worker.work('run', async (job) => {
      if ((job.data as { wobbly?: boolean }).wobbly && ++tries < 2) throw new Error('not yet')
    })
    await worker.send('run', { wobbly: true }, { singletonKey: 'wobbly' })
    await expect.poll(() => tries, { timeout: 10_000 }).toBe(2)
  })

  it('exist if and only if the transaction that sent them commits', async () => {
    const jobs = await connect(false)
    const failing = inTransaction(database.pool, async (client) => {
      await jobs.send('run', {}, { singletonKey: 'undone', client })
      throw new Error('undone')
    })
    await expect(failing).rejects.toThrow('undone')
    expect(await jobs.send('run', {}, { singletonKey: 'undone' })).toEqual(expect.any(String))
  })

  it('are worked on by a role that cannot alter the tables', async () => {
    await connect(true)
    expect(await roleProblems(database.pool)).toEqual([])
  })

  it('can be scheduled, in the zone of the schedule, and unscheduled', async () => {
    const jobs = await connect(true)
    const schedule = { queue: 'tidy', key: 'daily', cron: '30 2 * * *', timeZone: 'Europe/Rome', data: {} }
    await jobs.schedule(schedule)
    await jobs.schedule({ ...schedule, cron: '0 3 * * *' })
    const found = await database.pool.query('SELECT cron, timezone FROM pgboss.schedule')
    expect(found.rows).toEqual([{ cron: '0 3 * * *', timezone: 'Europe/Rome' }])
    await jobs.unschedule('tidy', 'daily')
    expect((await database.pool.query('SELECT 1 FROM pgboss.schedule')).rowCount).toBe(0)
  })
})

describe('workerIsUp', () => {
  it('is true while a process works, and again after its connection was cut', async () => {
    const asking = await connect(false)
    expect(await asking.workerIsUp()).toBe(false)
    const worker = await createJobs({ pool: database.pool, queues, log, worker: true })
    await worker.work('tidy', async () => {})
    expect(await asking.workerIsUp()).toBe(true)
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    )
    await expect.poll(() => asking.workerIsUp()).toBe(false)
    await expect.poll(() => asking.workerIsUp(), { timeout: 5_000 }).toBe(true)
    await worker.stop()
    expect(await asking.workerIsUp()).toBe(false)
  })
})
