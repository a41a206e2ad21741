/** Disposition review: what a label would delete waits until people approve, stage by stage. */
import { type ItemKey, itemIdOf, parseItemId } from '../../archive/index.ts'
import { sentAtOfMessageId } from '../../domain/codes.ts'
import type { Client, Pool } from '../../platform/postgres/index.ts'
import { deletionHorizon, messageBatches } from './months.ts'
import type { RetentionParts } from './parts.ts'
import { refused } from './period.ts'
import { change } from './policies.ts'

/** Puts what is due by a label with a review into the first stage. Answers how many wait now. */
export async function askForReviews(
  { pool, clock }: Pick<RetentionParts, 'pool' | 'clock'>,
  asOf: number,
): Promise<number> {
  const horizon = await deletionHorizon(pool, asOf, { reviewed: true })
  if (horizon !== null) {
    for await (const ids of messageBatches(pool, horizon)) {
      // What another label decides about by now has its review begun anew.
      await pool.query(
        `insert into disposition_review as known (message_id, mailbox_id, label_id, waiting_since)
         select retention.message_id, retention.mailbox_id, by_label, $3
           from retention_of($1, $2) as retention join retention_label as label on label.id = by_label
           join message on message.id = retention.message_id and message.id = any($1)
          where delete_at <= $2 and jsonb_array_length(review_stages) > 0
            and (retention.early or message.received_at + interval '90 days' <= $2)
         on conflict (message_id, mailbox_id) do update
           set label_id = excluded.label_id, waiting_since = excluded.waiting_since, stage = 1, state = 'waiting',
               not_before = null, approvers = '{}'
           where known.label_id <> excluded.label_id`,
        [ids, new Date(asOf), new Date(clock.now())],
      )
    }
  }
  const { rows } = await pool.query<{ waiting: number }>(
    `select count(*)::int as waiting from disposition_review where state = 'waiting' and coalesce(not_before, '-infinity') <= $1`,
    [new Date(asOf)],
  )
  return rows[0]!.waiting
}

/** Whose turn it is: by user name or role group. */
export interface DispositionReviewer {
  readonly username: string
  readonly groups: readonly string[]
}

/** Which of what waits is meant. */
export interface ReviewsOf {
  /** Null: whoever's turn it is. Nobody decides at two stages: what he approved once waits for him no more. */
  readonly reviewer: DispositionReviewer | null
  /** Mailboxes that whoever asks may know of; null or absent: all. */
  readonly mailboxIds?: readonly number[] | null
  readonly labelId?: number
  readonly stage?: number
  /** Milliseconds since 1970 UTC. */
  readonly now: number
}

const waiting = `
  from disposition_review as review join retention_label as label on label.id = label_id
  join mailbox on mailbox.id = review.mailbox_id
 where review.state = 'waiting' and coalesce(not_before, '-infinity') <= $1
   and ($2::text[] is null or ((review_stages -> (stage - 1)) ?| $2 and not ($2)[1] = any(approvers)))
   and ($3::int[] is null or review.mailbox_id = any($3))
   and ($4::int is null or label.id = $4) and ($5::int is null or stage = $5)`

function valuesOf({ reviewer, mailboxIds, labelId, stage, now }: ReviewsOf): unknown[] {
  const names = reviewer && [reviewer.username, ...reviewer.groups]
  return [new Date(now), names, mailboxIds ?? null, labelId ?? null, stage ?? null]
}

/** What waits of one label at one stage. */
export interface ReviewStage {
  readonly labelId: number
  readonly label: string
  readonly stage: number
  readonly stages: number
  /** User names and role groups whose turn it is. */
  readonly reviewers: readonly string[]
  readonly items: number
  /** Of the item that waits longest. */
  readonly waitingSince: string
}

/** What waits, by label and stage, the longest first. */
export async function listReviewStages(db: Pick<Pool, 'query'>, of: ReviewsOf): Promise<ReviewStage[]> {
  const { rows } = await db.query<Omit<ReviewStage, 'waitingSince'> & { waitingSince: Date }>(
    `select label.id as "labelId", label.name as label, stage, jsonb_array_length(review_stages) as stages,
            review_stages -> (stage - 1) as reviewers, count(*)::int as items, min(waiting_since) as "waitingSince"
     ${waiting} group by label.id, stage order by min(waiting_since), label.name, stage`,
    valuesOf(of),
  )
  return rows.map((row) => ({ ...row, waitingSince: row.waitingSince.toISOString() }))
}

export interface ReviewedItem {
  readonly item: string
  readonly mailbox: string
  readonly sentAt: string
  readonly label: string
  readonly stage: number
  readonly stages: number
  readonly waitingSince: string
  /** Who approved the stages before. */
  readonly approvers: readonly string[]
}

export interface ReviewPage {
  readonly limit: number
  /** `next` of the page before. */
  readonly cursor?: string | undefined
}

/** Single items that wait, the longest first. */
export async function listDispositionReviews(
  db: Pick<Pool, 'query'>,
  of: ReviewsOf,
  { limit, cursor }: ReviewPage,
): Promise<{ items: ReviewedItem[]; next: string | null }> {
  const [since, after] = cursor?.split('.') ?? []
  const key = after === undefined ? null : parseItemId(after)
  const { rows } = await db.query<ReviewRow>(
    `select review.message_id, review.mailbox_id, mailbox.address as mailbox, label.name as label, stage,
            jsonb_array_length(review_stages) as stages, waiting_since, approvers
     ${waiting}
       and ($6::timestamptz is null or (waiting_since, review.message_id, review.mailbox_id) > ($6, $7::bigint, $8::int))
      order by waiting_since, review.message_id, review.mailbox_id limit $9`,
    [
      ...valuesOf(of),
      ...[key && new Date(Number(since)), key?.messageId ?? null, key?.mailboxId ?? null, limit + 1],
    ],
  )
  const items = rows.slice(0, limit).map(({ message_id, mailbox_id, waiting_since, ...row }) => ({
    ...row,
    item: itemIdOf(message_id, mailbox_id),
    sentAt: new Date(sentAtOfMessageId(message_id)).toISOString(),
    waitingSince: waiting_since.toISOString(),
  }))
  const last = rows.length > limit ? items.at(-1)! : null
  return { items, next: last && `${Date.parse(last.waitingSince)}.${last.item}` }
}

interface ReviewRow extends Omit<ReviewedItem, 'item' | 'sentAt' | 'waitingSince'> {
  readonly message_id: bigint
  readonly mailbox_id: number
  readonly waiting_since: Date
}

export type DispositionDecision =
  | { readonly act: 'approve'; readonly comment?: string | undefined }
  /** Another label decides; the review begins anew when its time is over. */
  | { readonly act: 'relabel'; readonly label: string; readonly comment?: string | undefined }
  /** Kept until then; the review begins anew at its first stage. */
  | { readonly act: 'extend'; readonly until: number; readonly comment?: string | undefined }

/**
 * Decides on items that wait for the reviewer (null: the operator at the machine, who decides at every stage); on all of
 * them or on none. Throws `retention-refused`. Answers how many.
 */
export async function decideDisposition(
  parts: Pick<RetentionParts, 'pool' | 'clock'>,
  items: readonly string[],
  decision: DispositionDecision,
  of: Omit<ReviewsOf, 'now'>,
  by: string,
): Promise<number> {
  const now = parts.clock.now()
  if (decision.act === 'extend' && decision.until <= now)
    throw refused('What is extended is kept until a time to come.')
  const wanted = [...new Set(items)]
  const keys = wanted.map(parseItemId)
  await change(parts, 'review-disposition', decision.act, { items: wanted, ...decision }, async (client) => {
    const found = await lockWaiting(client, keys, { ...of, now })
    const missing = wanted.find((item) => !found.has(item))
    if (missing !== undefined) throw await whyNot(client, missing, of.reviewer)
    await client.query(
      `insert into disposition_review_decision (message_id, mailbox_id, stage, act, by, at, comment, details)
         select message_id, mailbox_id, stage, $3, $4, $5, $6, $7
           from disposition_review join ${given} using (message_id, mailbox_id)`,
      [
        ...[...columnsOf(keys), decision.act, by, new Date(now), decision.comment ?? ''],
        JSON.stringify(detailsOf(decision)),
      ],
    )
    await apply(client, keys, decision, by, now)
  })
  return wanted.length
}

const given = 'unnest($1::bigint[], $2::int[]) as given (message_id, mailbox_id)'

function columnsOf(keys: readonly ItemKey[]): [messages: bigint[], mailboxes: number[]] {
  return [keys.map(({ messageId }) => messageId), keys.map(({ mailboxId }) => mailboxId)]
}

/** Under a lock: of two who approve the same stage at once, one is told that it waits no more. */
async function lockWaiting(
  client: Client,
  keys: readonly ItemKey[],
  of: ReviewsOf,
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ message_id: bigint; mailbox_id: number }>(
    `select review.message_id, review.mailbox_id ${waiting}
        and (review.message_id, review.mailbox_id) in (select * from unnest($6::bigint[], $7::int[]))
      order by review.message_id, review.mailbox_id for update of review`,
    [...valuesOf(of), ...columnsOf(keys)],
  )
  return new Set(rows.map(({ message_id, mailbox_id }) => itemIdOf(message_id, mailbox_id)))
}

async function whyNot(client: Client, item: string, reviewer: DispositionReviewer | null): Promise<Error> {
  const { messageId, mailboxId } = parseItemId(item)
  const { rowCount } = await client.query(
    `select from disposition_review
      where message_id = $1 and mailbox_id = $2 and state = 'waiting' and $3 = any(approvers)`,
    [messageId, mailboxId, reviewer?.username ?? null],
  )
  return refused(
    rowCount === 0
      ? `The item "${item}" does not wait for your decision.`
      : `You approved an earlier stage of the item "${item}"; somebody else decides now.`,
  )
}

async function apply(
  client: Client,
  keys: readonly ItemKey[],
  decision: DispositionDecision,
  by: string,
  now: number,
): Promise<void> {
  const columns = columnsOf(keys)
  if (decision.act === 'approve') {
    await client.query(
      `update disposition_review as review
          set approvers = approvers || $3::text,
              state = case when stage >= jsonb_array_length(review_stages) then 'approved' else 'waiting' end,
              stage = least(stage + 1, jsonb_array_length(review_stages))
         from ${given}, retention_label as label
        where (review.message_id, review.mailbox_id) = (given.message_id, given.mailbox_id) and label.id = review.label_id`,
      [...columns, by],
    )
    return
  }
  if (decision.act === 'extend') {
    await client.query(
      `update disposition_review as review set stage = 1, approvers = '{}', not_before = $3 from ${given}
        where (review.message_id, review.mailbox_id) = (given.message_id, given.mailbox_id)`,
      [...columns, new Date(decision.until)],
    )
    return
  }
  await client.query(
    `delete from disposition_review as review using ${given}
      where (review.message_id, review.mailbox_id) = (given.message_id, given.mailbox_id)`,
    columns,
  )
  const { rowCount } = await client.query(
    `insert into item_label (message_id, mailbox_id, label_id, origin, applied_by, applied_at)
     select given.message_id, given.mailbox_id, label.id, 'manual', $4, $5
       from ${given}, retention_label as label where label.name = $3
     on conflict (message_id, mailbox_id) do update
       set label_id = excluded.label_id, origin = 'manual', applied_by = excluded.applied_by, applied_at = excluded.applied_at`,
    [...columns, decision.label, by, new Date(now)],
  )
  if (rowCount === 0) throw refused(`There is no retention label "${decision.label}".`)
}

function detailsOf(decision: DispositionDecision): Record<string, string> {
  if (decision.act === 'relabel') return { label: decision.label }
  return decision.act === 'extend' ? { until: new Date(decision.until).toISOString() } : {}
}

/** What somebody decided; a record for ever. */
export interface DecisionRecord {
  readonly id: string
  readonly item: string
  readonly mailbox: string
  readonly stage: number
  readonly act: DispositionDecision['act']
  readonly by: string
  readonly at: string
  readonly comment: string
  /** Of `relabel`. */
  readonly label: string | null
  /** Of `extend`. */
  readonly until: string | null
}

export interface DecisionsOf {
  readonly item?: string | undefined
  readonly by?: string | undefined
  readonly mailboxIds?: readonly number[] | null
  readonly cursor?: string | undefined
  readonly limit: number
}

/** The latest first. */
export async function listDispositionDecisions(
  db: Pick<Pool, 'query'>,
  { item, by, mailboxIds, cursor, limit }: DecisionsOf,
): Promise<{ items: DecisionRecord[]; next: string | null }> {
  const key = item === undefined ? null : parseItemId(item)
  const { rows } = await db.query<DecisionRow>(
    `select decision.id, message_id, mailbox_id, coalesce(mailbox.address, '') as mailbox, stage, act, by, at, comment,
            details ->> 'label' as label, details ->> 'until' as until
       from disposition_review_decision as decision left join mailbox on mailbox.id = mailbox_id
      where ($1::bigint is null or (message_id, mailbox_id) = ($1, $2::int)) and ($3::text is null or by = $3)
        and ($4::int[] is null or mailbox_id = any($4)) and ($5::bigint is null or decision.id < $5)
      order by decision.id desc limit $6`,
    [
      ...[key?.messageId ?? null, key?.mailboxId ?? null, by ?? null, mailboxIds ?? null],
      ...[cursor ?? null, limit + 1],
    ],
  )
  const items = rows.slice(0, limit).map(({ id, message_id, mailbox_id, at, ...row }) => ({
    ...row,
    id: String(id),
    item: itemIdOf(message_id, mailbox_id),
    at: at.toISOString(),
  }))
  return { items, next: rows.length > limit ? items.at(-1)!.id : null }
}

interface DecisionRow extends Omit<DecisionRecord, 'id' | 'item' | 'at'> {
  readonly id: bigint
  readonly message_id: bigint
  readonly mailbox_id: number
  readonly at: Date
}
