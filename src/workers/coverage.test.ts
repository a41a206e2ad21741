/** Coverage as a job of a worker. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CoverageWorld, openCoverageWorld } from '../coverage/coverage-world.fixture.ts'
import { createJobs } from '../platform/jobs/jobs.ts'
import { createLogger } from '../platform/log/logger.ts'
import { sendCoverage } from './coverage.ts'
import { queues } from './queues.ts'
import { startWorker } from './work.ts'

const log = createLogger({ level: 'silent' })
let world: CoverageWorld
beforeAll(async () => {
  world = await openCoverageWorld()
})
afterAll(() => world?.close())

describe('the coverage job', () => {
  it('asks the site, attests the days that are due as the schedule’s own, and only once', async () => {
    const { firm } = world
    await world.capture('one', 'two')
    await firm.run('whatsapp')
    firm.setClock('2026-03-21T07:00:00Z')
    const jobs = await createJobs({ pool: firm.pool, queues, log, worker: true })
    const worker = await startWorker(firm.centre, jobs, log)
    await sendCoverage(jobs)
    await expect.poll(() => world.rows('select 1 from attestation'), { timeout: 15_000 }).toHaveLength(1)
    await sendCoverage(jobs)
    await worker.stop()
    expect(
      await world.rows(`select actor, target from audit_event where operation = 'attest-coverage'`),
    ).toEqual([{ actor: 'schedule', target: 'Firm' }])
    const [{ document }] = (await world.rows('select document from attestation')) as [{ document: string }]
    expect(JSON.parse(document).statement.counts).toMatchObject({ captured: 2, imported: 2, indexed: 2 })
  })
})
