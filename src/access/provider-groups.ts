import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { AccessParts } from './parts.ts'
import { listAdministrators } from './rights.ts'
import { addMember, removeMember } from './role-groups.ts'

/**
 * Makes the person's memberships of origin 'oidc' follow the groups the provider names now, with an audit event where
 * that changes something; what was given by hand stays. The last one who can give roles keeps his membership, whatever
 * the provider says. Answers what changed, for the sign-in's own event.
 */
export async function followProviderGroups(
  transaction: Queries,
  parts: AccessParts,
  user: { readonly id: number; readonly username: string },
  groups: readonly string[],
): Promise<{ joined?: string[]; left?: string[]; kept?: string[] }> {
  const roleGroups = await transaction
    .selectFrom('role_group')
    .leftJoin('role_group_member as m', (join) =>
      join.onRef('m.role_group_id', '=', 'role_group.id').on('m.user_id', '=', user.id),
    )
    .select(['role_group.id', 'role_group.name', 'oidc_groups', 'm.origin'])
    .execute()
  const named = new Set(groups)
  const joined: string[] = []
  const left: string[] = []
  const kept: string[] = []
  for (const group of roleGroups) {
    const belongs = group.oidc_groups.some((one) => named.has(one))
    if (belongs && group.origin === null) {
      const member = { roleGroupId: group.id, userId: user.id, origin: 'oidc', addedBy: 'provider' } as const
      await addMember(transaction, parts, member)
      joined.push(group.name)
    }
    if (!belongs && group.origin === 'oidc') {
      const removed = await removeUnlessLast(transaction, parts, group.id, user.id)
      ;(removed ? left : kept).push(group.name)
    }
  }
  const changed = {
    ...(joined.length > 0 ? { joined } : {}),
    ...(left.length > 0 ? { left } : {}),
    ...(kept.length > 0 ? { kept } : {}),
  }
  if (Object.keys(changed).length > 0) {
    await appendAudit(transaction, {
      at: parts.clock.now(),
      actor: user.username,
      actorType: 'person',
      operation: 'change-members',
      target: user.username,
      outcome: 'succeeded',
      details: { by: 'provider', ...changed },
    })
  }
  return changed
}

async function removeUnlessLast(
  transaction: Queries,
  parts: AccessParts,
  roleGroupId: number,
  userId: number,
): Promise<boolean> {
  await removeMember(transaction, roleGroupId, userId)
  const left = await listAdministrators(transaction)
  if (left.some((administrator) => administrator.canSignIn)) return true
  const member = { roleGroupId, userId, origin: 'oidc', addedBy: 'provider' } as const
  await addMember(transaction, parts, member)
  // Whoever never could give roles is not the last one who can.
  const again = await listAdministrators(transaction)
  if (again.some((administrator) => administrator.canSignIn)) return false
  await removeMember(transaction, roleGroupId, userId)
  return true
}
