/**
 * Signing in through the provider: authorization code with PKCE, state and nonce (OpenID Connect Core §3.1, RFC 9700).
 * A person is known by issuer and subject alone. E-mail addresses and user names are the provider's to change, and
 * are never taken as proof of being somebody here.
 */
import * as client from 'openid-client'
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { AccessParts } from './parts.ts'
import { auditRefusal } from './password-sign-in.ts'
import type { Principal } from './principal.ts'
import { findProvider, reasonOf } from './provider-client.ts'
import { followProviderGroups } from './provider-groups.ts'
import { type ProviderPerson, personOf } from './provider-person.ts'
import { oneAtATime } from './rights.ts'
import { type OpenedSession, openSession, type SignInOrigin } from './sessions.ts'
import { type ProviderSettings, readSettings } from './settings.ts'
import { beginStep, takeStep } from './steps.ts'
import { insertUser } from './users.ts'

/** Where the provider sends the browser back to; told to the provider's administrator. */
export const callbackPath = '/api/sign-in/provider/callback'

export interface ProviderStep {
  /** For the browser's cookie: only the browser that began may finish. */
  readonly step: string
  /** Where the provider asks who one is. */
  readonly url: string
}

interface StepData {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  /** The session that was there: replaced by a sign-in, needed for a link. */
  readonly sessionId: string | null
  /** Whether the provider was told to ask again who it is. */
  readonly anew: boolean
  /** Links the provider's person to the user of the step instead of signing in. */
  readonly link: boolean
}

/**
 * Begins a sign-in; of somebody who is signed in already, one at which the provider asks again who he is, so that it
 * counts as proof. Throws `provider-refused`.
 */
export function beginProviderSignIn(
  parts: AccessParts,
  webOrigin: string,
  signedIn: Principal | null,
): Promise<ProviderStep> {
  return begin(parts, webOrigin, signedIn, false)
}

/** Begins to link the person the provider will name to whoever is signed in here. Throws `provider-refused`. */
export function beginProviderLink(
  parts: AccessParts,
  webOrigin: string,
  by: Principal,
): Promise<ProviderStep> {
  return begin(parts, webOrigin, by, true)
}

async function begin(
  parts: AccessParts,
  webOrigin: string,
  by: Principal | null,
  link: boolean,
): Promise<ProviderStep> {
  const { configuration } = await providerOf(parts)
  const data: StepData = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    codeVerifier: client.randomPKCECodeVerifier(),
    sessionId: by?.session?.id ?? null,
    anew: by !== null,
    link,
  }
  const step = await beginStep(parts, 'provider', by && link ? { userId: by.userId, data } : { data })
  const offersGroups = configuration.serverMetadata().scopes_supported?.includes('groups') ?? false
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: webOrigin + callbackPath,
    scope: `openid profile email${offersGroups ? ' groups' : ''}`,
    state: data.state,
    nonce: data.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(data.codeVerifier),
    code_challenge_method: 'S256',
    ...(data.anew ? { prompt: 'login', max_age: '0' } : {}),
  })
  return { step, url: url.href }
}

/** What the provider put into the address it sent the browser back to. */
export interface ProviderAnswer {
  readonly code?: string | undefined
  readonly state?: string | undefined
  readonly iss?: string | undefined
  readonly error?: string | undefined
}

export type ProviderOutcome =
  | { readonly state: 'signed-in'; readonly session: OpenedSession }
  | { readonly state: 'linked' }
  /** `linking`: somebody who is signed in meant to link his person there. */
  | { readonly state: 'refused'; readonly problem: ProviderProblem; readonly linking: boolean }

/** What the sign-in page has a sentence for. */
export type ProviderProblem =
  /** The provider or the person said no, or the step was used or waited too long. */
  | 'provider-refused'
  /** The provider's person is nobody here. */
  | 'user-unknown'
  /** His user name there is another person's here. */
  | 'user-exists'

/** Finishes what this browser began. Refusals are answers, since a browser shows them; each is audited. */
export async function finishProviderSignIn(
  parts: AccessParts,
  webOrigin: string,
  given: { readonly step: string | null; readonly answer: ProviderAnswer },
  origin: SignInOrigin,
): Promise<ProviderOutcome> {
  let linking = false
  try {
    const step = given.step === null ? null : await takeStep(parts.queries, parts, 'provider', given.step)
    if (!step) throw refused('this browser began no sign-in, or it has waited too long')
    const data = step.data as StepData
    linking = data.link
    const { provider, configuration } = await providerOf(parts)
    const person = await redeem(configuration, provider, webOrigin, given.answer, data)
    if (data.link) return await linkPerson(parts, provider, person, step.userId!, data.sessionId)
    const replaced = { ...origin, sessionId: origin.sessionId ?? data.sessionId }
    return { state: 'signed-in', session: await admit(parts, provider, person, replaced) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const problem = error.code === 'user-exists' || error.code === 'user-not-found' ? error.code : null
    await auditRefusal(parts, null, 'oidc', problem ?? error.message)
    return {
      state: 'refused',
      problem: problem === 'user-not-found' ? 'user-unknown' : (problem ?? 'provider-refused'),
      linking,
    }
  }
}

async function redeem(
  configuration: client.Configuration,
  provider: ProviderSettings,
  webOrigin: string,
  answer: ProviderAnswer,
  data: StepData,
): Promise<ProviderPerson> {
  const current = new URL(webOrigin + callbackPath)
  for (const [name, value] of Object.entries(answer)) {
    if (value !== undefined) current.searchParams.set(name, value)
  }
  try {
    const tokens = await client.authorizationCodeGrant(configuration, current, {
      pkceCodeVerifier: data.codeVerifier,
      expectedState: data.state,
      expectedNonce: data.nonce,
      idTokenExpected: true,
      // The provider said that it has just asked: a minute for what lies between.
      ...(data.anew ? { maxAge: 60 } : {}),
    })
    return await personOf(configuration, tokens, provider.groupsClaim)
  } catch (cause) {
    throw refused(reasonOf(cause), cause)
  }
}

async function admit(
  parts: AccessParts,
  provider: ProviderSettings,
  person: ProviderPerson,
  origin: SignInOrigin,
): Promise<OpenedSession> {
  return oneAtATime(parts, async (transaction) => {
    const user =
      (await userOf(transaction, person)) ?? (await createProviderUser(transaction, parts, provider, person))
    const groups = await followProviderGroups(transaction, parts, user, person.groups)
    return openSession(transaction, parts, user, {
      method: 'oidc',
      origin,
      ...(person.authenticatedAt === null ? {} : { confirmedAt: person.authenticatedAt }),
      details: { provider: provider.name, ...groups },
    })
  })
}

interface KnownUser {
  readonly id: number
  readonly username: string
}

async function userOf(transaction: Queries, person: ProviderPerson): Promise<KnownUser | null> {
  const row = await transaction
    .selectFrom('app_user')
    .select(['id', 'username', 'disabled_at'])
    .where('oidc_issuer', '=', person.issuer)
    .where('oidc_subject', '=', person.subject)
    .executeTakeFirst()
  if (row?.disabled_at) throw refused('the user is disabled')
  return row ?? null
}

/** Throws `user-not-found` unless the settings let the provider make users, `user-exists` if the name is taken. */
async function createProviderUser(
  transaction: Queries,
  parts: AccessParts,
  provider: ProviderSettings,
  person: ProviderPerson,
): Promise<KnownUser> {
  if (!provider.createsUsers) {
    throw new AppError('user-not-found', 'This person of the sign-in provider is nobody here.')
  }
  const { username, name, email, issuer, subject } = person
  const id = await insertUser(transaction, parts, {
    username,
    name,
    email,
    createdBy: `provider ${provider.name}`,
    oidc: { issuer, subject },
  })
  await appendAudit(transaction, {
    at: parts.clock.now(),
    operation: 'create-user',
    target: username,
    outcome: 'succeeded',
    details: { provider: provider.name },
  })
  return { id, username }
}

/** Throws `user-exists` where the provider's person is somebody else here. */
async function linkPerson(
  parts: AccessParts,
  provider: ProviderSettings,
  person: ProviderPerson,
  userId: number,
  sessionId: string | null,
): Promise<ProviderOutcome> {
  await oneAtATime(parts, async (transaction) => {
    const user = await transaction
      .selectFrom('app_user')
      .innerJoin('user_session', 'user_session.user_id', 'app_user.id')
      .select(['app_user.id', 'username'])
      .where('app_user.id', '=', userId)
      .where('user_session.id', '=', sessionId)
      .where('disabled_at', 'is', null)
      .executeTakeFirst()
    if (!user) throw refused('the session that asked for it has ended')
    const other = await userOf(transaction, person)
    if (other && other.id !== userId) {
      throw new AppError('user-exists', 'This person of the sign-in provider is somebody else here.')
    }
    await transaction
      .updateTable('app_user')
      .set({ oidc_issuer: person.issuer, oidc_subject: person.subject })
      .where('id', '=', userId)
      .execute()
    const groups = await followProviderGroups(transaction, parts, user, person.groups)
    await appendAudit(transaction, {
      at: parts.clock.now(),
      actor: user.username,
      actorType: 'person',
      sessionId,
      operation: 'link-provider',
      target: user.username,
      outcome: 'succeeded',
      details: { provider: provider.name, ...groups },
    })
  })
  return { state: 'linked' }
}

async function providerOf(
  parts: AccessParts,
): Promise<{ provider: ProviderSettings; configuration: client.Configuration }> {
  const { provider } = await readSettings(parts.queries)
  if (!provider) throw refused('none is set up here')
  return { provider, configuration: await findProvider(parts, provider) }
}

function refused(reason: string, cause?: unknown): AppError {
  return new AppError('provider-refused', `The sign-in through the provider failed: ${reason}.`, { cause })
}
