/** Changes of rights, one after the other, and the rule that somebody always can give roles. */
import { sql } from 'kysely'
import { AppError } from '../domain/errors.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { AccessParts } from './parts.ts'

/**
 * Runs a change of who may do what in a transaction of its own, never two at once: two administrators who remove
 * each other would both find the other one left. Throws `last-administrator` when nobody would be left who can
 * sign in and give roles, or, before anybody has set a password or passkey, nobody who holds the role.
 */
export async function changeRights<Result>(
  parts: Pick<AccessParts, 'queries'>,
  work: (transaction: Queries) => Promise<Result>,
): Promise<Result> {
  return oneAtATime(parts, async (transaction) => {
    const before = await listAdministrators(transaction)
    const result = await work(transaction)
    const after = await listAdministrators(transaction)
    const needed = before.some(canSignIn) ? after.filter(canSignIn) : after
    if (before.length > 0 && needed.length === 0) {
      throw new AppError(
        'last-administrator',
        'Nobody would be left who can sign in and give roles; first make somebody else a member of Organization Management.',
      )
    }
    return result
  })
}

/** Runs the work in a transaction while no other one changes rights. */
export async function oneAtATime<Result>(
  parts: Pick<AccessParts, 'queries'>,
  work: (transaction: Queries) => Promise<Result>,
): Promise<Result> {
  return parts.queries.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('access rights', 0))`.execute(transaction)
    return work(transaction)
  })
}

export interface Administrator {
  readonly id: number
  readonly username: string
  /** By a password, a passkey or the provider as it is set up now. */
  readonly canSignIn: boolean
}

/** Everybody who holds Role Management and is not disabled. */
export async function listAdministrators(queries: Queries): Promise<readonly Administrator[]> {
  const { rows } = await sql<Administrator>`
    select u.id, u.username,
      u.password_hash is not null
        or exists (select from passkey p where p.user_id = u.id)
        or coalesce(u.oidc_issuer = (select value->>'issuer' from setting where name = 'provider'), false)
        as "canSignIn"
    from app_user u
    where u.disabled_at is null and exists (
      select from role_group_member m join role_group g on g.id = m.role_group_id
      where m.user_id = u.id and 'Role Management' = any(g.roles))
    order by u.id`.execute(queries)
  return rows
}

/** Whether somebody other than this person could approve what he asks for. */
export async function hasOtherApprover(queries: Queries, userId: number): Promise<boolean> {
  return (await listAdministrators(queries)).some((one) => one.canSignIn && one.id !== userId)
}

function canSignIn(administrator: Administrator): boolean {
  return administrator.canSignIn
}
