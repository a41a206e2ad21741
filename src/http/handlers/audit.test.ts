import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openReadingWorld, type ReadingWorld } from './reading-world.fixture.ts'

const exported = 5_000

let world: ReadingWorld
beforeAll(async () => {
  world = await openReadingWorld()
  // As many as one page of others ends at, all of one hour, and a hostile name among them.
  await world.firm.pool.query(
    `insert into audit_event (at, actor, actor_type, operation, target, outcome, details)
     select '2025-05-01T10:00:00Z'::timestamptz + (n / 10) * interval '1 second', 'mallory', 'person', 'open-item',
            case n when 1 then '=1+1' else 'item-' || n end, 'succeeded',
            jsonb_build_object('items', jsonb_build_array('seen-' || n))
       from generate_series(1, $1::int) as n`,
    [exported],
  )
}, 120_000)
afterAll(() => world?.close())

const mallory = { actors: 'mallory' }

async function exportOf(query: Record<string, string>): Promise<string> {
  const answer = await world.ivy.exportAudit({ query })
  return Buffer.from(await answer.arrayBuffer()).toString()
}

describe('the audit log', () => {
  it('is read newest first, page by page, none twice and none left out', async () => {
    const seen: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await world.ivy.searchAudit({
        query: { ...mallory, limit: 500, ...(cursor === undefined ? {} : { cursor }) },
      })
      seen.push(...page.items.map(({ target }) => target!))
      if (page.next === null) break
      cursor = page.next
    }
    expect(seen).toHaveLength(exported)
    expect(new Set(seen).size).toBe(exported)
    expect(seen.slice(0, 2)).toEqual(['item-5000', 'item-4999'])
    expect(seen.at(-1)).toBe('=1+1')
    await expect(world.ivy.searchAudit({ query: { cursor: 'nonsense' } })).rejects.toMatchObject({
      ...{ code: 'bad-request', status: 400 },
    })
  })

  it('is filtered by time, actor, operation, outcome, and by what was acted on or shown', async () => {
    const count = async (query: Parameters<typeof world.ivy.countAudit>[0]['query']) =>
      (await world.ivy.countAudit({ query })).count
    expect(await count(mallory)).toBe(exported)
    expect(await count({ ...mallory, from: '2025-05-01T10:08:20Z' })).toBe(1)
    expect(await count({ ...mallory, to: '2025-05-01T10:00:01Z' })).toBe(9)
    expect(await count({ actors: 'mallory,nobody', operations: 'open-item, export-item' })).toBe(exported)
    expect(await count({ ...mallory, operations: 'export-item' })).toBe(0)
    expect(await count({ ...mallory, outcome: 'refused' })).toBe(0)
    expect(await count({ target: 'item-77' })).toBe(1)
    expect(await count({ target: 'seen-77' })).toBe(1)
    await expect(count({ operations: 'open-everything' })).rejects.toMatchObject({ code: 'bad-request' })
  })

  it('tells who saw an item, whatever way he saw it', async () => {
    const { id: search } = await world.ivy.createSearch({ body: { query: 'secret' } })
    const { items } = await world.ivy.readResults({ params: { id: search }, query: {} })
    const { id } = items[0]!
    await world.zoe.readItem({ params: { id }, query: {} })
    await world.zoe.listItems({ params: { id: world.mailboxes.ada }, query: { month: '2026-03' } })
    await world.lim.readItem({ params: { id }, query: {} }).catch(() => {})
    const log = await world.ivy.searchAudit({ query: { target: id } })
    expect(log.items.map(({ actor, operation, outcome }) => `${actor} ${operation} ${outcome}`)).toEqual([
      ...['lim open-item refused', 'zoe list-items succeeded', 'zoe open-item succeeded'],
      'ivy search succeeded',
    ])
    expect(log.items[1]).toMatchObject({
      ...{ actorType: 'person', clientIp: '127.0.0.1', sessionId: 'session-zoe' },
      correlationId: expect.stringMatching(/^\w{8,}$/),
    })
  })

  it('is looked at through the log itself', async () => {
    await world.ivy.searchAudit({ query: { ...mallory, limit: 1 } })
    expect(await world.lastAudited('search-audit')).toMatchObject({
      ...{ actor: 'ivy', details: { actors: 'mallory', shown: 1 } },
    })
    const { items } = await world.ivy.searchAudit({ query: { limit: 1 } })
    expect(items[0]).toMatchObject({ operation: 'search-audit', details: { actors: 'mallory' } })
    await expect(world.portal.as('dora').searchAudit({ query: {} })).rejects.toMatchObject({ status: 403 })
  })
})

describe('an export of the audit log', () => {
  it('as JSON lines has every record and each whole', async () => {
    const lines = (await exportOf({ ...mallory, form: 'jsonl' })).trimEnd().split('\n')
    expect(lines).toHaveLength(exported)
    const records = lines.map((line) => JSON.parse(line))
    expect(new Set(records.map(({ id }) => id)).size).toBe(exported)
    const [newest] = (await world.ivy.searchAudit({ query: { ...mallory, limit: 1 } })).items
    expect(records[0]).toEqual(newest)
    expect(await world.lastAudited('export-audit')).toMatchObject({
      ...{ actor: 'ivy', details: { form: 'jsonl', records: exported, actors: 'mallory' } },
    })
  })

  it('as CSV defuses formulas, or leaves everything as it is', async () => {
    const csv = async (safe: string) =>
      parse(await exportOf({ ...mallory, form: 'csv', safe }), {
        ...{ bom: true, columns: true, record_delimiter: '\r\n' },
      }) as Record<string, string>[]
    const safe = await csv('true')
    expect(safe).toHaveLength(exported)
    expect(safe.at(-1)).toMatchObject({
      Target: "'=1+1",
      Actor: 'mallory',
      'Time (UTC)': '2025-05-01T10:00:00.000Z',
    })
    const untouched = await csv('false')
    expect(untouched.at(-1)!.Target).toBe('=1+1')
    expect(JSON.parse(untouched.at(-1)!.Details!)).toEqual({ items: ['seen-1'] })
  })

  it('ends where it was asked for', async () => {
    const text = await exportOf({ form: 'jsonl' })
    const records = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const { details } = (await world.lastAudited('export-audit'))!
    expect(records).toHaveLength(details.records as number)
    expect(records[0].details.records).not.toBe(details.records)
  })
})

it('nothing failed on the way', () => expect(world.portal.failures).toEqual([]))
