/**
 * Delivery to Dovecot stopped at seeded places, with connections cut on the way, and started again: in the end every
 * item is there exactly once, and the ledger says so. HOLDFAST_SEED replays one seed.
 */
import { hash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  attachConnector,
  createDestination,
  type DeliveryParts,
  type Destination,
  deliver,
} from '../../src/delivery/index.ts'
import { type FaultCounts, installFaults } from '../../src/platform/faults.ts'
import { type Cut, startCuttingProxy } from '../cutting-proxy.ts'
import { deliverThroughStops, expectConfirmed } from '../delivery/until-delivered.ts'
import { addresses, type DeliveryWorld, openDeliveryWorld } from '../delivery/world.ts'
import { type Dovecot, dovecotMissing, startDovecot } from '../dovecot.ts'
import { messageIdsIn } from '../imap-folder.ts'

const seeds = process.env.HOLDFAST_SEED
  ? [Number(process.env.HOLDFAST_SEED)]
  : Array.from({ length: Number(process.env.HOLDFAST_SEEDS ?? 20) }, (_, place) => place + 1)
const master = { user: 'archiver', password: 'correct-horse' }
const messages = 12
const items = messages * addresses.length

describe.skipIf(dovecotMissing !== null)(
  `delivery that stops anywhere (${dovecotMissing ?? 'Dovecot'})`,
  () => {
    let dovecot: Dovecot
    let world: DeliveryWorld
    let counts: FaultCounts
    let [stopped, cut, day] = [0, 0, 0]

    beforeAll(async () => {
      const users = addresses.map((user) => ({ user, password: 'of-its-own' }))
      dovecot = await startDovecot({ users, master })
      world = await openDeliveryWorld(undefined, { attached: false })
      await world.importTexts(...Array.from({ length: messages }, (_, nth) => `text ${nth} 明天见`))
      const faults = installFaults(null)
      const { destination, parts } = await newDestination('undisturbed', dovecot.port)
      await deliver(parts, destination.id)
      faults.remove()
      counts = faults.counts
      await expectAllOnce(parts, destination, 'undisturbed')
    })
    afterAll(async () => {
      await world?.close()
      dovecot?.stop()
    })
    afterAll(() => {
      expect(stopped).toBeGreaterThanOrEqual(Math.floor(seeds.length * 0.6))
      if (seeds.length > 1) expect(cut).toBeGreaterThanOrEqual(Math.floor(seeds.length * 0.3))
    })

    async function newDestination(name: string, port: number) {
      const parts: DeliveryParts = { ...world.firm.centre }
      const destination = await createDestination(parts, {
        ...{ name, kind: 'imap' },
        settings: {
          ...{ host: '127.0.0.1', port, tls: 'none-loopback-only', login: 'master-user' },
          ...{ masterUser: master.user, folderPrefix: name, connections: 2 },
        },
        secret: { password: master.password },
      })
      await attachConnector(parts, destination, { ...world.connector, history: true })
      return { parts, destination }
    }

    async function expectAllOnce(parts: DeliveryParts, destination: Destination, folder: string) {
      for (const address of addresses) {
        const there = await messageIdsIn(dovecot, { master, address, folder: `${folder}/WeChat Archiver` })
        expect(there.length, `${folder} of ${address}`).toBe(messages)
        expect(new Set(there).size).toBe(messages)
      }
      await expectConfirmed(parts, destination, items)
    }

    it.each(seeds)('has every item there exactly once (seed %i)', { timeout: 60_000 }, async (seed) => {
      // Nothing is cut before the stop, nor when it is looked at what came of it.
      let cutting = false
      const cutOf = cutsOf(seed)
      let connections = 0
      const proxy = await startCuttingProxy(dovecot, () => (cutting ? cutOf(connections++) : null))
      try {
        const { parts, destination } = await newDestination(`seed-${seed}`, proxy.port)
        const disturb = () => {
          cutting = true
        }
        const nextDay = () => world.firm.setClock(dayAfter(++day))
        if (await deliverThroughStops({ parts, destination, seed, counts, disturb, nextDay })) stopped += 1
        cut += proxy.cuts() > 0 ? 1 : 0
        cutting = false
        await expectAllOnce(parts, destination, `seed-${seed}`)
      } finally {
        await proxy.close()
      }
    })
  },
)

function dayAfter(days: number): string {
  return new Date(Date.parse('2026-03-20T12:00:00Z') + days * 24 * 3_600_000).toISOString()
}

/** Of the first six connections of a seed about every second one, anywhere in what a batch needs. */
function cutsOf(seed: number): (connection: number) => Cut | null {
  return (connection) => {
    const digest = hash('sha256', `cut ${seed} ${connection}`, 'buffer')
    if (connection >= 6 || digest[0]! % 2 === 0) return null
    const way = digest[1]! % 2 === 0 ? 'up' : 'down'
    return { way, afterBytes: 300 + (digest.readUInt16BE(2) % (way === 'up' ? 15_000 : 2_500)) }
  }
}
