/** What the daily run of retention looks at, what it labels, whose approval counts, and what nobody may loosen or delete. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseItemId } from '../../src/archive/index.ts'
import { decideHoldRequest, deleteItem, placeHold, purgeBySearch } from '../../src/compliance/holds/index.ts'
import {
  applyQueryLabels,
  approvePolicy,
  askForPolicy,
  changeRetentionPolicy,
  createRetentionLabel,
  createRetentionPolicy,
  decideDisposition,
  labelItem,
  listDispositionReviews,
  type NewRetentionLabel,
  type NewRetentionPolicy,
  type PolicyChange,
  type RetentionParts,
  retentionPolicyByName,
  runRetention,
  simulatePolicy,
  turnOffPolicy,
} from '../../src/compliance/retention/index.ts'
import { createKysely, createPool } from '../../src/platform/postgres/index.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { type Firm, openFirm } from './firm.ts'
import { captureWecom, groupText, threeMailboxes, threePeople } from './wecom.ts'

let firm: Firm
let parts: RetentionParts
let mailboxes: number[]

beforeAll(async () => {
  firm = await openFirm()
  parts = { ...firm.centre, random: systemRandom }
  await firm.addUsers(threePeople)
  await firm.addMailboxes(threeMailboxes)
  await firm.connect('wechat')
  for (const year of [2014, 2018, 2024]) await captureYear(year, '条')
  await firm.run('wechat')
  await ageImports()
  const { rows } = await firm.pool.query<{ id: number }>('select id from mailbox order by address')
  mailboxes = rows.map(({ id }) => id)
}, 120_000)
afterAll(() => firm?.close())

async function captureYear(year: number, word: string): Promise<void> {
  const texts = Array.from({ length: 4 }, (_, place) => ({
    ...groupText(`${year}年第${place}${word}`),
    msgtime: Date.parse(`${year}-05-01T08:00:00Z`) + place * 1_000,
  }))
  await captureWecom(firm, texts, { custodian: '+8613900000001' }, `${year}${word}.jsonl`)
}

/** Imported when it was sent, so that the 90 days are over. */
async function ageImports(): Promise<void> {
  await firm.asOwner(
    `update message set received_at = sent from (select id as of, to_timestamp((id >> 21) / 1000.0) as sent from message) as known where id = of`,
  )
}

/** The months of messages that `work` reads on the one connection that it is given. */
async function monthsRead(work: (parts: RetentionParts) => Promise<unknown>): Promise<string[]> {
  const pool = createPool({ url: firm.ownerUrl, connectionsMax: 1 })
  const scans = async () => {
    await pool.query('select pg_stat_force_next_flush()')
    const { rows } = await pool.query<{ month: string; scans: bigint }>(
      `select substring(relname from 9) as month, seq_scan + coalesce(idx_scan, 0) as scans
         from pg_stat_user_tables where relname ~ '^message_2'`,
    )
    return new Map(rows.map(({ month, scans }) => [month, scans]))
  }
  try {
    const before = await scans()
    await work({ ...parts, pool, queries: createKysely(pool) })
    const after = await scans()
    return [...after].flatMap(([month, count]) => (count === before.get(month) ? [] : [month])).sort()
  } finally {
    await pool.end()
  }
}

const labelled = async (name: string) => {
  const { rows } = await firm.pool.query<{ text: string }>(
    `select to_char(to_timestamp((message_id >> 21) / 1000.0) at time zone 'UTC', 'YYYY') || ' ' || applied_by as text
       from item_label join retention_label as label on label.id = label_id where label.name = $1 order by 1`,
    [name],
  )
  return rows.map(({ text }) => text)
}
const label: Omit<NewRetentionLabel, 'name'> = {
  ...{ action: 'delete', period: { count: 1, unit: 'years' }, starts: 'created', record: 'none' },
  ...{ query: null, reviewStages: [], early: false },
}
const itemOf = async (text: string, mailbox: string) =>
  (await firm.search(text)).find((item) => item.mailbox === `${mailbox}@firm.example`)!.id
const states = async () =>
  (await firm.pool.query('select state, count(*)::int from disposition_item group by 1 order by 1')).rows
const run = (of: RetentionParts = parts) => runRetention(of, { requestedBy: 'test' })

describe('the daily run of retention', () => {
  it('reads no message while nothing deletes', async () => {
    await createRetentionLabel(parts, { ...label, name: 'Nobody bears it' }, 'ada')
    expect(await monthsRead(run)).toEqual([])
  })

  it('asks what applies to messages of one month, and reads no other', async () => {
    const [first] = await firm.search('2018年')
    const { messageId } = parseItemId(first!.id)
    const months = await monthsRead(({ pool }) =>
      pool.query('select * from retained_items(array[$1::bigint], now())', [messageId]),
    )
    // Nothing retains: it is not asked at all.
    expect(months).toEqual([])
    for (const name of ['retention_settings', 'retention_of'])
      expect(
        await monthsRead(({ pool }) =>
          pool.query(`select * from ${name}(array[$1::bigint], now())`, [messageId]),
        ),
      ).toEqual(['2018_05'])
  })

  it('looks only at what is old enough for what deletes, and at months in which something was purged', async () => {
    await createRetentionPolicy(
      parts,
      {
        ...{ name: 'Ten', action: 'delete', period: { count: 10, unit: 'years' }, starts: 'created' },
        ...{ scope: 'all', mailboxIds: [], early: false, basis: '' },
      },
      'ada',
    )
    await simulatePolicy(parts, 'Ten')
    await askForPolicy(parts, 'Ten', 'ada')
    await approvePolicy(parts, 'Ten', 'ben')
    await deleteItem(
      firm.centre,
      await itemOf('2024年第3条', 'wang'),
      { purge: true },
      { username: 'local-operator' },
    )
    const told = (parts: RetentionParts) =>
      runRetention(parts, { requestedBy: 'test', asOf: parts.clock.now() + 1 })
    expect(await monthsRead(told)).toEqual(['2014_05', '2024_05'])
    expect(await told(parts)).toMatchObject({ due: 13, run: null })
  })

  it('writes down nothing of what is held, day after day, and says that it was kept', async () => {
    const hold = { query: null, days: null, caseName: null, note: null, owner: null, url: null }
    await placeHold(firm.centre, { ...hold, name: 'H', confidential: false, readers: [] }, mailboxes, {
      username: 'ada',
    })
    expect(await run()).toMatchObject({ due: 13, disposed: 0, kept: 13, run: null })
    expect(await run()).toMatchObject({ due: 13, disposed: 0, kept: 13, run: null })
    expect(await states()).toEqual([])
    await firm.asOwner('update hold_mailbox set removed_at = now(); update hold set released_at = now()')
    expect(await run()).toMatchObject({ due: 13, disposed: 13, kept: 0 })
    expect(await states()).toEqual([{ state: 'disposed', count: 13 }])
    await turnOffPolicy(parts, 'Ten')
    expect(await firm.problems()).toEqual([])
  })
})

describe('labels by query', () => {
  it('meet what is there by the daily run and what comes by its import, and say so in the audit log', async () => {
    const query = 'subject:2024年第1 OR 2024年第1'
    await createRetentionLabel(parts, { ...label, name: 'First', query }, 'ada')
    await createRetentionLabel(parts, { ...label, name: 'Second', query: '第1' }, 'ada')
    // By hand beats by query; of two queries the older one.
    await labelItem(parts, await itemOf('2018年第1条', 'li'), 'First', 'ada')
    expect(await applyQueryLabels(parts)).toBe(5)
    expect(await applyQueryLabels(parts)).toBe(0)
    expect(await labelled('First')).toEqual(['2018 ada', ...Array(3).fill('2024 schedule')])
    expect(await labelled('Second')).toEqual(Array(2).fill('2018 schedule'))
    await captureYear(2024, '件')
    await firm.run('wechat')
    expect((await labelled('First')).filter((one) => one.endsWith('import'))).toEqual(
      Array(3).fill('2024 import'),
    )
    const { rows } = await firm.pool.query(
      `select details from audit_event where operation = 'label-item' and details ? 'items' order by id`,
    )
    expect(rows.map(({ details }) => `${details.by} ${details.items}`)).toEqual([
      ...['schedule 2', 'schedule 3', 'import 3'],
    ])
  })
})

describe('a policy', () => {
  const five: NewRetentionPolicy = {
    ...{ name: 'Five', action: 'retain-then-delete', period: { count: 5, unit: 'years' }, starts: 'created' },
    ...{ scope: 'static', mailboxIds: [], early: false, basis: '' },
  }
  const change = (wanted: PolicyChange) => changeRetentionPolicy(parts, 'Five', wanted)

  it('that would delete more or sooner than two people wanted is simulated and approved again', async () => {
    const [, first, second] = mailboxes as [number, number, number]
    await createRetentionPolicy(parts, { ...five, mailboxIds: [first] }, 'ada')
    await simulatePolicy(parts, 'Five')
    await askForPolicy(parts, 'Five', 'ada')
    await change({ add: [second] })
    expect(await retentionPolicyByName(firm.pool, 'Five')).toMatchObject({ state: 'draft', simulation: null })
    await expect(approvePolicy(parts, 'Five', 'ben')).rejects.toThrow('Nobody asks')
    await expect(askForPolicy(parts, 'Five', 'ada')).rejects.toThrow('simulate it first')
    await simulatePolicy(parts, 'Five')
    await askForPolicy(parts, 'Five', 'ada')
    await approvePolicy(parts, 'Five', 'ben')
    for (const wanted of [
      { add: mailboxes },
      { remove: [second] },
      { period: { count: 59, unit: 'months' } },
    ] as const)
      await expect(change(wanted)).rejects.toMatchObject({ code: 'retention-refused' })
    await change({ period: { count: 61, unit: 'months' } })
    expect(await retentionPolicyByName(firm.pool, 'Five')).toMatchObject({ state: 'on' })
  })

  it.each([
    [2, 'years', 730, 'days', false],
    [2, 'years', 732, 'days', true],
    [12, 'months', 1, 'years', true],
    [1, 'years', 12, 'months', true],
    [366, 'days', 1, 'years', false],
    [366, 'days', 2, 'years', true],
    [1, 'months', 30, 'days', false],
    [null, null, 9, 'years', false],
    [9, 'years', null, null, true],
  ])('of %s %s that is locked: may it become %s %s? %s', async (count, unit, to, toUnit, may) => {
    const { rows } = await firm.pool.query('select lasts_as_long($1, $2, $3, $4) as may', [
      to,
      toUnit,
      count,
      unit,
    ])
    expect(rows[0].may).toBe(may)
  })
})

describe('a record', () => {
  it('is not deleted by its users, and no purge takes it', async () => {
    await createRetentionLabel(parts, { ...label, name: 'Record', action: 'retain', record: 'record' }, 'ada')
    const item = await itemOf('2018年第0条', 'zhang')
    await labelItem(parts, item, 'Record', 'ada')
    const by = { username: 'local-operator' }
    for (const purge of [false, true])
      await expect(deleteItem(firm.centre, item, { purge }, by)).rejects.toMatchObject({
        code: 'item-is-record',
      })
    await expect(deleteItem(firm.centre, item, { purge: true, mailboxIds: [] }, by)).rejects.toMatchObject({
      code: 'item-not-found',
    })
    const asked = await purgeBySearch(
      firm.centre,
      { query: '2018年第0条', mailboxIds: mailboxes },
      'leak',
      by,
    )
    await decideHoldRequest(firm.centre, asked.state === 'waiting' ? asked.request : 0, 'done', {
      username: 'ben',
    })
    const areas = (await firm.search('2018年第0条')).map(({ area, mailbox }) => `${area} ${mailbox}`).sort()
    expect(areas).toEqual([
      'primary zhang@firm.example',
      'recoverable-items li@firm.example',
      'recoverable-items wang@firm.example',
    ])
  })
})

describe('an approval', () => {
  it('counts for the label that asked for it only, and once', async () => {
    const [by, other] = [
      { ...label, reviewStages: [['rita'], ['rex']] },
      { ...label, reviewStages: [['nick']] },
    ]
    await createRetentionLabel(parts, { ...by, name: 'Asks Rita' }, 'ada')
    await createRetentionLabel(parts, { ...other, name: 'Asks Nick' }, 'ada')
    await ageImports()
    const item = await itemOf('2024年第2条', 'li')
    await labelItem(parts, item, 'Asks Rita', 'ada')
    await run()
    const decide = (username: string) =>
      decideDisposition(parts, [item], { act: 'approve' }, { reviewer: { username, groups: [] } }, username)
    const twice = await Promise.allSettled([decide('rita'), decide('rita')])
    expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await decide('rex')
    await labelItem(parts, item, 'Asks Nick', 'ada')
    await run()
    expect(await firm.search('2024年第2条')).toHaveLength(3)
    const { items } = await listDispositionReviews(
      firm.pool,
      { reviewer: { username: 'nick', groups: [] }, now: parts.clock.now() },
      { limit: 10 },
    )
    expect(items).toMatchObject([{ item, label: 'Asks Nick', stage: 1, stages: 1 }])
    await decide('nick')
    await run()
    expect(await firm.search('2024年第2条')).toHaveLength(2)
    for (const table of ['item_label', 'disposition_review'])
      expect(
        (await firm.pool.query(`select from ${table} where message_id = $1`, [parseItemId(item).messageId]))
          .rowCount,
        table,
      ).toBe(0)
  })
})
