import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openReadingWorld, type ReadingWorld } from './reading-world.fixture.ts'

let world: ReadingWorld
beforeAll(async () => {
  world = await openReadingWorld()
}, 120_000)
afterAll(() => world?.close())

type Body = Parameters<ReadingWorld['ivy']['createSearch']>[0]['body']
const ask = (body: Body, who = world.ivy) => who.createSearch({ body })
const found = async (body: Body, who = world.ivy) => {
  const { id } = await ask(body, who)
  return (await who.readResults({ params: { id }, query: {} })).items
}

describe('checking a query', () => {
  it('names slips, mends them, and says how it is understood', async () => {
    const query = 'subject: “price” and 秘密\u200b'
    const check = await world.ivy.checkQuery({ body: { query } })
    expect(check).toMatchObject({ ok: true, error: null, suggestion: 'subject:"price" AND 秘密' })
    expect(check.typos.map(({ kind }) => kind)).toEqual([
      ...['space-after-colon', 'smart-quote', 'smart-quote', 'lower-case-operator', 'hidden-character'],
    ])
    for (const { at, length, found: slip } of check.typos) expect(query.slice(at, at + length)).toBe(slip)
    const mended = await world.ivy.checkQuery({ body: { query: check.suggestion! } })
    expect(mended).toMatchObject({ ok: true, typos: [], suggestion: null })
    expect(mended.explanation).toMatch(/price/)
    expect(mended.understood).toEqual({
      type: 'and',
      nodes: [
        { type: 'words', field: 'subject', text: 'price' },
        { type: 'words', field: 'anywhere', text: '秘密' },
      ],
    })
  })

  it('shows the place of an error', async () => {
    const check = await world.ivy.checkQuery({ body: { query: 'price AND (42' } })
    expect(check).toMatchObject({ ok: false, error: { at: 10, length: 1 } })
  })
})

describe('a search', () => {
  it('is kept under an id with its conditions as one query, and noted with its text', async () => {
    const search = await ask({
      query: 'price OR 合规部',
      conditions: [
        { property: 'channel', values: ['whatsapp'] },
        { property: 'subject', values: ['a" OR mailbox:"zhang'], not: true },
        { property: 'sent', from: '2026-03-13', to: null },
      ],
    })
    expect(search.keyql).toBe(
      '(price OR 合规部) AND channel:"whatsapp" AND NOT subject:"a  OR mailbox: zhang" AND sent:2026-03-13..',
    )
    expect(search).toMatchObject({ name: null, owner: 'ivy', own: true, mailboxes: null, notes: [] })
    expect(await world.lastAudited('search')).toMatchObject({
      ...{ actor: 'ivy', target: search.id, details: { query: search.keyql, mailboxes: 'all' } },
    })
    const { items } = await world.ivy.readResults({ params: { id: search.id }, query: {} })
    expect(items.map(({ snippet }) => snippet)).toEqual(['the secret price is 42'])
    const again = await world.ivy.readSearch({ params: { id: search.id } })
    expect(again.conditions).toHaveLength(3)
  })

  it('that is empty finds everything and says so; with conditions it finds what they say', async () => {
    const all = await ask({ query: ' ' })
    expect(all.notes).toEqual([expect.stringMatching(/every item/)])
    const { count } = await world.ivy.countResults({ params: { id: all.id } })
    expect(count).toBe(21)
    const some = await ask({ query: '', conditions: [{ property: 'hasattachment', value: true }] })
    expect(some).toMatchObject({ keyql: 'hasattachment:true', notes: [] })
    expect(await found({ query: '', conditions: [{ property: 'hasattachment', value: true }] })).toHaveLength(
      3,
    )
  })

  it('that is wrong is refused with the place', async () => {
    await expect(ask({ query: '"open' })).rejects.toMatchObject({
      ...{ code: 'bad-query', status: 400, details: { offset: 0 } },
    })
    await expect(ask({ query: 'x', timeZone: 'Mars/Olympus' })).rejects.toMatchObject({ status: 400 })
  })

  it('is saved under a name, listed, and deleted', async () => {
    const { id } = await ask({ query: 'price' })
    const saved = await world.ivy.changeSearch({ params: { id }, body: { name: 'Prices' } })
    expect(saved.name).toBe('Prices')
    const other = await ask({ query: 'price 42' })
    const same = world.ivy.changeSearch({ params: { id: other.id }, body: { name: 'Prices' } })
    await expect(same).rejects.toMatchObject({ code: 'search-exists', status: 409 })
    const list = await world.ivy.listSearches()
    expect(list[0]).toMatchObject({ id, name: 'Prices' })
    expect(list.map((one) => one.id)).toContain(other.id)
    await world.ivy.deleteSearch({ params: { id } })
    await expect(world.ivy.readSearch({ params: { id } })).rejects.toMatchObject({
      ...{ code: 'search-not-found', status: 404 },
    })
    expect(await world.lastAudited('delete-search')).toMatchObject({ actor: 'ivy', target: id })
  })

  it('of somebody else is not there', async () => {
    const { id } = await ask({ query: 'price' })
    const params = { id }
    for (const way of [
      () => world.zoe.readSearch({ params }),
      () => world.zoe.readResults({ params, query: {} }),
      () => world.zoe.countResults({ params }),
      () => world.zoe.readStatistics({ params }),
      () => world.zoe.downloadResults({ params, query: {} }),
      () => world.zoe.changeSearch({ params, body: { name: 'Mine' } }),
      () => world.zoe.deleteSearch({ params }),
    ])
      await expect(way()).rejects.toMatchObject({ code: 'search-not-found', status: 404 })
    expect((await world.zoe.listSearches()).map((one) => one.id)).not.toContain(id)
  })
})

describe('results', () => {
  it('show the hit in its text, also in Chinese, and each item shown is noted', async () => {
    const search = await ask({ query: '合规部' })
    const { items, next } = await world.ivy.readResults({ params: { id: search.id }, query: {} })
    expect(items).toHaveLength(3)
    expect(next).toBeNull()
    const { snippet, highlights } = items[0]!
    expect(highlights.map(([start, end]) => snippet.slice(start, end)).join('')).toBe('合规部')
    expect(await world.lastAudited('search')).toMatchObject({
      ...{ target: search.id, details: { query: '合规部', items: items.map(({ id }) => id) } },
    })
  })

  it('come a page at a time, none twice and none left out', async () => {
    const { id } = await ask({ query: '' })
    const seen: string[] = []
    for (let cursor: string | undefined; ; ) {
      const query = cursor === undefined ? { limit: 4 } : { limit: 4, cursor }
      const page = await world.ivy.readResults({ params: { id }, query })
      seen.push(...page.items.map((item) => item.id))
      if (page.next === null) break
      cursor = page.next
    }
    expect(new Set(seen).size).toBe(21)
    expect(seen).toEqual((await world.firm.search()).map((item) => item.id))
  })

  it('are counted, with those the search could not see into', async () => {
    const { id } = await ask({ query: 'price' })
    expect(await world.ivy.countResults({ params: { id } })).toEqual({ count: 1, partiallyIndexed: 3 })
    const narrowed = await ask({ query: 'price kind:video' })
    expect(await world.ivy.countResults({ params: { id: narrowed.id } })).toEqual({
      ...{ count: 0, partiallyIndexed: 1 },
    })
  })

  it('are counted by mailbox, channel, kind and month', async () => {
    const { id } = await ask({ query: '' })
    const statistics = await world.ivy.readStatistics({ params: { id } })
    expect(statistics).toMatchObject({ count: 21, mailboxesWithHits: 4 })
    expect(statistics.byMailbox[0]).toEqual({
      ...{ key: String(world.mailboxes.ada), label: 'Ada Trader', items: 7 },
    })
    expect(statistics.byChannel).toEqual([
      { key: 'wecom', label: 'wecom', items: 14 },
      { key: 'whatsapp', label: 'whatsapp', items: 7 },
    ])
    expect(statistics.byMonth).toEqual([{ key: '2026-03', label: '2026-03', items: 21 }])
    for (const bars of [statistics.byMailbox, statistics.byKind])
      expect(bars.reduce((sum, { items }) => sum + items, 0)).toBe(21)
  })

  it('are downloaded whole as CSV that no spreadsheet calculates with', async () => {
    const { id } = await ask({ query: 'mailbox:ada' })
    const download = async (safe: 'true' | 'false') => {
      const answer = await world.ivy.downloadResults({ params: { id }, query: { safe } })
      expect(answer.headers.get('content-disposition')).toContain('search-results.csv')
      const text = Buffer.from(await answer.arrayBuffer()).toString()
      return parse(text, { bom: true, columns: true, record_delimiter: '\r\n' }) as Record<string, string>[]
    }
    const rows = await download('true')
    expect(rows).toHaveLength(7)
    expect(rows[0]).toMatchObject({ Mailbox: 'ada@firm.example', From: 'Ben Broker', Event: 'deleted' })
    expect(
      Object.values(rows)
        .flatMap(Object.values)
        .some((cell) => /^[=+@-]/.test(cell)),
    ).toBe(false)
    expect(await download('false')).toHaveLength(7)
    expect(JSON.stringify(rows)).not.toContain('secret')
    expect(await world.lastAudited('export-item')).toMatchObject({
      ...{ target: id, details: { form: 'list', query: 'mailbox:ada', safe: false, found: 7 } },
    })
  })
})

describe('whom a search filter limits', () => {
  it('finds, counts and downloads only what lies in the mailboxes he may read', async () => {
    const items = await found({ query: '' }, world.lim)
    expect(items).toHaveLength(4)
    expect(new Set(items.map(({ mailbox }) => mailbox))).toEqual(new Set(['li@firm.example']))
    const { id } = await ask({ query: 'secret OR 合规部' }, world.lim)
    expect(await world.lim.countResults({ params: { id } })).toEqual({ count: 1, partiallyIndexed: 0 })
    const statistics = await world.lim.readStatistics({ params: { id } })
    expect(statistics).toMatchObject({
      count: 1,
      mailboxesWithHits: 1,
      byChannel: [{ key: 'wecom', items: 1 }],
    })
    const list = await (await world.lim.downloadResults({ params: { id }, query: {} })).text()
    expect(list.trim().split('\r\n')).toHaveLength(2)
    for (const query of ['mailbox:ada', 'mailbox:ada OR mailbox:zhang'])
      expect(await found({ query }, world.lim)).toEqual([])
  })

  it('cannot choose another mailbox; a mailbox he could once read is left out', async () => {
    const other = ask({ query: 'secret', mailboxes: [world.mailboxes.ada] }, world.lim)
    await expect(other).rejects.toMatchObject({ code: 'mailbox-not-found', status: 404 })
    const { id } = await ask({ query: '', mailboxes: [world.mailboxes.li] }, world.lim)
    await world.firm.pool.query('update search set mailbox_ids = $2 where id = $1', [
      id,
      [world.mailboxes.ada, world.mailboxes.li],
    ])
    expect((await world.lim.countResults({ params: { id } })).count).toBe(4)
    await world.firm.pool.query('update search set mailbox_ids = $2 where id = $1', [
      id,
      [world.mailboxes.ada],
    ])
    expect((await world.lim.countResults({ params: { id } })).count).toBe(0)
    const facts = await world.lim.readSearch({ params: { id } })
    expect(facts.mailboxes).toMatchObject([{ address: 'ada@firm.example' }])
  })
})

it('nothing failed on the way', () => expect(world.portal.failures).toEqual([]))
