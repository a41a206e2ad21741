/** Which dispositions are final only with the end of a copy in the escrow. Works without the escrow at hand. */
import type { Client } from '../../platform/postgres/index.ts'
import { goneHere } from './sync.ts'

type Querying = Pick<Client, 'query'>

/** In `installation`: the last run whose destroyed keys were looked for. */
const lookedName = 'escrow-looked-up-to-run'

/** Before which runs keys that are destroyed next belong to none: later ones, and those that had to leave blocks. */
export async function runsLookedAt(client: Querying): Promise<bigint> {
  const { rows } = await client.query<{ looked: bigint }>(
    `select least(coalesce((select value::bigint from installation where name = $1), 0),
                  (select min(run_id) - 1 from leftover_block)) as looked`,
    [lookedName],
  )
  return rows[0]!.looked
}

/** Notes for keys in the escrow that are destroyed here which runs wait for them. */
export async function noteGoneKeys(client: Querying, after: bigint): Promise<void> {
  const { rows } = await client.query<{ last: bigint }>(
    `select coalesce(max(id), 0) as last from disposition_run where state = 'done'`,
  )
  const { last } = rows[0]!
  await client.query(
    `update escrow_key as k set gone_after = $1::bigint, gone_by = greatest($1::bigint, $2::bigint) where gone_by is null and ${goneHere}`,
    [after, last],
  )
  await client.query(
    `insert into installation (name, value) values ($1, $2)
     on conflict (name) do update set value = excluded.value`,
    [lookedName, String(last)],
  )
}

/** SQL: true where run `r` waits for no copy. */
export const inNoCopy =
  'not exists (select from escrow_key as e where r.id > e.gone_after and r.id <= e.gone_by)'

export interface EscrowWait {
  /** Copies with a key in them that was destroyed here. */
  readonly copies: number
  /** ISO time when the last of their locks is over; null where none has one. */
  readonly until: string | null
}

export async function escrowWait(client: Querying): Promise<EscrowWait> {
  const { rows } = await client.query<{ copies: bigint; until: Date | null }>(
    `select count(*) as copies, max(locked_until) as until from escrow_copy as c
      where exists (select from escrow_key as k where k.copy_id = c.id and k.gone_by is not null)
         or not exists (select from escrow_key as k where k.copy_id = c.id)`,
  )
  return { copies: Number(rows[0]!.copies), until: rows[0]!.until?.toISOString() ?? null }
}
