import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openReadingWorld, type ReadingWorld } from './reading-world.fixture.ts'

let world: ReadingWorld
let dora: ReturnType<ReadingWorld['portal']['as']>
beforeAll(async () => {
  world = await openReadingWorld()
  dora = world.portal.as('dora')
}, 120_000)
afterAll(() => world?.close())

describe('the directory', () => {
  it('is read a page at a time, each mailbox with its folders counted', async () => {
    const first = await world.ivy.listMailboxes({ query: { limit: 3 } })
    expect(first.total).toBe(4)
    const rest = await world.ivy.listMailboxes({ query: { limit: 3, cursor: first.next! } })
    expect(rest.next).toBeNull()
    const all = [...first.items, ...rest.items]
    expect(all.map(({ address }) => address.split('@')[0])).toEqual(['ada', 'li', 'wang', 'zhang'])
    expect(all[0]!.folders).toMatchObject([{ folder: 'WhatsApp Archiver', area: 'primary', items: 7 }])
    expect(all[3]!.folders).toMatchObject([{ folder: 'WeChat Archiver', items: 5 }])
  })

  it('is searched by name in any script', async () => {
    const found = await world.ivy.listMailboxes({ query: { find: '李四' } })
    expect(found.items.map(({ address }) => address)).toEqual(['li@firm.example'])
    expect(await world.lastAudited('view-mailboxes')).toMatchObject({ details: { find: '李四', shown: 1 } })
  })

  it('shows whom a filter limits that a mailbox is there, but nothing in it', async () => {
    const { items } = await world.lim.listMailboxes({ query: {} })
    expect(items.map(({ readable }) => readable)).toEqual([false, true, false, false])
    expect(items[0]!.folders).toEqual([])
    expect(items[1]!.folders).toHaveLength(1)
    const one = await world.lim.readMailbox({ params: { id: world.mailboxes.ada } })
    expect(one).toMatchObject({ address: 'ada@firm.example', readable: false, folders: [] })
  })

  it('is added to, changed and imported whole or not at all', async () => {
    const made = await dora.createMailbox({ body: { address: 'New@Firm.example', name: '=New' } })
    expect(made).toMatchObject({ address: 'new@firm.example', active: true, mobile: null, folders: [] })
    const again = dora.createMailbox({ body: { address: 'new@firm.example', name: 'Twice' } })
    await expect(again).rejects.toMatchObject({ status: 409 })
    const changed = await dora.changeMailbox({ params: { id: made.id }, body: { active: false } })
    expect(changed).toMatchObject({ active: false, name: '=New' })
    expect(await world.lastAudited('change-mailbox')).toMatchObject({ actor: 'dora' })
    const bad = await dora.uploadMailboxes({
      query: {},
      body: 'address,name\nfine@firm.example,Fine\nnone,X\n',
    })
    expect(bad).toMatchObject({ taken: false, problems: [{ row: 3 }] })
    const good = await dora.uploadMailboxes({ query: {}, body: 'address,name\nfine@firm.example,Fine\n' })
    expect(good).toMatchObject({ taken: true, added: 1 })
    expect((await dora.listMailboxes({ query: { find: 'fine' } })).total).toBe(1)
  })
})

describe('the items of a mailbox', () => {
  const march = { month: '2026-03', limit: 100 }

  it('are counted by month and listed newest first from any place on, each shown one noted', async () => {
    const params = { id: world.mailboxes.ada }
    const timeline = await world.ivy.readTimeline({ params, query: {} })
    expect(timeline).toEqual({ items: 7, months: [{ month: '2026-03', items: 7 }] })
    const { items } = await world.ivy.listItems({ params, query: march })
    expect(items).toHaveLength(7)
    expect(items.at(-1)).toMatchObject({
      ...{ snippet: 'the secret price is 42', from: 'Ada Trader <+447700900001>', kind: 'text' },
    })
    expect(items.map(({ sentAt }) => sentAt)).toEqual(
      items
        .map(({ sentAt }) => sentAt)
        .sort()
        .reverse(),
    )
    expect(await world.lastAudited('list-items')).toMatchObject({
      ...{ actor: 'ivy', target: 'ada@firm.example', details: { items: items.map(({ id }) => id) } },
    })
    for (const offset of [0, 2, 5, 6]) {
      const part = await world.ivy.listItems({ params, query: { ...march, offset, limit: 2 } })
      expect(part.items.map(({ id }) => id)).toEqual(items.slice(offset, offset + 2).map(({ id }) => id))
    }
    const beyond = await world.ivy.listItems({ params, query: { ...march, offset: 7 } })
    expect(beyond.items).toEqual([])
  })

  it('are of the folder and area that is asked for', async () => {
    const params = { id: world.mailboxes.ada }
    const wechat = { ...march, folder: 'WeChat Archiver' as const }
    expect((await world.ivy.listItems({ params, query: wechat })).items).toEqual([])
    const archive = { ...march, area: 'archive' as const }
    expect((await world.ivy.listItems({ params, query: archive })).items).toEqual([])
    const wrong = world.ivy.listItems({ params, query: { month: '2026-13' } })
    await expect(wrong).rejects.toMatchObject({ code: 'bad-request', status: 400 })
  })

  it('of a mailbox outside of a filter are as if it were not there', async () => {
    const params = { id: world.mailboxes.ada }
    for (const read of [
      () => world.lim.listItems({ params, query: march }),
      () => world.lim.readTimeline({ params, query: {} }),
      () => world.ivy.readTimeline({ params: { id: 4711 }, query: {} }),
    ])
      await expect(read()).rejects.toMatchObject({ code: 'mailbox-not-found', status: 404 })
    const own = await world.lim.listItems({ params: { id: world.mailboxes.li }, query: march })
    expect(own.items).toHaveLength(4)
  })
})

it('nothing failed on the way', () => expect(world.portal.failures).toEqual([]))
