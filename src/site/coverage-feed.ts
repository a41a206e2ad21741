/** What the centre learns of coverage: the gap ledger, who was captured how much, what the journal holds, how routes fare. */
import { sql } from 'kysely'
import type { z } from 'zod'
import {
  type ActivityAnswer,
  type activityQuery,
  type ChannelFamily,
  type FeedGap,
  familyCode,
  type gapsQuery,
} from '../domain/feed/contract.ts'
import type { SiteAccount } from './accounts.ts'
import { personalReports } from './activation/index.ts'
import type { SiteParts } from './parts.ts'

type GapsQuery = z.infer<typeof gapsQuery>
type ActivityQuery = z.infer<typeof activityQuery>

/** Gaps by id. Sentences stay as they are: sealed to the account. */
export async function readGaps(
  { database }: SiteParts,
  account: SiteAccount,
  { after, limit, closedSince }: GapsQuery,
): Promise<{ gaps: FeedGap[] }> {
  let gaps = database
    .selectFrom('site_gap')
    .leftJoin('site_route', 'site_route.id', 'site_gap.route_id')
    .selectAll('site_gap')
    .select('site_route.name as route')
    .where('site_gap.account_id', '=', account.id)
    .where('site_gap.id', '>', BigInt(after))
  if (closedSince !== undefined) gaps = gaps.where('closed_at', '>=', new Date(closedSince))
  const rows = await gaps.orderBy('site_gap.id').limit(limit).execute()
  return {
    gaps: rows.map((row) => ({
      ...{ id: Number(row.id), source: row.source, route: row.route, reason: row.reason },
      userId: row.registered_user_id,
      foundAt: row.found_at.toISOString(),
      sealedExplanation: row.sealed_explanation.toString('base64'),
      closedAt: row.closed_at?.toISOString() ?? null,
      sealedClosing: row.sealed_closing?.toString('base64') ?? null,
    })),
  }
}

/** A page of activity after a place; the first one also says what the journal holds and how the routes fare. */
export async function readActivity(
  parts: SiteParts,
  account: SiteAccount,
  query: ActivityQuery,
): Promise<ActivityAnswer> {
  const { rows } = await sql<ActivityAnswer['activity'][number]>`
    select registered_user_id as "userId", source, to_char(day, 'YYYY-MM-DD') as day, records::int8::text as records,
           last_captured_at as "lastCapturedAt"
      from site_activity
     where account_id = ${account.id} and day >= ${query.since}::date and ${laterThan(query.after)}
     order by site_activity.day, registered_user_id, source limit ${query.limit}`.execute(parts.database)
  const last = rows.at(-1)
  const isFirst = query.after === undefined
  return {
    activity: rows.map((row) => ({
      ...row,
      records: Number(row.records),
      lastCapturedAt: new Date(row.lastCapturedAt).toISOString(),
    })),
    next: last && rows.length === query.limit ? `${last.day}/${last.userId}/${last.source}` : null,
    days: isFirst ? await readDays(parts, account, query) : [],
    routes: isFirst ? await readRoutes(parts, account) : [],
    ...(isFirst ? { personal: await personalReports(parts, account) } : {}),
  }
}

function laterThan(after: string | undefined) {
  const place = /^(.{10})\/(\d+)\/(.+)$/.exec(after ?? '')
  if (!place) return sql`true`
  return sql`(site_activity.day, registered_user_id, source) > (${place[1]}::date, ${Number(place[2])}::int, ${place[3]})`
}

async function readDays(
  { database }: SiteParts,
  { id }: SiteAccount,
  { since, whatsapp, wechat }: ActivityQuery,
): Promise<ActivityAnswer['days']> {
  const { rows } = await sql<
    Record<'first' | 'last' | 'records' | 'transferred', bigint> & { day: string; family: number }
  >`
    select to_char(captured_at at time zone 'UTC', 'YYYY-MM-DD') as day, family, min(first_sequence) as first,
           max(last_sequence) as last, sum(records)::bigint as records,
           coalesce(sum(records) filter (where last_sequence <=
             case family when ${familyCode.whatsapp} then ${whatsapp}::bigint else ${wechat}::bigint end), 0)::bigint as transferred
      from site_block where account_id = ${id} and captured_at >= (${since}::date at time zone 'UTC')
     group by 1, 2 order by 1, 2`.execute(database)
  return rows.map((row) => ({
    ...{ day: row.day, family: familyOfCode(row.family) },
    firstSequence: Number(row.first),
    lastSequence: Number(row.last),
    records: Number(row.records),
    transferred: Number(row.transferred),
  }))
}

function familyOfCode(code: number): ChannelFamily {
  return code === familyCode.whatsapp ? 'whatsapp' : 'wechat'
}

async function readRoutes({ database }: SiteParts, account: SiteAccount): Promise<ActivityAnswer['routes']> {
  const rows = await database
    .selectFrom('site_route')
    .leftJoin('site_kept_body', 'site_kept_body.route_id', 'site_route.id')
    .select(({ fn }) => [
      ...(['site_route.id', 'site_route.source', 'site_route.name', 'site_route.enabled'] as const),
      ...(['site_route.last_received_at', 'site_route.last_pulled_at'] as const),
      ...(['site_route.problem_code', 'problem_message', 'problem_since'] as const),
      fn.count<bigint>('site_kept_body.id').as('waiting'),
      fn.min('site_kept_body.received_at').as('oldest'),
    ])
    .where('account_id', '=', account.id)
    .where('removed_at', 'is', null)
    .groupBy('site_route.id')
    .orderBy('site_route.id')
    .execute()
  return rows.map((row) => ({
    ...{ id: row.id, source: row.source, name: row.name, enabled: row.enabled },
    lastReceivedAt: row.last_received_at?.toISOString() ?? null,
    lastPulledAt: row.last_pulled_at?.toISOString() ?? null,
    waitingBodies: Number(row.waiting),
    oldestWaitingAt: row.oldest === null ? null : new Date(row.oldest).toISOString(),
    problem:
      row.problem_code === null
        ? null
        : {
            code: row.problem_code,
            message: row.problem_message ?? '',
            since: row.problem_since!.toISOString(),
          },
  }))
}
