/** Proof of disposition: what went, when, by which rule, who approved. Kept with the archive, without an end. */
import { itemIdOf } from '../../archive/index.ts'
import type { Pool } from '../../platform/postgres/index.ts'

export interface DisposedItem {
  readonly run: string
  readonly item: string
  readonly mailbox: string
  readonly state: 'disposed' | 'kept-by-hold' | 'kept-by-retention' | 'absent' | 'waiting'
  readonly disposedAt: string | null
  /** When no byte of it is left in any file of ours either; null: "holdfast compact" was not run since. */
  readonly finalAt: string | null
  /** Names of the label or policy, or `purge`. */
  readonly basis: string
  readonly approvers: readonly string[]
  /** Its entry in the integrity log. */
  readonly leaf: string | null
}

export interface DisposedFilter {
  readonly run?: bigint | undefined
  /** ISO times of disposal. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly limit: number
}

/** The latest first. */
export async function listDisposed(db: Pick<Pool, 'query'>, filter: DisposedFilter): Promise<DisposedItem[]> {
  const { rows } = await db.query<{
    run_id: bigint
    message_id: bigint
    mailbox_id: number
    mailbox: string
    state: DisposedItem['state']
    disposed_at: Date | null
    final_at: Date | null
    basis: string
    approvers: string[]
    leaf: bigint | null
  }>(
    `select run_id, item.message_id, item.mailbox_id, coalesce(mailbox.address, '') as mailbox, item.state, disposed_at, final_at,
            coalesce(label.name, policy.name, case when item.basis ? 'purged' then 'purge' else '' end) as basis, approvers, leaf
       from disposition_item as item join disposition_run as run on run.id = run_id
       left join mailbox on mailbox.id = item.mailbox_id
       left join retention_label as label on label.id = (item.basis ->> 'label')::int
       left join retention_policy as policy on policy.id = (item.basis ->> 'policy')::int
       left join log_disposal using (message_id, mailbox_id)
      where ($1::bigint is null or run_id = $1) and ($2::timestamptz is null or disposed_at >= $2)
        and ($3::timestamptz is null or disposed_at < $3) and ($1::bigint is not null or item.state = 'disposed')
      order by disposed_at desc nulls last, item.message_id limit $4`,
    [filter.run ?? null, filter.from ?? null, filter.to ?? null, filter.limit],
  )
  return rows.map((row) => ({
    run: String(row.run_id),
    item: itemIdOf(row.message_id, row.mailbox_id),
    mailbox: row.mailbox,
    state: row.state,
    disposedAt: row.disposed_at?.toISOString() ?? null,
    finalAt: row.final_at?.toISOString() ?? null,
    basis: row.basis,
    approvers: row.approvers,
    leaf: row.leaf === null ? null : String(row.leaf),
  }))
}
