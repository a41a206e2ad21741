/**
 * Delivery to the contract server for Microsoft Graph, stopped at seeded places, with connections cut before and after
 * the effect, 5xx and throttling, and started again: in the end every item is there exactly once and whole, and the
 * ledger says so. HOLDFAST_SEED replays one seed.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deliver } from '../../src/delivery/index.ts'
import { type FaultCounts, installFaults } from '../../src/platform/faults.ts'
import { addresses, application, importFilm, newExchangeDestination } from '../delivery/exchange.ts'
import { deliverThroughStops, expectConfirmed } from '../delivery/until-delivered.ts'
import { type DeliveryWorld, openDeliveryWorld } from '../delivery/world.ts'
import type { RandomFaults } from '../graph/faults.ts'
import { type GraphServer, startGraphServer } from '../graph/server.ts'

const seeds = process.env.HOLDFAST_SEED
  ? [Number(process.env.HOLDFAST_SEED)]
  : Array.from({ length: Number(process.env.HOLDFAST_SEEDS ?? 20) }, (_, place) => place + 1)
const texts = 8
const filmBytes = 3_300_000
const items = (texts + 1) * addresses.length
const folder = 'WeChat Archiver'

const chances: RandomFaults['chances'] = {
  ...{ 'cut-before': 0.02, 'cut-after': 0.03, '429': 0.02 },
  ...{ '500': 0.01, '502': 0.01, '503': 0.02, '504': 0.01, '504-after': 0.03, '401': 0.01 },
}

describe('delivery to Microsoft Graph that stops anywhere', () => {
  let world: DeliveryWorld
  let counts: FaultCounts
  let [stopped, disturbed, day] = [0, 0, 0]

  beforeAll(async () => {
    world = await openDeliveryWorld(undefined, { attached: false })
    await world.importTexts(...Array.from({ length: texts }, (_, nth) => `text ${nth} 明天见`))
    await importFilm(world, filmBytes)
    const server = await startServer()
    const faults = installFaults(null)
    const { parts, destination } = await newExchangeDestination(world, 'undisturbed', () => server.origin)
    await deliver(parts, destination.id)
    faults.remove()
    counts = faults.counts
    expectAllOnce(server, 'undisturbed')
    await expectConfirmed(parts, destination, items)
    await server.close()
  }, 120_000)
  afterAll(async () => {
    await world?.close()
    expect(stopped).toBeGreaterThanOrEqual(Math.floor(seeds.length * 0.6))
    if (seeds.length > 1) expect(disturbed).toBeGreaterThanOrEqual(Math.floor(seeds.length * 0.5))
  })

  it.each(seeds)('has every item there exactly once (seed %i)', { timeout: 120_000 }, async (seed) => {
    const server = await startServer({ seed, chances })
    try {
      server.faults.pause()
      const { parts, destination } = await newExchangeDestination(world, `seed-${seed}`, () => server.origin)
      const nextDay = () =>
        world.firm.setClock(
          new Date(Date.parse('2026-03-20T12:00:00Z') + ++day * 24 * 3_600_000).toISOString(),
        )
      const disturb = () => server.faults.resume()
      if (await deliverThroughStops({ parts, destination, seed, counts, disturb, nextDay })) stopped += 1
      disturbed += server.faults.happened() > 0 ? 1 : 0
      server.faults.pause()
      expectAllOnce(server, `seed ${seed}`)
      await expectConfirmed(parts, destination, items)
    } finally {
      await server.close()
    }
  })
})

async function startServer(faults?: RandomFaults): Promise<GraphServer> {
  const server = await startGraphServer({ applications: [application], ...(faults ? { faults } : {}) })
  for (const address of addresses) server.addMailbox(address)
  return server
}

function expectAllOnce(server: GraphServer, what: string): void {
  for (const address of addresses) {
    const copies = server.messages(address, folder)
    expect(copies.length, `${what}: ${address}`).toBe(texts + 1)
    expect(new Set(copies.map(({ internetMessageId }) => internetMessageId)).size).toBe(texts + 1)
    expect(copies.filter(({ isDraft }) => isDraft)).toEqual([])
    const files = copies.map(({ attachments }) => attachments.map(({ bytes }) => bytes))
    expect(files.filter((sizes) => sizes.length === 2 && sizes.includes(filmBytes))).toHaveLength(1)
    expect(files.filter((sizes) => sizes.length === 1)).toHaveLength(texts)
    expect(server.messages(address, 'Deleted Items')).toEqual([])
  }
}
