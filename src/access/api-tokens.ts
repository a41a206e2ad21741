/** Tokens for programs: hashed, with some of their owner's roles, for a time, revocable. */
import { sql } from 'kysely'
import { AppError } from '../domain/errors.ts'
import { isRole, type Role } from '../domain/roles.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { type RightsRow, rightsColumns, rolesOf } from './effective-rights.ts'
import type { AccessParts } from './parts.ts'
import { holds, type Principal } from './principal.ts'
import { newToken, tokenHash } from './tokens.ts'

/** Known to programs that look for secrets where none belong. */
const tokenPrefix = 'holdfast_'
const dayMs = 24 * 60 * 60_000
const lastUsedEveryMs = 60_000

interface TokenRow extends RightsRow {
  readonly id: number
  readonly user_id: number
  readonly username: string
  readonly name: string
  readonly token_roles: readonly string[]
  readonly last_used_at: Date | null
}

/**
 * Whoever a program's token stands for; null for one that is unknown, revoked, expired or whose owner is disabled.
 * It has those of its roles that its owner still has, and sees the mailboxes he sees.
 */
export async function principalOfToken(parts: AccessParts, token: string): Promise<Principal | null> {
  const now = new Date(parts.clock.now())
  const { rows } = await sql<TokenRow>`
    select t.id, t.user_id, u.username, u.name, t.roles as token_roles, t.last_used_at, ${rightsColumns()}
    from api_token t join app_user u on u.id = t.user_id
    where t.token_sha256 = ${tokenHash(token)} and t.revoked_at is null and t.expires_at > ${now}
      and u.disabled_at is null`.execute(parts.queries)
  const row = rows[0]
  if (!row) return null
  if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() >= lastUsedEveryMs) {
    await parts.queries.updateTable('api_token').set({ last_used_at: now }).where('id', '=', row.id).execute()
  }
  return {
    kind: 'token',
    userId: row.user_id,
    username: row.username,
    name: row.name,
    roles: new Set([...rolesOf(row)].filter((role) => row.token_roles.includes(role))),
    session: null,
    mailboxIds: row.mailbox_ids,
  }
}

export interface ListedToken {
  readonly id: number
  readonly name: string
  readonly roles: Role[]
  readonly createdAt: string
  readonly expiresAt: string
  readonly lastUsedAt: string | null
  readonly revokedAt: string | null
}

/** One's own tokens, latest first. */
export async function listTokens(parts: AccessParts, by: Principal): Promise<ListedToken[]> {
  const rows = await parts.queries
    .selectFrom('api_token')
    .selectAll()
    .where('user_id', '=', by.userId)
    .orderBy('id', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    roles: row.roles.filter(isRole),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }))
}

/** Makes a token; it can be read this once. Throws `not-allowed` for a role its maker does not hold. */
export async function createToken(
  parts: AccessParts,
  by: Principal,
  input: { readonly name: string; readonly roles: readonly Role[]; readonly days: number },
): Promise<{ id: number; token: string; expiresAt: string }> {
  const foreign = input.roles.filter((role) => !holds(by, role))
  if (foreign.length > 0) {
    throw new AppError(
      'not-allowed',
      `A token cannot have a role that you do not hold: ${foreign.join(', ')}; leave it out.`,
    )
  }
  const now = parts.clock.now()
  const expiresAt = new Date(now + input.days * dayMs)
  const token = tokenPrefix + newToken(parts.random)
  const id = await parts.queries.transaction().execute(async (transaction) => {
    const row = await transaction
      .insertInto('api_token')
      .values({
        user_id: by.userId,
        name: input.name,
        token_sha256: tokenHash(token),
        roles: [...new Set(input.roles)],
        created_at: new Date(now),
        expires_at: expiresAt,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await appendAudit(transaction, {
      at: now,
      operation: 'create-token',
      target: input.name,
      outcome: 'succeeded',
      details: { token: row.id, roles: input.roles, expiresAt: expiresAt.toISOString() },
    })
    return row.id
  })
  return { id, token, expiresAt: expiresAt.toISOString() }
}

/** Revokes one of one's own tokens. Throws `not-found`. Revoking twice is no error. */
export async function revokeToken(parts: AccessParts, by: Principal, id: number): Promise<void> {
  const now = parts.clock.now()
  await parts.queries.transaction().execute(async (transaction) => {
    const row = await transaction
      .updateTable('api_token')
      .set((row) => ({ revoked_at: row.fn.coalesce('revoked_at', sql<Date>`${new Date(now)}::timestamptz`) }))
      .where('id', '=', id)
      .where('user_id', '=', by.userId)
      .returning('name')
      .executeTakeFirst()
    if (!row) throw new AppError('not-found', `You have no token with the number ${id}.`)
    await appendAudit(transaction, {
      at: now,
      operation: 'revoke-token',
      target: row.name,
      outcome: 'succeeded',
      details: { token: id },
    })
  })
}
