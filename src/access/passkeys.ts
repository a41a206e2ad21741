/** Passkeys (WebAuthn level 3): made, used to sign in without a user name, used to prove again who one is. */
import { createHmac } from 'node:crypto'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { AccessParts } from './parts.ts'
import { auditRefusal } from './password-sign-in.ts'
import type { Principal } from './principal.ts'
import { changeRights } from './rights.ts'
import { confirmSession, type OpenedSession, openSession, type SignInOrigin } from './sessions.ts'
import { readSettings } from './settings.ts'
import { beginStep, takeStep } from './steps.ts'

export interface Challenge {
  readonly step: string
  /** As the browser's credential functions read it. */
  readonly options: Record<string, unknown>
}

/** What the browser wrote, not yet looked at. */
export type Credential = Readonly<Record<string, unknown>>

const timeoutMs = 5 * 60_000

/** What the browser needs to make a passkey that can be found without a user name. */
export async function beginPasskey(parts: AccessParts, by: Principal, origin: string): Promise<Challenge> {
  const { organisation } = await readSettings(parts.queries)
  const own = await credentialsOf(parts.queries, by.userId)
  const options = await generateRegistrationOptions({
    rpName: organisation ? `Holdfast ${organisation}` : 'Holdfast',
    rpID: relyingParty(origin),
    userID: new Uint8Array(await userHandle(parts, by.userId)),
    userName: by.username,
    userDisplayName: by.name,
    challenge: new Uint8Array(parts.random.bytes(32)),
    timeout: timeoutMs,
    attestationType: 'none',
    excludeCredentials: own,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  const step = await beginStep(parts, 'new-passkey', {
    userId: by.userId,
    data: { challenge: options.challenge },
  })
  return { step, options: { ...options } }
}

/** Keeps a passkey the browser made. Throws `passkey-refused`. */
export async function addPasskey(
  parts: AccessParts,
  by: Principal,
  origin: string,
  given: { readonly step: string; readonly name: string; readonly credential: Credential },
): Promise<void> {
  const challenge = await takeChallenge(parts, 'new-passkey', given.step, by.userId)
  const made = await checked(() =>
    verifyRegistrationResponse({
      response: given.credential as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: relyingParty(origin),
      requireUserVerification: true,
    }),
  )
  if (!made?.verified) throw refused()
  const { credential } = made.registrationInfo
  await parts.queries.transaction().execute(async (transaction) => {
    const added = await transaction
      .insertInto('passkey')
      .values({
        user_id: by.userId,
        credential_id: Buffer.from(credential.id, 'base64url'),
        public_key: Buffer.from(credential.publicKey),
        counter: credential.counter,
        transports: credential.transports ?? [],
        name: given.name,
        created_at: new Date(parts.clock.now()),
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!added) throw new AppError('passkey-refused', 'This passkey is known already.')
    if (by.session) await confirmSession(transaction, parts, by.session.id, 'passkey')
    await appendAudit(transaction, {
      at: parts.clock.now(),
      operation: 'change-passkey',
      target: by.username,
      outcome: 'succeeded',
      details: { added: given.name },
    })
  })
}

/** What the browser needs to ask for any passkey of ours. */
export async function beginPasskeySignIn(parts: AccessParts, origin: string): Promise<Challenge> {
  return challengeFor(parts, origin, 'passkey-sign-in', null)
}

/** What the browser needs to ask for one of the person's own. Throws `passkey-refused` where he has none. */
export async function beginPasskeyConfirmation(
  parts: AccessParts,
  by: Principal,
  origin: string,
): Promise<Challenge> {
  return challengeFor(parts, origin, 'passkey-confirmation', by.userId)
}

type Purpose = 'passkey-sign-in' | 'passkey-confirmation'

async function challengeFor(
  parts: AccessParts,
  origin: string,
  purpose: Purpose,
  userId: number | null,
): Promise<Challenge> {
  const own = userId === null ? [] : await credentialsOf(parts.queries, userId)
  if (userId !== null && own.length === 0) {
    throw new AppError('passkey-refused', 'You have no passkey here; confirm with your password.')
  }
  const options = await generateAuthenticationOptions({
    rpID: relyingParty(origin),
    challenge: new Uint8Array(parts.random.bytes(32)),
    timeout: timeoutMs,
    userVerification: 'required',
    allowCredentials: own,
  })
  const data = { challenge: options.challenge }
  const step = await beginStep(parts, purpose, userId === null ? { data } : { userId, data })
  return { step, options: { ...options } }
}

/** Signs in with a passkey. Throws `passkey-refused`. */
export async function signInWithPasskey(
  parts: AccessParts,
  webOrigin: string,
  given: { readonly step: string; readonly credential: Credential },
  origin: SignInOrigin,
): Promise<OpenedSession> {
  const owner = await ownerOf(parts, given.credential)
  try {
    const challenge = await takeChallenge(parts, 'passkey-sign-in', given.step, null)
    if (!owner) throw refused()
    const counter = await verifiedCounter(parts, owner, webOrigin, challenge, given.credential)
    return await parts.queries.transaction().execute(async (transaction) => {
      await noteUse(transaction, parts, owner, counter)
      return openSession(transaction, parts, owner.user, { method: 'passkey', origin })
    })
  } catch (error) {
    await auditRefusal(parts, owner?.user.username ?? null, 'passkey', 'wrong')
    throw error
  }
}

/** Proves again who one is, by a passkey of one's own. Throws `passkey-refused`. */
export async function confirmWithPasskey(
  parts: AccessParts,
  by: Principal,
  sessionId: string,
  webOrigin: string,
  given: { readonly step: string; readonly credential: Credential },
): Promise<void> {
  const challenge = await takeChallenge(parts, 'passkey-confirmation', given.step, by.userId)
  const owner = await ownerOf(parts, given.credential)
  if (owner?.user.id !== by.userId) throw refused()
  const counter = await verifiedCounter(parts, owner, webOrigin, challenge, given.credential)
  await parts.queries.transaction().execute(async (transaction) => {
    await noteUse(transaction, parts, owner, counter)
    await confirmSession(transaction, parts, sessionId, 'passkey')
    await appendAudit(transaction, {
      at: parts.clock.now(),
      operation: 'confirm-identity',
      target: by.username,
      outcome: 'succeeded',
      details: { method: 'passkey' },
    })
  })
}

interface Owner {
  readonly passkeyId: number
  readonly credentialId: Buffer
  readonly publicKey: Buffer
  readonly counter: number
  readonly user: { readonly id: number; readonly username: string }
}

async function ownerOf(parts: AccessParts, credential: Credential): Promise<Owner | null> {
  if (typeof credential.id !== 'string') return null
  const row = await parts.queries
    .selectFrom('passkey')
    .innerJoin('app_user', 'app_user.id', 'passkey.user_id')
    .select(['passkey.id', 'credential_id', 'public_key', 'counter', 'user_id', 'username'])
    .where('credential_id', '=', Buffer.from(credential.id, 'base64url'))
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  return {
    passkeyId: row.id,
    credentialId: row.credential_id,
    publicKey: row.public_key,
    counter: Number(row.counter),
    user: { id: row.user_id, username: row.username },
  }
}

/** The authenticator's counter, which must have grown where it counts at all: a copied key would fall behind. */
async function verifiedCounter(
  parts: AccessParts,
  owner: Owner,
  origin: string,
  challenge: string,
  credential: Credential,
): Promise<number> {
  const response = credential as unknown as AuthenticationResponseJSON
  const result = await checked(() =>
    verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: relyingParty(origin),
      requireUserVerification: true,
      credential: {
        id: owner.credentialId.toString('base64url'),
        publicKey: new Uint8Array(owner.publicKey),
        counter: owner.counter,
      },
    }),
  )
  const handle = response.response?.userHandle
  const own = (await userHandle(parts, owner.user.id)).toString('base64url')
  if (!result?.verified || (handle !== undefined && handle !== own)) throw refused()
  return result.authenticationInfo.newCounter
}

async function noteUse(
  transaction: Queries,
  parts: AccessParts,
  owner: Owner,
  counter: number,
): Promise<void> {
  const noted = await transaction
    .updateTable('passkey')
    .set({ counter, last_used_at: new Date(parts.clock.now()) })
    .where('id', '=', owner.passkeyId)
    .where('counter', '=', BigInt(owner.counter))
    .returning('id')
    .executeTakeFirst()
  if (!noted) throw refused()
}

export interface ListedPasskey {
  readonly id: number
  readonly name: string
  readonly createdAt: string
  readonly lastUsedAt: string | null
}

/** One's own passkeys, the oldest first. */
export async function listPasskeys(parts: AccessParts, by: Principal): Promise<ListedPasskey[]> {
  const rows = await parts.queries
    .selectFrom('passkey')
    .select(['id', 'name', 'created_at', 'last_used_at'])
    .where('user_id', '=', by.userId)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }))
}

/** Throws `not-found`, and `last-credential` for the last way to sign in, or the last second factor where one is required. */
export async function removePasskey(parts: AccessParts, by: Principal, id: number): Promise<void> {
  await changeRights(parts, async (transaction) => {
    const removed = await transaction
      .deleteFrom('passkey')
      .where('id', '=', id)
      .where('user_id', '=', by.userId)
      .returning('name')
      .executeTakeFirst()
    if (!removed) throw new AppError('not-found', `You have no passkey with the number ${id}.`)
    await refuseLastCredential(transaction, by)
    await appendAudit(transaction, {
      at: parts.clock.now(),
      operation: 'change-passkey',
      target: by.username,
      outcome: 'succeeded',
      details: { removed: removed.name },
    })
  })
}

async function refuseLastCredential(transaction: Queries, by: Principal): Promise<void> {
  if ((await credentialsOf(transaction, by.userId)).length > 0) return
  const { secondFactorRequired, provider } = await readSettings(transaction)
  const user = await transaction
    .selectFrom('app_user')
    .select(['password_hash', 'sealed_totp_secret', 'oidc_issuer'])
    .where('id', '=', by.userId)
    .executeTakeFirstOrThrow()
  const byProvider = provider !== null && user.oidc_issuer === provider.issuer
  const byPassword =
    user.password_hash !== null && (!secondFactorRequired || user.sealed_totp_secret !== null)
  if (byProvider || byPassword) return
  throw new AppError(
    'last-credential',
    'This is your only way to sign in; set up another one before you remove it.',
  )
}

async function credentialsOf(
  queries: Queries,
  userId: number,
): Promise<{ id: string; transports: string[] }[]> {
  const rows = await queries
    .selectFrom('passkey')
    .select(['credential_id', 'transports'])
    .where('user_id', '=', userId)
    .execute()
  return rows.map((row) => ({ id: row.credential_id.toString('base64url'), transports: row.transports }))
}

/** The challenge of a step, which is used by asking. Throws `passkey-refused`. */
async function takeChallenge(
  parts: AccessParts,
  purpose: Purpose | 'new-passkey',
  token: string,
  userId: number | null,
): Promise<string> {
  const step = await takeStep(parts.queries, parts, purpose, token)
  if (!step || step.userId !== userId) {
    throw new AppError('passkey-refused', 'This has waited too long or was used before; begin again.')
  }
  return (step.data as { challenge: string }).challenge
}

/**
 * The host passkeys belong to. Browsers make none for an address of numbers (WebAuthn §5.1.2: a valid domain), so
 * say what to do instead.
 */
function relyingParty(origin: string): string {
  const { hostname } = new URL(origin)
  if (/^[\d.]+$|^\[/.test(hostname)) {
    throw new AppError(
      'passkey-refused',
      'Passkeys need a host name: open the portal by its name (on this machine, as http://localhost with the same port).',
    )
  }
  return hostname
}

/** Says nothing of the person, and is another one in another installation on the same host (WebAuthn §14.6.1). */
async function userHandle(parts: AccessParts, userId: number): Promise<Buffer> {
  const key = await parts.vault.derive('user handles of passkeys')
  return createHmac('sha256', key).update(String(userId)).digest()
}

/** The library throws for whatever is wrong with what a browser sent. */
async function checked<Result>(check: () => Promise<Result>): Promise<Result | null> {
  try {
    return await check()
  } catch {
    return null
  }
}

function refused(): AppError {
  return new AppError('passkey-refused', 'The passkey was not accepted; try again, or sign in another way.')
}
