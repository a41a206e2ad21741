/** How each registered user stands on each way in: the last message, his own rhythm, what is known to be missing. */
import { sql } from 'kysely'
import type { CoverageParts } from './parts.ts'
import { lastMessages, type UserRow } from './registered-users.ts'
import { captureStatuses, dayMs, type RhythmStatus, rhythmDays, rhythmOf, statusOf } from './rules.ts'

export interface UserOnRoute {
  readonly userId: number
  readonly name: string
  /** The way in; null where nothing of his came by a way in that says so. */
  readonly source: string | null
  readonly status: RhythmStatus
  /** ISO time of the newest captured message. */
  readonly lastAt: string | null
  /** The median pause between his active days, in hours; null while he has no rhythm. */
  readonly usualHours: number | null
  /** Of the last 28 days. */
  readonly activeDays: number
  readonly records: number
  readonly openGaps: number
}

interface Row extends UserRow {
  readonly source: string | null
  readonly last_at: Date | null
  readonly times: Date[] | null
  readonly records: bigint | null
  readonly gaps: bigint | null
}

/** Those who need a look first: silent, never, quiet; then by name. */
const order: readonly RhythmStatus[] = ['silent', 'never', 'quiet', 'new', 'active', 'former']

/** Of everybody who is registered, and of former ones who were captured in the last 28 days. */
export async function usersOnRoutes(
  { queries, clock }: Pick<CoverageParts, 'queries' | 'clock'>,
  accountId: number,
): Promise<UserOnRoute[]> {
  const now = clock.now()
  const since = new Date(now - rhythmDays * dayMs)
  const { rows } = await sql<Row>`
    with active as (
      select site_user_id, source, max(last_captured_at) as last_at,
             array_agg(last_captured_at order by day) filter (where last_captured_at >= ${since}) as times,
             sum(records) filter (where last_captured_at >= ${since})::bigint as records
        from capture_activity where feed_account_id = ${accountId} group by site_user_id, source
    ), missing as (
      select site_user_id, source, count(*) as gaps from gap
       where feed_account_id = ${accountId} and site_user_id is not null and closed_at is null and accepted_at is null
       group by site_user_id, source
    ), known as (
      select site_user_id, source from active union select site_user_id, source from missing
    )
    select registered_user.site_user_id as id, name, mobile, email, wecom_userid, valid_from, valid_to, known.source, last_at, times, records, gaps
      from registered_user
      left join known on known.site_user_id = registered_user.site_user_id
      left join active on active.site_user_id = known.site_user_id and active.source = known.source
      left join missing on missing.site_user_id = known.site_user_id and missing.source = known.source
     where feed_account_id = ${accountId}
       and (valid_to is null or valid_to > ${new Date(now)} or last_at >= ${since})`.execute(queries)
  const ofArchive = await lastMessages(
    queries,
    rows.filter(({ last_at }) => last_at === null),
  )
  return rows
    .map((row) => (row.source === null ? userOfArchive(row, ofArchive.get(row.id), now) : userOf(row, now)))
    .sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status) || a.name.localeCompare(b.name))
}

function userOf(row: Row, now: number): UserOnRoute {
  const times = (row.times ?? []).map((time) => time.getTime())
  const rhythm = rhythmOf(times)
  const isFormer = row.valid_to !== null && row.valid_to.getTime() <= now
  return {
    ...{ userId: row.id, name: row.name, source: row.source },
    status: statusOf({ times, lastAt: row.last_at?.getTime() ?? null, isFormer, now }),
    lastAt: row.last_at?.toISOString() ?? null,
    usualHours: rhythm === null ? null : Math.round(rhythm.usualMs / 3_600_000),
    activeDays: times.length,
    records: Number(row.records ?? 0),
    openGaps: Number(row.gaps ?? 0),
  }
}

/**
 * Some ways in (an archive of the whole firm's) do not say whose device a record is from. Who takes part in what is
 * archived is captured all the same: by the last such message, without a rhythm of his own.
 */
function userOfArchive(row: Row, last: Date | undefined, now: number): UserOnRoute {
  const user = userOf(row, now)
  if (last === undefined || user.status === 'former') return user
  const isRecent = now - last.getTime() <= recentMs
  return { ...user, status: isRecent ? 'active' : 'quiet', lastAt: last.toISOString() }
}

const recentMs = 7 * dayMs

export type UserCounts = Readonly<Record<RhythmStatus, number>>

/** People by how they stand, each once: by the best of their ways in. */
export function countUsers(users: readonly UserOnRoute[]): UserCounts {
  const best: readonly RhythmStatus[] = ['active', 'new', 'quiet', 'silent', 'never', 'former']
  const counts = Object.fromEntries(captureStatuses.map((status) => [status, 0])) as Record<
    RhythmStatus,
    number
  >
  for (const [, ways] of Map.groupBy(users, ({ userId }) => userId)) {
    const status = best.find((one) => ways.some((way) => way.status === one))!
    counts[status] += 1
  }
  return counts
}
