/**
 * Disposition: destroys what stands in a run, batch by batch. Each batch is one transaction: holds and retention are
 * asked again under the locks that whoever places a hold takes too, each item is entered into the log, what lives on in
 * its blocks lies in new ones, the blocks' keys are destroyed, and rows and index entries go. A run that was cut off
 * goes on where it stopped.
 */
import { AppError } from '../../domain/errors.ts'
import { faultPoint } from '../../platform/faults.ts'
import { epochOf } from '../../platform/keys/index.ts'
import { type Client, inTransaction, withSessionLock } from '../../platform/postgres/index.ts'
import { idBounds } from '../id-bounds.ts'
import { integrate } from '../log/index.ts'
import { deleteDeadObjects } from './dead-objects.ts'
import { clearLeftovers } from './leftovers.ts'
import type { DispositionParts } from './parts.ts'
import { insertSegments, resealLiving, sweepResealed } from './reseal.ts'
import { type DispositionRun, dispositionRun } from './runs.ts'
import { blocksOf } from './touched-blocks.ts'

export interface DisposeOptions {
  /** Ends it after the batch at hand; called again it goes on. */
  readonly signal?: AbortSignal
  /** Told after each batch. */
  readonly onProgress?: (done: number, total: number) => void
}

/** Whole blocks at a time, so that what dies with the next batch is not sealed anew by this one. */
const blocksPerBatch = 250
const messagesLookedAt = 10_000
const triesMax = 8
/** Something came between: another try sees it. HF001 and HF004 are the refusals of holds and of `dispose_items`. */
const passingCodes = new Set(['40P01', '40001', 'HF001', 'HF004'])
const lockName = 'holdfast.disposition'
/** In `installation` while a restored archive waits for its holds and dispositions to be replayed. */
const suspension = 'disposition-suspended'

/**
 * Disposes of what stands in a run. Throws `disposition-not-found`, `disposition-running` (another process is at it),
 * `disposition-suspended`, `interrupted`.
 */
export async function dispose(
  parts: DispositionParts,
  runId: bigint,
  options: DisposeOptions = {},
): Promise<DispositionRun> {
  await refuseWhileSuspended(parts)
  const run = await dispositionRun(parts.pool, runId)
  if (run.state === 'done' || run.state === 'cancelled') return run
  const done = await withSessionLock(parts.pool, lockName, async (lost) => {
    await begin(parts, runId)
    // What is not numbered yet could not be pointed at by the entry of its disposal.
    await integrate(parts)
    await sweepResealed(parts, runId)
    await disposeAll(
      parts,
      runId,
      options,
      AbortSignal.any([lost, ...(options.signal ? [options.signal] : [])]),
    )
    await clearLeftovers(parts, runId)
    await parts.pool.query('select drop_unused_attachments()')
    await finish(parts, runId)
    await deleteDeadObjects(parts)
    return true
  })
  if (done === null)
    throw new AppError('disposition-running', 'Another disposition is at work; wait until it is done.')
  return dispositionRun(parts.pool, runId)
}

async function refuseWhileSuspended({ queries }: DispositionParts): Promise<void> {
  const row = await queries
    .selectFrom('installation')
    .select('value')
    .where('name', '=', suspension)
    .executeTakeFirst()
  if (row)
    throw new AppError(
      'disposition-suspended',
      'This archive was restored, and nothing is disposed of until its holds and dispositions have been replayed.',
    )
}

async function begin({ pool, clock }: DispositionParts, runId: bigint): Promise<void> {
  await pool.query(
    `update disposition_run set state = 'running', started_at = coalesce(started_at, $2)
      where id = $1 and state in ('filling', 'running')`,
    [runId, new Date(clock.now())],
  )
  faultPoint('disposition.begun')
}

async function finish({ pool, clock, vault }: DispositionParts, runId: bigint): Promise<void> {
  const [wrapped] = await vault.wrap([Buffer.alloc(32)])
  await pool.query(
    `update disposition_run set state = 'done', finished_at = $2, last_epoch = $3 where id = $1 and state = 'running'`,
    [runId, new Date(clock.now()), epochOf(wrapped!)],
  )
  faultPoint('disposition.finished')
}

async function disposeAll(
  parts: DispositionParts,
  runId: bigint,
  options: DisposeOptions,
  signal: AbortSignal,
): Promise<void> {
  const { rows } = await parts.pool.query<{ total: bigint; waiting: bigint }>(
    `select count(*) as total, count(*) filter (where state = 'waiting') as waiting from disposition_item where run_id = $1`,
    [runId],
  )
  const total = Number(rows[0]!.total)
  let done = total - Number(rows[0]!.waiting)
  let after = 0n
  for (;;) {
    if (signal.aborted)
      throw new AppError(
        'interrupted',
        `Disposition run ${runId} was interrupted; it goes on when run again.`,
      )
    const looked = await waitingMessages(parts, runId, after)
    if (looked.length === 0) return
    after = looked[0]!
    done += await disposeBatch(parts, runId, await wholeBlocks(parts, runId, looked))
    options.onProgress?.(done, total)
  }
}

/** The first messages of the run that wait, in the order of their months. */
async function waitingMessages({ pool }: DispositionParts, runId: bigint, after: bigint): Promise<bigint[]> {
  const { rows } = await pool.query<{ message_id: bigint }>(
    `select message_id from disposition_item
      where run_id = $1 and message_id >= $2 and state = 'waiting' order by message_id, mailbox_id limit ${messagesLookedAt}`,
    [runId, after],
  )
  return [...new Set(rows.map(({ message_id }) => message_id))]
}

/** Everything of the run that waits in the blocks of the first of these messages, and those that are gone already. */
async function wholeBlocks(
  { pool }: DispositionParts,
  runId: bigint,
  looked: readonly bigint[],
): Promise<bigint[]> {
  const { lowest, highest } = idBounds(looked)
  const { rows: found } = await pool.query<{ block_id: bigint }>(
    `select block_id from message where id = any($1) and id between $2 and $3 group by block_id
      order by min(id) limit ${blocksPerBatch}`,
    [looked, lowest, highest],
  )
  const { rows } = await pool.query<{ id: bigint }>(
    `select m.id from message as m
      where m.block_id = any($2)
        and exists (select from disposition_item as d where d.run_id = $1 and d.message_id = m.id and d.state = 'waiting')
     union
     select id from unnest($3::bigint[]) as looked (id)
      where not exists (select from message as m where m.id = looked.id)`,
    [runId, found.map(({ block_id }) => block_id), looked],
  )
  return rows.map(({ id }) => id)
}

/** Answers how many items are decided: gone, or kept. */
async function disposeBatch(
  parts: DispositionParts,
  runId: bigint,
  messageIds: readonly bigint[],
): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryBatch(parts, runId, messageIds)
    } catch (error) {
      const { code } = error as { code?: string }
      if (code === undefined || !passingCodes.has(code)) throw error
      if (attempt < triesMax) continue
      throw new AppError(
        'hold-blocks-deletion',
        `A batch of disposition run ${runId} was refused ${triesMax} times; nothing of it went. Run "holdfast verify".`,
        { cause: error },
      )
    }
  }
}

async function tryBatch(
  parts: DispositionParts,
  runId: bigint,
  messageIds: readonly bigint[],
): Promise<number> {
  const before = await waitingIn(parts, runId, messageIds)
  await parts.pool.query('select keep_from_disposal($1, $2)', [runId, messageIds])
  faultPoint('disposition.checked')
  const dying = await dyingOf(parts, runId, messageIds)
  const { dead, needed } = await blocksOf(parts.pool, dying)
  const segments = await resealLiving(parts, runId, dead)
  await inTransaction(parts.pool, async (client) => {
    const now = new Date(parts.clock.now())
    if (needed.length > 0) await leaveBlocks(client, runId, needed)
    const moves = await insertSegments(client, segments, now)
    await client.query('select dispose_items($1, $2, $3, $4, $5, $6, $7, $8)', [
      ...[runId, messageIds, now, moves.block, moves.place, moves.toBlock, moves.toPlace],
      dead.map(({ id }) => id),
    ])
    faultPoint('disposition.before-commit')
  })
  faultPoint('disposition.committed')
  await deleteDeadObjects(parts)
  return before
}

async function waitingIn(
  { pool }: DispositionParts,
  runId: bigint,
  messageIds: readonly bigint[],
): Promise<number> {
  const { rows } = await pool.query<{ items: bigint }>(
    `select count(*) as items from disposition_item where run_id = $1 and message_id = any($2) and state = 'waiting'`,
    [runId, messageIds],
  )
  return Number(rows[0]!.items)
}

/** Messages whose every item goes. */
async function dyingOf(
  { pool }: DispositionParts,
  runId: bigint,
  messageIds: readonly bigint[],
): Promise<bigint[]> {
  const { lowest, highest } = idBounds(messageIds)
  const { rows } = await pool.query<{ id: bigint }>(
    `select m.id
       from (select message_id, count(*) as items from disposition_item
              where run_id = $1 and message_id = any($2) and state = 'waiting' group by 1) as d
       join message as m on m.id = d.message_id and m.id between $3 and $4
      where m.item_count = d.items`,
    [runId, messageIds, lowest, highest],
  )
  return rows.map(({ id }) => id)
}

async function leaveBlocks(client: Client, runId: bigint, blockIds: readonly bigint[]): Promise<void> {
  await client.query(
    'insert into leftover_block (block_id, run_id) select unnest($2::bigint[]), $1 on conflict do nothing',
    [runId, blockIds],
  )
}
