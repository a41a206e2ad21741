/** Disposition review: what a label would delete waits until people approve, stage by stage. */
import { itemIdOf, parseItemId } from '../../archive/index.ts'
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

export interface ReviewedItem {
  readonly item: string
  readonly mailbox: string
  readonly label: string
  readonly stage: number
  readonly stages: number
  readonly waitingSince: string
}

/** Whose turn it is: by user name or role group; null: the operator at the machine, who sees all. */
export interface DispositionReviewer {
  readonly username: string
  readonly groups: readonly string[]
}

/** What waits for somebody, the longest first. */
export async function listDispositionReviews(
  db: Pick<Pool, 'query'>,
  reviewer: DispositionReviewer | null,
  now: number,
  limit = 500,
): Promise<ReviewedItem[]> {
  return waitingReviews(db, reviewer, now, 'order by waiting_since, review.message_id limit $3', [limit])
}

/** @param rest of the statement; its parameters begin at $3. */
async function waitingReviews(
  db: Pick<Pool, 'query'>,
  reviewer: DispositionReviewer | null,
  now: number,
  rest: string,
  values: readonly unknown[],
): Promise<ReviewedItem[]> {
  const { rows } = await db.query<{
    message_id: bigint
    mailbox_id: number
    mailbox: string
    label: string
    stage: number
    stages: number
    waiting_since: Date
  }>(
    `select review.message_id, review.mailbox_id, mailbox.address as mailbox, label.name as label, stage,
            jsonb_array_length(review_stages) as stages, waiting_since
       from disposition_review as review join retention_label as label on label.id = label_id
       join mailbox on mailbox.id = review.mailbox_id
      where review.state = 'waiting' and coalesce(not_before, '-infinity') <= $2
        and ($1::text[] is null or (review_stages -> (stage - 1)) ?| $1::text[])
      ${rest}`,
    [reviewer && [reviewer.username, ...reviewer.groups], new Date(now), ...values],
  )
  return rows.map(({ message_id, mailbox_id, waiting_since, ...row }) => ({
    ...row,
    item: itemIdOf(message_id, mailbox_id),
    waitingSince: waiting_since.toISOString(),
  }))
}

export type DispositionDecision =
  | { readonly act: 'approve'; readonly comment?: string | undefined }
  /** Another label decides; the review begins anew when its time is over. */
  | { readonly act: 'relabel'; readonly label: string; readonly comment?: string | undefined }
  /** Kept until then; the review begins anew at its first stage. */
  | { readonly act: 'extend'; readonly until: number; readonly comment?: string | undefined }

/** Decides on items that wait for the reviewer. Throws `retention-refused`. Answers how many. */
export async function decideDisposition(
  parts: Pick<RetentionParts, 'pool' | 'clock'>,
  items: readonly string[],
  decision: DispositionDecision,
  reviewer: DispositionReviewer | null,
  by: string,
): Promise<number> {
  const at = new Date(parts.clock.now())
  const details = { items: [...items], ...decision }
  await change(parts, 'review-disposition', decision.act, details, async (client) => {
    const waiting = await lockWaiting(client, items, reviewer, at)
    for (const item of new Set(items)) {
      const { messageId, mailboxId } = parseItemId(item)
      const { stage, stages } = waiting.get(item)!
      await client.query(
        `insert into disposition_review_decision (message_id, mailbox_id, stage, act, by, at, comment, details)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          ...[messageId, mailboxId, stage, decision.act, by, at],
          ...[decision.comment ?? '', JSON.stringify(detailsOf(decision))],
        ],
      )
      await decideOne(client, [messageId, mailboxId], decision, { stages, by, at })
    }
  })
  return items.length
}

/** What of the items waits for the reviewer, by item; from here on nobody else decides on them. Throws where one does not. */
async function lockWaiting(
  client: Client,
  items: readonly string[],
  reviewer: DispositionReviewer | null,
  at: Date,
): Promise<ReadonlyMap<string, ReviewedItem>> {
  const keys = items.map(parseItemId)
  const found = await waitingReviews(
    client,
    reviewer,
    at.getTime(),
    `and (review.message_id, review.mailbox_id) in (select * from unnest($3::bigint[], $4::int[]))
     order by review.message_id, review.mailbox_id for update of review`,
    [keys.map(({ messageId }) => messageId), keys.map(({ mailboxId }) => mailboxId)],
  )
  const waiting = new Map(found.map((one) => [one.item, one]))
  const missing = items.find((item) => !waiting.has(item))
  if (missing !== undefined) throw refused(`The item "${missing}" does not wait for your decision.`)
  return waiting
}

async function decideOne(
  client: Client,
  key: readonly [messageId: bigint, mailboxId: number],
  decision: DispositionDecision,
  { stages, by, at }: { readonly stages: number; readonly by: string; readonly at: Date },
): Promise<void> {
  if (decision.act === 'approve') {
    await client.query(
      `update disposition_review set approvers = approvers || $3, state = case when stage >= $4 then 'approved' else 'waiting' end,
              stage = least(stage + 1, $4) where message_id = $1 and mailbox_id = $2`,
      [...key, [by], stages],
    )
    return
  }
  if (decision.act === 'extend') {
    await client.query(
      `update disposition_review set stage = 1, approvers = '{}', not_before = $3 where message_id = $1 and mailbox_id = $2`,
      [...key, new Date(decision.until)],
    )
    return
  }
  await client.query('delete from disposition_review where message_id = $1 and mailbox_id = $2', [...key])
  const { rowCount } = await client.query(
    `insert into item_label (message_id, mailbox_id, label_id, origin, applied_by, applied_at)
     select $1, $2, id, 'manual', $4, $5 from retention_label where name = $3
     on conflict (message_id, mailbox_id) do update
       set label_id = excluded.label_id, origin = 'manual', applied_by = excluded.applied_by, applied_at = excluded.applied_at`,
    [...key, decision.label, by, at],
  )
  if (rowCount === 0) throw refused(`There is no retention label "${decision.label}".`)
}

function detailsOf(decision: DispositionDecision): Record<string, unknown> {
  if (decision.act === 'relabel') return { label: decision.label }
  return decision.act === 'extend' ? { until: new Date(decision.until).toISOString() } : {}
}
