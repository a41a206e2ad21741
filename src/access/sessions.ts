/** Sessions as rows: opened at a sign-in, looked up with each request, ended by time, by their owner or from above. */
import { sql } from 'kysely'
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { type RightsRow, rightsColumns, rolesOf } from './effective-rights.ts'
import type { AccessParts } from './parts.ts'
import type { Principal, PrincipalSession } from './principal.ts'
import { readSettings, type Settings, standardSettings } from './settings.ts'
import { newToken, newUuid, tokenHash } from './tokens.ts'

export type SignInMethod = 'link' | 'password' | 'password+totp' | 'passkey' | 'oidc'

/** From where somebody signs in. */
export interface SignInOrigin {
  readonly clientIp: string
  readonly userAgent: string | null
  /** The session the browser still has: it ends, so that no token outlives a sign-in. */
  readonly sessionId: string | null
}

export interface OpenedSession {
  /** For the cookie. It can be read this once. */
  readonly token: string
  readonly id: string
}

const minuteMs = 60_000
const lastSeenEveryMs = minuteMs

/**
 * Opens a session, with its audit event, in the transaction of the proof that let the person in. `confirmedAt` is
 * when he last proved who he is (now, unless a provider says otherwise).
 */
export async function openSession(
  transaction: Queries,
  parts: AccessParts,
  user: { readonly id: number; readonly username: string },
  sign: {
    readonly method: SignInMethod
    readonly origin: SignInOrigin
    readonly confirmedAt?: number
    readonly details?: object
  },
): Promise<OpenedSession> {
  const now = parts.clock.now()
  const { sessions } = await readSettings(transaction)
  const session = { token: newToken(parts.random), id: newUuid(parts.random) }
  await removeEnded(transaction, now, sign.origin.sessionId)
  await transaction
    .insertInto('user_session')
    .values({
      id: session.id,
      token_sha256: tokenHash(session.token),
      user_id: user.id,
      method: sign.method,
      client_ip: sign.origin.clientIp,
      user_agent: sign.origin.userAgent?.slice(0, 500) ?? null,
      csrf_token: newToken(parts.random),
      created_at: new Date(now),
      last_seen_at: new Date(now),
      confirmed_at: new Date(Math.min(now, sign.confirmedAt ?? now)),
      expires_at: new Date(now + sessions.absoluteHours * 60 * minuteMs),
    })
    .execute()
  await transaction
    .updateTable('app_user')
    .set({ last_sign_in_at: new Date(now) })
    .where('id', '=', user.id)
    .execute()
  await appendAudit(transaction, {
    at: now,
    actor: user.username,
    actorType: 'person',
    sessionId: session.id,
    operation: 'sign-in',
    target: user.username,
    outcome: 'succeeded',
    details: { method: sign.method, ...sign.details },
  })
  return session
}

async function removeEnded(transaction: Queries, now: number, replaced: string | null): Promise<void> {
  await transaction
    .deleteFrom('user_session')
    .where((row) => row.or([row('expires_at', '<=', new Date(now)), row('id', '=', replaced)]))
    .execute()
}

interface SessionRow extends RightsRow {
  readonly id: string
  readonly user_id: number
  readonly username: string
  readonly name: string
  readonly method: SignInMethod
  readonly csrf_token: string
  readonly created_at: Date
  readonly last_seen_at: Date
  readonly confirmed_at: Date
  readonly expires_at: Date
  readonly sessions: Settings['sessions'] | null
  readonly second_factor_required: boolean
}

function sessionQuery(token: string) {
  return sql<SessionRow>`
  select s.id, s.user_id, u.username, u.name, s.method, s.csrf_token, s.created_at, s.last_seen_at, s.confirmed_at,
    s.expires_at,
    (select value from setting where name = 'sessions') as sessions,
    coalesce((select value = 'true'::jsonb from setting where name = 'secondFactorRequired'), false)
      as second_factor_required,
    ${rightsColumns()}
  from user_session s join app_user u on u.id = s.user_id
  where s.token_sha256 = ${tokenHash(token)} and u.disabled_at is null`
}

/**
 * Whoever is signed in by a session's token; null for one that is unknown, has ended (idle or at its end) or whose
 * user is disabled. Notes when he was last seen, at most once a minute. He has no role while the settings ask
 * for a second factor and he came in without one.
 */
export async function principalOfSession(parts: AccessParts, token: string): Promise<Principal | null> {
  // Asked with every request, and dear to plan: named, so that each connection plans it once.
  const { sql: text, parameters } = sessionQuery(token).compile(parts.queries)
  const { rows } = await parts.pool.query<SessionRow>({
    name: 'principal-of-session',
    text,
    values: [...parameters],
  })
  const row = rows[0]
  if (!row || endOf(row, row.sessions ?? standardSettings.sessions) <= parts.clock.now()) return null
  await noteSeen(parts, row)
  const admitted = !(row.second_factor_required && lacksSecondFactor(row.method))
  return {
    kind: 'person',
    userId: row.user_id,
    username: row.username,
    name: row.name,
    roles: admitted ? rolesOf(row) : new Set(),
    session: principalSession(row),
    mailboxIds: row.mailbox_ids,
  }
}

/** Whether a sign-in by this method proved one thing only. A provider answers for its own second factor. */
export function lacksSecondFactor(method: SignInMethod): boolean {
  return method === 'password' || method === 'link'
}

function principalSession(row: SessionRow): PrincipalSession {
  const { confirmMinutes } = row.sessions ?? standardSettings.sessions
  const confirmedAt = row.confirmed_at.getTime()
  return {
    id: row.id,
    csrfToken: row.csrf_token,
    confirmedAt,
    confirmedUntil: confirmedAt + confirmMinutes * minuteMs,
  }
}

type Times = Pick<SessionRow, 'created_at' | 'last_seen_at' | 'expires_at'>

/** When it ends if nothing more comes. A setting that was shortened since holds for the sessions there are. */
function endOf(row: Times, { idleMinutes, absoluteHours }: Settings['sessions']): number {
  return Math.min(
    row.last_seen_at.getTime() + idleMinutes * minuteMs,
    row.created_at.getTime() + absoluteHours * 60 * minuteMs,
    row.expires_at.getTime(),
  )
}

async function noteSeen(parts: AccessParts, row: SessionRow): Promise<void> {
  const now = parts.clock.now()
  if (now - row.last_seen_at.getTime() < lastSeenEveryMs) return
  await parts.queries
    .updateTable('user_session')
    .set({ last_seen_at: new Date(now) })
    .where('id', '=', row.id)
    .execute()
}

export interface ListedSession {
  readonly id: string
  readonly userId: number
  readonly method: SignInMethod
  readonly clientIp: string | null
  readonly userAgent: string | null
  readonly createdAt: string
  readonly lastSeenAt: string
  readonly expiresAt: string
}

/** The sessions that have not ended, of one user or of all, latest first. */
export async function listSessions(parts: AccessParts, userId?: number): Promise<readonly ListedSession[]> {
  const { sessions } = await readSettings(parts.queries)
  const rows = await parts.queries
    .selectFrom('user_session')
    .selectAll()
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId!))
    .orderBy('created_at', 'desc')
    .execute()
  return rows
    .filter((row) => endOf(row, sessions) > parts.clock.now())
    .map((row) => ({
      id: row.id,
      userId: row.user_id,
      method: row.method as SignInMethod,
      clientIp: row.client_ip,
      userAgent: row.user_agent,
      createdAt: row.created_at.toISOString(),
      lastSeenAt: row.last_seen_at.toISOString(),
      expiresAt: new Date(
        Math.min(row.expires_at.getTime(), row.created_at.getTime() + sessions.absoluteHours * 60 * minuteMs),
      ).toISOString(),
    }))
}

/** Ends one of one's own sessions. Throws `not-found` for any other. */
export async function endSession(
  parts: AccessParts,
  by: Principal,
  id: string,
  operation: 'end-session' | 'sign-out',
): Promise<void> {
  await parts.queries.transaction().execute(async (transaction) => {
    const ended = await transaction
      .deleteFrom('user_session')
      .where('id', '=', id)
      .where('user_id', '=', by.userId)
      .returning('id')
      .executeTakeFirst()
    if (!ended) throw new AppError('not-found', 'You have no such session; it may have ended already.')
    await appendAudit(transaction, {
      at: parts.clock.now(),
      operation,
      target: by.username,
      outcome: 'succeeded',
      details: { session: id },
    })
  })
}

/** Ends the sessions of a user, but for one of them if told; answers how many. The caller audits it. */
export async function endSessionsOf(transaction: Queries, userId: number, except?: string): Promise<number> {
  const ended = await transaction
    .deleteFrom('user_session')
    .where('user_id', '=', userId)
    .$if(except !== undefined, (query) => query.where('id', '!=', except!))
    .returning('id')
    .execute()
  return ended.length
}

/** Notes that whoever has the session has proved anew who he is, and how well. */
export async function confirmSession(
  transaction: Queries,
  parts: AccessParts,
  sessionId: string,
  method?: SignInMethod,
): Promise<void> {
  await transaction
    .updateTable('user_session')
    .set({ confirmed_at: new Date(parts.clock.now()), ...(method ? { method } : {}) })
    .where('id', '=', sessionId)
    .execute()
}
