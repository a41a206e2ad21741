/**
 * Acts that change who may do what. Each says what it gives to whom, so that nobody gives himself or another a right
 * unnoticed, and is done at once or, by the same words, after a second person has approved it.
 */
import { AppError } from '../domain/errors.ts'
import type { Role } from '../domain/roles.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { Author } from './audit.ts'
import type { AccessParts } from './parts.ts'
import {
  changeMembers,
  changeRoleGroup,
  createRoleGroup,
  type RoleGroupInput,
  readRoleGroup,
  usernamesOf,
  without,
} from './role-groups.ts'
import {
  areLimited,
  createSearchFilter,
  deleteSearchFilter,
  readSearchFilter,
  type SearchFilterInput,
  subjectName,
  usersOfSubject,
} from './search-filters.ts'
import { readSettings, type Settings, type SettingsChange, writeSettings } from './settings.ts'

/** `operation` is the endpoint's name; the rest its checked input. */
export type Act =
  | {
      readonly operation: 'changeMembers'
      readonly id: number
      readonly add: readonly number[]
      readonly remove: readonly number[]
    }
  | { readonly operation: 'createRoleGroup'; readonly input: RoleGroupInput }
  | {
      readonly operation: 'changeRoleGroup'
      readonly id: number
      readonly version: number
      readonly input: RoleGroupInput
    }
  | { readonly operation: 'createSearchFilter'; readonly input: SearchFilterInput }
  | { readonly operation: 'deleteSearchFilter'; readonly id: number }
  | { readonly operation: 'changeSettings'; readonly change: SettingsChange }

/** Who may ask for it, and still must when it is approved. */
export const roleFor: Readonly<Record<Act['operation'], Role>> = {
  changeMembers: 'Role Management',
  createRoleGroup: 'Role Management',
  changeRoleGroup: 'Role Management',
  createSearchFilter: 'Role Management',
  deleteSearchFilter: 'Role Management',
  changeSettings: 'Organization Configuration',
}

export interface Weight {
  /**
   * Why a second person is asked: never, if the settings ask for one before role grants, or always (what one gives
   * to oneself, or cannot know to whom one gives it, and what would do away with the second person).
   */
  readonly approval: 'never' | 'by-setting' | 'always'
  /** Whether whoever asks gets something by it himself. */
  readonly self: boolean
  /** A sentence for whoever decides, after "NAME asks to". */
  readonly summary: string
}

/** What the act gives, and so whether it may be done at once. Throws as the act itself does. */
export async function weigh(queries: Queries, act: Act, userId: number): Promise<Weight> {
  switch (act.operation) {
    case 'changeMembers':
      return weighMembers(queries, act, userId)
    case 'createRoleGroup': {
      const summary = `make the role group "${act.input.name}" for ${listed(act.input.oidcGroups)} of the sign-in provider, with ${listed(act.input.roles)}`
      return weight(act.input.oidcGroups.length > 0 ? 'always' : 'never', false, summary)
    }
    case 'changeRoleGroup':
      return weighRoleGroup(queries, act, userId)
    case 'createSearchFilter': {
      const users = await usersOfSubject(queries, act.input.for)
      const widens = await areLimited(queries, users)
      const name = await subjectName(queries, act.input.for)
      const summary = `let ${name} see more by one more search filter, "${act.input.name}"`
      return grant(widens, widens && users.includes(userId), summary)
    }
    case 'deleteSearchFilter': {
      const filter = await readSearchFilter(queries, act.id)
      const users = await usersOfSubject(queries, filter.for)
      const summary = `delete the search filter "${filter.name}", which limits ${filter.for.name}`
      return grant(true, users.includes(userId), summary)
    }
    case 'changeSettings':
      return weighSettings(queries, act.change)
  }
}

async function weighMembers(
  queries: Queries,
  act: Extract<Act, { operation: 'changeMembers' }>,
  userId: number,
): Promise<Weight> {
  const group = await readRoleGroup(queries, act.id)
  const manual = group.members.filter(({ origin }) => origin === 'manual').map((member) => member.userId)
  const added = without(act.add, manual)
  // Whoever leaves a group that a filter limits keeps his other roles, but not the limit.
  const freed = (await hasFilter(queries, act.id))
    ? act.remove.filter((id) => group.members.some((member) => member.userId === id))
    : []
  const names = await usernamesOf(queries, act.add)
  const removed = await usernamesOf(queries, act.remove)
  const changes = [
    ...(names.length > 0 ? [`add ${listed(names)} to ${group.name}`] : []),
    ...(removed.length > 0 ? [`remove ${listed(removed)} from ${group.name}`] : []),
  ]
  const gains = [...added, ...freed]
  return grant(
    gains.length > 0,
    gains.includes(userId),
    changes.join(' and ') || `leave ${group.name} as it is`,
  )
}

async function hasFilter(queries: Queries, roleGroupId: number): Promise<boolean> {
  const row = await queries
    .selectFrom('search_filter')
    .select('id')
    .where('role_group_id', '=', roleGroupId)
    .executeTakeFirst()
  return row !== undefined
}

async function weighRoleGroup(
  queries: Queries,
  act: Extract<Act, { operation: 'changeRoleGroup' }>,
  userId: number,
): Promise<Weight> {
  const group = await readRoleGroup(queries, act.id)
  const roles = without(act.input.roles, group.roles)
  const oidcGroups = without(act.input.oidcGroups, group.oidcGroups)
  const gives = [
    ...(roles.length > 0 ? [`give ${listed(roles)} to the members of ${group.name}`] : []),
    ...(oidcGroups.length > 0
      ? [`let ${listed(oidcGroups)} of the sign-in provider come in as ${group.name}`]
      : []),
  ]
  const self = roles.length > 0 && group.members.some((member) => member.userId === userId)
  const summary = gives.join(' and ') || `change ${group.name}`
  if (oidcGroups.length > 0) return weight('always', self, summary)
  return grant(roles.length > 0, self, summary)
}

async function weighSettings(queries: Queries, change: SettingsChange): Promise<Weight> {
  const before = await readSettings(queries)
  const loosened = change.approvals
    ? (Object.keys(before.approvals) as (keyof Settings['approvals'])[]).filter(
        (act) => before.approvals[act] && !change.approvals![act],
      )
    : []
  const gives = [
    ...(loosened.length > 0 ? [`ask for no second person any more before ${listed(loosened)}`] : []),
    ...((await letsStrangersIn(queries, before, change))
      ? [`believe another sign-in provider who belongs to which role group`]
      : []),
  ]
  return weight(gives.length > 0 ? 'always' : 'never', false, gives.join(' and ') || 'change settings')
}

/** Whoever names the provider says who is in its groups, and so in the role groups that follow them. */
async function letsStrangersIn(queries: Queries, before: Settings, change: SettingsChange): Promise<boolean> {
  const now = change.provider
  if (!now) return false
  const was = before.provider
  const same =
    was?.issuer === now.issuer && was.clientId === now.clientId && was.groupsClaim === now.groupsClaim
  if (same) return false
  const mapped = await queries
    .selectFrom('role_group')
    .select('id')
    .where((row) => row(row.fn<number>('cardinality', ['oidc_groups']), '>', 0))
    .executeTakeFirst()
  return mapped !== undefined
}

/**
 * Does it, in the transaction of `changeRights`, with its audit event. Answers the id of what it was done to.
 */
export async function perform(
  transaction: Queries,
  parts: AccessParts,
  act: Act,
  author: Author,
): Promise<number> {
  switch (act.operation) {
    case 'changeMembers':
      await changeMembers(transaction, parts, act, author)
      return act.id
    case 'createRoleGroup':
      return createRoleGroup(transaction, parts, act.input, author)
    case 'changeRoleGroup':
      await changeRoleGroup(transaction, parts, act, author)
      return act.id
    case 'createSearchFilter':
      return createSearchFilter(transaction, parts, act.input, author)
    case 'deleteSearchFilter':
      await deleteSearchFilter(transaction, parts, act.id, author)
      return act.id
    case 'changeSettings':
      await writeSettings(transaction, parts, act.change, author)
      return 0
    default:
      throw new AppError('approval-refused', 'This program no longer knows what was asked for; ask anew.')
  }
}

function grant(gives: boolean, self: boolean, summary: string): Weight {
  if (!gives) return weight('never', false, summary)
  return weight(self ? 'always' : 'by-setting', self, summary)
}

function weight(approval: Weight['approval'], self: boolean, summary: string): Weight {
  return { approval, self, summary }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10)
  const more = names.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}
