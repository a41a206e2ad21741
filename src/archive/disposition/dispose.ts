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
  /** Also while a restored archive waits: what is disposed of once more by what the log proves. */
  readonly replay?: boolean
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
  if (!options.replay) await refuseWhileSuspended(parts)
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
    // What a try wrote whose batch the other half was first with.
    await sweepResealed(parts, runId)
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
  const { rows } = await parts.pool.query<{ total: bigint; waiting: bigint; middle: bigint | null }>(
    `select count(*) as total, count(*) filter (where state = 'waiting') as waiting,
            percentile_disc(0.5) within group (order by message_id) filter (where state = 'waiting') as middle
       from disposition_item where run_id = $1`,
    [runId],
  )
  const { total, waiting, middle } = rows[0]!
  let done = Number(total - waiting)
  // Two halves of the time at once: while one is committed the other is prepared.
  const split = middle ?? 0n
  const halves = [
    { from: 0n, to: split },
    { from: split, to: 2n ** 63n - 1n },
  ]
  const half = async ({ from, to }: (typeof halves)[number]) => {
    let after = from
    for (;;) {
      if (signal.aborted)
        throw new AppError(
          'interrupted',
          `Disposition run ${runId} was interrupted; it goes on when run again.`,
        )
      const looked = await waitingMessages(parts, runId, after, to)
      if (looked.length === 0) return
      after = looked[0]!
      done += await disposeBatch(parts, runId, looked)
      options.onProgress?.(Math.min(done, Number(total)), Number(total))
    }
  }
  const ended = await Promise.allSettled(halves.map(half))
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}

/** The first messages of the run that wait, in the order of their months. */
async function waitingMessages(
  { pool }: DispositionParts,
  runId: bigint,
  from: bigint,
  to: bigint,
): Promise<bigint[]> {
  const { rows } = await pool.query<{ message_id: bigint }>(
    `select message_id from disposition_item
      where run_id = $1 and message_id >= $2 and message_id < $3 and state = 'waiting'
      order by message_id, mailbox_id limit ${messagesLookedAt}`,
    [runId, from, to],
  )
  return [...new Set(rows.map(({ message_id }) => message_id))]
}

/** Answers how many items went. */
async function disposeBatch(
  parts: DispositionParts,
  runId: bigint,
  looked: readonly bigint[],
): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryBatch(parts, runId, looked, attempt)
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
  looked: readonly bigint[],
  attempt: number,
): Promise<number> {
  const { pool } = parts
  const blockIds = await firstBlocks(parts, looked)
  // What is kept is asked in the batch's transaction; before it only where that is likely to find something.
  const asked = attempt > 1 || (await isAnythingHeld(parts))
  let batch = await batchOf(parts, runId, blockIds, looked)
  if (asked && batch.messages.length > 0) {
    await pool.query('select keep_from_disposal($1, $2)', [runId, batch.messages])
    faultPoint('disposition.checked')
    batch = await batchOf(parts, runId, blockIds, looked)
  }
  if (batch.messages.length === 0) return 0
  const { dead, needed } = await blocksOf(pool, batch)
  const segments = await resealLiving(parts, runId, dead)
  const gone = await inTransaction(pool, async (client) => {
    const now = new Date(parts.clock.now())
    if (needed.length > 0) await leaveBlocks(client, runId, needed)
    const moves = await insertSegments(client, segments, now)
    const { rows } = await client.query<{ gone: bigint }>(
      'select dispose_items($1, $2, $3, $4, $5, $6, $7, $8) as gone',
      [
        ...[runId, batch.messages, now, moves.block, moves.place, moves.toBlock, moves.toPlace],
        dead.map(({ id }) => id),
      ],
    )
    faultPoint('disposition.before-commit')
    return Number(rows[0]!.gone)
  })
  faultPoint('disposition.committed')
  return gone
}

/** The blocks of the first of these messages: few enough for one transaction. */
async function firstBlocks({ pool }: DispositionParts, looked: readonly bigint[]): Promise<bigint[]> {
  const { lowest, highest } = idBounds(looked)
  const { rows } = await pool.query<{ block_id: bigint }>(
    `select block_id from message where id = any($1) and id between $2 and $3 group by block_id
      order by min(id) limit ${blocksPerBatch}`,
    [looked, lowest, highest],
  )
  return rows.map(({ block_id }) => block_id)
}

async function isAnythingHeld({ pool }: DispositionParts): Promise<boolean> {
  return (await pool.query('select 1 from hold_in_force limit 1')).rowCount === 1
}

export interface Batch {
  /** Messages something of which goes. */
  readonly messages: readonly bigint[]
  /** Those whose every item goes. */
  readonly dying: readonly bigint[]
  /** What lives on of the messages' own records, by block. */
  readonly living: ReadonlyMap<bigint, readonly number[]>
}

/** Everything of the run that waits in these blocks; messages of `looked` that are gone belong to it too. */
async function batchOf(
  { pool }: DispositionParts,
  runId: bigint,
  blockIds: readonly bigint[],
  looked: readonly bigint[],
): Promise<Batch> {
  const { rows } = await pool.query<{ id: bigint; block_id: bigint; place: number; goes: string }>(
    `select m.id, m.block_id, m.place, case when d.items is null then 'nothing' when d.items >= m.item_count then 'all' else 'some' end as goes
       from message as m cross join lateral (
            select nullif(count(*), 0) as items from disposition_item as d
             where d.run_id = $1 and d.message_id = m.id and d.state = 'waiting') as d
      where m.block_id = any($2)`,
    [runId, blockIds],
  )
  const messages: bigint[] = []
  const dying: bigint[] = []
  const living = new Map<bigint, number[]>()
  for (const { id, block_id, goes } of rows) {
    if (goes !== 'nothing') messages.push(id)
    if (goes === 'all') {
      dying.push(id)
      living.set(block_id, [])
    }
  }
  for (const { block_id, place, goes } of rows) if (goes !== 'all') living.get(block_id)?.push(place)
  return { messages: messages.length > 0 ? messages : await goneOf({ pool }, looked), dying, living }
}

/** Nothing is left in the catalogue of these: they are marked as absent. */
async function goneOf(
  { pool }: Pick<DispositionParts, 'pool'>,
  looked: readonly bigint[],
): Promise<bigint[]> {
  const { rows } = await pool.query<{ id: bigint }>(
    `select id from unnest($1::bigint[]) as looked (id)
      where not exists (select from message as m where m.id = looked.id)`,
    [looked],
  )
  return rows.map(({ id }) => id)
}

async function leaveBlocks(client: Client, runId: bigint, blockIds: readonly bigint[]): Promise<void> {
  await client.query(
    'insert into leftover_block (block_id, run_id) select unnest($2::bigint[]), $1 on conflict do nothing',
    [runId, blockIds],
  )
}
