import { describe, expect, it } from 'vitest'
import { lastReconciliation, reconcile } from '../../src/delivery/index.ts'
import { addresses, withDeliveryWorld } from './world.ts'

describe('reconciling a destination', () => {
  it('says what is missing, changed, doubled and not ours, and delivers again what is missing', async () => {
    await withDeliveryWorld(async (world) => {
      await world.importTexts('one', 'two', 'three', 'four')
      await world.deliver()
      const clean = await reconcile(world.parts, world.destination)
      expect(clean).toMatchObject({ same: 12, missing: 0, changed: 0, doubled: 0, extra: 0, differences: [] })

      const folder = world.server.folder(addresses[0], 'WeChat Archiver')
      const [lost, shorter, draft, twice] = folder.splice(0, 4)
      folder.push({ ...shorter!, bytes: 10 }, { ...draft!, faults: ['is a draft'] }, twice!, twice!)
      folder.push({
        id: '',
        messageId: '<a@elsewhere.example>',
        receipt: 'x',
        bytes: 1,
        sentAt: 0,
        faults: [],
      })
      const found = await reconcile(world.parts, world.destination, { again: true })
      expect(found).toMatchObject({ missing: 1, changed: 2, doubled: 1, extra: 1, again: 1 })
      expect(found.differences.map(({ difference }) => difference).toSorted()).toEqual(
        ['changed', 'changed', 'doubled', 'extra', 'missing'].toSorted(),
      )
      expect(found.differences.every(({ mailbox }) => mailbox === addresses[0])).toBe(true)
      expect(await lastReconciliation(world.parts, world.destination)).toEqual(found)

      expect(await world.deliver()).toMatchObject({ confirmed: 1, found: 0 })
      expect(world.held(addresses[0])).toContain(lost!.messageId)
    })
  })

  it('does not miss what still waits, and names a mailbox it cannot look into', async () => {
    await withDeliveryWorld(async (world) => {
      await world.importTexts('one')
      world.server.mailboxProblems.set(addresses[2], 'mailbox-not-found')
      await world.deliver()
      const found = await reconcile(world.parts, world.destination)
      expect(found).toMatchObject({ same: 2, missing: 0, mailboxes: 3 })
      expect(found.unread).toEqual([{ mailbox: addresses[2], message: 'It says mailbox-not-found.' }])
    })
  })
})
