/** What is kept, what goes, and that nothing goes too early: policies, labels, holds and purges on a firm's archive. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseItemId } from '../../src/archive/index.ts'
import { deleteItem, type NewHold, placeHold } from '../../src/compliance/holds/index.ts'
import {
  approvePolicy,
  askForPolicy,
  changeRetentionPolicy,
  createAdaptiveScope,
  createRetentionLabel,
  createRetentionPolicy,
  decideDisposition,
  explainRetention,
  labelItem,
  listAdaptiveScopes,
  listDisposed,
  listDispositionReviews,
  lockPolicy,
  type NewRetentionPolicy,
  noteEvent,
  type RetentionParts,
  retentionOf,
  retentionPolicyByName,
  runRetention,
  simulatePolicy,
  turnOffPolicy,
} from '../../src/compliance/retention/index.ts'
import type { Setting } from '../../src/compliance/retention/rules.ts'
import { installFaults, SimulatedCrash } from '../../src/platform/faults.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { type Firm, openFirm } from './firm.ts'
import { captureWecom, groupText, threeMailboxes, threePeople } from './wecom.ts'

let firm: Firm
let parts: RetentionParts
let ids: Record<'zhang' | 'li' | 'wang', number>

beforeAll(async () => {
  firm = await openFirm()
  parts = { ...firm.centre, random: systemRandom }
  await firm.addUsers(threePeople)
  await firm.addMailboxes(threeMailboxes)
  await firm.connect('wechat')
  for (const year of [2014, 2018, 2024]) {
    const texts = Array.from({ length: 4 }, (_, place) => ({
      ...groupText(`${year}年第${place}条`),
      msgtime: Date.parse(`${year}-05-01T08:00:00Z`) + place * 1_000,
    }))
    await captureWecom(firm, texts, { custodian: '+8613900000001' }, `${year}.jsonl`)
  }
  await firm.run('wechat')
  const { rows } = await firm.pool.query('select id, address from mailbox')
  ids = Object.fromEntries(rows.map(({ id, address }) => [address.split('@')[0], id])) as typeof ids
  // Imported long ago, so that the 90 days are over.
  await firm.asOwner(
    `update message set received_at = sent from (select id as of, to_timestamp((id >> 21) / 1000.0) as sent from message) as known where id = of`,
  )
}, 120_000)
afterAll(() => firm?.close())

const policy = (name: string, rest: Partial<NewRetentionPolicy>): NewRetentionPolicy => ({
  ...{
    name,
    action: 'delete',
    period: { count: 5, unit: 'years' },
    starts: 'created',
    scope: 'all',
    mailboxIds: [],
  },
  ...{ early: false, basis: '' },
  ...rest,
})
async function turnOn(wanted: NewRetentionPolicy): Promise<void> {
  await createRetentionPolicy(parts, wanted, 'ada')
  await simulatePolicy(parts, wanted.name)
  await askForPolicy(parts, wanted.name, 'ada')
  await approvePolicy(parts, wanted.name, 'ben')
}
const hold: NewHold = {
  ...{ name: 'Zhang', query: null, days: null, note: null, owner: null, url: null, caseName: null },
  ...{ confidential: false, readers: [] },
}
const count = async () => (await firm.counts()).item
const itemOf = async (text: string, mailbox: string) =>
  (await firm.search(text)).find((item) => item.mailbox === `${mailbox}@firm.example`)!.id
const explain = async (item: string) =>
  explainRetention(firm.centre, parseItemId(item), parts.clock.now(), null)

describe('retention', () => {
  it('switches nothing on that was not simulated, or that one person alone wants', async () => {
    await createRetentionPolicy(parts, policy('Five', {}), 'ada')
    await expect(askForPolicy(parts, 'Five', 'ada')).rejects.toThrow('simulate it first')
    const simulation = await simulatePolicy(parts, 'Five')
    expect(simulation).toMatchObject({ inScope: 36, disposed: 24, keptByHold: 0, keptByRetention: 0 })
    expect(simulation.byMonth).toEqual([
      { month: '2014-05', disposed: 12 },
      { month: '2018-05', disposed: 12 },
    ])
    expect(await count()).toBe(36)
    await askForPolicy(parts, 'Five', 'ada')
    await expect(approvePolicy(parts, 'Five', ' Ada ')).rejects.toThrow('Another person')
    await expect(
      firm.pool.query("update retention_policy set state = 'on', approved_by = asked_by"),
    ).rejects.toThrow()
    expect(await runRetention(parts, { requestedBy: 'test' })).toMatchObject({ due: 0, disposed: 0 })
  })

  it('keeps what is retained longer, by whatever says so, and says why', async () => {
    await approvePolicy(parts, 'Five', 'ben')
    await turnOn(
      policy('Li ten', {
        action: 'retain',
        period: { count: 10, unit: 'years' },
        scope: 'static',
        mailboxIds: [ids.li],
      }),
    )
    await placeHold(firm.centre, hold, [ids.zhang], { username: 'ada' })
    const simulation = await simulatePolicy(parts, 'Five')
    expect(simulation).toMatchObject({ keptByHold: 8, keptByRetention: 4 })
    const li2018 = await explain(await itemOf('2018年第1条', 'li'))
    expect(li2018).toMatchObject({
      kept: 'retained',
      retainedBy: 'Li ten',
      deletedBy: 'Five',
      retainUntil: '2028-05-01T08:00:01.000Z',
    })
    expect(li2018.deleteAt).toBe(li2018.retainUntil)
    expect((await explain(await itemOf('2014年第1条', 'zhang'))).kept).toBe('held')
    expect((await explain(await itemOf('2024年第1条', 'wang'))).kept).toBe('no-rule')
  })

  it('tells of a moment to come, and does nothing', async () => {
    const told = await runRetention(parts, { requestedBy: 'test', asOf: Date.parse('2099-01-01') })
    expect(told.run).toBeNull()
    expect(told.due).toBeGreaterThan(20)
    expect(await count()).toBe(36)
  })

  it('disposes of what is due, after any crash, and proves it', async () => {
    for (const point of ['retention.before-commit', 'retention.filled']) {
      const faults = installFaults({ point, pass: 1, how: 'throw' })
      await expect(
        runRetention(parts, { requestedBy: 'test' }).finally(() => faults.remove()),
      ).rejects.toThrow(SimulatedCrash)
    }
    await runRetention(parts, { requestedBy: 'test' })
    const rows = await firm.pool.query(
      `select split_part(address, '@', 1) as mailbox, to_char(to_timestamp((message_id >> 21) / 1000.0) at time zone 'UTC', 'YYYY') as year, count(*)::int
         from item join mailbox on mailbox.id = mailbox_id group by 1, 2 order by 1, 2`,
    )
    expect(rows.rows.map((row) => `${row.mailbox} ${row.year} ${row.count}`)).toEqual([
      ...['li 2018 4', 'li 2024 4', 'wang 2024 4', 'zhang 2014 4', 'zhang 2018 4', 'zhang 2024 4'],
    ])
    expect(await firm.problems()).toEqual([])
    const { items: disposed } = await listDisposed(firm.pool, { limit: 100 })
    expect(disposed.filter(({ state }) => state === 'disposed').length).toBeGreaterThanOrEqual(12)
    expect(disposed[0]).toMatchObject({ basis: 'Five', disposedAt: expect.any(String) })
    expect(await runRetention(parts, { requestedBy: 'test' })).toMatchObject({ disposed: 0 })
  })

  it('physically keeps what is purged while something retains it, and nothing else', async () => {
    const [kept, gone] = [await itemOf('2018年第2条', 'li'), await itemOf('2024年第2条', 'wang')]
    for (const item of [kept, gone])
      await deleteItem(firm.centre, item, { purge: true }, { username: 'local-operator' })
    await runRetention(parts, { requestedBy: 'test' })
    const { rows } = await firm.pool.query(
      'select message_id, mailbox_id from item where message_id = any($1)',
      [[kept, gone].map((item) => parseItemId(item).messageId)],
    )
    const there = (item: string) => {
      const key = parseItemId(item)
      return rows.some((row) => row.message_id === key.messageId && row.mailbox_id === key.mailboxId)
    }
    expect([there(kept), there(gone)]).toEqual([true, false])
  })

  it('a locked policy becomes longer and wider only, whoever asks', async () => {
    await turnOn(
      policy('Locked', {
        action: 'retain',
        period: { count: 10, unit: 'days' },
        scope: 'static',
        mailboxIds: [ids.wang],
      }),
    )
    await lockPolicy(parts, 'Locked', 'ada')
    await changeRetentionPolicy(parts, 'Locked', { period: { count: 20, unit: 'days' }, add: [ids.li] })
    await expect(
      changeRetentionPolicy(parts, 'Locked', { period: { count: 5, unit: 'days' } }),
    ).rejects.toMatchObject({ code: 'retention-refused' })
    await expect(changeRetentionPolicy(parts, 'Locked', { remove: [ids.wang] })).rejects.toMatchObject({
      code: 'retention-refused',
    })
    await expect(turnOffPolicy(parts, 'Locked')).rejects.toMatchObject({ code: 'retention-refused' })
    for (const statement of [
      "update retention_policy set locked_at = null where name = 'Locked'",
      "update retention_policy set period = 1 where name = 'Locked'",
      "delete from retention_policy where name = 'Locked'",
      'delete from retention_policy_mailbox where mailbox_id = any(select mailbox_id from retention_policy_mailbox)',
    ])
      await expect(firm.pool.query(statement)).rejects.toMatchObject({ code: 'HF002' })
    expect(await retentionPolicyByName(firm.pool, 'Locked')).toMatchObject({
      state: 'on',
      period: { count: 20, unit: 'days' },
    })
  })

  it('an inclusion scope that becomes empty means nobody', async () => {
    await turnOn(
      policy('Only Wang', { period: { count: 1, unit: 'years' }, scope: 'static', mailboxIds: [ids.wang] }),
    )
    // Nobody takes a mailbox out of a policy in force; whose mailbox goes otherwise leaves it empty.
    await expect(changeRetentionPolicy(parts, 'Only Wang', { remove: [ids.wang] })).rejects.toThrow(
      'longer and wider only',
    )
    await firm.pool.query(
      `delete from retention_policy_mailbox where policy_id = (select id from retention_policy where name = 'Only Wang')`,
    )
    expect(await simulatePolicy(parts, 'Only Wang')).toMatchObject({ inScope: 0, disposed: 0 })
    await turnOffPolicy(parts, 'Only Wang')
  })

  it('an adaptive scope follows the directory, and remembers who left', async () => {
    await firm.asOwner(`update mailbox set department = 'Sales' where address like 'wang%'`)
    const query = {
      match: 'all',
      conditions: [{ attribute: 'department', operator: 'equals', value: 'sales' }],
    } as const
    const scope = await createAdaptiveScope(parts, 'Sales', query, 'ada')
    await createRetentionPolicy(
      parts,
      policy('Sales seven', {
        action: 'retain',
        period: { count: 7, unit: 'years' },
        scope: 'adaptive',
        adaptiveScopeId: scope,
      }),
      'ada',
    )
    expect((await simulatePolicy(parts, 'Sales seven')).inScope).toBe(3)
    await firm.asOwner(`update mailbox set department = 'Research' where address like 'wang%'`)
    await runRetention(parts, { requestedBy: 'test' })
    expect((await simulatePolicy(parts, 'Sales seven')).inScope).toBe(0)
    expect((await listAdaptiveScopes(firm.pool))[0]!.members).toMatchObject([
      { mailbox: 'wang@firm.example', until: expect.any(String) },
    ])
  })

  it('a label asks people first, stage by stage, and counts from its event', async () => {
    const stages = [['rita'], ['Records Management']]
    const label = {
      action: 'delete',
      period: { count: 1, unit: 'days' },
      starts: 'event',
      record: 'none',
      query: null,
      early: false,
    } as const
    await createRetentionLabel(parts, { ...label, name: 'Contract', reviewStages: stages }, 'ada')
    const item = await itemOf('2024年第0条', 'wang')
    await labelItem(parts, item, 'Contract', 'ada')
    // Its event has not come: until then the policy decides.
    expect(await explain(item)).toMatchObject({ deletedBy: 'Five', deleteAt: '2029-05-01T08:00:00.000Z' })
    await noteEvent(parts, item, Date.parse('2026-01-01'))
    const before = (await explain(item)).settings.find(({ kind }) => kind === 'label')
    expect(before).toMatchObject({ name: 'Contract', deleteAt: '2026-01-02T00:00:00.000Z' })
    const waiting = async (username: string, ...groups: string[]) =>
      (
        await listDispositionReviews(
          firm.pool,
          { reviewer: { username, groups }, now: parts.clock.now() },
          { limit: 10 },
        )
      ).items.map((one) => one.item)
    await runRetention(parts, { requestedBy: 'test' })
    expect((await explain(item)).kept).toBe('due')
    expect(await waiting('rita')).toEqual([item])
    expect(await waiting('nick')).toEqual([])
    const rita = { reviewer: { username: 'rita', groups: [] } }
    await decideDisposition(parts, [item], { act: 'approve' }, rita, 'rita')
    await expect(decideDisposition(parts, [item], { act: 'approve' }, rita, 'rita')).rejects.toThrow(
      'You approved an earlier stage',
    )
    expect(await waiting('rex', 'Records Management')).toEqual([item])
    await decideDisposition(
      parts,
      [item],
      { act: 'approve' },
      { reviewer: { username: 'rex', groups: ['Records Management'] } },
      'rex',
    )
    await runRetention(parts, { requestedBy: 'test' })
    const { items } = await listDisposed(firm.pool, { limit: 100 })
    expect(items.find((one) => one.item === item)).toMatchObject({
      basis: 'Contract',
      approvers: ['rita', 'rex'],
    })
  })

  it('a regulatory record keeps its label', async () => {
    const label = {
      action: 'retain',
      period: { count: 6, unit: 'years' },
      starts: 'created',
      query: null,
      early: false,
      reviewStages: [],
    } as const
    await createRetentionLabel(parts, { ...label, name: 'Regulatory', record: 'regulatory' }, 'ada')
    const item = await itemOf('2024年第1条', 'li')
    await labelItem(parts, item, 'Regulatory', 'ada')
    await expect(labelItem(parts, item, null, 'ada')).rejects.toMatchObject({ code: 'retention-refused' })
    await expect(labelItem(parts, item, 'Contract', 'ada')).rejects.toMatchObject({
      code: 'retention-refused',
    })
    await expect(
      firm.pool.query("update retention_label set period = 1 where name = 'Regulatory'"),
    ).rejects.toMatchObject({ code: 'HF002' })
  })

  it('says in the database what the rules say, whatever settings meet', async () => {
    const item = await itemOf('2024年第3条', 'zhang')
    const { messageId, mailboxId } = parseItemId(item)
    const end = fc.option(fc.integer({ min: 1, max: 12 }), { nil: null })
    const drawn = fc.array(
      fc.record({
        action: fc.constantFrom('retain' as const, 'delete' as const, 'retain-then-delete' as const),
        period: end,
        specific: fc.boolean(),
      }),
      { minLength: 1, maxLength: 5 },
    )
    await fc.assert(
      fc.asyncProperty(
        drawn,
        fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
        async (policies, labelled) => {
          const usable = policies.filter(({ action, period }) => period !== null || action === 'retain')
          const client = await firm.pool.connect()
          try {
            await client.query('begin')
            await client.query(`update retention_policy set state = 'draft' where locked_at is null`)
            await client.query(
              `insert into retention_label (name, action, period, period_unit, starts, created_by, created_at) values ('L', 'delete', $1, 'years', 'created', 'x', now())`,
              [labelled ?? 1],
            )
            if (labelled !== undefined)
              await client.query(
                `insert into item_label select $1, $2, id, 'manual', 'x', now() from retention_label where name = 'L'`,
                [messageId, mailboxId],
              )
            for (const [place, { action, period, specific }] of usable.entries()) {
              const { rows } = await client.query(
                `insert into retention_policy (name, action, period, period_unit, starts, scope, state, simulated_at, asked_by, approved_by, created_by, created_at)
               values ($1, $2, $3, $4, 'created', $5, 'on', now(), 'a', 'b', 'x', now()) returning id`,
                [`P${place}`, action, period, period === null ? null : 'years', specific ? 'static' : 'all'],
              )
              if (specific)
                await client.query('insert into retention_policy_mailbox values ($1, $2)', [
                  rows[0].id,
                  mailboxId,
                ])
            }
            const { rows } = await client.query(
              `select (extract(epoch from retain_until) * 1000)::float8 as retain_until, (extract(epoch from delete_at) * 1000)::float8 as delete_at
               from retention_of(array[$1::bigint], now()) where mailbox_id = $2`,
              [messageId, mailboxId],
            )
            const endOf = (period: number | null) =>
              period === null ? Infinity : Date.UTC(2024 + period, 4, 1, 8, 0, 3)
            const settings: Setting[] = usable.map(({ action, period, specific }) => ({
              ...{ kind: 'policy', specific },
              retainUntil: action === 'delete' ? null : endOf(period),
              deleteAt: action === 'retain' ? null : endOf(period),
            }))
            if (labelled !== undefined)
              settings.push({ kind: 'label', specific: true, retainUntil: null, deleteAt: endOf(labelled) })
            const said = retentionOf(settings)
            expect([rows[0]?.retain_until ?? null, rows[0]?.delete_at ?? null]).toEqual([
              said.retainUntil,
              said.deleteAt,
            ])
          } finally {
            await client.query('rollback')
            client.release()
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
