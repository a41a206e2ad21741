/** Runs of disposition: made and filled by whoever decides what may go, done by `dispose`. */
import { AppError } from '../../domain/errors.ts'
import type { Client, Pool } from '../../platform/postgres/index.ts'

export type DispositionState = 'filling' | 'running' | 'done' | 'cancelled'

export interface DispositionRun {
  readonly id: bigint
  readonly reason: 'retention' | 'purge'
  readonly requestedBy: string
  /** ISO times. */
  readonly asOf: string
  readonly state: DispositionState
  readonly createdAt: string
  /** Since then nothing of it is found, read or opened here: the logical date. */
  readonly finishedAt: string | null
  /** Since then also raw files and old backups of the database give nothing of it: the final date. */
  readonly finalAt: string | null
  readonly disposed: number
  /** Items that a hold or retention kept. */
  readonly kept: number
}

export interface NewDispositionRun {
  readonly reason: DispositionRun['reason']
  readonly requestedBy: string
  /** Milliseconds since 1970 UTC: the moment whose retention rules apply. */
  readonly asOf: number
}

/**
 * A run to be filled: insert what may go into `disposition_item` (run_id, message_id, mailbox_id, basis, approvers) in
 * one statement, in the same transaction, and hand its id to `dispose`.
 */
export async function createDispositionRun(
  client: Pick<Client, 'query'>,
  { reason, requestedBy, asOf }: NewDispositionRun,
): Promise<bigint> {
  const { rows } = await client.query<{ id: bigint }>(
    'insert into disposition_run (reason, requested_by, as_of) values ($1, $2, $3) returning id',
    [reason, requestedBy, new Date(asOf)],
  )
  return rows[0]!.id
}

/** Throws `disposition-not-found`. */
export async function dispositionRun(pool: Pick<Pool, 'query'>, id: bigint): Promise<DispositionRun> {
  const [run] = await select(pool, 'where id = $1', [id])
  if (!run) throw new AppError('disposition-not-found', `There is no disposition run ${id}.`)
  return run
}

/** Latest first. */
export function listDispositionRuns(pool: Pick<Pool, 'query'>, limit = 100): Promise<DispositionRun[]> {
  return select(pool, 'order by id desc limit $1', [limit])
}

/** Runs that were filled or begun and then cut off, oldest first: `dispose` goes on where they stopped. */
export async function unfinishedDispositions(pool: Pick<Pool, 'query'>): Promise<bigint[]> {
  return (await select(pool, `where state in ('filling', 'running') order by id`, [])).map(({ id }) => id)
}

interface RunRow {
  readonly id: bigint
  readonly reason: DispositionRun['reason']
  readonly requested_by: string
  readonly as_of: Date
  readonly state: DispositionState
  readonly created_at: Date
  readonly finished_at: Date | null
  readonly final_at: Date | null
  readonly disposed: bigint
  readonly kept: bigint
}

async function select(
  pool: Pick<Pool, 'query'>,
  which: string,
  values: readonly unknown[],
): Promise<DispositionRun[]> {
  const { rows } = await pool.query<RunRow>(`select * from disposition_run ${which}`, [...values])
  return rows.map((row) => ({
    id: row.id,
    reason: row.reason,
    requestedBy: row.requested_by,
    asOf: row.as_of.toISOString(),
    state: row.state,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    finalAt: row.final_at?.toISOString() ?? null,
    disposed: Number(row.disposed),
    kept: Number(row.kept),
  }))
}
