/** Several workers at once: the same result as one after the other. */
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as connector from '../src/connector/index.ts'
import { parseMapping } from '../src/domain/mapping-file.ts'
import { sources } from '../src/pipeline-sources.ts'
import { installFaults, SimulatedCrash } from '../src/platform/faults.ts'
import { capture } from '../src/site/index.ts'
import type { CaptureInput, Source } from '../src/sources/source.ts'
import { correctedMapping } from './crash/corpus.ts'
import { endStateOf, leftOvers, verifyAll } from './crash/end-state.ts'
import { captureFile, run } from './crash/story.ts'
import { openWorld, type Process, type World } from './crash/world.ts'

let worlds: World[]
beforeEach(() => {
  worlds = []
})
afterEach(async () => {
  for (const world of worlds) await world.close()
})

async function newWorld(): Promise<World> {
  const world = await openWorld()
  worlds.push(world)
  return world
}

/** A second connector of each type on the same account; Cy has a mailbox from the start. */
async function prepare(world: World, process: Process): Promise<void> {
  for (const type of connector.connectorTypes) await world.connect(process, type, `second-${type}`)
  const rows = parseMapping(correctedMapping, new Set(['cy@firm.example']))
  for (const one of await connector.listConnectors(process.centre))
    await connector.replaceMapping(process.centre, one, rows)
  for (const file of world.corpus) await captureFile(process, file)
}

const names = connector.connectorTypes.flatMap((type) => [type, `second-${type}`])

/** Everything but which of two connectors was first: each has exceptions of its own. */
async function proven(world: World, process: Process) {
  expect(await leftOvers(process.centre.pool, world.objects)).toEqual([])
  expect(await verifyAll(process)).toMatchObject({ ok: true, problems: [] })
  return endStateOf(process.centre.pool)
}

describe('two workers and two connectors of each type on one account', () => {
  it('give the same result at once as one after the other', async () => {
    const inTurn = await newWorld()
    const alone = await inTurn.open()
    await prepare(inTurn, alone)
    for (const name of names) await run(alone.centre, name)
    const expected = await proven(inTurn, alone)
    await alone.close()
    expect(expected.messages!.length).toBeGreaterThan(15)

    const atOnce = await newWorld()
    const [first, second] = [await atOnce.open(), await atOnce.openBeside()]
    await prepare(atOnce, first)
    await Promise.all(names.map((name, place) => run((place % 2 ? second : first).centre, name)))
    expect(await proven(atOnce, first)).toEqual(expected)
    await second.close()
    await first.close()
  })

  it('take turns over the messages that both import at the same moment', async () => {
    const world = await newWorld()
    const process = await world.open()
    await prepare(world, process)
    // Both read that the messages are new before either may write them.
    for (const month of [2, 3, 4]) await process.centre.pool.query('select ensure_month(2026, $1)', [month])
    const holder = new pg.Client({ connectionString: world.database.ownerUrl.reveal() })
    await holder.connect()
    await holder.query('begin')
    await holder.query('lock table message in exclusive mode')
    const both = Promise.all([run(process.centre, 'whatsapp'), run(process.centre, 'second-whatsapp')])
    await waitersFor(process, 2)
    await holder.query('rollback')
    await holder.end()
    const runs = await both
    const { rows } = await process.centre.pool.query(
      'select sum(imported)::int as imported, sum(transferred)::int as transferred from import_run where id = any($1)',
      [runs],
    )
    const messages = await process.centre.pool.query('select count(*)::int as number from message')
    expect(rows[0].imported).toBe(messages.rows[0].number)
    expect(rows[0].transferred).toBe(2 * rows[0].imported)
    for (const name of ['wechat', 'second-wechat']) await run(process.centre, name)
    await proven(world, process)
    await process.close()
  })
})

async function waitersFor(process: Process, number: number): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const { rows } = await process.centre.pool.query(
      `select count(*)::int as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and state = 'active'`,
    )
    if (rows[0].waiting >= number) return
    await delay(10)
  }
  throw new Error('Nobody waits for the lock.')
}

describe('a connector that is running', () => {
  it('is not run a second time at once', async () => {
    const world = await newWorld()
    const process = await world.open()
    const other = await world.openBeside()
    await captureFile(process, world.corpus[1]!)
    let refusal: unknown
    await connector.runConnector(process.centre, 'whatsapp', {
      kind: 'run',
      requestedBy: 'test',
      onBegin: () => {
        refusal = run(other.centre, 'whatsapp').catch((error: unknown) => error)
      },
    })
    expect(await refusal).toMatchObject({ code: 'connector-running' })
    await other.close()
    await process.close()
  })
})

describe('a window run that a worker did not live to finish', () => {
  it.each([
    ['transfer.objects-written', 2],
    ['transfer.committed', 2],
    ['import.committed', 1],
    ['dead-object.deleted', 1],
  ])('is taken up again by another from %s (pass %i), and writes over nothing', async (point, pass) => {
    const world = await newWorld()
    const dying = await world.open()
    for (const file of world.corpus) await captureFile(dying, file)
    world.now += 60_000
    const one = await connector.connectorByName(dying.centre, 'whatsapp')
    const request = { kind: 'window', window: {}, requestedBy: 'test' } as const
    const id = await connector.queueRun(dying.centre.queries, one, request, new Date(world.now))
    const faults = installFaults({ point, pass, how: 'throw' })
    const failure = await connector.continueRun(dying.centre, id).catch((error: unknown) => error)
    await dying.die()
    faults.remove()
    expect(failure).toBeInstanceOf(SimulatedCrash)

    const process = await world.open()
    await connector.continueRun(process.centre, id)
    const { state } = await connector.runReport(process.centre, one, id)
    expect(state).toBe('succeeded')
    expect(await verifyAll(process)).toMatchObject({ ok: true, problems: [] })
    for (const name of connector.connectorTypes) await run(process.centre, name)
    await proven(world, process)
    await process.close()
  })
})

describe('a capture that lost its lock without noticing', () => {
  it('writes nothing once another capture of the account has begun', async () => {
    const world = await newWorld()
    const process = await world.open()
    const [first, second] = [world.corpus[1]!, world.corpus[3]!]
    const slow = paused(first.source, async () => {
      await loseLocks(process)
      await captureFile(process, second)
    })
    const { site, account } = process
    await expect(
      capture(site, { account, source: slow, files: [first.path], settings: first.settings }),
    ).rejects.toMatchObject({ code: 'interrupted' })
    for (const file of world.corpus) await captureFile(process, file)
    for (const name of connector.connectorTypes) await run(process.centre, name)
    await proven(world, process)
    await process.close()
  })
})

/** The source, stopping for `meanwhile` when all is read and nothing is journalled. */
function paused(name: string, meanwhile: () => Promise<void>): Source {
  const source = sources.find((one) => one.name === name)!
  return {
    ...source,
    async *capture(input: CaptureInput) {
      yield* source.capture(input as never)
      await meanwhile()
    },
  } as Source
}

async function loseLocks(process: Process): Promise<void> {
  await process.centre.pool.query(
    `select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  )
}
