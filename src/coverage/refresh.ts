/** Takes over what an account's site tells of coverage: its gaps, its activity, its days, its routes. */
import { sql } from 'kysely'
import { flagReported } from '../archive/index.ts'
import { type ConnectorParts, openFeed, storeRegisteredUsers } from '../connector/index.ts'
import { isAppError } from '../domain/errors.ts'
import { type ActivityAnswer, type FeedGap, familyCode } from '../domain/feed/contract.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { CoveredAccount } from './accounts.ts'
import { dayMs } from './rules.ts'

const gapsPerPage = 1_000
const activityPerPage = 5_000
/** Bounds each reading: ten million gaps, or as much activity. */
const pagesMax = 10_000
/** Days that are told again each time: later ones change nothing that is counted still. */
const daysTold = 35
/** A closing may be committed a little after the time it carries. */
const closingOverlapMs = 60 * 60_000

type Feed = Awaited<ReturnType<typeof openFeed>>

/**
 * Brings the centre's ledger in step with the site. Throws what the feed throws, noted with the account; what had come
 * by then stays.
 */
export async function refreshCoverage(parts: ConnectorParts, account: CoveredAccount): Promise<void> {
  const now = new Date(parts.clock.now())
  try {
    const feed = await openFeed(parts, account.connectors[0]!, { retries: 1 })
    await noteSigner(parts.queries, account, await feed.signIn())
    await storeRegisteredUsers(parts.queries, account.connectors[0]!, await feed.registeredUsers())
    await takeGaps(parts.queries, account, feed)
    await takeActivity(parts, account, feed, now)
  } catch (error) {
    await noteTold(parts.queries, account, now, error)
    throw error
  }
  await noteTold(parts.queries, account, now, null)
}

/** All accounts, one after the other; answers those whose site could not be asked. */
export async function refreshAll(
  parts: ConnectorParts,
  accounts: readonly CoveredAccount[],
  signal?: AbortSignal,
): Promise<{ failed: { account: CoveredAccount; error: unknown }[] }> {
  const failed: { account: CoveredAccount; error: unknown }[] = []
  for (const account of accounts) {
    if (signal?.aborted) break
    await refreshCoverage(parts, account).catch((error: unknown) => failed.push({ account, error }))
  }
  return { failed }
}

/** Of connectors that have never run: what opens the sentences of gaps. */
async function noteSigner(
  queries: Queries,
  { id }: CoveredAccount,
  { account, publicKey }: { readonly account: string; readonly publicKey: string },
): Promise<void> {
  await queries
    .updateTable('feed_account')
    .set({ account, public_key: Buffer.from(publicKey, 'base64') })
    .where('id', '=', id)
    .where('account', 'is', null)
    .execute()
}

async function noteTold(queries: Queries, { id }: CoveredAccount, now: Date, error: unknown): Promise<void> {
  const problem =
    error === null
      ? { problem_code: null, problem_message: null }
      : {
          problem_code: isAppError(error) ? error.code : 'internal',
          problem_message: isAppError(error)
            ? error.message
            : 'The site could not be asked for a reason that was not foreseen; the log says more.',
        }
  await queries
    .insertInto('coverage_account')
    .values({
      ...{ feed_account_id: id, ...problem },
      ...(error === null ? { told_at: now } : { problem_since: now }),
    })
    .onConflict((conflict) =>
      conflict.column('feed_account_id').doUpdateSet(({ ref, fn, val }) => ({
        ...problem,
        ...(error === null
          ? { told_at: now, problem_since: null }
          : { problem_since: fn.coalesce(ref('coverage_account.problem_since'), val(now)) }),
      })),
    )
    .execute()
}

async function takeGaps(queries: Queries, account: CoveredAccount, feed: Feed): Promise<void> {
  const newest = await queries
    .selectFrom('gap')
    .select(({ fn }) => fn.max('site_gap_id').as('id'))
    .where('feed_account_id', '=', account.id)
    .executeTakeFirst()
  await takePages(queries, account, Number(newest?.id ?? 0), (after) =>
    feed.gaps({ after, limit: gapsPerPage }),
  )
  if (account.toldAt === null) return
  const closedSince = new Date(Date.parse(account.toldAt) - closingOverlapMs).toISOString()
  await takePages(queries, account, 0, (after) => feed.gaps({ after, limit: gapsPerPage, closedSince }))
}

async function takePages(
  queries: Queries,
  { id }: CoveredAccount,
  from: number,
  read: (after: number) => Promise<FeedGap[]>,
): Promise<void> {
  for (let after = from, page = 0; page < pagesMax; page += 1) {
    const gaps = await read(after)
    if (gaps.length > 0) await storeGaps(queries, id, gaps)
    if (gaps.length < gapsPerPage) return
    after = gaps.at(-1)!.id
  }
}

/** What is closed never opens again, and what was accepted stays so. */
async function storeGaps(queries: Queries, accountId: number, gaps: readonly FeedGap[]): Promise<void> {
  await queries
    .insertInto('gap')
    .values(
      gaps.map((gap) => ({
        ...{ feed_account_id: accountId, site_gap_id: BigInt(gap.id) },
        ...{ source: gap.source, route: gap.route, reason: gap.reason, site_user_id: gap.userId },
        found_at: new Date(gap.foundAt),
        sealed_explanation: Buffer.from(gap.sealedExplanation, 'base64'),
        closed_at: gap.closedAt === null ? null : new Date(gap.closedAt),
        sealed_closing: gap.sealedClosing === null ? null : Buffer.from(gap.sealedClosing, 'base64'),
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['feed_account_id', 'site_gap_id'])
        .doUpdateSet(({ ref }) => ({
          closed_at: ref('excluded.closed_at'),
          sealed_closing: ref('excluded.sealed_closing'),
        }))
        .where('gap.closed_at', 'is', null),
    )
    .execute()
}

async function takeActivity(
  { queries, pool }: ConnectorParts,
  account: CoveredAccount,
  feed: Feed,
  now: Date,
): Promise<void> {
  const since = new Date(now.getTime() - daysTold * dayMs).toISOString().slice(0, 10)
  const cursors = Object.fromEntries(
    account.connectors.map(({ type, stagedSequence }) => [type, stagedSequence]),
  )
  for (let after: string | null = null, page = 0; page < pagesMax; page += 1) {
    const answer: ActivityAnswer = await feed.activity({
      ...{ since, limit: activityPerPage, ...cursors },
      ...(after === null ? {} : { after }),
    })
    await queries.transaction().execute(async (transaction) => {
      await storeActivity(transaction, account.id, answer.activity)
      if (after !== null) return
      await storeDays(transaction, account.id, answer.days)
      await storeRoutes(transaction, account.id, answer.routes)
    })
    if (after === null) await flagReported(pool, account.id, answer.personal ?? [], now)
    if (answer.next === null) return
    after = answer.next
  }
}

async function storeActivity(
  queries: Queries,
  id: number,
  activity: ActivityAnswer['activity'],
): Promise<void> {
  await sql`
    insert into capture_activity (feed_account_id, site_user_id, source, day, records, last_captured_at)
    select ${id}, * from unnest(${activity.map((one) => one.userId)}::int[], ${activity.map((one) => one.source)}::text[],
      ${activity.map((one) => one.day)}::date[], ${activity.map((one) => one.records)}::bigint[],
      ${activity.map((one) => one.lastCapturedAt)}::timestamptz[])
    on conflict (feed_account_id, site_user_id, source, day) do update
      set records = excluded.records, last_captured_at = excluded.last_captured_at`.execute(queries)
}

async function storeDays(queries: Queries, id: number, days: ActivityAnswer['days']): Promise<void> {
  await sql`
    insert into capture_day (feed_account_id, day, family, first_sequence, last_sequence, captured, transferred)
    select ${id}, * from unnest(${days.map((one) => one.day)}::date[],
      ${days.map((one) => familyCode[one.family])}::smallint[], ${days.map((one) => one.firstSequence)}::bigint[],
      ${days.map((one) => one.lastSequence)}::bigint[], ${days.map((one) => one.records)}::bigint[],
      ${days.map((one) => one.transferred)}::bigint[])
    on conflict (feed_account_id, day, family) do update
      set first_sequence = excluded.first_sequence, last_sequence = excluded.last_sequence,
          captured = excluded.captured, transferred = excluded.transferred`.execute(queries)
}

/** Routes that the site no longer tells of were removed there. */
async function storeRoutes(queries: Queries, id: number, routes: ActivityAnswer['routes']): Promise<void> {
  for (const route of routes) {
    const values = {
      ...{ source: route.source, name: route.name, enabled: route.enabled },
      last_received_at: dateOf(route.lastReceivedAt),
      last_pulled_at: dateOf(route.lastPulledAt),
      waiting_bodies: BigInt(route.waitingBodies),
      oldest_waiting_at: dateOf(route.oldestWaitingAt),
      problem_code: route.problem?.code ?? null,
      problem_message: route.problem?.message ?? null,
      problem_since: dateOf(route.problem?.since ?? null),
    }
    await queries
      .insertInto('capture_route')
      .values({ feed_account_id: id, site_route_id: route.id, ...values })
      .onConflict((conflict) => conflict.columns(['feed_account_id', 'site_route_id']).doUpdateSet(values))
      .execute()
  }
  await sql`
    delete from capture_route
     where feed_account_id = ${id} and site_route_id <> all (${routes.map((route) => route.id)}::int[])`.execute(
    queries,
  )
}

function dateOf(iso: string | null): Date | null {
  return iso === null ? null : new Date(iso)
}
