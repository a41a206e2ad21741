/** Users as an administrator sees and changes them. */
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { lockedNames, unlockName } from './failures.ts'
import { type Link, makeLink } from './links.ts'
import type { AccessParts } from './parts.ts'
import type { Principal } from './principal.ts'
import { changeRights } from './rights.ts'
import type { MemberOrigin } from './role-groups.ts'
import { endSessionsOf, listSessions } from './sessions.ts'

export interface User {
  readonly id: number
  readonly username: string
  readonly name: string
  readonly email: string | null
  readonly roleGroups: { readonly id: number; readonly name: string; readonly origin: MemberOrigin }[]
  readonly signsInBy: ('password' | 'totp' | 'passkey' | 'oidc')[]
  readonly lockedUntil: string | null
  readonly disabledAt: string | null
  readonly createdAt: string
  readonly lastSignInAt: string | null
  /** How many have not ended. */
  readonly sessions: number
  /** How many API tokens still work. */
  readonly tokens: number
}

/** Everybody by user name, or the one with this id. */
export async function listUsers(parts: AccessParts, id?: number): Promise<User[]> {
  const rows = await parts.queries
    .selectFrom('app_user')
    .selectAll()
    .select((row) =>
      row
        .exists(row.selectFrom('passkey').select('id').whereRef('passkey.user_id', '=', 'app_user.id'))
        .as('has_passkey'),
    )
    .select((row) =>
      row
        .selectFrom('api_token')
        .select(({ fn }) => fn.countAll<string>().as('count'))
        .whereRef('api_token.user_id', '=', 'app_user.id')
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', new Date(parts.clock.now()))
        .as('tokens'),
    )
    .$if(id !== undefined, (query) => query.where('id', '=', id!))
    .orderBy('username')
    .execute()
  const memberships = await parts.queries
    .selectFrom('role_group_member')
    .innerJoin('role_group', 'role_group.id', 'role_group_member.role_group_id')
    .select(['user_id', 'role_group.id', 'role_group.name', 'origin'])
    .$if(id !== undefined, (query) => query.where('user_id', '=', id!))
    .orderBy('role_group.id')
    .execute()
  const sessions = await listSessions(parts, id)
  const locked = await lockedNames(
    parts,
    rows.map((row) => row.username),
  )
  return rows.map((row) => ({
    id: row.id,
    username: row.username,
    name: row.name,
    email: row.email,
    roleGroups: memberships
      .filter((membership) => membership.user_id === row.id)
      .map(({ id, name, origin }) => ({ id, name, origin: origin as MemberOrigin })),
    signsInBy: [
      ...(row.password_hash === null ? [] : (['password'] as const)),
      ...(row.sealed_totp_secret === null ? [] : (['totp'] as const)),
      ...(row.has_passkey ? (['passkey'] as const) : []),
      ...(row.oidc_subject === null ? [] : (['oidc'] as const)),
    ],
    lockedUntil: locked.get(row.username)?.toISOString() ?? null,
    disabledAt: row.disabled_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
    sessions: sessions.filter((session) => session.userId === row.id).length,
    tokens: Number(row.tokens),
  }))
}

/** Throws `user-not-found`. */
export async function readUser(parts: AccessParts, id: number): Promise<User> {
  const [user] = await listUsers(parts, id)
  if (!user) throw userNotFound(id)
  return user
}

/** Makes a user without any right, and the link by which he comes in. Throws `user-exists`. */
export async function createUser(
  parts: AccessParts,
  by: Principal,
  origin: string,
  input: { readonly username: string; readonly name: string; readonly email: string | null },
): Promise<{ user: User; link: Link }> {
  const made = await parts.queries.transaction().execute(async (transaction) => {
    const id = await insertUser(transaction, parts, { ...input, createdBy: by.username })
    await appendAudit(transaction, {
      at: parts.clock.now(),
      operation: 'create-user',
      target: input.username,
      outcome: 'succeeded',
    })
    const link = await makeLink(transaction, parts, origin, {
      purpose: 'invitation',
      userId: id,
      target: input.username,
      createdBy: by.username,
    })
    return { id, link }
  })
  return { user: await readUser(parts, made.id), link: made.link }
}

/** A new row for a person; its id. Throws `user-exists`: names are never given to another person. */
export async function insertUser(
  transaction: Queries,
  parts: AccessParts,
  user: {
    readonly username: string
    readonly name: string
    readonly email: string | null
    readonly createdBy: string
    readonly oidc?: { readonly issuer: string; readonly subject: string }
  },
): Promise<number> {
  const row = await transaction
    .insertInto('app_user')
    .values({
      username: user.username,
      name: user.name,
      email: user.email?.trim() || null,
      oidc_issuer: user.oidc?.issuer ?? null,
      oidc_subject: user.oidc?.subject ?? null,
      created_by: user.createdBy,
      created_at: new Date(parts.clock.now()),
    })
    .onConflict((conflict) => conflict.column('username').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!row) {
    throw new AppError('user-exists', `There is a user "${user.username}" already; choose another user name.`)
  }
  return row.id
}

export interface UserChange {
  readonly name?: string | undefined
  readonly email?: string | null | undefined
  readonly disabled?: boolean | undefined
  readonly unlock?: true | undefined
}

/** Disabling ends the person's sessions and revokes his tokens. Throws `user-not-found`, `last-administrator`. */
export async function updateUser(parts: AccessParts, id: number, change: UserChange): Promise<User> {
  await changeRights(parts, async (transaction) => {
    const now = new Date(parts.clock.now())
    const before = await transaction
      .selectFrom('app_user')
      .select(['username', 'disabled_at'])
      .where('id', '=', id)
      .executeTakeFirst()
    if (!before) throw userNotFound(id)
    const disabledAt = change.disabled ? (before.disabled_at ?? now) : null
    await transaction
      .updateTable('app_user')
      .set({
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.email === undefined ? {} : { email: change.email?.trim() || null }),
        disabled_at: change.disabled === undefined ? before.disabled_at : disabledAt,
      })
      .where('id', '=', id)
      .execute()
    if (change.unlock) await unlockName(transaction, parts, before.username)
    if (change.disabled) await shutOut(transaction, id, now)
    const { name, email, ...told } = change
    const changed = [...(name === undefined ? [] : ['name']), ...(email === undefined ? [] : ['email'])]
    await appendAudit(transaction, {
      at: now.getTime(),
      operation: change.disabled ? 'disable-user' : 'update-user',
      target: before.username,
      outcome: 'succeeded',
      details: { ...told, changed },
    })
  })
  return readUser(parts, id)
}

async function shutOut(transaction: Queries, userId: number, now: Date): Promise<void> {
  await endSessionsOf(transaction, userId)
  await transaction
    .updateTable('api_token')
    .set({ revoked_at: now })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .execute()
}

/** A link for somebody who cannot sign in. Throws `user-not-found`, also for one who is disabled. */
export async function createUserLink(
  parts: AccessParts,
  origin: string,
  id: number,
  createdBy: string,
): Promise<Link> {
  return parts.queries.transaction().execute(async (transaction) => {
    const user = await transaction
      .selectFrom('app_user')
      .select(['username', 'last_sign_in_at'])
      .where('id', '=', id)
      .where('disabled_at', 'is', null)
      .executeTakeFirst()
    if (!user) throw userNotFound(id)
    return makeLink(transaction, parts, origin, {
      purpose: user.last_sign_in_at === null ? 'invitation' : 'reset',
      userId: id,
      target: user.username,
      createdBy,
    })
  })
}

/** Throws `user-not-found`. */
export async function userIdOf({ queries }: Pick<AccessParts, 'queries'>, username: string): Promise<number> {
  const user = await queries
    .selectFrom('app_user')
    .select('id')
    .where('username', '=', username.toLowerCase())
    .executeTakeFirst()
  if (user) return user.id
  throw new AppError(
    'user-not-found',
    `There is no user "${username}"; the portal lists them under Users and roles.`,
  )
}

/** Ends all sessions of a user; how many. Throws `user-not-found`. */
export async function endUserSessions(parts: AccessParts, id: number): Promise<number> {
  return parts.queries.transaction().execute(async (transaction) => {
    const user = await transaction
      .selectFrom('app_user')
      .select('username')
      .where('id', '=', id)
      .executeTakeFirst()
    if (!user) throw userNotFound(id)
    const ended = await endSessionsOf(transaction, id)
    await appendAudit(transaction, {
      at: parts.clock.now(),
      operation: 'end-session',
      target: user.username,
      outcome: 'succeeded',
      details: { sessions: ended },
    })
    return ended
  })
}

export function userNotFound(id: number): AppError {
  return new AppError('user-not-found', `There is no user with the number ${id} who may sign in.`)
}
