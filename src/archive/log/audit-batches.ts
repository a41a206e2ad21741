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
const horizonName = 'log-audit-horizon'

/** Up to which record nobody writes any more once every transaction that was under way when it was noted has ended. */
interface Horizon {
  /** The highest id that was written by then. */
  readonly through: string
  /** The first transaction that was not begun then. */
  readonly before: string
  readonly at: number
}

/**
 * The next records that nobody can write between any more: ids are taken before the commit, so ids that are missing may
 * still come, until the horizon beyond them has settled.
 */
async function settledRange(client: Client, at: Date): Promise<{ first: bigint; last: bigint } | null> {
  const { rows: counted } = await client.query<{ last: bigint }>(
    'select coalesce(max(last_id), 0) as last from log_audit_batch',
  )
  let { last } = counted[0]!
  // Before the records are read: what was still under way then may be missing among them.
  const horizon = await notedHorizon(client)
  const settled = horizon !== null && (await isSettled(client, horizon, at)) ? BigInt(horizon.through) : last
  const { rows } = await client.query<{ id: bigint }>(
    `select id from audit_event where id > $1 order by id limit ${recordsPerBatch}`,
    [last],
  )
  if (rows.length === 0) return null
  const first = rows[0]!.id
  for (const { id } of rows) {
    if (id !== last + 1n && id > settled) {
      if (horizon === null || BigInt(horizon.through) <= last) await noteHorizon(client, at)
      break
    }
    last = id
  }
  return last < first ? null : { first, last }
}

async function notedHorizon(client: Client): Promise<Horizon | null> {
  const { rows } = await client.query<{ value: string }>('select value from installation where name = $1', [
    horizonName,
  ])
  return rows[0] ? (JSON.parse(rows[0].value) as Horizon) : null
}

async function isSettled(client: Client, { before, at: notedAt }: Horizon, at: Date): Promise<boolean> {
  const { rows } = await client.query<{ oldest: string }>(
    'select pg_snapshot_xmin(pg_current_snapshot())::text as oldest',
  )
  return BigInt(rows[0]!.oldest) >= BigInt(before) && at.getTime() - notedAt >= settleMs
}

async function noteHorizon(client: Client, at: Date): Promise<void> {
  const { rows } = await client.query<{ through: bigint; before: string }>(
    `select max(id) as through, pg_snapshot_xmax(pg_current_snapshot())::text as before from audit_event`,
  )
  const { through, before } = rows[0]!
  const horizon: Horizon = { through: String(through), before, at: at.getTime() }
  await client.query(
    'insert into installation (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
    [horizonName, JSON.stringify(horizon)],
  )
}

/** The id of the last audit record that the integrity log has counted; 0 while it has counted none. */
export async function lastLoggedAuditId(queries: Queries): Promise<bigint> {
  const { last } = await queries
    .selectFrom('log_audit_batch')
    .select(({ fn }) => fn.max<bigint | null>('last_id').as('last'))
    .executeTakeFirstOrThrow()
  return last ?? 0n
}
