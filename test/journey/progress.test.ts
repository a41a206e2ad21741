/** Progress as the portal shows it: page by page, across processes, and when a worker dies. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConnectorFacts, RunFacts } from '../../src/api/endpoints/connectors.ts'
import type { ConnectorParts } from '../../src/connector/index.ts'
import { createKysely, createPool, type Pool } from '../../src/platform/postgres/index.ts'
import { Secret } from '../../src/platform/secret.ts'
import { type Firm, openFirm } from './firm.ts'
import { connectorAdministrator, openPortal, type Portal } from './portal.ts'

const custodian = '+447700900001'
const chats = 5

let firm: Firm
let portal: Portal
let id: number
/** Pages that the workers of the test may prepare; more let them go on. */
let gate: { open(pages: number): void; readonly pass: () => Promise<void> }

beforeEach(async () => {
  firm = await openFirm()
  await firm.addUsers(`name,mobile,email\nAda Trader,${custodian},ada@firm.example\n`)
  await firm.addMailboxes('address,name\nada@firm.example,Ada Trader\n')
  id = (await firm.connect('whatsapp')).id
  for (let chat = 1; chat <= chats; chat += 1) {
    const lines = [1, 2, 3].map((minute) => `02/03/2026, 09:0${minute} - Ada Trader: chat ${chat}`)
    const file = await firm.file(`WhatsApp Chat with Friend ${chat}.txt`, `${lines.join('\n')}\n`)
    await firm.capture('whatsapp-export', [file], { custodian, timezone: 'UTC', dateOrder: 'dmy' })
  }
  portal = await openPortal(firm, { people: { erin: connectorAdministrator } })
  gate = createGate()
})
afterEach(async () => {
  gate.open(1_000)
  await portal?.close()
  await firm?.close()
})

function createGate() {
  let pages = 0
  const waiting: (() => void)[] = []
  return {
    open(more: number) {
      pages += more
      while (pages > 0 && waiting.length > 0) {
        pages -= 1
        waiting.shift()!()
      }
    },
    async pass() {
      if (pages > 0) pages -= 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
    },
  }
}

/** A worker's parts: pages of one block, each of which waits for the gate. */
function slowly(parts: ConnectorParts): typeof firm.centre {
  return {
    ...firm.centre,
    ...parts,
    feed: { recordsPerPage: 1, retryWaitMs: 20 },
    startPreparation: async (directory) => {
      const preparation = await firm.centre.startPreparation(directory)
      return {
        prepare: async (page) => {
          await gate.pass()
          return preparation.prepare(page)
        },
        close: () => preparation.close(),
      }
    },
  }
}

const start = () => portal.as('erin').startRun({ params: { id }, body: {} })
const read = (run: string, who = portal.as('erin')) => who.readRun({ params: { id, run } })
const cancel = (run: string) => portal.as('erin').cancelRun({ params: { id, run } })
/** But for what only the clock moves. */
const facts = ({ seconds: _seconds, rate: _rate, ...run }: RunFacts) => run

async function until(run: string, holds: (facts: RunFacts) => boolean): Promise<RunFacts> {
  let last: RunFacts | undefined
  await expect
    .poll(
      async () => {
        last = await read(run)
        return holds(last)
      },
      { timeout: 20_000, message: 'the run does not get there' },
    )
    .toBe(true)
  return last!
}

/** What the portal hears of connectors, newest last. */
async function listen(): Promise<{ readonly heard: ConnectorFacts[]; stop(): void }> {
  const stop = new AbortController()
  const response = await portal.as('erin').followRuns(undefined, { signal: stop.signal })
  const heard: ConnectorFacts[] = []
  const reading = async () => {
    let text = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const events = text.split('\n\n')
      text = events.pop()!
      for (const event of events) if (event.startsWith('data: ')) heard.push(JSON.parse(event.slice(6)))
    }
  }
  reading().catch(() => {})
  return { heard, stop: () => stop.abort() }
}

describe('the progress of a run', () => {
  it('is the report of the run, told as it moves, the same in another server process', async () => {
    await portal.startWorker(slowly(firm.centre))
    const { heard, stop } = await listen()
    await expect.poll(() => heard.length).toBe(1)
    const { run } = await start()
    gate.open(3)
    // All that the gate let through: nothing moves while it is read twice.
    const midway = await until(run, ({ imported }) => imported === 9)
    expect(midway).toMatchObject({ state: 'running', total: 15 })
    await expect.poll(() => heard.at(-1)?.lastRun?.imported, { timeout: 5_000 }).toBe(9)
    const restarted = await portal.startServing()
    expect(facts(await read(run, restarted.as('erin')))).toEqual(facts(await read(run)))
    gate.open(100)
    const done = await until(run, ({ state }) => state === 'succeeded')
    expect(done).toMatchObject({ transferred: 15, imported: 15, items: 15, exceptions: { total: 0 } })
    await expect.poll(() => heard.at(-1)?.lastRun?.state, { timeout: 5_000 }).toBe('succeeded')
    expect(heard.at(-1)!.lastRun).toEqual(done)
    expect(await portal.as('erin').listRuns({ params: { id }, query: {} })).toEqual({
      items: [done],
      next: null,
    })
    stop()
  })
})

describe('a run that is cancelled', () => {
  it('ends after the page at hand, and the next one takes the rest', async () => {
    await portal.startWorker(slowly(firm.centre))
    const { run } = await start()
    gate.open(2)
    await until(run, ({ imported }) => imported >= 3)
    expect(await cancel(run)).toMatchObject({ state: 'cancelling' })
    gate.open(1)
    const cancelled = await until(run, ({ state }) => state === 'cancelled')
    expect(cancelled.failure).toBeNull()
    expect(cancelled.imported).toBeLessThan(15)
    gate.open(100)
    await expect.poll(async () => (await firm.counts()).message).toBe(cancelled.imported)
    const next = await start()
    const rest = await until(next.run, ({ state }) => state === 'succeeded')
    expect(cancelled.imported + rest.imported).toBe(15)
    expect((await firm.counts()).message).toBe(15)
    expect((await portal.audited('cancel-run')).length).toBe(1)
    expect(await firm.problems()).toEqual([])
  })

  it('that waits for a worker ends at once, and leaves room for another', async () => {
    const { run, state, phase } = await start()
    expect({ state, phase }).toEqual({ state: 'queued', phase: 'waiting-for-worker' })
    await expect(start()).rejects.toMatchObject({ code: 'connector-running', status: 409 })
    expect(await cancel(run)).toMatchObject({ state: 'cancelled' })
    const next = await start()
    await portal.startWorker()
    await until(next.run, ({ state }) => state === 'succeeded')
    expect(await read(run)).toMatchObject({ state: 'cancelled', imported: 0 })
  })
})

describe('a worker that is killed', () => {
  let pool: Pool
  beforeEach(() => {
    const { connectionString } = firm.pool.options as { connectionString: string }
    pool = createPool({
      url: new Secret(connectionString),
      connectionsMax: 10,
      applicationName: 'doomed',
    })
  })
  afterEach(() => pool.end().catch(() => {}))

  /** What the kernel does for a killed process: its connections end. Again and again, for a pool makes new ones. */
  async function kill(): Promise<void> {
    Object.assign(pool.options, { connectionString: 'postgresql://nobody@127.0.0.1:1/none' })
    const ended = async () =>
      (
        await firm.pool.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'doomed'",
        )
      ).rowCount
    await expect.poll(ended, { timeout: 10_000 }).toBe(0)
  }
  const doomed = () => slowly({ ...firm.centre, pool, queries: createKysely(pool) })

  it('does not leave its run running for ever: the next worker goes on with it', async () => {
    await portal.startWorker(doomed())
    const { run } = await start()
    gate.open(2)
    const before = await until(run, ({ imported }) => imported >= 6)
    await kill()
    const waiting = await until(run, ({ state }) => state !== 'running')
    expect(waiting).toMatchObject({ state: 'queued', phase: 'waiting-for-worker', imported: before.imported })
    expect(await portal.as('erin').readConnector({ params: { id } })).toMatchObject({ health: 'running' })
    // The queue waits a while for a sign of life of the dead one.
    await firm.pool.query("update pgboss.job set heartbeat_on = now() - interval '1 hour'")
    gate.open(100)
    await portal.startWorker()
    const done = await until(run, ({ state }) => state === 'succeeded')
    expect(done.imported).toBe(15)
    expect(await firm.problems()).toEqual([])
  })

  it('whose run nobody takes up again is told as interrupted, and cancelled without waiting', async () => {
    await portal.startWorker(doomed())
    const { run } = await start()
    gate.open(1)
    await until(run, ({ transferred }) => transferred >= 3)
    await kill()
    await until(run, ({ state }) => state === 'queued')
    await firm.pool.query("update pgboss.job set state = 'failed'")
    expect(await read(run)).toMatchObject({ state: 'failed', failure: { code: 'interrupted' } })
    expect(await portal.as('erin').readConnector({ params: { id } })).toMatchObject({ health: 'failing' })
    expect(await cancel(run)).toMatchObject({ state: 'cancelled' })
    gate.open(100)
    await portal.startWorker()
    const next = await start()
    await until(next.run, ({ state }) => state === 'succeeded')
    expect((await firm.counts()).message).toBe(15)
  })
})
