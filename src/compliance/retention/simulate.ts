/** What a policy would do to today's archive, before it is switched on. Nothing is changed. */
import { itemIdOf } from '../../archive/index.ts'
import { sentAtOfMessageId } from '../../domain/codes.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { createKysely, inTransaction } from '../../platform/postgres/index.ts'
import { messageBatches } from './months.ts'
import type { RetentionParts } from './parts.ts'
import { refused } from './period.ts'
import { type RetentionPolicy, retentionPolicyByName } from './policies.ts'
import type { Simulation } from './simulation.ts'

interface CountedRow {
  readonly mailbox: string
  readonly month: string
  readonly in_scope: number
  readonly disposed: number
  readonly kept_by_hold: number
  readonly kept_by_retention: number
  readonly too_young: number
  readonly sample: readonly SampledItem[]
}

interface SampledItem {
  readonly message: string
  readonly mailbox: number
  readonly disposed: boolean
}

/** What is shown of what it would do, item by item. */
const sampleItems = 20

/**
 * Keeps the result with the policy: without one it cannot be switched on. Throws `retention-refused`, also where the policy
 * was changed meanwhile.
 */
export async function simulatePolicy(
  { pool, clock }: Pick<RetentionParts, 'pool' | 'clock'>,
  name: string,
  asOf = clock.now(),
): Promise<Simulation> {
  const policy = await retentionPolicyByName(pool, name)
  const counted: CountedRow[] = []
  const client = await pool.connect()
  try {
    // As if it were on, in a transaction that is undone.
    await client.query('begin isolation level repeatable read')
    if (policy.state !== 'on')
      await client.query(
        `update retention_policy set state = 'on', simulated_at = now(), asked_by = 'simulation', approved_by = 'simulator' where id = $1`,
        [policy.id],
      )
    for await (const ids of messageBatches(client, asOf)) {
      const { rows } = await client.query<CountedRow>(countStatement, [ids, new Date(asOf), policy.id])
      counted.push(...rows)
    }
  } finally {
    await client.query('rollback').catch(() => {})
    client.release()
  }
  const simulation = simulationOf(counted, new Date(asOf).toISOString())
  await inTransaction(pool, async (transaction) => {
    await transaction.query('select from retention_policy where id = $1 for update', [policy.id])
    if (saysOf(await retentionPolicyByName(transaction, name)) !== saysOf(policy))
      throw refused(`"${name}" was changed meanwhile; simulate it again.`)
    await transaction.query('update retention_policy set simulated_at = $2, simulation = $3 where id = $1', [
      policy.id,
      new Date(clock.now()),
      JSON.stringify(simulation),
    ])
    const { byMailbox: _mailboxes, byMonth: _months, sample: _sample, ...details } = simulation
    await appendAudit(createKysely(transaction), {
      ...{
        at: clock.now(),
        operation: 'simulate-retention-policy',
        target: name,
        outcome: 'succeeded',
        details,
      },
    })
  })
  return simulation
}

/** All of a policy that decides what it does. */
function saysOf(policy: RetentionPolicy): string {
  const { action, period, starts, scope, mailboxIds, adaptiveScopeId, early } = policy
  return JSON.stringify([action, period, starts, scope, mailboxIds, adaptiveScopeId, early])
}

const countStatement = `
with scoped as (
  select message_id, mailbox_id, bool_or(delete_at <= $2) as ended from retention_settings($1, $2)
   where kind = 'policy' and setting_id = $3 group by message_id, mailbox_id
), held as (select message_id, mailbox_id from held_items($1)),
judged as (
  select scoped.*, retention.delete_at <= $2 as due, retention.early,
         held.message_id is not null as is_held, message.received_at + interval '90 days' > $2 as young,
         mailbox.address, to_char(to_timestamp((scoped.message_id >> 21) / 1000.0) at time zone 'UTC', 'YYYY-MM') as month
    from scoped join retention_of($1, $2) as retention using (message_id, mailbox_id)
    join message on message.id = scoped.message_id join mailbox on mailbox.id = mailbox_id
    left join held using (message_id, mailbox_id)
   where message.id = any($1)
), fated as (
  select *, coalesce(due and not is_held and (early or not young), false) as gone from judged
), told as (
  select *, row_number() over (partition by address, month order by gone desc, message_id) as place from fated
)
select address as mailbox, month, count(*)::int as in_scope,
       count(*) filter (where gone)::int as disposed,
       count(*) filter (where ended and is_held)::int as kept_by_hold,
       count(*) filter (where ended and not is_held and not coalesce(due, false))::int as kept_by_retention,
       count(*) filter (where due and not is_held and young and not early)::int as too_young,
       coalesce(jsonb_agg(jsonb_build_object('message', message_id::text, 'mailbox', mailbox_id, 'disposed', gone))
         filter (where place <= ${sampleItems}), '[]') as sample
  from told group by address, month`

function simulationOf(rows: readonly CountedRow[], asOf: string): Simulation {
  const sum = (of: (row: CountedRow) => number, of_ = rows) => of_.reduce((total, row) => total + of(row), 0)
  const byMailbox = [...Map.groupBy(rows, ({ mailbox }) => mailbox)].map(([mailbox, counted]) => ({
    mailbox,
    inScope: sum(({ in_scope }) => in_scope, counted),
    disposed: sum(({ disposed }) => disposed, counted),
  }))
  const byMonth = [...Map.groupBy(rows, ({ month }) => month)]
    .map(([month, counted]) => ({ month, disposed: sum(({ disposed }) => disposed, counted) }))
    .filter(({ disposed }) => disposed > 0)
  return {
    asOf,
    inScope: sum(({ in_scope }) => in_scope),
    disposed: sum(({ disposed }) => disposed),
    keptByHold: sum(({ kept_by_hold }) => kept_by_hold),
    keptByRetention: sum(({ kept_by_retention }) => kept_by_retention),
    tooYoung: sum(({ too_young }) => too_young),
    byMailbox: byMailbox.sort((a, b) => (a.mailbox < b.mailbox ? -1 : 1)),
    byMonth: byMonth.sort((a, b) => (a.month < b.month ? -1 : 1)),
    sample: sampleOf(rows),
  }
}

function sampleOf(rows: readonly CountedRow[]): Simulation['sample'] {
  const all = rows.flatMap(({ mailbox: address, sample }) =>
    sample.map(({ message, mailbox, disposed }) => ({
      message: BigInt(message),
      mailbox,
      disposed,
      address,
    })),
  )
  const disposed = all.filter((item) => item.disposed)
  return (disposed.length > 0 ? disposed : all)
    .sort((a, b) => (a.message === b.message ? a.mailbox - b.mailbox : a.message < b.message ? -1 : 1))
    .slice(0, sampleItems)
    .map(({ message, mailbox, address }) => ({
      item: itemIdOf(message, mailbox),
      mailbox: address,
      sentAt: new Date(sentAtOfMessageId(message)).toISOString(),
    }))
}
