/** What the centre took is destroyed at the site after a while, and not while somebody is held. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ada,
  anna,
  type HoldsWorld,
  openHoldsWorld,
  plainHold,
} from '../compliance/holds/holds-world.fixture.ts'
import { placeHold, releaseHold } from '../compliance/holds/index.ts'
import { sweepJournal } from './index.ts'

let world: HoldsWorld
beforeAll(async () => {
  world = await openHoldsWorld()
  await world.chat(ada, 'Carl', ['alpha', 'beta'])
}, 60_000)
afterAll(() => world?.close())

const segments = () =>
  world.rows('select sealed_key is null as destroyed, destroyed_at is not null as told from site_segment')
const sweep = () => sweepJournal(world.firm.site, 30)
const daysPass = () =>
  world.firm.asOwner(`update site_segment set acknowledged_at = acknowledged_at - interval '31 days'`)

describe('the journal of a site', () => {
  it('is kept for a while after the centre took it, and as long as somebody is held', async () => {
    expect(await sweep()).toEqual({ segments: 0, attachments: 0 })
    await daysPass()
    await placeHold(world.parts, plainHold, [await world.mailboxId('ada@firm.example')], anna)
    expect(await sweep()).toEqual({ segments: 0, attachments: 0 })
    await releaseHold(world.parts, { hold: 'Matter', mailboxIds: null, reason: 'over' }, anna, {
      secondPerson: false,
    })
    expect(await sweep()).toEqual({ segments: 0, attachments: 0 })
  })

  it('is kept where the centre said so with its last acknowledgement, wherever the centre is', async () => {
    await world.firm.asOwner(`update delay_hold set began_at = began_at - interval '31 days'`)
    await world.firm.asOwner('update site_account set kept_for_centre = true')
    expect(await sweep()).toEqual({ segments: 0, attachments: 0 })
    // The next run tells the site how it stands now.
    await world.firm.run('whatsapp')
    expect(await world.rows('select kept_for_centre from site_account')).toEqual([{ kept_for_centre: false }])
  })

  it('is destroyed then, key and object; it still counts, delivers nothing and captures nothing twice', async () => {
    const objects = async () => (await Array.fromAsync(world.firm.site.objects.list('journal/'))).length
    const before = await objects()
    expect(await sweep()).toEqual({ segments: 1, attachments: 0 })
    expect(await objects()).toBe(before - 1)
    expect(await segments()).toEqual([{ destroyed: true, told: true }])
    expect(await sweep()).toEqual({ segments: 0, attachments: 0 })
    expect((await world.firm.runWindow('whatsapp', {})).imported).toBe(0)
    await world.chat(ada, 'Carl', ['alpha', 'beta', 'gamma'])
    expect((await world.firm.counts()).message).toBe(3)
    expect(await world.firm.problems()).toEqual([])
  })

  it('takes a day at least, whoever asks', async () => {
    await expect(sweepJournal(world.firm.site, 0)).rejects.toMatchObject({ code: 'HF003' })
    await expect(world.firm.pool.query('update site_segment set destroyed_at = now()')).rejects.toMatchObject(
      {
        code: '42501',
      },
    )
  })
})
