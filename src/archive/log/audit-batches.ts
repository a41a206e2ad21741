/**
 * Audit records in the integrity log: each leaf counts the records of a range of ids and commits to their hashes, so
 * that a record that is changed, added or cut off afterwards shows.
 */
import { faultPoint } from '../../platform/faults.ts'
import type { Client, Queries } from '../../platform/postgres/index.ts'
import { noteLogEntries } from './note.ts'

const recordsPerBatch = 10_000

/** Counts the records since the last batch, if there are any, in the caller's transaction. */
export async function noteAuditBatch(client: Client, at: Date): Promise<void> {
  const range = await settledRange(client, at)
  if (range === null) return
  const { rows } = await client.query<{ records: bigint; sha256: Buffer }>(
    `select count(*) as records, sha256(string_agg(audit_event_hash(audit_event), ''::bytea order by id)) as sha256
       from audit_event where id between $1 and $2`,
    [range.first, range.last],
  )
  const { records, sha256 } = rows[0]!
  await client.query(
    'insert into log_audit_batch (last_id, first_id, records, sha256) values ($1, $2, $3, $4)',
    [range.last, range.first, records, sha256],
  )
  faultPoint('log.audit-counted')
  const facts = {
    from: Number(range.first),
    to: Number(range.last),
    records: Number(records),
    sha256: sha256.toString('hex'),
  }
  await noteLogEntries(client, [{ at: at.getTime(), kind: 'audit', facts }])
}

/** Milliseconds for a transaction that has taken an id to have begun to write. */
const settleMs = 5_000
const gapName = 'log-audit-gap'

interface Gap {
  readonly id: string
  /** The first transaction that was not begun when the gap was seen. */
  readonly before: string
  readonly at: number
}

/**
 * The next records that nobody can write between any more: ids are taken before the commit, so an id that is missing
 * may still come. It cannot once every transaction that was under way when it was first missed has ended.
 */
async function settledRange(client: Client, at: Date): Promise<{ first: bigint; last: bigint } | null> {
  const { rows } = await client.query<{ id: bigint }>(
    `select id from audit_event where id > (select coalesce(max(last_id), 0) from log_audit_batch)
      order by id limit ${recordsPerBatch}`,
  )
  if (rows.length === 0) return null
  const { rows: counted } = await client.query<{ last: bigint }>(
    'select coalesce(max(last_id), 0) as last from log_audit_batch',
  )
  let expected = counted[0]!.last + 1n
  let last: bigint | null = null
  for (const { id } of rows) {
    if (id !== expected && !(await isOver(client, expected, at))) break
    last = id
    expected = id + 1n
  }
  return last === null ? null : { first: rows[0]!.id, last }
}

/** Whether the missing id is missing for good; notes it when it is first missed. */
async function isOver(client: Client, id: bigint, at: Date): Promise<boolean> {
  const { rows } = await client.query<{ value: string | null; oldest: string; next: string }>(
    `select (select value from installation where name = $1) as value,
            pg_snapshot_xmin(pg_current_snapshot())::text as oldest, pg_snapshot_xmax(pg_current_snapshot())::text as next`,
    [gapName],
  )
  const { value, oldest, next } = rows[0]!
  const gap = value === null ? null : (JSON.parse(value) as Gap)
  if (gap?.id === String(id)) return BigInt(oldest) >= BigInt(gap.before) && at.getTime() - gap.at >= settleMs
  const seen: Gap = { id: String(id), before: next, at: at.getTime() }
  await client.query(
    'insert into installation (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
    [gapName, JSON.stringify(seen)],
  )
  return false
}

/** The id of the last audit record that the integrity log has counted; 0 while it has counted none. */
export async function lastLoggedAuditId(queries: Queries): Promise<bigint> {
  const { last } = await queries
    .selectFrom('log_audit_batch')
    .select(({ fn }) => fn.max<bigint | null>('last_id').as('last'))
    .executeTakeFirstOrThrow()
  return last ?? 0n
}
