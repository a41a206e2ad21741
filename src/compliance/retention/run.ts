/** What is due goes. Run once a day; what was cut off goes on. */
import {
  createDispositionRun,
  type DispositionRun,
  dispose,
  dispositionRun,
  unfinishedDispositions,
} from '../../archive/disposition/index.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { faultPoint } from '../../platform/faults.ts'
import { inTransaction } from '../../platform/postgres/index.ts'
import { applyQueryLabels } from './labels.ts'
import { messageBatches } from './months.ts'
import type { RetentionParts } from './parts.ts'
import { askForReviews } from './review.ts'
import { refreshScopes } from './scopes.ts'

export interface RetentionRunOptions {
  readonly requestedBy: string
  /** Milliseconds since 1970 UTC: the moment whose rules apply; default now. A later one only tells what would go. */
  readonly asOf?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

export interface RetentionRun {
  readonly asOf: string
  /** Items whose time is over; for a moment that is still to come nothing is done with them. */
  readonly due: number
  /** Items that wait for people to decide. */
  readonly inReview: number
  readonly disposed: number
  /** Held or retained by something else. */
  readonly kept: number
  readonly run: string | null
}

/** Throws the errors of `dispose`. */
export async function runRetention(
  parts: RetentionParts,
  options: RetentionRunOptions,
): Promise<RetentionRun> {
  const { pool, clock } = parts
  const asOf = options.asOf ?? clock.now()
  await refreshScopes(parts)
  await applyQueryLabels(parts)
  if (asOf > clock.now()) return { ...(await tell(parts, asOf)), disposed: 0, kept: 0, run: null }
  const disposing = options.signal ? { signal: options.signal } : {}
  for (const unfinished of await unfinishedDispositions(pool)) await dispose(parts, unfinished, disposing)
  const inReview = await askForReviews(parts, asOf)
  const { id, due } = await fill(parts, asOf, options.requestedBy)
  faultPoint('retention.filled')
  const done: DispositionRun | null =
    due === 0
      ? null
      : await dispose(parts, id, {
          ...disposing,
          ...(options.onProgress ? { onProgress: options.onProgress } : {}),
        })
  const found = {
    asOf: new Date(asOf).toISOString(),
    due,
    inReview,
    disposed: done?.disposed ?? 0,
    kept: done?.kept ?? 0,
  }
  await appendAudit(parts.queries, {
    ...{ at: clock.now(), actor: options.requestedBy, operation: 'run-retention', outcome: 'succeeded' },
    details: { ...found, run: due === 0 ? null : String(id) },
  })
  return { ...found, run: due === 0 ? null : String((await dispositionRun(pool, id)).id) }
}

/**
 * What is due: its deletion's time is over, it was imported 90 days ago or its rule may be early, and the review that
 * its label asks for has approved. And what somebody purged, where nothing retains it.
 */
const dueItems = `
  select retention.message_id, retention.mailbox_id,
         jsonb_strip_nulls(jsonb_build_object('label', by_label, 'policy', by_policy)) as basis,
         coalesce(review.approvers, '{}') as approvers
    from retention_of($1, $2) as retention join message on message.id = retention.message_id and message.id = any($1)
    left join retention_label as label on label.id = by_label
    left join disposition_review as review on (review.message_id, review.mailbox_id) = (retention.message_id, retention.mailbox_id)
   where delete_at <= $2 and (retention.early or message.received_at + interval '90 days' <= $2)
     and (by_label is null or jsonb_array_length(label.review_stages) = 0 or review.state = 'approved')
  union
  select item.message_id, item.mailbox_id, '{"purged": true}'::jsonb, '{}'::text[]
    from item join message on message.id = item.message_id
   where item.message_id = any($1) and message.id = any($1) and item.area = 2 and item.recoverable_folder in (2, 4)
     and message.received_at + interval '90 days' <= $2
     and not exists (select from retained_items($1, $2) as kept
                      where (kept.message_id, kept.mailbox_id) = (item.message_id, item.mailbox_id))`

async function fill(
  parts: RetentionParts,
  asOf: number,
  requestedBy: string,
): Promise<{ id: bigint; due: number }> {
  return inTransaction(parts.pool, async (client) => {
    const id = await createDispositionRun(client, { reason: 'retention', requestedBy, asOf })
    let due = 0
    for await (const ids of messageBatches(client, asOf)) {
      const { rowCount } = await client.query(
        `insert into disposition_item (run_id, message_id, mailbox_id, basis, approvers)
         select distinct on (message_id, mailbox_id) $3::bigint, message_id, mailbox_id, basis, approvers from (${dueItems}) as due
         on conflict do nothing`,
        [ids, new Date(asOf), id],
      )
      due += rowCount ?? 0
    }
    if (due === 0) await client.query(`update disposition_run set state = 'cancelled' where id = $1`, [id])
    faultPoint('retention.before-commit')
    return { id, due }
  })
}

/** For a moment that is still to come. */
async function tell(
  { pool }: RetentionParts,
  asOf: number,
): Promise<Pick<RetentionRun, 'asOf' | 'due' | 'inReview'>> {
  let due = 0
  for await (const ids of messageBatches(pool, asOf)) {
    const { rows } = await pool.query<{ due: number }>(
      `select count(*)::int as due from (${dueItems}) as due`,
      [...[ids, new Date(asOf)]],
    )
    due += rows[0]!.due
  }
  return { asOf: new Date(asOf).toISOString(), due, inReview: 0 }
}
