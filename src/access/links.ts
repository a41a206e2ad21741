/** Links that let somebody in once: the first administrator, somebody invited, somebody who lost what he signs in by. */
import { AppError } from '../domain/errors.ts'
import { administratorsGroup } from '../domain/roles.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { AccessParts } from './parts.ts'
import { acceptPassword } from './passwords.ts'
import { listAdministrators, oneAtATime } from './rights.ts'
import { addMember, seedRoleGroups } from './role-groups.ts'
import { endSessionsOf, type OpenedSession, openSession, type SignInOrigin } from './sessions.ts'
import { newToken, tokenHash } from './tokens.ts'

export interface Link {
  /** The token is in the fragment, which no browser sends and no server logs. */
  readonly url: string
  /** ISO time. */
  readonly expiresAt: string
}

export type LinkPurpose = 'first-administrator' | 'invitation' | 'reset'

const hourMs = 60 * 60_000
const validMs: Readonly<Record<LinkPurpose, number>> = {
  'first-administrator': 24 * hourMs,
  invitation: 7 * 24 * hourMs,
  reset: 24 * hourMs,
}

/**
 * The link by which the first administrator comes in; null once there is one who can sign in. It replaces one that
 * was not used. An administrator who came in but set neither password nor passkey gets a link for himself.
 * `roleGroups` are what he is made a member of besides Organization Management. Throws `role-group-not-found`.
 */
export async function firstAdministratorLink(
  parts: AccessParts,
  origin: string,
  options: { readonly roleGroups?: readonly string[] } = {},
): Promise<Link | null> {
  await seedRoleGroups(parts)
  return oneAtATime(parts, async (transaction) => {
    const administrators = await listAdministrators(transaction)
    if (administrators.some((administrator) => administrator.canSignIn)) return null
    const roleGroups = options.roleGroups ?? []
    for (const name of roleGroups) await roleGroupId(transaction, name)
    return makeLink(transaction, parts, origin, {
      purpose: 'first-administrator',
      userId: administrators[0]?.id ?? null,
      target: administrators[0]?.username ?? 'first administrator',
      roleGroups,
    })
  })
}

/** A link in the transaction, with its audit event. Links for the same purpose and person that were not used end. */
export async function makeLink(
  transaction: Queries,
  parts: AccessParts,
  origin: string,
  link: {
    readonly purpose: LinkPurpose
    readonly userId: number | null
    readonly target: string
    readonly createdBy?: string
    readonly roleGroups?: readonly string[]
  },
): Promise<Link> {
  const now = parts.clock.now()
  const expiresAt = new Date(now + validMs[link.purpose])
  const token = newToken(parts.random)
  await endUnused(transaction, now, link)
  await transaction
    .insertInto('one_time_link')
    .values({
      token_sha256: tokenHash(token),
      purpose: link.purpose,
      user_id: link.userId,
      role_groups: [...(link.roleGroups ?? [])],
      created_by: link.createdBy ?? 'local-operator',
      created_at: new Date(now),
      expires_at: expiresAt,
    })
    .execute()
  await appendAudit(transaction, {
    at: now,
    operation: 'create-link',
    target: link.target,
    outcome: 'succeeded',
    details: { purpose: link.purpose, expiresAt: expiresAt.toISOString() },
  })
  return { url: `${origin}/welcome#${token}`, expiresAt: expiresAt.toISOString() }
}

async function endUnused(
  transaction: Queries,
  now: number,
  link: { readonly purpose: LinkPurpose; readonly userId: number | null },
): Promise<void> {
  await transaction
    .updateTable('one_time_link')
    .set({ expires_at: new Date(now) })
    .where('used_at', 'is', null)
    .where('expires_at', '>', new Date(now))
    .where((row) =>
      link.purpose === 'first-administrator' || link.userId === null
        ? row('purpose', '=', 'first-administrator')
        : row('user_id', '=', link.userId),
    )
    .execute()
}

export interface LinkFacts {
  readonly purpose: LinkPurpose
  readonly username: string | null
  readonly name: string | null
  readonly expiresAt: string
}

/** What a link is for, without using it. Throws `link-refused`. */
export async function readLink(parts: AccessParts, token: string): Promise<LinkFacts> {
  const link = await parts.queries
    .selectFrom('one_time_link')
    .leftJoin('app_user', 'app_user.id', 'one_time_link.user_id')
    .select(['purpose', 'expires_at', 'username', 'name'])
    .where('token_sha256', '=', tokenHash(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', new Date(parts.clock.now()))
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  if (!link) throw linkRefused()
  const { username, name } = link
  return { purpose: link.purpose as LinkPurpose, username, name, expiresAt: link.expires_at.toISOString() }
}

export interface LinkSignIn {
  readonly token: string
  /** Asked of the first administrator. */
  readonly username?: string | undefined
  readonly name?: string | undefined
  readonly email?: string | undefined
  readonly password?: string | undefined
}

/**
 * Signs in with a link. Of two who use it at once one comes in. A reset takes away what the person signed in by
 * before; should that leave nobody who can sign in and give roles, the next start prints a link again. Throws `link-refused`, `password-refused`, `bad-request`, `user-exists`.
 */
export async function signInWithLink(
  parts: AccessParts,
  given: LinkSignIn,
  origin: SignInOrigin,
): Promise<OpenedSession> {
  return oneAtATime(parts, async (transaction) => {
    const now = parts.clock.now()
    const link = await transaction
      .updateTable('one_time_link')
      .set({ used_at: new Date(now) })
      .where('token_sha256', '=', tokenHash(given.token))
      .where('used_at', 'is', null)
      .where('expires_at', '>', new Date(now))
      .returning(['purpose', 'user_id', 'role_groups', 'created_by'])
      .executeTakeFirst()
    if (!link) throw linkRefused()
    const purpose = link.purpose as LinkPurpose
    const userId =
      link.user_id ?? (await createFirstAdministrator(transaction, parts, given, link.role_groups))
    const user = await enabledUser(transaction, userId)
    if (purpose === 'reset') await forgetCredentials(transaction, userId)
    if (given.password !== undefined) await setPassword(transaction, parts, user, given.password)
    return openSession(transaction, parts, user, {
      method: 'link',
      origin,
      details: {
        purpose,
        linkCreatedBy: link.created_by,
        ...(given.password === undefined ? {} : { passwordSet: true }),
      },
    })
  })
}

const usernamePattern = /^[a-z0-9][a-z0-9._@-]{1,99}$/

async function createFirstAdministrator(
  transaction: Queries,
  parts: AccessParts,
  given: LinkSignIn,
  roleGroups: readonly string[],
): Promise<number> {
  if ((await listAdministrators(transaction)).length > 0) throw linkRefused()
  const username = (given.username ?? '').trim().toLowerCase()
  const name = (given.name ?? '').trim()
  if (!usernamePattern.test(username) || name === '') {
    throw new AppError(
      'bad-request',
      'Say who you are: a name, and a user name of 2 to 100 letters, digits, dots, dashes or @.',
    )
  }
  const now = new Date(parts.clock.now())
  const user = await transaction
    .insertInto('app_user')
    .values({ username, name, email: given.email?.trim() || null, created_by: username, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!user) {
    throw new AppError('user-exists', `There is a user "${username}" already; choose another user name.`)
  }
  for (const group of [administratorsGroup, ...roleGroups]) {
    const id = await roleGroupId(transaction, group)
    await addMember(transaction, parts, {
      roleGroupId: id,
      userId: user.id,
      origin: 'manual',
      addedBy: username,
    })
  }
  await appendAudit(transaction, {
    at: parts.clock.now(),
    actor: username,
    actorType: 'person',
    operation: 'create-user',
    target: username,
    outcome: 'succeeded',
    details: { firstAdministrator: true, roleGroups: [administratorsGroup, ...roleGroups] },
  })
  return user.id
}

async function enabledUser(transaction: Queries, id: number): Promise<{ id: number; username: string }> {
  const user = await transaction
    .selectFrom('app_user')
    .select(['id', 'username'])
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  if (!user) throw linkRefused()
  return user
}

async function forgetCredentials(transaction: Queries, userId: number): Promise<void> {
  await transaction
    .updateTable('app_user')
    .set({
      password_hash: null,
      sealed_totp_secret: null,
      sealed_new_totp_secret: null,
      oidc_issuer: null,
      oidc_subject: null,
    })
    .where('id', '=', userId)
    .execute()
  await transaction.deleteFrom('passkey').where('user_id', '=', userId).execute()
  await endSessionsOf(transaction, userId)
}

async function setPassword(
  transaction: Queries,
  parts: AccessParts,
  user: { readonly id: number; readonly username: string },
  password: string,
): Promise<void> {
  await transaction
    .updateTable('app_user')
    .set({
      password_hash: await acceptPassword(password, user.username),
      password_changed_at: new Date(parts.clock.now()),
    })
    .where('id', '=', user.id)
    .execute()
}

async function roleGroupId(transaction: Queries, name: string): Promise<number> {
  const row = await transaction
    .selectFrom('role_group')
    .select('id')
    .where('name', '=', name)
    .executeTakeFirst()
  if (!row) throw new AppError('role-group-not-found', `There is no role group "${name}".`)
  return row.id
}

function linkRefused(): AppError {
  return new AppError(
    'link-refused',
    'This link has been used, has expired or has been replaced by a newer one; ask for another.',
  )
}
