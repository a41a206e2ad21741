/** What is due goes. Run once a day; what was cut off goes on. */
import { createDispositionRun, dispose, unfinishedDispositions } from '../../archive/disposition/index.ts'
import { areaCodes } from '../../domain/codes.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { faultPoint } from '../../platform/faults.ts'
import { type Client, inTransaction, type Pool } from '../../platform/postgres/index.ts'
import { recoverableFolders } from '../holds/index.ts'
import { applyQueryLabels } from './labels.ts'
import { deletionHorizon, messageBatches } from './months.ts'
import type { RetentionParts } from './parts.ts'
import { askForReviews } from './review.ts'
import { refreshScopes } from './scopes.ts'

const recoverable = areaCodes.codeOf('recoverable-items')

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
  if (asOf > clock.now()) return { ...(await tell(parts, asOf)), disposed: 0, kept: 0, run: null }
  await refreshScopes(parts)
  await applyQueryLabels(parts)
  const disposing = options.signal ? { signal: options.signal } : {}
  for (const unfinished of await unfinishedDispositions(pool)) await dispose(parts, unfinished, disposing)
  const inReview = await askForReviews(parts, asOf)
  const { id, due, held } = await fillRun(parts, { asOf, requestedBy: options.requestedBy })
  faultPoint('retention.filled')
  const progress = options.onProgress ? { onProgress: options.onProgress } : {}
  const done = due === held ? null : await dispose(parts, id, { ...disposing, ...progress })
  const found = {
    ...{ asOf: new Date(asOf).toISOString(), due, inReview },
    ...{ disposed: done?.disposed ?? 0, kept: held + (done?.kept ?? 0) },
    run: done === null ? null : String(id),
  }
  await appendAudit(parts.queries, {
    ...{ at: clock.now(), actor: options.requestedBy, operation: 'run-retention', outcome: 'succeeded' },
    details: found,
  })
  return found
}

/**
 * What is due: its deletion's time is over, it was imported 90 days ago or its rule may be early, and the review that
 * its label asks for has approved.
 */
const endedItems = `
  select retention.message_id, retention.mailbox_id,
         jsonb_strip_nulls(jsonb_build_object('label', by_label, 'policy', by_policy)) as basis,
         coalesce(review.approvers, '{}') as approvers
    from retention_of($1, $2) as retention join message on message.id = retention.message_id and message.id = any($1)
    left join retention_label as label on label.id = by_label
    left join disposition_review as review
      on (review.message_id, review.mailbox_id, review.label_id) = (retention.message_id, retention.mailbox_id, by_label)
   where delete_at <= $2 and (retention.early or message.received_at + interval '90 days' <= $2)
     and (by_label is null or jsonb_array_length(label.review_stages) = 0 or review.state = 'approved')`

/** What somebody purged, where nothing retains it. */
const purgedItems = `
  select item.message_id, item.mailbox_id, '{"purged": true}'::jsonb as basis, '{}'::text[] as approvers
    from item join message on message.id = item.message_id
   where item.message_id = any($1) and message.id = any($1)
     and item.area = ${recoverable} and item.recoverable_folder in (${recoverableFolders.purges}, ${recoverableFolders.discoveryHolds})
     and message.received_at + interval '90 days' <= $2
     and not exists (select from retained_items($1, $2) as kept
                      where (kept.message_id, kept.mailbox_id) = (item.message_id, item.mailbox_id))`

/** Messages some of which may be due, and the statement that tells their due items. */
async function* dueBatches(
  db: Pick<Pool, 'query'>,
  asOf: number,
): AsyncGenerator<{ readonly ids: readonly bigint[]; readonly dueItems: string }> {
  const horizon = await deletionHorizon(db, asOf)
  if (horizon !== null)
    for await (const ids of messageBatches(db, horizon)) yield { ids, dueItems: endedItems }
  for await (const ids of messageBatches(db, asOf, { area: recoverable }))
    yield { ids, dueItems: purgedItems }
}

interface Filled {
  readonly id: bigint
  readonly due: number
  /** Held at this moment: no part of the run, so that what is held for years is not written down every day. */
  readonly held: number
}

async function fill(
  client: Client,
  { asOf, requestedBy }: { readonly asOf: number; readonly requestedBy: string },
): Promise<Filled> {
  const id = await createDispositionRun(client, { reason: 'retention', requestedBy, asOf })
  let [due, held] = [0, 0]
  for await (const { ids, dueItems } of dueBatches(client, asOf)) {
    const { rows } = await client.query<{ due: number; held: number }>(
      `with due as materialized (
         select * from (${dueItems}) as ended
          where not exists (select from disposition_item as known
                             where known.run_id = $3 and (known.message_id, known.mailbox_id) = (ended.message_id, ended.mailbox_id))
       ), held as materialized (
         select message_id, mailbox_id from held_items(array(select distinct message_id from due))
       ), filled as (
         insert into disposition_item (run_id, message_id, mailbox_id, basis, approvers)
         select $3, message_id, mailbox_id, basis, approvers from due
          where (message_id, mailbox_id) not in (select message_id, mailbox_id from held)
         returning 1
       )
       select (select count(*)::int from due) as due, (select count(*)::int from due) - (select count(*)::int from filled) as held`,
      [ids, new Date(asOf), id],
    )
    due += rows[0]!.due
    held += rows[0]!.held
  }
  return { id, due, held }
}

async function fillRun({ pool }: RetentionParts, options: Parameters<typeof fill>[1]): Promise<Filled> {
  return inTransaction(pool, async (client) => {
    const filled = await fill(client, options)
    if (filled.due === filled.held)
      await client.query(`update disposition_run set state = 'cancelled' where id = $1`, [filled.id])
    faultPoint('retention.before-commit')
    return filled
  })
}

/** For a moment that is still to come: in a transaction that is undone. */
async function tell(
  { pool }: RetentionParts,
  asOf: number,
): Promise<Pick<RetentionRun, 'asOf' | 'due' | 'inReview'>> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const { due } = await fill(client, { asOf, requestedBy: 'simulation' })
    return { asOf: new Date(asOf).toISOString(), due, inReview: 0 }
  } finally {
    await client.query('rollback').catch(() => {})
    client.release()
  }
}
