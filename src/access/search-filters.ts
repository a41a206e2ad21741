/** Search filters: who may search and read some mailboxes only. */
import { sql } from 'kysely'
import { AppError } from '../domain/errors.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { type Author, auditChange } from './audit.ts'
import { concernsUser } from './effective-rights.ts'
import type { AccessParts } from './parts.ts'
import { without } from './role-groups.ts'

export interface FilterSubject {
  readonly kind: 'user' | 'role-group'
  readonly id: number
}

export interface SearchFilterInput {
  readonly name: string
  readonly for: FilterSubject
  /** Addresses. */
  readonly mailboxes: readonly string[]
  readonly departments: readonly string[]
}

export interface SearchFilter {
  readonly id: number
  readonly name: string
  readonly for: FilterSubject & { readonly name: string }
  readonly mailboxes: string[]
  readonly departments: string[]
  readonly createdBy: string
  readonly createdAt: string
}

/** All of them by name, or the one with this id. */
export async function listSearchFilters(queries: Queries, id?: number): Promise<SearchFilter[]> {
  const rows = await queries
    .selectFrom('search_filter as f')
    .leftJoin('app_user as u', 'u.id', 'f.user_id')
    .leftJoin('role_group as g', 'g.id', 'f.role_group_id')
    .select([
      'f.id',
      'f.name',
      'f.user_id',
      'f.role_group_id',
      'f.departments',
      'f.created_by',
      'f.created_at',
    ])
    .select(['u.username', 'g.name as group_name'])
    .select(
      sql<string[]>`array(select address from mailbox where id = any(f.mailbox_ids) order by address)`.as(
        'mailboxes',
      ),
    )
    .$if(id !== undefined, (query) => query.where('f.id', '=', id!))
    .orderBy('f.name')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    for:
      row.user_id !== null
        ? { kind: 'user', id: row.user_id, name: row.username! }
        : { kind: 'role-group', id: row.role_group_id!, name: row.group_name! },
    mailboxes: row.mailboxes,
    departments: row.departments,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  }))
}

/** Throws `not-found`. */
export async function readSearchFilter(queries: Queries, id: number): Promise<SearchFilter> {
  const [filter] = await listSearchFilters(queries, id)
  if (!filter) throw new AppError('not-found', `There is no search filter with the number ${id}.`)
  return filter
}

/** Throws `search-filter-exists`, `mailbox-not-found`, `user-not-found`, `role-group-not-found`. Answers its id. */
export async function createSearchFilter(
  transaction: Queries,
  parts: AccessParts,
  input: SearchFilterInput,
  author: Author,
): Promise<number> {
  const subject = await subjectName(transaction, input.for)
  const mailboxIds = await mailboxIdsOf(transaction, input.mailboxes)
  const row = await transaction
    .insertInto('search_filter')
    .values({
      name: input.name,
      user_id: input.for.kind === 'user' ? input.for.id : null,
      role_group_id: input.for.kind === 'role-group' ? input.for.id : null,
      mailbox_ids: mailboxIds,
      departments: input.departments.map((department) => department.trim()).filter(Boolean),
      created_by: author.username,
      created_at: new Date(parts.clock.now()),
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!row) {
    throw new AppError(
      'search-filter-exists',
      `There is a search filter "${input.name}" already; choose another name.`,
    )
  }
  await auditChange(transaction, parts, author, {
    operation: 'change-search-filter',
    target: input.name,
    details: {
      created: true,
      for: subject,
      kind: input.for.kind,
      mailboxes: mailboxIds.length,
      departments: input.departments,
    },
  })
  return row.id
}

/** Throws `not-found`. */
export async function deleteSearchFilter(
  transaction: Queries,
  parts: AccessParts,
  id: number,
  author: Author,
): Promise<void> {
  const filter = await readSearchFilter(transaction, id)
  await transaction.deleteFrom('search_filter').where('id', '=', id).execute()
  await auditChange(transaction, parts, author, {
    operation: 'change-search-filter',
    target: filter.name,
    details: { deleted: true, for: filter.for.name, kind: filter.for.kind },
  })
}

/** Users whom a filter of this subject limits. */
export async function usersOfSubject(queries: Queries, subject: FilterSubject): Promise<number[]> {
  if (subject.kind === 'user') return [subject.id]
  const rows = await queries
    .selectFrom('role_group_member')
    .select('user_id')
    .where('role_group_id', '=', subject.id)
    .execute()
  return rows.map((row) => row.user_id)
}

/** Whether one of these users is limited by some filter already. */
export async function areLimited(queries: Queries, userIds: readonly number[]): Promise<boolean> {
  const { rows } = await sql`
    select from app_user u, search_filter f
    where u.id = any(${userIds}::int[]) and ${concernsUser()} limit 1`.execute(queries)
  return rows.length > 0
}

/** Throws `user-not-found`, `role-group-not-found`. */
export async function subjectName(queries: Queries, subject: FilterSubject): Promise<string> {
  const row =
    subject.kind === 'user'
      ? await queries
          .selectFrom('app_user')
          .select('username as name')
          .where('id', '=', subject.id)
          .executeTakeFirst()
      : await queries.selectFrom('role_group').select('name').where('id', '=', subject.id).executeTakeFirst()
  if (row) return row.name
  throw subject.kind === 'user'
    ? new AppError('user-not-found', `There is no user with the number ${subject.id}.`)
    : new AppError('role-group-not-found', `There is no role group with the number ${subject.id}.`)
}

async function mailboxIdsOf(queries: Queries, addresses: readonly string[]): Promise<number[]> {
  const wanted = [...new Set(addresses.map((address) => address.trim().toLowerCase()).filter(Boolean))]
  if (wanted.length === 0) return []
  const rows = await queries
    .selectFrom('mailbox')
    .select(['id', 'address'])
    .where('address', 'in', wanted)
    .execute()
  const missing = without(
    wanted,
    rows.map((row) => row.address),
  )
  if (missing.length > 0) {
    throw new AppError('mailbox-not-found', `The directory has no mailbox ${missing.slice(0, 5).join(', ')}.`)
  }
  return rows.map((row) => row.id)
}
