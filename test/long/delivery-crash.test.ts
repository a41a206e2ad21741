/**
 * Delivery to Dovecot stopped at seeded places, with connections cut on the way, and started again: in the end every
 * item is there exactly once, and the ledger says so. HOLDFAST_SEED replays one seed.
 */
import { hash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  attachConnector,
  createDestination,
  type DeliveryParts,
  DeliveryProblem,
  type Destination,
  deliver,
  deliveryStatus,
  reconcile,
} from '../../src/delivery/index.ts'
import { type FaultCounts, installFaults, planFromSeed, SimulatedCrash } from '../../src/platform/faults.ts'
import { type Cut, startCuttingProxy } from '../cutting-proxy.ts'
import { addresses, type DeliveryWorld, openDeliveryWorld } from '../delivery/world.ts'
import { type Dovecot, dovecotMissing, startDovecot } from '../dovecot.ts'
import { messageIdsIn } from '../imap-folder.ts'

const seeds = process.env.HOLDFAST_SEED
  ? [Number(process.env.HOLDFAST_SEED)]
  : Array.from({ length: 100 }, (_, place) => place + 1)
const master = { user: 'archiver', password: 'correct-horse' }
const messages = 12
const serverMs = 200
const items = messages * addresses.length

describe.skipIf(dovecotMissing !== null)(
  `delivery that stops anywhere (${dovecotMissing ?? 'Dovecot'})`,
  () => {
    let dovecot: Dovecot
    let world: DeliveryWorld
    let counts: FaultCounts
    let [stopped, cut, hour] = [0, 0, 0]

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
      expect(await deliveryStatus(parts, destination)).toMatchObject({
        ...{ confirmed: items, waiting: 0, sending: 0, refused: 0, givenUp: 0 },
      })
      expect(await reconcile(parts, destination)).toMatchObject({
        ...{ same: items, missing: 0, changed: 0, doubled: 0, extra: 0, unread: [] },
      })
    }

    it.each(seeds)('has every item there exactly once (seed %i)', { timeout: 60_000 }, async (seed) => {
      const plan = planFromSeed(seed, counts, 'throw')
      // Nothing is cut before the stop, nor when it is looked at what came of it.
      let cutting = false
      const cutOf = cutsOf(seed)
      let connections = 0
      const proxy = await startCuttingProxy(dovecot, () => (cutting ? cutOf(connections++) : null))
      try {
        const { parts, destination } = await newDestination(`seed-${seed}`, proxy.port)
        const faults = installFaults(plan)
        if (await ends(parts, destination, SimulatedCrash)) stopped += 1
        faults.remove()
        cutting = true
        for (let tries = 0; (await open(parts, destination)) > 0; tries += 1) {
          expect(tries, `HOLDFAST_SEED=${seed}: "${plan.point}", pass ${plan.pass}`).toBeLessThan(30)
          world.firm.setClock(
            new Date(Date.parse('2026-03-20T12:00:00Z') + ++hour * 24 * 3_600_000).toISOString(),
          )
          // The firm's clock stands still; the server needs its moment all the same.
          await setTimeout(serverMs)
          await ends(parts, destination, DeliveryProblem)
        }
        cut += proxy.cuts() > 0 ? 1 : 0
        cutting = false
        await expectAllOnce(parts, destination, `seed-${seed}`)
      } finally {
        await proxy.close()
      }
    })
  },
)

async function open(parts: DeliveryParts, destination: Destination): Promise<number> {
  const { waiting, sending } = await deliveryStatus(parts, destination)
  return waiting + sending
}

/** Whether a run ends with such an error; any other than a problem of the destination fails the test. */
async function ends(
  parts: DeliveryParts,
  { id }: Destination,
  kind: abstract new (...given: never[]) => Error,
): Promise<boolean> {
  try {
    await deliver(parts, id)
    return false
  } catch (error) {
    if (!(error instanceof kind) && !(error instanceof DeliveryProblem)) throw error
    return error instanceof kind
  }
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
