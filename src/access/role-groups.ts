/** Role groups and their members. Whether a change may be made at once is asked in `acts.ts`. */
import { AppError } from '../domain/errors.ts'
import { administratorsGroup, builtInRoleGroups, isRole, type Role } from '../domain/roles.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { type Author, auditChange } from './audit.ts'
import type { AccessParts } from './parts.ts'

export type MemberOrigin = 'manual' | 'oidc'

export interface RoleGroupInput {
  readonly name: string
  readonly description: string
  readonly roles: readonly Role[]
  readonly oidcGroups: readonly string[]
}

export interface RoleGroup {
  readonly id: number
  readonly name: string
  readonly description: string
  readonly builtIn: boolean
  readonly roles: Role[]
  readonly oidcGroups: string[]
  readonly version: number
  readonly members: {
    readonly userId: number
    readonly username: string
    readonly name: string
    readonly origin: MemberOrigin
    readonly addedBy: string
    readonly addedAt: string
  }[]
}

/** Makes the built-in role groups that are not there yet. May be called at every start. */
export async function seedRoleGroups(parts: AccessParts): Promise<void> {
  const createdAt = new Date(parts.clock.now())
  await parts.queries
    .insertInto('role_group')
    .values(
      builtInRoleGroups.map(({ name, roles }) => ({
        name,
        built_in: true,
        roles: [...roles],
        created_at: createdAt,
      })),
    )
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
}

/** All of them with their members, built-in ones first; or the one with this id. */
export async function listRoleGroups(queries: Queries, id?: number): Promise<RoleGroup[]> {
  const groups = await queries
    .selectFrom('role_group')
    .selectAll()
    .$if(id !== undefined, (query) => query.where('id', '=', id!))
    .orderBy('built_in', 'desc')
    .orderBy('id')
    .execute()
  const members = await queries
    .selectFrom('role_group_member')
    .innerJoin('app_user', 'app_user.id', 'role_group_member.user_id')
    .select(['role_group_id', 'user_id', 'username', 'name', 'origin', 'added_by', 'added_at'])
    .$if(id !== undefined, (query) => query.where('role_group_id', '=', id!))
    .orderBy('username')
    .execute()
  return groups.map((group) => ({
    id: group.id,
    name: group.name,
    description: group.description,
    builtIn: group.built_in,
    roles: group.roles.filter(isRole),
    oidcGroups: group.oidc_groups,
    version: group.version,
    members: members
      .filter((member) => member.role_group_id === group.id)
      .map((member) => ({
        userId: member.user_id,
        username: member.username,
        name: member.name,
        origin: member.origin as MemberOrigin,
        addedBy: member.added_by,
        addedAt: member.added_at.toISOString(),
      })),
  }))
}

/** The names of the role groups somebody is in, by hand or by the sign-in provider. */
export async function roleGroupNamesOf(queries: Queries, userId: number): Promise<string[]> {
  const rows = await queries
    .selectFrom('role_group_member')
    .innerJoin('role_group', 'role_group.id', 'role_group_member.role_group_id')
    .select('role_group.name')
    .distinct()
    .where('user_id', '=', userId)
    .execute()
  return rows.map(({ name }) => name)
}

/** Throws `role-group-not-found`. */
export async function readRoleGroup(queries: Queries, id: number): Promise<RoleGroup> {
  const [group] = await listRoleGroups(queries, id)
  if (!group) throw new AppError('role-group-not-found', `There is no role group with the number ${id}.`)
  return group
}

/** Throws `role-group-exists`. Answers its id. */
export async function createRoleGroup(
  transaction: Queries,
  parts: AccessParts,
  input: RoleGroupInput,
  author: Author,
): Promise<number> {
  const row = await transaction
    .insertInto('role_group')
    .values({
      name: input.name,
      description: input.description,
      built_in: false,
      roles: [...new Set(input.roles)],
      oidc_groups: [...new Set(input.oidcGroups)],
      created_at: new Date(parts.clock.now()),
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!row) throw nameTaken(input.name)
  await auditChange(transaction, parts, author, {
    operation: 'create-role-group',
    target: input.name,
    details: { roles: input.roles, oidcGroups: input.oidcGroups },
  })
  return row.id
}

/** Throws `role-group-not-found`, `role-group-exists`, `changed-meanwhile`, `last-administrator`, `bad-request`. */
export async function changeRoleGroup(
  transaction: Queries,
  parts: AccessParts,
  change: { readonly id: number; readonly version: number; readonly input: RoleGroupInput },
  author: Author,
): Promise<void> {
  const { id, version, input } = change
  const before = await readRoleGroup(transaction, id)
  refuseChange(before, input)
  const taken = await transaction
    .selectFrom('role_group')
    .select('id')
    .where('name', '=', input.name)
    .where('id', '!=', id)
    .executeTakeFirst()
  if (taken) throw nameTaken(input.name)
  const changed = await transaction
    .updateTable('role_group')
    .set((row) => ({
      name: input.name,
      description: input.description,
      roles: [...new Set(input.roles)],
      oidc_groups: [...new Set(input.oidcGroups)],
      version: row('version', '+', 1),
    }))
    .where('id', '=', id)
    .where('version', '=', version)
    .returning('id')
    .executeTakeFirst()
  if (!changed) {
    throw new AppError(
      'changed-meanwhile',
      `Somebody else has changed the role group "${before.name}" since you opened it; open it again.`,
    )
  }
  await auditChange(transaction, parts, author, {
    operation: 'change-role-group',
    target: input.name,
    details: {
      ...(before.name === input.name ? {} : { formerName: before.name }),
      rolesAdded: without(input.roles, before.roles),
      rolesRemoved: without(before.roles, input.roles),
      oidcGroupsAdded: without(input.oidcGroups, before.oidcGroups),
      oidcGroupsRemoved: without(before.oidcGroups, input.oidcGroups),
    },
  })
}

function refuseChange(before: RoleGroup, input: RoleGroupInput): void {
  if (before.builtIn && before.name !== input.name) {
    throw new AppError('bad-request', `"${before.name}" is built in and keeps its name.`)
  }
  if (before.builtIn && before.name === administratorsGroup && !input.roles.includes('Role Management')) {
    throw new AppError(
      'last-administrator',
      `"${administratorsGroup}" keeps Role Management: without it nobody could give roles.`,
    )
  }
}

/** Throws `role-group-not-found`, or `bad-request` for a built-in one and for one that search filters speak of. */
export async function deleteRoleGroup(
  transaction: Queries,
  parts: AccessParts,
  id: number,
  author: Author,
): Promise<void> {
  const group = await readRoleGroup(transaction, id)
  if (group.builtIn) {
    throw new AppError('bad-request', `"${group.name}" is built in and stays; remove its members instead.`)
  }
  const filter = await transaction
    .selectFrom('search_filter')
    .select('name')
    .where('role_group_id', '=', id)
    .executeTakeFirst()
  if (filter) {
    throw new AppError(
      'bad-request',
      `The search filter "${filter.name}" limits the members of "${group.name}"; delete it first.`,
    )
  }
  await transaction.deleteFrom('role_group').where('id', '=', id).execute()
  await auditChange(transaction, parts, author, {
    operation: 'delete-role-group',
    target: group.name,
    details: { roles: group.roles, members: group.members.map((member) => member.username) },
  })
}

export interface MembersChange {
  readonly id: number
  readonly add: readonly number[]
  readonly remove: readonly number[]
}

/** Throws `role-group-not-found`, `user-not-found`. Adding a member and removing one who is none are no errors. */
export async function changeMembers(
  transaction: Queries,
  parts: AccessParts,
  change: MembersChange,
  author: Author,
): Promise<void> {
  const group = await readRoleGroup(transaction, change.id)
  const added = await usernamesOf(transaction, change.add)
  const removed = await usernamesOf(transaction, change.remove)
  for (const userId of change.remove) await removeMember(transaction, group.id, userId)
  for (const userId of change.add) {
    if (group.members.some((member) => member.userId === userId && member.origin === 'manual')) continue
    const member = { roleGroupId: group.id, userId, origin: 'manual', addedBy: author.username } as const
    await removeMember(transaction, group.id, userId)
    await addMember(transaction, parts, member)
  }
  await auditChange(transaction, parts, author, {
    operation: 'change-members',
    target: group.name,
    details: { added, removed },
  })
}

/** A member given by hand stays one when the provider names him too. */
export async function addMember(
  transaction: Queries,
  parts: Pick<AccessParts, 'clock'>,
  member: {
    readonly roleGroupId: number
    readonly userId: number
    readonly origin: MemberOrigin
    readonly addedBy: string
  },
): Promise<void> {
  await transaction
    .insertInto('role_group_member')
    .values({
      role_group_id: member.roleGroupId,
      user_id: member.userId,
      origin: member.origin,
      added_by: member.addedBy,
      added_at: new Date(parts.clock.now()),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function removeMember(transaction: Queries, roleGroupId: number, userId: number): Promise<void> {
  await transaction
    .deleteFrom('role_group_member')
    .where('role_group_id', '=', roleGroupId)
    .where('user_id', '=', userId)
    .execute()
}

/** Their user names, in order. Throws `user-not-found`. */
export async function usernamesOf(queries: Queries, ids: readonly number[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await queries
    .selectFrom('app_user')
    .select(['id', 'username'])
    .where('id', 'in', ids)
    .execute()
  const names = new Map(rows.map((row) => [row.id, row.username]))
  return ids.map((id) => {
    const name = names.get(id)
    if (name === undefined) throw new AppError('user-not-found', `There is no user with the number ${id}.`)
    return name
  })
}

/** What is in the first list only. */
export function without<Value>(values: readonly Value[], others: readonly Value[]): Value[] {
  return values.filter((value) => !others.includes(value))
}

function nameTaken(name: string): AppError {
  return new AppError('role-group-exists', `There is a role group "${name}" already; choose another name.`)
}
