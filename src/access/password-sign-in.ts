/** Signing in with a password, and a code after it where the person has an app. */
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { type Attempt, beginAttempt } from './failures.ts'
import type { AccessParts } from './parts.ts'
import { isPasswordOf } from './passwords.ts'
import type { Principal } from './principal.ts'
import { confirmSession, type OpenedSession, openSession, type SignInOrigin } from './sessions.ts'
import { readSettings } from './settings.ts'
import { beginStep, stepUser, takeStep } from './steps.ts'
import { takeCode } from './totp.ts'

export type PasswordSignIn =
  | { readonly state: 'signed-in'; readonly session: OpenedSession }
  | { readonly state: 'code-needed'; readonly step: string }

/**
 * The first step. Every refusal reads alike and takes as long, whether or not there is such a user.
 * Throws `sign-in-refused`, `sign-in-throttled`.
 */
export async function signInWithPassword(
  parts: AccessParts,
  given: { readonly username: string; readonly password: string },
  origin: SignInOrigin,
): Promise<PasswordSignIn> {
  const username = given.username.trim().toLowerCase()
  const user = await credentialsOf(parts, username)
  const attempt = await throttled(parts, username, user !== null, 'password')
  const matches = await isPasswordOf(given.password, user?.password_hash ?? null)
  if (!user || !matches) {
    await auditRefusal(parts, user ? username : null, 'password', 'wrong')
    throw new AppError('sign-in-refused', 'The user name or the password is wrong.')
  }
  if (user.sealed_totp_secret) return askForCode(parts, user, attempt)
  await refusePasswordAlone(parts, user)
  const session = await parts.queries.transaction().execute(async (transaction) => {
    await attempt.succeeded(transaction)
    return openSession(transaction, parts, user, { method: 'password', origin })
  })
  return { state: 'signed-in', session }
}

interface Credentials {
  readonly id: number
  readonly username: string
  readonly password_hash: string | null
  readonly sealed_totp_secret: Buffer | null
}

async function credentialsOf(parts: AccessParts, username: string): Promise<Credentials | null> {
  const row = await parts.queries
    .selectFrom('app_user')
    .select(['id', 'username', 'password_hash', 'sealed_totp_secret'])
    .where('username', '=', username)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

async function throttled(
  parts: AccessParts,
  username: string,
  known: boolean,
  method: string,
): Promise<Attempt> {
  try {
    return await beginAttempt(parts, username)
  } catch (error) {
    await auditRefusal(parts, known ? username : null, method, 'throttled')
    throw error
  }
}

async function askForCode(parts: AccessParts, user: Credentials, attempt: Attempt): Promise<PasswordSignIn> {
  const step = await beginStep(parts, 'code', { userId: user.id })
  await attempt.rightSoFar(parts.queries)
  await appendAudit(parts.queries, {
    at: parts.clock.now(),
    operation: 'sign-in',
    target: user.username,
    outcome: 'succeeded',
    details: { method: 'password', state: 'code-needed' },
  })
  return { state: 'code-needed', step }
}

/** Who has a passkey has a second factor, and signs in by it where one is required. */
async function refusePasswordAlone(parts: AccessParts, user: Credentials): Promise<void> {
  const { secondFactorRequired } = await readSettings(parts.queries)
  if (!secondFactorRequired) return
  const passkey = await parts.queries
    .selectFrom('passkey')
    .select('id')
    .where('user_id', '=', user.id)
    .executeTakeFirst()
  if (!passkey) return
  await auditRefusal(parts, user.username, 'password', 'second-factor-required')
  throw new AppError('sign-in-refused', 'A password alone is not enough here; sign in with your passkey.')
}

/** The second step. A wrong code may be followed by another one. Throws `code-refused`, `sign-in-throttled`. */
export async function signInWithCode(
  parts: AccessParts,
  given: { readonly step: string; readonly code: string },
  origin: SignInOrigin,
): Promise<OpenedSession> {
  const userId = await stepUser(parts, 'code', given.step)
  const user = userId === null ? null : await enabledUser(parts, userId)
  if (!user) {
    await auditRefusal(parts, null, 'password+totp', 'step-expired')
    throw new AppError('code-refused', 'This sign-in has waited too long; begin again with your password.')
  }
  const attempt = await throttled(parts, user.username, true, 'password+totp')
  const session = await parts.queries.transaction().execute(async (transaction) => {
    if (!(await takeCode(transaction, parts, user.id, given.code))) return null
    if (!(await takeStep(transaction, parts, 'code', given.step))) return null
    await attempt.succeeded(transaction)
    return openSession(transaction, parts, user, { method: 'password+totp', origin })
  })
  if (session) return session
  await auditRefusal(parts, user.username, 'password+totp', 'wrong')
  throw new AppError('code-refused', 'The code is wrong or was used before; wait for the next one.')
}

async function enabledUser(parts: AccessParts, id: number): Promise<{ id: number; username: string } | null> {
  const row = await parts.queries
    .selectFrom('app_user')
    .select(['id', 'username'])
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/**
 * Proves again who one is, by password, and a code where one has an app. Throws `password-refused`, `code-refused`,
 * `sign-in-throttled`.
 */
export async function confirmWithPassword(
  parts: AccessParts,
  by: Principal,
  sessionId: string,
  given: { readonly password: string; readonly code?: string | undefined },
): Promise<void> {
  const user = await credentialsOf(parts, by.username)
  const attempt = await beginAttempt(parts, by.username)
  if (!user || !(await isPasswordOf(given.password, user.password_hash))) {
    throw new AppError('password-refused', 'The password is wrong.')
  }
  const withCode = user.sealed_totp_secret !== null
  if (withCode && given.code === undefined) {
    await attempt.rightSoFar(parts.queries)
    throw new AppError('code-refused', 'Give the six digits your app shows now as well.')
  }
  const confirmed = await parts.queries.transaction().execute(async (transaction) => {
    if (withCode && !(await takeCode(transaction, parts, user.id, given.code!))) return false
    await attempt.succeeded(transaction)
    await confirmSession(transaction, parts, sessionId, withCode ? 'password+totp' : undefined)
    await appendAudit(transaction, {
      at: parts.clock.now(),
      operation: 'confirm-identity',
      target: by.username,
      outcome: 'succeeded',
      details: { method: withCode ? 'password+totp' : 'password' },
    })
    return true
  })
  if (confirmed) return
  throw new AppError('code-refused', 'The code is wrong or was used before; wait for the next one.')
}

/** A refusal names the user only where there is one: people type passwords into the wrong field. */
export async function auditRefusal(
  parts: AccessParts,
  username: string | null,
  method: string,
  reason: string,
): Promise<void> {
  await appendAudit(parts.queries, {
    at: parts.clock.now(),
    operation: 'sign-in',
    ...(username === null ? {} : { target: username }),
    outcome: 'refused',
    details: { method, reason, knownUser: username !== null },
  })
}
