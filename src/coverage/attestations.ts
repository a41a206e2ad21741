/** The daily attestation of an account: counts and open gaps of a day, signed, so that nobody changes them afterwards. */
import { sql } from 'kysely'
import type { ConnectorParts } from '../connector/index.ts'
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { CoveredAccount } from './accounts.ts'
import { coverageDays, isoDay } from './days.ts'
import { countGaps } from './gaps.ts'
import { listHeartbeats } from './heartbeats.ts'
import { countUsers, usersOnRoutes } from './people.ts'
import { dayMs } from './rules.ts'
import { documentHash, signStatement, statementKey } from './signed.ts'

export const attestationForm = 'holdfast-coverage-attestation/1'

export interface AttestationFacts {
  readonly id: string
  readonly day: string
  /** ISO time. */
  readonly madeAt: string
}

/** A day is attested from six in the morning (UTC) after it: the nightly runs are through by then. */
const settledMs = 6 * 60 * 60_000
/** Where the site has not told since, a day is attested as it stands after two days. */
const waitedMs = 2 * dayMs
/** Days that are made up for when nobody attested for a while. */
const daysBackMax = 31
/** A ledger with more open gaps than that has another problem; the counts are of all of them. */
const gapsListedMax = 10_000

/** The days that are due, oldest first: those after the last attested one, or after the first that was captured. */
export async function dueDays(
  { queries, clock }: Pick<ConnectorParts, 'queries' | 'clock'>,
  account: CoveredAccount,
): Promise<string[]> {
  const now = clock.now()
  const { rows } = await sql<{ attested: string | null; first: string | null }>`
    select (select to_char(max(day), 'YYYY-MM-DD') from attestation where feed_account_id = ${account.id}) as attested,
           (select to_char(min(day), 'YYYY-MM-DD') from capture_day where feed_account_id = ${account.id}) as first`.execute(
    queries,
  )
  const { attested, first } = rows[0]!
  const begin = attested === null ? first : isoDay(Date.parse(attested) + dayMs)
  if (begin === null) return []
  const from = Math.max(Date.parse(begin), Date.parse(isoDay(now)) - daysBackMax * dayMs)
  const days: string[] = []
  for (let day = from; day + dayMs + settledMs <= now; day += dayMs)
    if (isTold(account, day + dayMs, now)) days.push(isoDay(day))
  return days
}

/** Whether the site has told since the day's end, or has been waited for long enough. */
function isTold({ toldAt }: CoveredAccount, end: number, now: number): boolean {
  return toldAt !== null && (Date.parse(toldAt) >= end || now >= end + waitedMs)
}

/**
 * Attests a day, once: the document there is stays. Answers it. Throws `bad-request` for a day that has not ended, or
 * of which the site has not told all.
 */
export async function attestDay(
  parts: ConnectorParts,
  account: CoveredAccount,
  day: string,
  actor?: string,
): Promise<string> {
  const now = parts.clock.now()
  if (Date.parse(day) + dayMs > now)
    throw new AppError('bad-request', `The day ${day} has not ended (UTC); attest it tomorrow.`)
  const kept = await attestationOf(parts.queries, account.id, day)
  if (kept !== null) return kept
  if (!isTold(account, Date.parse(day) + dayMs, now))
    throw new AppError(
      'bad-request',
      `The site of "${account.name}" has not told its coverage since ${day} ended; ask it while it runs, then attest the day.`,
    )
  const statement = await statementOf(parts, account, day)
  const document = signStatement(await statementKey(parts), statement)
  await parts.queries.transaction().execute(async (transaction) => {
    const inserted = await transaction
      .insertInto('attestation')
      .values({ feed_account_id: account.id, day, document, made_at: new Date(now) })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!inserted) return
    await appendAudit(transaction, {
      ...{ at: now, operation: 'attest-coverage', target: account.name, outcome: 'succeeded' },
      ...(actor === undefined ? {} : { actor }),
      details: { day, sha256: documentHash(document) },
    })
  })
  return (await attestationOf(parts.queries, account.id, day)) ?? document
}

async function statementOf(parts: ConnectorParts, account: CoveredAccount, day: string): Promise<object> {
  const { queries, clock } = parts
  const [counted] = await coverageDays(parts, account.id, day, day)
  const { day: _day, state, ...counts } = counted!
  const gaps = await countGaps(parts, account.id)
  const heartbeats = await listHeartbeats(parts, account.id, new Date(`${day}T00:00:00Z`))
  return {
    form: attestationForm,
    ...{ account: account.name, site: account.siteUrl, day, timeZone: 'UTC', state, counts },
    madeAt: new Date(clock.now()).toISOString(),
    siteToldAt: account.toldAt,
    gaps: {
      ...{ open: gaps.open, accepted: gaps.accepted, closed: gaps.closed },
      listed: await gapsListed(queries, account.id, clock.now()),
    },
    people: countUsers(await usersOnRoutes(parts, account.id)),
    heartbeats: heartbeats.filter(({ begunAt }) => begunAt.startsWith(day)),
    previousSha256: await previousHash(queries, account.id, day),
  }
}

/** Open and accepted ones: ids, reasons and ages, and nothing that was said. */
async function gapsListed(queries: Queries, accountId: number, now: number): Promise<object[]> {
  const rows = await queries
    .selectFrom('gap')
    .select(['id', 'site_gap_id', 'reason', 'source', 'found_at', 'accepted_at', 'accepted_by'])
    .where('feed_account_id', '=', accountId)
    .where('closed_at', 'is', null)
    .orderBy('id')
    .limit(gapsListedMax)
    .execute()
  return rows.map((row) => ({
    ...{ id: Number(row.id), siteGap: Number(row.site_gap_id), reason: row.reason, source: row.source },
    foundAt: row.found_at.toISOString(),
    ageDays: Math.max(0, Math.floor((now - row.found_at.getTime()) / dayMs)),
    ...(row.accepted_at === null
      ? {}
      : { acceptedAt: row.accepted_at.toISOString(), acceptedBy: row.accepted_by }),
  }))
}

/** Chains the days of an account: one that is taken away or put in between is missed by the next. */
async function previousHash(queries: Queries, accountId: number, day: string): Promise<string | null> {
  const { rows } = await sql<{ document: string }>`
    select document from attestation where feed_account_id = ${accountId} and day < ${day}::date
     order by day desc limit 1`.execute(queries)
  return rows[0] ? documentHash(rows[0].document) : null
}

async function attestationOf(queries: Queries, accountId: number, day: string): Promise<string | null> {
  const { rows } = await sql<{ document: string }>`
    select document from attestation where feed_account_id = ${accountId} and day = ${day}::date`.execute(
    queries,
  )
  return rows[0]?.document ?? null
}

/** The newest first, at most a hundred. */
export async function listAttestations(
  { queries }: Pick<ConnectorParts, 'queries'>,
  accountId: number,
): Promise<AttestationFacts[]> {
  const { rows } = await sql<{ id: bigint; day: string; made_at: Date }>`
    select id, to_char(day, 'YYYY-MM-DD') as day, made_at from attestation
     where feed_account_id = ${accountId} order by attestation.day desc limit 100`.execute(queries)
  return rows.map((row) => ({ id: String(row.id), day: row.day, madeAt: row.made_at.toISOString() }))
}

/** A kept document as it was signed. Throws `not-found`. */
export async function readAttestation(
  { queries }: Pick<ConnectorParts, 'queries'>,
  id: number,
): Promise<{ readonly day: string; readonly document: string }> {
  const { rows } = await sql<{ day: string; document: string }>`
    select to_char(day, 'YYYY-MM-DD') as day, document from attestation where id = ${id}`.execute(queries)
  if (rows[0]) return rows[0]
  throw new AppError('not-found', `There is no attestation ${id}; look at the page Coverage.`)
}
