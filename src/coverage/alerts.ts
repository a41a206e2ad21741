/** What of coverage somebody is told: found anew each time, noted when it begins and when it has ended. */
import { sql } from 'kysely'
import type { Queries } from '../platform/postgres/index.ts'
import type { CoveredAccount } from './accounts.ts'
import { readAlertSettings } from './alert-settings.ts'
import { coverageDays, isoDay } from './days.ts'
import type { CoverageParts } from './parts.ts'
import { usersOnRoutes } from './people.ts'
import { routesOf } from './routes.ts'
import { alertingReasons, dayMs } from './rules.ts'

export const alertKinds = ['silence', 'gap', 'route', 'lag', 'site', 'heartbeat'] as const
/**
 * `silence`: a person on a way in; `gap`: open gaps of a grave reason; `route`: a way in that fails; `lag`: what was
 * captured is not in the journal, or not in the archive, in time; `site`: the site does not tell; `heartbeat`: a probe's
 * message was not found.
 */
export type AlertKind = (typeof alertKinds)[number]

export interface Alert {
  readonly id: string
  readonly kind: AlertKind
  /** What it is of, in ids and codes. */
  readonly subject: string
  readonly facts: Readonly<Record<string, string | number>>
  /** ISO times. */
  readonly beganAt: string
  readonly endedAt: string | null
}

type Found = Pick<Alert, 'kind' | 'subject' | 'facts'>
type ReadingParts = Pick<CoverageParts, 'queries' | 'clock'>

const hourMs = 3_600_000
/** A route that fails for so long, a site that has not told for so long, a probe not found for so long. */
const patienceMs = { route: 10 * 60_000, site: hourMs, heartbeat: hourMs } as const
/** Days whose messages should be in the archive by now are looked at so far back. */
const daysLookedAt = 7

/** Finds what is the matter with the account now, notes what began and what has ended; answers what is open. */
export async function keepAlerts(parts: ReadingParts, account: CoveredAccount): Promise<Alert[]> {
  const found = await findAlerts(parts, account)
  const { webhook, emailAddresses } = await readAlertSettings(parts.queries)
  const ways = [
    ...(webhook === null ? [] : (['webhook'] as const)),
    ...(emailAddresses.length === 0 ? [] : (['email'] as const)),
  ]
  const now = new Date(parts.clock.now())
  await parts.queries.transaction().execute(async (transaction) => {
    await endOthers(transaction, account.id, found, now)
    for (const one of found) {
      const id = await beginAlert(transaction, account.id, one, now)
      if (id === null || ways.length === 0) continue
      const notices = ways.map((way) => ({ alert_id: id, way, next_attempt_at: now }))
      await transaction.insertInto('coverage_notice').values(notices).execute()
    }
  })
  return listAlerts(parts, account.id, { open: true })
}

/** Null where it is known. Facts of one that lasts stay as they were told. */
async function beginAlert(
  queries: Queries,
  accountId: number,
  { kind, subject, facts }: Found,
  now: Date,
): Promise<bigint | null> {
  const row = await queries
    .insertInto('coverage_alert')
    .values({
      ...{ feed_account_id: accountId, kind, subject, began_at: now },
      facts: JSON.stringify(facts),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

async function endOthers(
  queries: Queries,
  accountId: number,
  found: readonly Found[],
  now: Date,
): Promise<void> {
  await sql`
    update coverage_alert set ended_at = ${now}
     where feed_account_id = ${accountId} and ended_at is null and not exists (
       select from unnest(${found.map(({ kind }) => kind)}::text[], ${found.map(({ subject }) => subject)}::text[])
         as still (kind, subject)
        where still.kind = coverage_alert.kind and still.subject = coverage_alert.subject)`.execute(queries)
}

/** Of an account, newest first, at most five hundred. */
export async function listAlerts(
  { queries }: Pick<CoverageParts, 'queries'>,
  accountId: number,
  { open }: { readonly open: boolean },
): Promise<Alert[]> {
  let alerts = queries.selectFrom('coverage_alert').selectAll().where('feed_account_id', '=', accountId)
  if (open) alerts = alerts.where('ended_at', 'is', null)
  const rows = await alerts.orderBy('id', 'desc').limit(500).execute()
  return rows.map((row) => ({
    ...{ id: String(row.id), kind: row.kind as AlertKind, subject: row.subject },
    facts: row.facts as Alert['facts'],
    beganAt: row.began_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  }))
}

async function findAlerts(parts: ReadingParts, account: CoveredAccount): Promise<Found[]> {
  const { lagMinutes } = await readAlertSettings(parts.queries)
  const found = await Promise.all([
    silences(parts, account),
    graveGaps(parts, account),
    failingRoutes(parts, account, lagMinutes * 60_000),
    lateDays(parts, account),
    silentSite(parts, account),
    missedHeartbeats(parts, account),
  ])
  return found.flat()
}

async function silences(parts: ReadingParts, { id }: CoveredAccount): Promise<Found[]> {
  const users = await usersOnRoutes(parts, id)
  return users.flatMap(({ userId, name, source, status, lastAt }) =>
    status === 'silent' && source !== null
      ? [{ kind: 'silence', subject: `${userId}/${source}`, facts: { name, source, since: lastAt! } }]
      : [],
  )
}

/** One a reason: who has a thousand lost pictures is told once. */
async function graveGaps({ queries }: ReadingParts, { id }: CoveredAccount): Promise<Found[]> {
  const rows = await queries
    .selectFrom('gap')
    .select(({ fn }) => ['reason', fn.countAll<bigint>().as('gaps'), fn.min('found_at').as('since')])
    .where('feed_account_id', '=', id)
    .where('closed_at', 'is', null)
    .where('accepted_at', 'is', null)
    .where('reason', 'in', [...alertingReasons])
    .groupBy('reason')
    .execute()
  return rows.map(({ reason, gaps, since }) => ({
    ...{ kind: 'gap', subject: reason },
    facts: { reason, gaps: Number(gaps), since: new Date(since).toISOString() },
  }))
}

async function failingRoutes(parts: ReadingParts, { id }: CoveredAccount, lagMs: number): Promise<Found[]> {
  const now = parts.clock.now()
  const found: Found[] = []
  for (const { id: route, name, source, problem, oldestWaitingAt } of await routesOf(parts, id)) {
    const facts = { route: name, source }
    if (problem !== null && now - Date.parse(problem.since) >= patienceMs.route)
      found.push({
        ...{ kind: 'route', subject: `${route}/${problem.code}` },
        facts: { ...facts, code: problem.code, since: problem.since },
      })
    if (oldestWaitingAt !== null && now - Date.parse(oldestWaitingAt) >= lagMs)
      found.push({ kind: 'lag', subject: `route ${route}`, facts: { ...facts, since: oldestWaitingAt } })
  }
  return found
}

/** Days whose messages should have arrived by now and have not. */
async function lateDays(parts: ReadingParts, { id }: CoveredAccount): Promise<Found[]> {
  const now = parts.clock.now()
  const days = await coverageDays(parts, id, isoDay(now - daysLookedAt * dayMs), isoDay(now))
  return days
    .filter(({ state }) => state === 'behind')
    .map(({ day, captured, imported, notImported }) => ({
      ...{ kind: 'lag', subject: `day ${day}` },
      facts: { day, captured, arrived: imported + notImported },
    }))
}

async function silentSite({ clock }: ReadingParts, { problem }: CoveredAccount): Promise<Found[]> {
  if (problem === null || clock.now() - Date.parse(problem.since) < patienceMs.site) return []
  return [{ kind: 'site', subject: problem.code, facts: { code: problem.code, since: problem.since } }]
}

async function missedHeartbeats({ queries, clock }: ReadingParts, { id }: CoveredAccount): Promise<Found[]> {
  const now = clock.now()
  const rows = await queries
    .selectFrom('coverage_heartbeat')
    .select(['route', 'begun_at', 'id'])
    .where('feed_account_id', '=', id)
    .where('searchable_at', 'is', null)
    .where('begun_at', '<=', new Date(now - patienceMs.heartbeat))
    .where('begun_at', '>', new Date(now - 2 * dayMs))
    .orderBy('id')
    .limit(100)
    .execute()
  return rows.map((row) => ({
    ...{ kind: 'heartbeat', subject: String(row.id) },
    facts: { route: row.route, since: row.begun_at.toISOString() },
  }))
}
