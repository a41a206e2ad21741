/** Runs of retention that were, and when the schedule runs the next one. */
import { type DispositionRun, dispositionRun } from '../../archive/disposition/index.ts'
import type { Pool } from '../../platform/postgres/index.ts'
import type { BasisKind, DisposedState } from './certificate.ts'

const dayMs = 24 * 60 * 60_000

/** From when on a worker runs retention again (ms since 1970 UTC); null: as soon as one is there. */
export async function nextRetentionRun(db: Pick<Pool, 'query'>): Promise<number | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    `select max(at) as at from audit_event where operation = 'run-retention' and actor = 'schedule'`,
  )
  const last = rows[0]?.at
  return last ? last.getTime() + dayMs : null
}

/** What the last run of retention found; what is held is no part of a run, but counted here. */
export interface LastRetentionRun {
  readonly at: string
  readonly due: number
  readonly inReview: number
  readonly disposed: number
  readonly kept: number
}

/** Null: none yet, or its audit record has expired. */
export async function lastRetentionRun(db: Pick<Pool, 'query'>): Promise<LastRetentionRun | null> {
  const { rows } = await db.query<{ at: Date; details: Omit<LastRetentionRun, 'at'> }>(
    `select at, details from audit_event where operation = 'run-retention' order by at desc, id desc limit 1`,
  )
  if (!rows[0]) return null
  const { due, inReview, disposed, kept } = rows[0].details
  return { at: rows[0].at.toISOString(), due, inReview, disposed, kept }
}

/** What became of the items of a run, by the rule they were due by. */
export interface RunOutcome {
  readonly state: DisposedState
  readonly basisKind: BasisKind
  /** Name of the label or policy, or `purge`. */
  readonly basis: string
  readonly items: number
}

/** Throws `disposition-not-found`. */
export async function readRetentionRun(
  db: Pick<Pool, 'query'>,
  id: bigint,
): Promise<DispositionRun & { readonly outcomes: readonly RunOutcome[] }> {
  const run = await dispositionRun(db, id)
  const { rows } = await db.query<RunOutcome>(
    `select counted.state, case when label.id is not null then 'label' when policy.id is not null then 'policy' else 'purge' end as "basisKind",
            coalesce(label.name, policy.name, 'purge') as basis, sum(items)::int as items
       from (select state, (basis ->> 'label')::int as label_id, (basis ->> 'policy')::int as policy_id, count(*) as items
               from disposition_item where run_id = $1 group by 1, 2, 3) as counted
       left join retention_label as label on label.id = label_id
       left join retention_policy as policy on policy.id = policy_id
      group by 1, 2, 3 order by 1, 2, 3`,
    [id],
  )
  return { ...run, outcomes: rows }
}
