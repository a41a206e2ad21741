import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  clientSecret,
  type DirectoryWorld,
  openDirectoryWorld,
  settings,
} from '../directory/directory-world.fixture.ts'
import { type DirectoryParts, readDirectory, removeGraphSource, setGraphSource } from '../directory/index.ts'
import { createJobs, type Job, type Jobs } from '../platform/jobs/jobs.ts'
import { createLogger } from '../platform/log/logger.ts'
import { doSync, sendDueSync } from './directory.ts'
import { directoryQueue, queues } from './queues.ts'
import { startWorker } from './work.ts'

const log = createLogger({ level: 'silent' })
const hourMs = 60 * 60_000
const inTime = { timeout: 20_000 }

let world: DirectoryWorld
let stops: (() => Promise<void>)[]
beforeEach(async () => {
  world = await openDirectoryWorld()
  stops = []
  for (const id of ['ada', 'ben', 'cai']) world.tenant.put(id)
})
afterEach(async () => {
  for (const stop of stops.toReversed()) await stop()
  await world?.close()
})

const openQueue = (worker: boolean) => createJobs({ pool: world.pool, queues, log, worker })

async function sender(): Promise<Jobs> {
  const jobs = await openQueue(false)
  stops.push(() => jobs.stop())
  return jobs
}

/** A worker as `holdfast start` has it; there are no connectors here, for which it would need more. */
async function work() {
  const parts = { ...world.parts, pool: world.pool } as unknown as Parameters<typeof startWorker>[0]
  const worker = await startWorker(parts, await openQueue(true), log)
  stops.push(() => worker.stop())
  return worker
}

/** What a worker does with a job of the queue. */
const syncNow = (parts: DirectoryParts = world.parts, stopping = new AbortController().signal) =>
  doSync(parts, { id: '', queue: '', data: {}, signal: new AbortController().signal } satisfies Job, stopping)

const waitingSyncs = () =>
  world.rows(`select 1 from pgboss.job where name = $1 and state < 'completed'`, [directoryQueue.name])
const synced = () =>
  world.rows(
    `select actor, actor_type, outcome, details from audit_event where operation = 'sync-directory' order by id`,
  )
const graphStatus = async () => (await readDirectory(world.parts)).sources[0]

describe('a directory that Microsoft Graph is set up for', () => {
  it('is synced by a worker that starts, without anybody asking, and in the schedule’s name', async () => {
    await world.setUp()
    await work()
    await expect.poll(() => world.mailboxes(), inTime).toEqual(['ada', 'ben', 'cai'])
    expect(await synced()).toMatchObject([
      {
        actor: 'schedule',
        actor_type: 'schedule',
        outcome: 'succeeded',
        details: { source: 'graph', added: 3 },
      },
    ])
  })

  it('is synced by a worker that ran before it was set up, once, however many look', async () => {
    await work()
    const jobs = await sender()
    await sendDueSync(world.parts, jobs)
    expect(await waitingSyncs()).toEqual([])
    await world.setUp()
    await Promise.all([1, 2, 3].map(() => sendDueSync(world.parts, jobs)))
    await expect.poll(() => world.mailboxes(), inTime).toEqual(['ada', 'ben', 'cai'])
    await expect.poll(waitingSyncs, inTime).toEqual([])
    expect(await synced()).toHaveLength(1)
  })

  it('is synced again each night and not before, also by a worker that starts anew', async () => {
    await world.setUp()
    await syncNow()
    world.tenant.put('new')
    // It was noon; the night's time is half past one, UTC.
    world.pass(13 * hourMs)
    const jobs = await sender()
    await sendDueSync(world.parts, jobs)
    expect(await waitingSyncs()).toEqual([])
    await syncNow()
    expect(await world.mailboxes()).not.toContain('new')
    world.pass(hourMs)
    await work()
    await expect.poll(() => world.mailboxes(), inTime).toContain('new')
    expect((await synced()).map(({ actor }) => actor)).toEqual(['schedule', 'schedule'])
  })

  it('is synced again soon after its settings were changed', async () => {
    await world.setUp()
    await syncNow()
    world.tenant.put('new')
    await setGraphSource(world.parts, { settings, secret: { clientSecret } })
    await syncNow()
    expect(await world.mailboxes()).toContain('new')
  })

  it('is not asked any more once it was removed, not even by a sync that waits', async () => {
    await world.setUp()
    const jobs = await sender()
    await sendDueSync(world.parts, jobs)
    expect(await waitingSyncs()).toHaveLength(1)
    await removeGraphSource(world.parts)
    await work()
    await expect.poll(waitingSyncs, inTime).toEqual([])
    world.pass(48 * hourMs)
    await sendDueSync(world.parts, jobs)
    expect(await waitingSyncs()).toEqual([])
    expect(world.tenant.requests).toEqual([])
  })
})

describe('a scheduled sync', () => {
  it('that fails is kept with its problem and audited, and the next night’s makes it good', async () => {
    await world.setUp()
    world.tenant.refuseNext(403, 'Authorization_RequestDenied')
    await expect(syncNow()).rejects.toMatchObject({ code: 'directory-sync-failed' })
    expect(await graphStatus()).toMatchObject({
      lastSuccessAt: null,
      problem: { code: 'directory-sync-failed', message: expect.stringMatching(/User\.Read\.All/) },
    })
    expect(await synced()).toMatchObject([
      { actor: 'schedule', outcome: 'refused', details: { source: 'graph', code: 'directory-sync-failed' } },
    ])
    await syncNow()
    expect(await world.mailboxes()).toEqual([])
    world.pass(24 * hourMs)
    await syncNow()
    expect(await graphStatus()).toMatchObject({ problem: null })
    expect(await world.mailboxes()).toHaveLength(3)
  })

  it('that would close too many closes none, however many nights pass, and says so', async () => {
    const leaving = ['f', 'g', 'h', 'i', 'j', 'k']
    for (const id of leaving) world.tenant.put(id)
    await world.setUp()
    await syncNow()
    const stoppedAt = world.now() + 24 * hourMs
    for (const id of leaving) world.tenant.remove(id)
    for (let nights = 1; nights <= 2; nights += 1) {
      world.pass(24 * hourMs)
      await expect(syncNow()).rejects.toMatchObject({ code: 'directory-removals-refused' })
    }
    expect(await world.mailboxes()).toEqual(['ada', 'ben', 'cai', ...leaving])
    expect(await graphStatus()).toMatchObject({
      problem: { code: 'directory-removals-refused', since: new Date(stoppedAt).toISOString() },
    })
    expect((await synced()).map(({ outcome }) => outcome)).toEqual(['succeeded', 'refused', 'refused'])
  })

  it('that is stopped while it reads changes nothing, blames nobody, and is due again', async () => {
    await world.setUp()
    const stopping = new AbortController()
    const stoppedOnThe =
      (page: number): DirectoryParts['openGraph'] =>
      (options) => ({
        async *pages<Value>(path: string, reading?: { readonly signal?: AbortSignal | undefined }) {
          let pages = 0
          for await (const one of world.parts.openGraph!(options).pages<Value>(path, reading)) {
            if (++pages === page) stopping.abort()
            yield one
          }
        },
      })
    await syncNow({ ...world.parts, openGraph: stoppedOnThe(1)! }, stopping.signal)
    expect(await world.mailboxes()).toEqual([])
    expect(await graphStatus()).toMatchObject({ lastRunAt: null, problem: null })
    expect(await synced()).toEqual([])
    await syncNow()
    expect(await world.mailboxes()).toHaveLength(3)
  })

  it('says nothing of settings that were changed while it ran', async () => {
    await world.setUp()
    const changing: DirectoryParts['openGraph'] = (options) => ({
      async *pages<Value>(path: string) {
        await setGraphSource(world.parts, { settings, secret: { clientSecret } })
        world.tenant.refuseNext(403, 'Authorization_RequestDenied')
        yield* world.parts.openGraph!(options).pages<Value>(path)
      },
    })
    await expect(syncNow({ ...world.parts, openGraph: changing })).rejects.toThrow(/User\.Read\.All/)
    expect(await graphStatus()).toMatchObject({ lastRunAt: null, problem: null })
    await syncNow()
    expect(await world.mailboxes()).toHaveLength(3)
  })
})
