/** What a person sees and changes about himself. */
import { AppError } from '../domain/errors.ts'
import type { Role } from '../domain/roles.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { beginAttempt } from './failures.ts'
import type { AccessParts } from './parts.ts'
import { acceptPassword, isPasswordOf } from './passwords.ts'
import type { Principal, PrincipalSession } from './principal.ts'
import { confirmSession, endSessionsOf, lacksSecondFactor, type SignInMethod } from './sessions.ts'
import { readSettings } from './settings.ts'

export type Theme = 'system' | 'light' | 'dark'
export type Language = 'en' | 'es' | 'zh-Hans' | 'sv' | 'it'

export interface OwnAccount {
  readonly user: {
    readonly id: number
    readonly username: string
    readonly name: string
    readonly email: string | null
    readonly language: Language | null
    readonly timeZone: string | null
    readonly theme: Theme
    readonly hasPassword: boolean
    readonly hasTotp: boolean
    readonly passkeys: number
    readonly hasProvider: boolean
  }
  readonly roles: Role[]
  readonly roleGroups: string[]
  readonly csrfToken: string
  readonly method: SignInMethod
  readonly expiresAt: string
  readonly confirmedUntil: string
  readonly mustSetCredential: boolean
  readonly mustSetSecondFactor: boolean
}

/** The session of a person. Throws `not-allowed` for a token, which has none. */
export function sessionOf(by: Principal): PrincipalSession {
  if (by.session) return by.session
  throw new AppError('not-allowed', 'Only a person who is signed in may do this, not a token.')
}

/** Who is signed in and what he may do. Throws `not-allowed` for a token. */
export async function readOwnAccount(parts: AccessParts, by: Principal): Promise<OwnAccount> {
  const session = sessionOf(by)
  const user = await parts.queries
    .selectFrom('app_user')
    .innerJoin('user_session', 'user_session.user_id', 'app_user.id')
    .selectAll('app_user')
    .select(['method', 'expires_at'])
    .select((row) => [
      row
        .selectFrom('passkey')
        .select((passkey) => passkey.fn.countAll<bigint>().as('count'))
        .whereRef('passkey.user_id', '=', 'app_user.id')
        .as('passkeys'),
    ])
    .where('user_session.id', '=', session.id)
    .executeTakeFirst()
  if (!user) throw new AppError('session-expired', 'The session has ended; sign in again.')
  const groups = await parts.queries
    .selectFrom('role_group_member')
    .innerJoin('role_group', 'role_group.id', 'role_group_member.role_group_id')
    .select('role_group.name')
    .where('user_id', '=', by.userId)
    .orderBy('role_group.id')
    .execute()
  const { secondFactorRequired } = await readSettings(parts.queries)
  const method = user.method as SignInMethod
  const passkeys = Number(user.passkeys)
  return {
    user: {
      id: user.id,
      username: user.username,
      name: user.name,
      email: user.email,
      language: user.language as Language | null,
      timeZone: user.time_zone,
      theme: (user.theme ?? 'system') as Theme,
      hasPassword: user.password_hash !== null,
      hasTotp: user.sealed_totp_secret !== null,
      passkeys,
      hasProvider: user.oidc_subject !== null,
    },
    roles: [...by.roles],
    roleGroups: groups.map((group) => group.name),
    csrfToken: session.csrfToken,
    method,
    expiresAt: user.expires_at.toISOString(),
    confirmedUntil: new Date(session.confirmedUntil).toISOString(),
    mustSetCredential: user.password_hash === null && passkeys === 0 && user.oidc_subject === null,
    mustSetSecondFactor: secondFactorRequired && lacksSecondFactor(method),
  }
}

export interface Preferences {
  readonly language?: Language | null | undefined
  readonly timeZone?: string | null | undefined
  readonly theme?: Theme | undefined
  readonly name?: string | undefined
  readonly email?: string | null | undefined
}

/** Throws `bad-request` for a time zone that does not exist. */
export async function changePreferences(
  parts: AccessParts,
  by: Principal,
  change: Preferences,
): Promise<void> {
  if (change.timeZone) assertTimeZone(change.timeZone)
  const values = {
    ...(change.language === undefined ? {} : { language: change.language }),
    ...(change.timeZone === undefined ? {} : { time_zone: change.timeZone }),
    ...(change.theme === undefined ? {} : { theme: change.theme }),
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.email === undefined ? {} : { email: change.email?.trim() || null }),
  }
  await parts.queries.transaction().execute(async (transaction) => {
    if (Object.keys(values).length > 0) {
      await transaction.updateTable('app_user').set(values).where('id', '=', by.userId).execute()
    }
    await appendAudit(transaction, {
      at: parts.clock.now(),
      operation: 'change-preferences',
      target: by.username,
      outcome: 'succeeded',
      details: { changed: Object.keys(values) },
    })
  })
}

function assertTimeZone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
  } catch (cause) {
    throw new AppError(
      'bad-request',
      `"${zone}" is no time zone; give one such as Europe/Rome or Asia/Shanghai.`,
      { cause },
    )
  }
}

/**
 * Sets a new password and ends the person's other sessions. Who has one gives the current one; who has none must have
 * proved who he is within the last minutes. Throws `password-refused`, `sign-in-throttled`, `confirm-identity`.
 */
export async function changePassword(
  parts: AccessParts,
  by: Principal,
  given: { readonly current?: string | undefined; readonly next: string },
): Promise<void> {
  const session = sessionOf(by)
  const { password_hash: before } = await parts.queries
    .selectFrom('app_user')
    .select('password_hash')
    .where('id', '=', by.userId)
    .executeTakeFirstOrThrow()
  if (before === null && session.confirmedUntil <= parts.clock.now()) {
    throw new AppError('confirm-identity', 'Prove once more who you are, then set a password.')
  }
  const attempt = before === null ? null : await beginAttempt(parts, by.username)
  if (before !== null && !(await isPasswordOf(given.current ?? '', before))) {
    throw new AppError('password-refused', 'The current password is wrong.')
  }
  await attempt?.rightSoFar(parts.queries)
  const next = await acceptPassword(given.next, by.username)
  await parts.queries.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('app_user')
      .set({ password_hash: next, password_changed_at: new Date(parts.clock.now()) })
      .where('id', '=', by.userId)
      .execute()
    await confirmSession(transaction, parts, session.id)
    const ended = await endSessionsOf(transaction, by.userId, session.id)
    await appendAudit(transaction, {
      at: parts.clock.now(),
      operation: 'change-password',
      target: by.username,
      outcome: 'succeeded',
      details: { otherSessionsEnded: ended },
    })
  })
}
