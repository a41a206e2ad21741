/** The way of each day's messages, from what the site expected to what the index finds: each number from its own place. */
import { sql } from 'kysely'
import type { CoverageParts } from './parts.ts'
import { type DayCounts, type DayState, dayMs, dayStateOf } from './rules.ts'

export interface CoverageDay extends DayCounts {
  /** `2026-03-20`, UTC, of capture. */
  readonly day: string
  readonly state: DayState
}

interface CountedRow extends Record<Exclude<keyof DayCounts, never>, bigint> {
  readonly day: string
}

/** The days from the first to the last (both ISO dates, at most a hundred), oldest first. */
export async function coverageDays(
  { queries, clock }: Pick<CoverageParts, 'queries' | 'clock'>,
  accountId: number,
  first: string,
  last: string,
): Promise<CoverageDay[]> {
  const from = sql`(${first}::date at time zone 'UTC')`
  const to = sql`((${last}::date + 1) at time zone 'UTC')`
  const dayOf = (time: string) => sql`(${sql.ref(time)} at time zone 'UTC')::date`
  const { rows } = await sql<CountedRow>`
    with shown as (
      select generate_series(${first}::date, ${last}::date, interval '1 day')::date as day
    ), told as (
      select day, sum(captured)::bigint as captured, sum(transferred)::bigint as transferred,
             max(last_sequence) - min(first_sequence) + 1 as allotted
        from capture_day where feed_account_id = ${accountId} and day between ${first}::date and ${last}::date
       group by day
    ), missing as (
      select ${dayOf('found_at')} as day, count(*) as gaps
        from gap where feed_account_id = ${accountId} and closed_at is null and found_at >= ${from} and found_at < ${to}
       group by 1
    ), held as (
      select ${dayOf('captured_at')} as day, sequence, id as message_id, words <> ''::tsvector as worded
        from message where feed_account_id = ${accountId} and captured_at >= ${from} and captured_at < ${to}
      union all
      select ${dayOf('observation.captured_at')}, observation.sequence, message_id, words <> ''::tsvector
        from observation join message on message.id = message_id
       where observation.feed_account_id = ${accountId}
         and observation.captured_at >= ${from} and observation.captured_at < ${to}
    ), imported as (
      select day, count(*) as imported,
             count(*) filter (where worded and exists (
               select from item where item.message_id = held.message_id)) as indexed
        from held group by day
    ), refused as (
      select ${dayOf('captured_at')} as day, count(distinct sequence) as refused
        from import_exception join connector on connector.id = connector_id
       where feed_account_id = ${accountId} and resolved_at is null and captured_at >= ${from} and captured_at < ${to}
         and not exists (select from held where held.sequence = import_exception.sequence)
       group by 1
    )
    select to_char(shown.day, 'YYYY-MM-DD') as day, (coalesce(allotted, 0) + coalesce(gaps, 0))::bigint as expected,
           coalesce(captured, 0)::bigint as captured, coalesce(transferred, 0)::bigint as transferred,
           coalesce(imported, 0)::bigint as imported, coalesce(indexed, 0)::bigint as indexed,
           coalesce(refused, 0)::bigint as "notImported"
      from shown left join told using (day) left join missing using (day) left join imported using (day)
           left join refused using (day)
     order by shown.day`.execute(queries)
  const today = isoDay(clock.now())
  return rows.map((row) => dayOfRow(row, today))
}

function dayOfRow({ day, ...row }: CountedRow, today: string): CoverageDay {
  const counts: DayCounts = {
    expected: Number(row.expected),
    captured: Number(row.captured),
    transferred: Number(row.transferred),
    imported: Number(row.imported),
    indexed: Number(row.indexed),
    notImported: Number(row.notImported),
  }
  const ageDays = Math.round((Date.parse(today) - Date.parse(day)) / dayMs)
  return { day, ...counts, state: dayStateOf(counts, ageDays) }
}

/** The day in UTC of a time in milliseconds since 1970. */
export function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
