/** Registered users, with what a careful administrator looks at. */
import { sql } from 'kysely'
import { identityTypeCodes } from '../domain/codes.ts'
import { phoneForms } from '../domain/phone.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { CoverageParts } from './parts.ts'

export type UserWarning = 'email-is-no-mailbox' | 'mailbox-inactive' | 'email-shared' | 'name-shared'

/** `capturing`: took part in a message of the last seven days; `former`: no longer has the number. */
export type CaptureStatus = 'capturing' | 'quiet' | 'never' | 'former'

export interface CoveredUser {
  readonly id: number
  readonly name: string
  readonly mobile: string
  readonly email: string
  readonly wecomUserid: string | null
  /** ISO times; null is without end. */
  readonly validFrom: string | null
  readonly validTo: string | null
  readonly warnings: readonly UserWarning[]
  /** ISO time of the newest imported message this person took part in while the number was his. */
  readonly lastMessageAt: string | null
  readonly status: CaptureStatus
}

const capturingMs = 7 * 86_400_000

export interface UserRow {
  readonly id: number
  readonly name: string
  readonly mobile: string
  readonly email: string
  readonly wecom_userid: string | null
  readonly valid_from: Date | null
  readonly valid_to: Date | null
}

/** Registered users of an account of the site in this installation, by name. */
export async function coveredUsers(parts: CoverageParts, accountId: number): Promise<CoveredUser[]> {
  const rows = await parts.queries
    .selectFrom('site_registered_user')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('name')
    .orderBy('id')
    .execute()
  const [last, warningsOf] = await Promise.all([
    lastMessages(parts.queries, rows),
    warningFinder(parts.queries, rows),
  ])
  return rows.map((row) => {
    const lastMessageAt = last.get(row.id) ?? null
    return {
      ...{ id: row.id, name: row.name, mobile: row.mobile, email: row.email },
      wecomUserid: row.wecom_userid,
      validFrom: row.valid_from?.toISOString() ?? null,
      validTo: row.valid_to?.toISOString() ?? null,
      warnings: row.valid_to === null ? warningsOf(row) : [],
      lastMessageAt: lastMessageAt?.toISOString() ?? null,
      status: statusOf(row, lastMessageAt, parts.clock.now()),
    }
  })
}

function statusOf(row: UserRow, lastMessageAt: Date | null, now: number): CaptureStatus {
  if (row.valid_to !== null && row.valid_to.getTime() <= now) return 'former'
  if (lastMessageAt === null) return 'never'
  return lastMessageAt.getTime() > now - capturingMs ? 'capturing' : 'quiet'
}

/**
 * By user id, in one query however many there are. A message from before the number was his, or since it no longer
 * is, is another's.
 */
export async function lastMessages(queries: Queries, rows: readonly UserRow[]): Promise<Map<number, Date>> {
  const identities = rows.flatMap((row) => [
    ...phoneForms(row.mobile).map((value) => ({ id: row.id, type: 'phone' as const, value })),
    { id: row.id, type: 'email' as const, value: row.email },
    ...(row.wecom_userid === null
      ? []
      : [{ id: row.id, type: 'wecom-userid' as const, value: row.wecom_userid }]),
  ])
  const answer = await sql<{ id: number; last_sent_at: Date }>`
    select wanted.id, max(last_sent_at) as last_sent_at
      from unnest(${identities.map(({ id }) => id)}::int[],
                  ${identities.map(({ type }) => identityTypeCodes.codeOf(type))}::smallint[],
                  ${identities.map(({ value }) => value)}::text[]) as wanted (id, type, value)
      join participant on identity_type = type and md5(identity_value) = md5(value)
      join participant_activity on participant_id = participant.id
     group by wanted.id`.execute(queries)
  const rowOf = new Map(rows.map((row) => [row.id, row]))
  const last = new Map<number, Date>()
  for (const { id, last_sent_at } of answer.rows) {
    const { valid_from, valid_to } = rowOf.get(id)!
    if ((valid_from === null || last_sent_at >= valid_from) && (valid_to === null || last_sent_at < valid_to))
      last.set(id, last_sent_at)
  }
  return last
}

async function warningFinder(
  queries: Queries,
  rows: readonly UserRow[],
): Promise<(row: UserRow) => UserWarning[]> {
  const current = rows.filter(({ valid_to }) => valid_to === null)
  const mailboxes = await queries.selectFrom('mailbox').select(['address', 'active']).execute()
  const isActive = new Map(mailboxes.map(({ address, active }) => [address, active]))
  // One person may have two mobiles: the same name with the same address is no slip.
  const namesOfEmail = Map.groupBy(current, ({ email }) => email)
  const emailsOfName = Map.groupBy(current, nameKey)
  return (row) => {
    const active = isActive.get(row.email)
    const shares = namesOfEmail.get(row.email)?.some((other) => nameKey(other) !== nameKey(row))
    const namesake = emailsOfName.get(nameKey(row))?.some((other) => other.email !== row.email)
    return [
      ...(active === undefined ? (['email-is-no-mailbox'] as const) : []),
      ...(active === false ? (['mailbox-inactive'] as const) : []),
      ...(shares ? (['email-shared'] as const) : []),
      ...(namesake ? (['name-shared'] as const) : []),
    ]
  }
}

function nameKey({ name }: UserRow): string {
  return name.normalize('NFKC').trim().toLowerCase()
}

export interface CoverageCount {
  readonly registeredUsers: number
  readonly capturing: number
  readonly quiet: number
  readonly never: number
}

/** Of everybody registered now, at whatever account. */
export async function countCoverage(parts: CoverageParts): Promise<CoverageCount> {
  const now = new Date(parts.clock.now())
  const table = parts.siteIsHere ? 'site_registered_user' : 'registered_user'
  const { rows } = await sql<UserRow>`
    select row_number() over ()::int as id, name, mobile, email, wecom_userid, valid_from, valid_to
      from ${sql.table(table)} where valid_to is null or valid_to > ${now}`.execute(parts.queries)
  const last = await lastMessages(parts.queries, rows)
  const counts = { registeredUsers: rows.length, capturing: 0, quiet: 0, never: 0 }
  for (const row of rows) {
    const status = statusOf(row, last.get(row.id) ?? null, now.getTime())
    if (status !== 'former') counts[status] += 1
  }
  return counts
}
