/** Items at a destination: each once, with a receipt, whatever goes wrong between. */
import { describe, expect, it } from 'vitest'
import {
  attachConnector,
  destinationById,
  listDeliveryExceptions,
  pauseDestination,
  removeDestination,
  resumeDestination,
  retryDelivery,
} from '../../src/delivery/index.ts'
import { createMemoryServer } from '../../src/delivery/memory-destination.fixture.ts'
import { addresses, withDeliveryWorld } from './world.ts'

const texts = (count: number) => Array.from({ length: count }, (_, nth) => `text ${nth}`)
const hour = 60 * 60_000
const later = (hours: number) => new Date(Date.parse('2026-03-20T12:00:00Z') + hours * hour).toISOString()

describe('delivery', () => {
  it('puts every item once into the folder of its mailbox, in the order it was sent', async () => {
    await withDeliveryWorld(async (world) => {
      await world.importTexts(...texts(7))
      expect(await world.status()).toMatchObject({ waiting: 21, confirmed: 0 })
      expect(await world.deliver()).toMatchObject({ confirmed: 21, refused: 0, later: 0 })
      expect(world.server.folders().sort()).toEqual(
        addresses.map((address) => `${address}/WeChat Archiver`).sort(),
      )
      for (const address of addresses) {
        const held = world.server.folder(address, 'WeChat Archiver')
        expect(new Set(held.map(({ messageId }) => messageId)).size).toBe(7)
        expect(held.map(({ sentAt }) => sentAt)).toEqual(held.map(({ sentAt }) => sentAt).toSorted())
      }
      expect(world.server.batches).toEqual(expect.arrayContaining([3, 3, 1]))
      expect(world.server.openMost).toBe(2)
      expect(await world.status()).toMatchObject({ waiting: 0, sending: 0, confirmed: 21, oldestOpen: null })
      expect(await world.deliver()).toMatchObject({ confirmed: 0 })
    })
  })

  it('takes what is imported later, and nothing twice when the same is captured again', async () => {
    await withDeliveryWorld(async (world) => {
      await world.importTexts('one')
      await world.deliver()
      await world.firm.run('wechat')
      await world.importTexts('two')
      await world.deliver()
      expect(world.held(addresses[0])).toHaveLength(2)
      expect(await world.status()).toMatchObject({ confirmed: 6, waiting: 0 })
    })
  })

  it('takes what was imported before it was chosen, if that is wanted', async () => {
    await withDeliveryWorld(
      async (world) => {
        await world.importTexts('before')
        expect(await world.status()).toMatchObject({ waiting: 0 })
        const attaching = { ...world.connector, history: true }
        expect(await attachConnector(world.parts, world.destination, attaching)).toBe(3)
        expect(await attachConnector(world.parts, world.destination, attaching)).toBe(0)
        await world.importTexts('after')
        expect(await world.deliver()).toMatchObject({ confirmed: 6 })
      },
      undefined,
      { attached: false },
    )
  })

  it('splits batches by their bytes, and sends a larger item alone', async () => {
    await withDeliveryWorld(
      async (world) => {
        await world.importTexts(...texts(2), 'x'.repeat(10_000))
        await world.deliver()
        // In each mailbox the two short ones together, the long one alone.
        expect(world.server.batches.toSorted()).toEqual([1, 1, 1, 2, 2, 2])
      },
      createMemoryServer({ items: 10, bytes: 2_500 }),
    )
  })
})

describe('a connection that is cut', () => {
  it.each(['before', 'after'] as const)('%s the effect leaves each item there once', async (when) => {
    await withDeliveryWorld(async (world) => {
      await world.importTexts(...texts(5))
      let sent = 0
      world.server.cut = () => (++sent % 4 === 0 ? when : null)
      const tries = async () => {
        for (let hours = 1; hours < 40; hours += 1) {
          world.firm.setClock(later(hours))
          try {
            await world.deliver()
          } catch (error) {
            expect(error).toMatchObject({ reason: 'unreachable' })
            const { problem } = await destinationById(world.parts, world.destination.id)
            expect(problem).toMatchObject({ reason: 'unreachable', message: 'The connection was cut.' })
          }
          if ((await world.status()).confirmed === 15) return
        }
      }
      await tries()
      for (const address of addresses) {
        expect(world.held(address)).toHaveLength(5)
        expect(new Set(world.held(address)).size).toBe(5)
      }
      world.server.cut = () => null
      await world.importTexts('the last')
      await world.deliver()
      expect((await destinationById(world.parts, world.destination.id)).problem).toBeNull()
    })
  })
})

describe('an item that is refused', () => {
  it('never stops the rest, is shown with its reason, and waits again after a retry', async () => {
    await withDeliveryWorld(async (world) => {
      await world.importTexts(...texts(4))
      world.server.answer = ({ skeleton }) =>
        Buffer.from(skeleton).includes('text 2')
          ? { state: 'refused', reason: 'item-refused', message: 'It says no.' }
          : null
      expect(await world.deliver()).toMatchObject({ confirmed: 9, refused: 3 })
      const { items } = await listDeliveryExceptions(world.parts, world.destination, { limit: 10 })
      expect(items).toHaveLength(3)
      expect(items[0]).toMatchObject({ reason: 'item-refused', message: 'It says no.', state: 'refused' })
      world.server.answer = () => null
      expect(await retryDelivery(world.parts, world.destination, addresses[0])).toBe(1)
      expect(await world.deliver()).toMatchObject({ confirmed: 1 })
      expect(await retryDelivery(world.parts, world.destination, null)).toBe(2)
      expect(await world.deliver()).toMatchObject({ confirmed: 2 })
      expect(await world.status()).toMatchObject({ confirmed: 12, refused: 0 })
    })
  })

  it('for now is tried again when the server said, and given up after a dozen tries', async () => {
    await withDeliveryWorld(async (world) => {
      await world.importTexts('busy')
      world.server.answer = () => ({ state: 'later', afterMs: 2 * hour, message: 'Come again.' })
      expect(await world.deliver()).toMatchObject({ later: 3, confirmed: 0 })
      world.firm.setClock(later(1))
      expect(await world.deliver()).toMatchObject({ later: 0 })
      for (let tries = 2; tries <= 12; tries += 1) {
        world.firm.setClock(later(tries * 10))
        await world.deliver()
      }
      expect(await world.status()).toMatchObject({ waiting: 0, givenUp: 3 })
      const { items } = await listDeliveryExceptions(world.parts, world.destination, { limit: 10 })
      expect(items[0]).toMatchObject({ state: 'given-up', reason: 'tries-exhausted', tries: 12 })
    })
  })
})

describe('a mailbox that takes nothing', () => {
  it('is told of with its items waiting, while the others get theirs; and gets them once it is mended', async () => {
    await withDeliveryWorld(async (world) => {
      await world.importTexts(...texts(2))
      world.server.mailboxProblems.set(addresses[1], 'mailbox-full')
      expect(await world.deliver()).toMatchObject({ confirmed: 4, mailboxProblems: 1 })
      const [held] = (await world.status()).heldMailboxes
      expect(held).toMatchObject({ mailbox: addresses[1], reason: 'mailbox-full', waiting: 2, tries: 1 })
      // Not at once again: whoever fills a mailbox does not empty it within seconds.
      expect(await world.deliver()).toMatchObject({ mailboxProblems: 0 })
      world.server.mailboxProblems.clear()
      world.firm.setClock(later(1))
      expect(await world.deliver()).toMatchObject({ confirmed: 2 })
      expect((await world.status()).heldMailboxes).toEqual([])
    })
  })
})

describe('a destination', () => {
  it('that is paused gets nothing until it is resumed', async () => {
    await withDeliveryWorld(async (world) => {
      await world.importTexts('one')
      const paused = await pauseDestination(world.parts, world.destination)
      expect(await world.deliver()).toMatchObject({ confirmed: 0 })
      await resumeDestination(world.parts, paused)
      expect(await world.deliver()).toMatchObject({ confirmed: 3 })
    })
  })

  it('that is removed while items wait says how many, and keeps what it has', async () => {
    await withDeliveryWorld(async (world) => {
      await world.importTexts('one')
      await world.deliver()
      await world.importTexts('two')
      expect(await removeDestination(world.parts, world.destination)).toEqual({ waiting: 3 })
      await expect(world.deliver()).rejects.toMatchObject({ code: 'destination-not-found' })
      expect(world.held(addresses[0])).toHaveLength(1)
      const { rows } = await world.firm.pool.query('select sealed_secret from destination')
      expect(rows).toEqual([{ sealed_secret: null }])
      await world.importTexts('three')
    })
  })

  it('that fails as a whole says why, and goes on when it is back', async () => {
    await withDeliveryWorld(async (world) => {
      await world.importTexts('one')
      world.server.problem = 'sign-in-refused'
      await expect(world.deliver()).rejects.toMatchObject({ reason: 'sign-in-refused' })
      const { problem } = await destinationById(world.parts, world.destination.id)
      expect(problem).toMatchObject({ reason: 'sign-in-refused', message: 'It says sign-in-refused.' })
      world.server.problem = null
      world.firm.setClock(later(1))
      expect(await world.deliver()).toMatchObject({ confirmed: 3 })
    })
  })
})
