/** The queue of a policy and an alert of it, as far as somebody may see them. */
import { itemIdOf } from '../../archive/index.ts'
import { sentAtOfMessageId } from '../../domain/codes.ts'
import { AppError } from '../../domain/errors.ts'
import type { Pool } from '../../platform/postgres/index.ts'
import type { MatchSpan } from '../supervision/index.ts'
import { mayReview, type Reach, type Reviewer, reachOf, reachValues, withinReach } from './reviewer.ts'

export interface QueuePolicy {
  readonly id: number
  readonly name: string
  readonly pending: number
  readonly overdue: number
  /** Of those that wait. */
  readonly escalated: number
  readonly resolved: number
  /** Of the version that looks. */
  readonly rules: readonly { readonly id: string; readonly title: string }[]
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
  /** Waits, and was handed on to somebody or to a case. */
  readonly escalated: boolean
  /** An item of its message, in a mailbox of somebody supervised; null for a message that was disposed of. */
  readonly item: AlertItem | null
  /** Where the policy found something. */
  readonly spans: readonly MatchSpan[]
}

export interface AlertItem {
  readonly id: string
  readonly messageId: bigint
  readonly mailboxId: number
}

export interface AlertDecision {
  readonly at: string
  readonly by: string
  readonly act: string
  readonly tag: string | null
  readonly comment: string
  readonly details: Readonly<Record<string, string>>
}

/** What else is known of a message: other channels it names, and how its people are captured. */
export interface FoundFacts {
  readonly channels?: readonly string[]
  readonly unseenReply?: boolean
  readonly gaps?: readonly string[]
  readonly capturedBy?: readonly string[]
}

export interface AlertFacts extends QueuedAlert {
  readonly policy: string
  readonly facts: FoundFacts
  readonly decisions: readonly AlertDecision[]
  /** Near duplicates, without itself. */
  readonly near: readonly {
    readonly id: string
    readonly state: 'pending' | 'resolved'
    readonly sentAt: string
  }[]
  /** User names of the policy's other reviewers. */
  readonly colleagues: readonly string[]
}

const severityNames = [null, 'low', 'medium', 'high'] as const
/** Days until an alert is late: what is serious first. A message that was drawn has a month. */
const daysAllowed = `case alert.severity when 3 then 1 when 2 then 3 when 1 then 10 else 30 end`
const isOverdue = `(alert.state = 'pending' and alert.raised_at + make_interval(days => ${daysAllowed}) < $3)`
const isEscalated = `(alert.state = 'pending' and exists (
  select from supervision_decision where alert_id = alert.id and act in ('escalate', 'escalate-case')))`

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
            count(alert.id) filter (where ${isEscalated})::int as escalated,
            count(alert.id) filter (where alert.state = 'resolved')::int as resolved,
            (select jsonb_agg(jsonb_build_object('id', rule ->> 'id', 'title', coalesce(rule ->> 'title', '')))
               from supervision_policy_version as version cross join jsonb_array_elements(document -> 'rules') as rule
              where version.policy_id = policy.id and version.version = coalesce(policy.active_version, (
                select max(newest.version) from supervision_policy_version as newest where newest.policy_id = policy.id))
            ) as rules
       from supervision_policy as policy left join supervision_alert as alert on alert.policy_id = policy.id and ${withinReach}
      where $1::int[] is null or policy.id = any($1::int[])
      group by policy.id order by policy.name`,
    [...reachValues(reach), new Date(now)],
  )
  return rows
}

export interface QueueFilter {
  readonly policyId: number
  readonly state: 'pending' | 'escalated' | 'resolved'
  readonly severity?: 1 | 2 | 3 | undefined
  readonly rule?: string | undefined
  readonly tag?: string | undefined
  /** Only what waits too long. */
  readonly overdue?: boolean | undefined
  /** Only what was raised so many days ago or more. */
  readonly days?: number | undefined
  /** Only what this sample drew. */
  readonly sample?: string | undefined
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
  const { state } = filter
  const { rows } = await db.query<AlertRow>(
    `with seen as (
       select alert.*, ${isOverdue} as overdue, ${isEscalated} as escalated,
              count(*) over (partition by coalesce(alert.group_id, alert.id)) as group_size,
              row_number() over (partition by coalesce(alert.group_id, alert.id) order by alert.id) as place
         from supervision_alert as alert
        where alert.policy_id = $4 and alert.state = $5 and ${withinReach}
          and ($6::smallint is null or alert.severity = $6) and ($7::text is null or $7 = any(alert.rules))
          and ($8::text is null or alert.tag = $8)
          and (not $11 or ${isEscalated}) and (not $12 or ${isOverdue})
          and ($13::timestamptz is null or alert.raised_at <= $13) and ($14::bigint is null or alert.sample_id = $14)
     ), page as (
       select * from seen where place = 1
          and ($9::bigint is null or (coalesce(severity, 0), -id) < (select coalesce(severity, 0), -id from supervision_alert where id = $9))
        order by coalesce(severity, 0) desc, id limit $10
     )
     select alert.*, ${itemMailbox} as mailbox_id, ${spansFound} as spans
       from page as alert order by coalesce(severity, 0) desc, id`,
    [
      ...[...reachValues(reach), new Date(now), filter.policyId],
      ...[state === 'escalated' ? 'pending' : state, filter.severity ?? null],
      ...[filter.rule ?? null, filter.tag ?? null, filter.after ?? null, filter.limit],
      ...[state === 'escalated', filter.overdue ?? false],
      ...[filter.days === undefined ? null : new Date(now - filter.days * 86_400_000), filter.sample ?? null],
    ],
  )
  return rows.map(alertOf)
}

/** The mailbox in which an alert's message is read: one of somebody supervised, where the policy found something. */
const itemMailbox = `(
  select item.mailbox_id from item left join supervision_match as found
      on (found.policy_id, found.message_id) = (alert.policy_id, alert.message_id)
   where item.message_id = alert.message_id
   order by item.mailbox_id = any(found.mailbox_ids) desc nulls last, item.mailbox_id limit 1)`

const spansFound = `(
  select coalesce(jsonb_agg(span), '[]') from supervision_match as found cross join jsonb_array_elements(found.spans) as span
   where (found.policy_id, found.message_id) = (alert.policy_id, alert.message_id))`

interface AlertRow {
  readonly id: bigint
  readonly policy_id: number
  readonly message_id: bigint
  readonly origin: 'match' | 'sample'
  readonly severity: number | null
  readonly rules: string[]
  readonly state: 'pending' | 'resolved'
  readonly tag: string | null
  readonly group_id: bigint | null
  readonly group_size: bigint
  readonly raised_at: Date
  readonly resolved_at: Date | null
  readonly overdue: boolean
  readonly escalated: boolean
  readonly mailbox_id: number | null
  readonly spans: readonly MatchSpan[]
}

function alertOf(row: AlertRow): QueuedAlert {
  const { message_id: messageId, mailbox_id: mailboxId } = row
  return {
    id: String(row.id),
    policyId: row.policy_id,
    origin: row.origin,
    severity: severityNames[row.severity ?? 0] ?? null,
    rules: row.rules,
    state: row.state,
    tag: row.tag,
    group: Number(row.group_size),
    sentAt: sentAtOf(messageId),
    raisedAt: row.raised_at.toISOString(),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    overdue: row.overdue,
    escalated: row.escalated,
    item: mailboxId === null ? null : { id: itemIdOf(messageId, mailboxId), messageId, mailboxId },
    spans: row.spans,
  }
}

function sentAtOf(messageId: bigint): string {
  return new Date(sentAtOfMessageId(messageId)).toISOString()
}

/** Throws `alert-not-found` for one that is not there, and alike for one that may not be seen. */
export async function readAlert(
  db: Pick<Pool, 'query'>,
  reviewer: Reviewer | null,
  id: bigint,
  now: number,
): Promise<AlertFacts> {
  const reach = await reachOf(db, reviewer)
  const { rows } = await db.query<AlertRow & { policy: string; facts: FoundFacts[] }>(
    `select alert.*, policy.name as policy, ${isOverdue} as overdue, ${isEscalated} as escalated, 1 as group_size,
            ${itemMailbox} as mailbox_id, ${spansFound} as spans,
            (select coalesce(jsonb_agg(found.facts), '[]') from supervision_match as found
              where (found.policy_id, found.message_id) = (alert.policy_id, alert.message_id)) as facts
       from supervision_alert as alert join supervision_policy as policy on policy.id = alert.policy_id
      where alert.id = $4 and ${withinReach}`,
    [...reachValues(reach), new Date(now), id],
  )
  const row = rows[0]
  if (!row) throw new AppError('alert-not-found', `There is no alert ${id} that you may review.`)
  const near = await nearDuplicates(db, reach, row)
  return {
    ...alertOf(row),
    group: near.length + 1,
    policy: row.policy,
    facts: Object.assign({}, ...row.facts),
    near,
    decisions: await decisionsOf(db, id),
    colleagues: await colleaguesOf(db, id, reviewer),
  }
}

const nearShown = 200

async function nearDuplicates(
  db: Pick<Pool, 'query'>,
  reach: Reach,
  { id, group_id }: AlertRow,
): Promise<AlertFacts['near']> {
  if (group_id === null) return []
  const { rows } = await db.query<Pick<AlertRow, 'id' | 'state' | 'message_id'>>(
    `select alert.id, alert.state, alert.message_id from supervision_alert as alert
      where alert.group_id = $3 and alert.id <> $4 and ${withinReach} order by alert.id limit ${nearShown}`,
    [...reachValues(reach), group_id, id],
  )
  return rows.map((one) => ({ id: String(one.id), state: one.state, sentAt: sentAtOf(one.message_id) }))
}

/** To whom he may hand it on. */
async function colleaguesOf(
  db: Pick<Pool, 'query'>,
  alert: bigint,
  reviewer: Reviewer | null,
): Promise<string[]> {
  const { rows } = await db.query<{ username: string }>(
    `select username from app_user join supervision_alert as alert on alert.id = $1
      where app_user.id is distinct from $2 and ${mayReview} order by username`,
    [alert, reviewer?.userId ?? null],
  )
  return rows.map(({ username }) => username)
}

/** Of these messages, the ones that somebody may not see whatever they stand beside: they are in a barred mailbox. */
export async function barredMessages(
  db: Pick<Pool, 'query'>,
  reviewer: Reviewer,
  messageIds: readonly bigint[],
): Promise<ReadonlySet<bigint>> {
  const { barredMailboxIds } = await reachOf(db, reviewer)
  const { rows } = await db.query<{ message_id: bigint }>(
    'select distinct message_id from item where message_id = any($1) and mailbox_id = any($2)',
    [messageIds, barredMailboxIds],
  )
  return new Set(rows.map(({ message_id }) => message_id))
}

/** Addresses of the people whose mailboxes have the message. */
export async function addressesOf(db: Pick<Pool, 'query'>, messageId: bigint): Promise<string[]> {
  const { rows } = await db.query<{ address: string }>(
    'select address from item join mailbox on mailbox.id = mailbox_id where message_id = $1 order by address limit 100',
    [messageId],
  )
  return rows.map(({ address }) => address)
}

async function decisionsOf(db: Pick<Pool, 'query'>, alertId: bigint): Promise<AlertDecision[]> {
  const { rows } = await db.query<Omit<AlertDecision, 'at'> & { at: Date }>(
    'select at, by, act, tag, comment, details from supervision_decision where alert_id = $1 order by id',
    [alertId],
  )
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}
