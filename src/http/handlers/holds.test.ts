/** Holds over HTTP, with people who may and may not, and a confidential one that betrays itself to nobody. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPortal, type Portal } from '../../../test/journey/portal.ts'
import { ada, type HoldsWorld, openHoldsWorld } from '../../compliance/holds/holds-world.fixture.ts'
import { evaluateHolds } from '../../compliance/holds/index.ts'

let world: HoldsWorld
let portal: Portal

beforeAll(async () => {
  world = await openHoldsWorld()
  await world.chat(ada, 'one', ['lunch on Friday?', 'the merger is on'])
  for (const username of ['hana', 'hugo'])
    await world.firm.pool.query(
      `insert into app_user (username, name, created_by, created_at) values ($1, $1, 'test', now())`,
      [username],
    )
  portal = await openPortal(world.firm, {
    people: {
      hana: ['Hold', 'Search And Purge'],
      hugo: ['Hold', 'Search And Purge'],
      ivy: ['Preview', 'Compliance Search'],
    },
  })
}, 60_000)
afterAll(async () => {
  await portal?.close()
  await world?.close()
})

const box = ['ada@firm.example']
const hold = {
  ...{ name: 'Merger', mailboxes: box, query: 'merger', days: null, caseName: null, note: 'Keep all.' },
  ...{ owner: null, url: null, confidential: false, readers: [] },
}

describe('the hold endpoints', () => {
  it('tell beforehand what a hold would hold, place it, count it, and show it to who may know', async () => {
    const hana = portal.as('hana')
    expect(await hana.previewHold({ body: { mailboxes: box, query: 'merger' } })).toEqual({
      ...{ mailboxes: 1, items: 1, unreadable: 0 },
    })
    const placed = await hana.placeHold({ body: hold })
    expect(placed).toMatchObject({ kind: 'query', evaluating: 1, heldMailboxes: [{ address: box[0] }] })
    await evaluateHolds(world.firm.pool)
    expect(await hana.countHold({ params: { id: placed.id } })).toMatchObject({ statistics: { items: 1 } })
    expect((await portal.as('hugo').listHolds()).items).toMatchObject([{ name: 'Merger' }])
    await expect(portal.as('ivy').listHolds()).rejects.toMatchObject({ status: 403 })
    await expect(hana.placeHold({ body: hold })).rejects.toMatchObject({ status: 409, code: 'hold-exists' })
    expect(
      (await portal.audited('place-hold')).filter(({ outcome }) => outcome === 'succeeded'),
    ).toHaveLength(1)
  })

  it('keep a confidential hold from everybody who was not given it', async () => {
    const [hana, hugo] = [portal.as('hana'), portal.as('hugo')]
    const { id } = await hana.placeHold({
      body: { ...hold, name: 'Secret', confidential: true, query: null },
    })
    expect((await hugo.listHolds()).items.map(({ name }) => name)).toEqual(['Merger'])
    const unknown = await hugo.readHold({ params: { id: 999 } }).catch((error: unknown) => error)
    const secret = await hugo.readHold({ params: { id } }).catch((error: unknown) => error)
    expect(secret).toMatchObject({ status: 404, code: 'hold-not-found' })
    expect(unknown).toMatchObject({ status: 404, code: 'hold-not-found' })
    const items = await world.firm.search('lunch')
    expect(await hugo.deleteItem({ params: { id: items[0]!.id }, body: { purge: true } })).toEqual({
      ...{ id: items[0]!.id, area: 'recoverable-items' },
    })
    await hana.giveHold({ params: { id }, body: { username: 'hugo' } })
    expect(await hugo.readHold({ params: { id } })).toMatchObject({ name: 'Secret' })
    await hana.releaseHold({ params: { id }, body: { mailboxes: null, reason: 'over' } })
  })

  it('release with a second person where the settings say so', async () => {
    await world.firm.asOwner(
      `insert into setting values ('approvals', '{"holdRelease": true, "roleGrants": true}', 'test', now())`,
    )
    const [hana, hugo] = [portal.as('hana'), portal.as('hugo')]
    const { items } = await hana.listHolds()
    const { id } = items.find(({ name }) => name === 'Merger')!
    const outcome = await hana.releaseHold({ params: { id }, body: { mailboxes: null, reason: 'settled' } })
    expect(outcome).toMatchObject({ state: 'waiting' })
    const [request] = (await hugo.listHoldRequests()).items
    await hugo.decideHoldRequest({ params: { id: request!.id }, body: { decision: 'done' } })
    const released = await hana.readHold({ params: { id } })
    expect(released).toMatchObject({ mailboxes: 0, releasedBy: 'hugo', releaseReason: 'settled' })
    expect((await hana.listHolds()).delays).toHaveLength(2)
  })

  it('purge only by two', async () => {
    const [hana, hugo] = [portal.as('hana'), portal.as('hugo')]
    const asked = await hana.purgeItems({ body: { query: 'merger', mailboxes: box, reason: 'leaked' } })
    expect(asked).toMatchObject({ state: 'waiting' })
    const [request] = (await hugo.listHoldRequests()).items
    const decide = { params: { id: request!.id }, body: { decision: 'done' as const } }
    await expect(hana.decideHoldRequest(decide)).rejects.toMatchObject({ code: 'approval-refused' })
    expect(await hugo.decideHoldRequest(decide)).toEqual({ decision: 'done' })
    expect(await world.rows('select area, recoverable_folder as folder from item order by folder')).toEqual([
      { area: 2, folder: 4 },
      { area: 2, folder: 4 },
    ])
  })
})
