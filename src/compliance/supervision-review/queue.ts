/** The queue of a policy and an alert of it, as far as somebody may see them. */
import { itemIdOf } from '../../archive/index.ts'
import { sentAtOfMessageId } from '../../domain/codes.ts'
import { AppError } from '../../domain/errors.ts'
import type { Pool } from '../../platform/postgres/index.ts'
import type { MatchSpan } from '../supervision/index.ts'
import { type Reviewer, reachOf, reachValues, withinReach } from './reviewer.ts'

export interface QueuePolicy {
  readonly id: number
  readonly name: string
  readonly pending: number
  readonly overdue: number
  readonly resolved: number
}

export interface QueuedAlert {
  readonly id: string
  readonly policyId: number
  readonly origin: 'match' | 'sample'
  readonly severity: 'low' | 'medium' | 'high' | null
  readonly rules: readonly string[]
  readonly state: 'pending' | 'resolved'
  readonly tag: string | null
  /** How many near duplicates there are, itself included. */
  readonly group: number
  readonly sentAt: string
  readonly raisedAt: string
  readonly resolvedAt: string | null
  /** Waits longer than its severity allows. */
  readonly overdue: boolean
}

export interface AlertDecision {
  readonly at: string
  readonly by: string
  readonly act: string
  readonly tag: string | null
  readonly comment: string
  readonly details: Readonly<Record<string, string>>
}

export interface AlertFacts extends QueuedAlert {
  readonly policy: string
  readonly messageId: bigint
  /** An item of it, in a mailbox of somebody supervised. */
  readonly item: { readonly id: string; readonly messageId: bigint; readonly mailboxId: number } | null
  readonly spans: readonly MatchSpan[]
  readonly facts: Readonly<Record<string, unknown>>
  readonly decisions: readonly AlertDecision[]
}

const severityNames = [null, 'low', 'medium', 'high'] as const
/** Days until an alert is late: what is serious first. A message that was drawn has a month. */
const daysAllowed = `case alert.severity when 3 then 1 when 2 then 3 when 1 then 10 else 30 end`
const isOverdue = `(alert.state = 'pending' and alert.raised_at + make_interval(days => ${daysAllowed}) < $3)`

/** Policies somebody reviews, with what waits in each. */
export async function reviewedPolicies(
  db: Pick<Pool, 'query'>,
  reviewer: Reviewer | null,
  now: number,
): Promise<QueuePolicy[]> {
  const reach = await reachOf(db, reviewer)
  const { rows } = await db.query<QueuePolicy>(
    `select policy.id, policy.name,
            count(alert.id) filter (where alert.state = 'pending')::int as pending,
            count(alert.id) filter (where ${isOverdue})::int as overdue,
            count(alert.id) filter (where alert.state = 'resolved')::int as resolved
       from supervision_policy as policy left join supervision_alert as alert on alert.policy_id = policy.id and ${withinReach}
      where $1::int[] is null or policy.id = any($1::int[])
      group by policy.id order by policy.name`,
    [...reachValues(reach), new Date(now)],
  )
  return rows
}

export interface QueueFilter {
  readonly policyId: number
  readonly state: 'pending' | 'resolved'
  readonly severity?: 1 | 2 | 3 | undefined
  readonly rule?: string | undefined
  readonly tag?: string | undefined
  /** The id of the last alert of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

/** What is serious first, then what waits longest; near duplicates that wait behind the first of their group are left out. */
export async function readQueue(
  db: Pick<Pool, 'query'>,
  reviewer: Reviewer | null,
  filter: QueueFilter,
  now: number,
): Promise<QueuedAlert[]> {
  const reach = await reachOf(db, reviewer)
  const { rows } = await db.query<AlertRow>(
    `with seen as (
       select alert.*, ${isOverdue} as overdue,
              count(*) over (partition by alert.group_id) as group_size,
              row_number() over (partition by coalesce(alert.group_id, alert.id) order by alert.id) as place
         from supervision_alert as alert
        where alert.policy_id = $4 and alert.state = $5 and ${withinReach}
          and ($6::smallint is null or alert.severity = $6) and ($7::text is null or $7 = any(alert.rules))
          and ($8::text is null or alert.tag = $8)
     )
     select * from seen where place = 1
        and ($9::bigint is null or (coalesce(severity, 0), -id) < (select coalesce(severity, 0), -id from supervision_alert where id = $9))
      order by coalesce(severity, 0) desc, id limit $10`,
    [
      ...[...reachValues(reach), new Date(now), filter.policyId, filter.state, filter.severity ?? null],
      ...[filter.rule ?? null, filter.tag ?? null, filter.after ?? null, filter.limit],
    ],
  )
  return rows.map(alertOf)
}

interface AlertRow {
  readonly id: bigint
  readonly policy_id: number
  readonly message_id: bigint
  readonly origin: 'match' | 'sample'
  readonly severity: number | null
  readonly rules: string[]
  readonly state: 'pending' | 'resolved'
  readonly tag: string | null
  readonly group_size: bigint
  readonly raised_at: Date
  readonly resolved_at: Date | null
  readonly overdue: boolean
}

function alertOf(row: AlertRow): QueuedAlert {
  return {
    id: String(row.id),
    policyId: row.policy_id,
    origin: row.origin,
    severity: severityNames[row.severity ?? 0] ?? null,
    rules: row.rules,
    state: row.state,
    tag: row.tag,
    group: Number(row.group_size),
    sentAt: new Date(sentAtOfMessageId(row.message_id)).toISOString(),
    raisedAt: row.raised_at.toISOString(),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    overdue: row.overdue,
  }
}

/** Throws `alert-not-found` for one that is not there, and alike for one that may not be seen. */
export async function readAlert(
  db: Pick<Pool, 'query'>,
  reviewer: Reviewer | null,
  id: bigint,
  now: number,
): Promise<AlertFacts> {
  const reach = await reachOf(db, reviewer)
  const { rows } = await db.query<AlertRow & { policy: string; mailbox_id: number | null }>(
    `select alert.*, policy.name as policy, ${isOverdue} as overdue,
            (select count(*) from supervision_alert as near where near.group_id = alert.group_id) as group_size,
            (select item.mailbox_id from item left join supervision_match as found
                 on (found.policy_id, found.message_id) = (alert.policy_id, alert.message_id)
              where item.message_id = alert.message_id
              order by item.mailbox_id = any(found.mailbox_ids) desc nulls last, item.mailbox_id limit 1) as mailbox_id
       from supervision_alert as alert join supervision_policy as policy on policy.id = alert.policy_id
      where alert.id = $4 and ${withinReach}`,
    [...reachValues(reach), new Date(now), id],
  )
  const row = rows[0]
  if (!row) throw new AppError('alert-not-found', `There is no alert ${id} that you may review.`)
  const matches = await db.query<{ spans: MatchSpan[]; facts: Record<string, unknown> }>(
    'select spans, facts from supervision_match where policy_id = $1 and message_id = $2',
    [row.policy_id, row.message_id],
  )
  const item =
    row.mailbox_id === null
      ? null
      : { id: itemIdOf(row.message_id, row.mailbox_id), messageId: row.message_id, mailboxId: row.mailbox_id }
  return {
    ...alertOf(row),
    policy: row.policy,
    messageId: row.message_id,
    item,
    spans: matches.rows.flatMap(({ spans }) => spans),
    facts: Object.assign({}, ...matches.rows.map(({ facts }) => facts)),
    decisions: await decisionsOf(db, id),
  }
}

async function decisionsOf(db: Pick<Pool, 'query'>, alertId: bigint): Promise<AlertDecision[]> {
  const { rows } = await db.query<Omit<AlertDecision, 'at'> & { at: Date }>(
    'select at, by, act, tag, comment, details from supervision_decision where alert_id = $1 order by id',
    [alertId],
  )
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}
