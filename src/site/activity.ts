/** How much each registered user's devices brought, by way in and day: what silence is told from. */
import { sql } from 'kysely'
import type { Queries } from '../platform/postgres/index.ts'
import type { CapturedRecord } from '../sources/source.ts'
import { type GapScope, isIdentityOf } from './gaps.ts'
import type { SiteParts } from './parts.ts'

/** Counts new records by their custodian. Records without one, or of somebody who is not registered, count for nobody. */
export async function noteActivity(
  { clock }: SiteParts,
  transaction: Queries,
  { account, source, users }: GapScope,
  fresh: readonly CapturedRecord[],
): Promise<void> {
  const byCustodian = Map.groupBy(fresh, ({ custodian }) => custodian)
  const counted = [...byCustodian].flatMap(([custodian, records]) => {
    const user = users.find((candidate) => isIdentityOf(candidate, custodian))
    return user ? [{ id: user.id, records: records.length }] : []
  })
  if (counted.length === 0) return
  const now = new Date(clock.now())
  await sql`
    insert into site_activity (account_id, registered_user_id, source, day, records, last_captured_at)
    select ${account.id}, user_id, ${source}, (${now}::timestamptz at time zone 'UTC')::date, sum(records), ${now}
      from unnest(${counted.map(({ id }) => id)}::int[], ${counted.map(({ records }) => records)}::bigint[])
        as counted (user_id, records)
     group by user_id
    on conflict (account_id, registered_user_id, source, day) do update
      set records = site_activity.records + excluded.records, last_captured_at = excluded.last_captured_at`.execute(
    transaction,
  )
}
