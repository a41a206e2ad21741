/** The directory as a provider that pushes to us sees and changes it: each mailbox is a user, whoever added it. */
import { sql } from 'kysely'
import { AppError } from '../domain/errors.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { uuidOf } from '../platform/random.ts'
import { applySync } from './apply-sync.ts'
import { wantedAddresses } from './desired-mailbox.ts'
import type { DirectoryParts } from './parts.ts'
import { countsOf } from './plan.ts'
import { planSync } from './plan-sync.ts'
import { readState } from './read-state.ts'
import { type DirectoryRecord, type DirectorySource, directoryRecord } from './record.ts'
import { lockDirectory } from './run-sync.ts'

/** A mailbox with what its source told of its user. */
export interface PushedUser {
  /** The mailbox's. */
  readonly id: number
  readonly record: DirectoryRecord
  readonly active: boolean
  /** Null for one that was added by hand. */
  readonly source: DirectorySource | null
  readonly sourceId: string | null
  readonly version: number
  readonly createdAt: Date
  readonly changedAt: Date
}

export interface UserSearch {
  readonly by: { readonly attribute: 'userName' | 'externalId' | 'id'; readonly value: string } | null
  /** From 0. */
  readonly offset: number
  readonly limit: number
}

type ScimParts = Pick<DirectoryParts, 'queries' | 'clock' | 'random'>

export async function findPushedUsers(
  { queries }: Pick<ScimParts, 'queries'>,
  search: UserSearch,
): Promise<{ total: number; users: PushedUser[] }> {
  const found = condition(search.by)
  const counted = await sql<{ total: number }>`
    select count(*)::int as total from mailbox m left join directory_user u on u.mailbox_id = m.id
     where ${present} and ${found}`.execute(queries)
  const users =
    search.limit === 0
      ? []
      : await usersWhere(queries, sql`${found} order by m.id limit ${search.limit} offset ${search.offset}`)
  return { total: counted.rows[0]!.total, users }
}

/** Throws `mailbox-not-found`. */
export async function pushedUser(
  { queries }: { readonly queries: Queries },
  id: number,
): Promise<PushedUser> {
  const [user] = await usersWhere(queries, sql`m.id = ${id}`)
  if (user) return user
  throw new AppError('mailbox-not-found', `There is no user ${id} in the directory.`)
}

/**
 * Adds a user with a mailbox, or gives him the one that was added by hand. One who was deleted and comes with the
 * same external id returns to his own. Throws `directory-conflict`, `bad-request` without an e-mail address.
 */
export async function createPushedUser(parts: ScimParts, record: DirectoryRecord): Promise<PushedUser> {
  return parts.queries.transaction().execute(async (transaction) => {
    await lockDirectory(transaction)
    const own = { ...parts, queries: transaction }
    const sourceId = (await deletedUser(transaction, record)) ?? uuidOf(parts.random)
    await assertNewName(transaction, record, sourceId)
    // One who is not enabled has a mailbox too, for the provider to know him by: it is opened and closed.
    const id = await write(own, { sourceId, record: { ...record, enabled: true } }, null)
    if (!record.enabled) await write(own, { sourceId, record }, id)
    return pushedUser(own, id)
  })
}

/**
 * Changes a user to what `change` makes of him. Throws `mailbox-not-found`, `changed-meanwhile` where `version` is
 * given and another, `directory-conflict` for an address of somebody else or a user of another source.
 */
export async function changePushedUser(
  parts: ScimParts,
  id: number,
  change: (user: PushedUser) => DirectoryRecord,
  version: number | null,
): Promise<PushedUser> {
  return parts.queries.transaction().execute(async (transaction) => {
    await lockDirectory(transaction)
    const own = { ...parts, queries: transaction }
    const before = await writableUser(own, id, version)
    const sourceId = before.source === 'scim' ? before.sourceId! : uuidOf(parts.random)
    const record = change(before)
    await assertNewName(transaction, record, sourceId)
    await write(own, { sourceId, record }, id)
    return pushedUser(own, id)
  })
}

/** The provider has him no more: his mailbox closes and keeps everything. Throws as `changePushedUser`. */
export async function deletePushedUser(parts: ScimParts, id: number, version: number | null): Promise<void> {
  await parts.queries.transaction().execute(async (transaction) => {
    await lockDirectory(transaction)
    const own = { ...parts, queries: transaction }
    const before = await writableUser(own, id, version)
    const sourceId = before.source === 'scim' ? before.sourceId! : uuidOf(parts.random)
    await write(own, { sourceId, record: before.record, removed: true }, id)
  })
}

interface Written {
  readonly sourceId: string
  readonly record: DirectoryRecord
  readonly removed?: boolean
}

/** Plans and applies for one user; `mailboxId` is the one he is known to have. Answers the mailbox's id. */
async function write(parts: ScimParts, given: Written, mailboxId: number | null): Promise<number> {
  const { queries, clock } = parts
  const { sourceId, record } = given
  const { address, aliases } = wantedAddresses(record)
  if (address === null)
    throw new AppError(
      'bad-request',
      `The user "${record.userName}" has no e-mail address; map one to emails[type eq "work"].value.`,
    )
  const state = await readState(queries, 'scim', { sourceId, mailboxId, addresses: [address, ...aliases] })
  const known = state.users.some((user) => user.sourceId === sourceId)
  const tie = { sourceId, record, mailboxId, gone: false, retired: false, problem: null }
  const users = known || mailboxId === null ? state.users : [...state.users, tie]
  const said = given.removed
    ? { complete: false, users: [], removed: [sourceId] }
    : { complete: false, users: [{ sourceId, record }], removed: [] }
  const plan = planSync('scim', { ...state, users }, said)
  const row = plan.users.find((user) => user.sourceId === sourceId)
  const refused = plan.conflicts.find((one) => one.sourceId === sourceId && one.address === address)
  if (refused) throw new AppError('directory-conflict', refused.explanation)
  const now = clock.now()
  const first = known ? plan.users : plan.users.concat(row ? [] : [{ ...tie, mailbox: { id: mailboxId! } }])
  const isHis = (one: { readonly sourceId: string }) => one.sourceId === sourceId
  const written = { ...plan, users: first.filter(isHis), changes: plan.changes.filter(isHis) }
  await applySync(queries, written, { now, audit: { operation: 'change-mailbox', target: address } })
  await noteCall(queries, now, JSON.stringify(countsOf(written)))
  return mailboxId ?? mailboxOf(queries, sourceId)
}

async function mailboxOf(queries: Queries, sourceId: string): Promise<number> {
  const row = await queries
    .selectFrom('directory_user')
    .select('mailbox_id')
    .where('source', '=', 'scim')
    .where('source_id', '=', sourceId)
    .executeTakeFirstOrThrow()
  return row.mailbox_id!
}

async function noteCall(queries: Queries, now: number, counts: string): Promise<void> {
  const noted = { last_run_at: new Date(now), last_success_at: new Date(now), counts }
  await queries
    .insertInto('directory_sync')
    .values({ source: 'scim', ...noted })
    .onConflict((conflict) => conflict.column('source').doUpdateSet(noted))
    .execute()
}

async function writableUser(parts: ScimParts, id: number, version: number | null): Promise<PushedUser> {
  const user = await pushedUser(parts, id)
  if (version !== null && version !== user.version)
    throw new AppError('changed-meanwhile', `User ${id} has changed since it was read; read it again.`)
  if (user.source === 'graph')
    throw new AppError(
      'directory-conflict',
      `User ${id} comes from Microsoft Graph; change it there, or end that sync first.`,
    )
  return user
}

/** The id at the source of a user who was deleted and comes again. */
async function deletedUser(queries: Queries, { externalId }: DirectoryRecord): Promise<string | null> {
  if (externalId === null) return null
  const { rows } = await sql<{ source_id: string }>`
    select source_id from directory_user
     where source = 'scim' and record ->> 'externalId' = ${externalId} and gone_at is not null
     order by id desc limit 1`.execute(queries)
  return rows[0]?.source_id ?? null
}

/** A provider's names are unique in any case. */
async function assertNewName(queries: Queries, record: DirectoryRecord, sourceId: string): Promise<void> {
  const { rows } = await sql`
    select 1 from directory_user
     where source = 'scim' and source_id <> ${sourceId} and gone_at is null
       and lower(record ->> 'userName') = lower(${record.userName}) limit 1`.execute(queries)
  if (rows.length > 0)
    throw new AppError('directory-conflict', `There is a user "${record.userName}" in the directory already.`)
}

/** One whom the provider deleted is not there any more, for the provider. */
const present = sql`not coalesce(u.source = 'scim' and u.gone_at is not null, false)`

function condition(by: UserSearch['by']) {
  if (by === null) return sql`true`
  const { attribute, value } = by
  if (attribute === 'id') return /^\d{1,9}$/.test(value) ? sql`m.id = ${Number(value)}` : sql`false`
  if (attribute === 'externalId')
    return sql`m.id in (select mailbox_id from directory_user where source = 'scim' and record ->> 'externalId' = ${value})`
  // Names are the same in any case; who was added by hand goes by his address.
  return sql`m.id in (
    select mailbox_id from directory_user where lower(record ->> 'userName') = lower(${value}) and mailbox_id is not null
    union select id from mailbox where address = lower(${value})
                                   and not exists (select 1 from directory_user where mailbox_id = mailbox.id))`
}

async function usersWhere(queries: Queries, where: ReturnType<typeof condition>): Promise<PushedUser[]> {
  const { rows } = await sql<UserRow>`
    select m.id, m.address, m.name, m.mobile, m.department, m.active, m.created_at, u.record, u.source, u.source_id,
           u.version, u.changed_at
      from mailbox m left join directory_user u on u.mailbox_id = m.id
     where ${present} and ${where}`.execute(queries)
  return rows.map(userOf)
}

interface UserRow {
  readonly id: number
  readonly address: string
  readonly name: string
  readonly mobile: string | null
  readonly department: string | null
  readonly active: boolean
  readonly created_at: Date
  readonly record: unknown
  readonly source: DirectorySource | null
  readonly source_id: string | null
  readonly version: number | null
  readonly changed_at: Date | null
}

function userOf(row: UserRow): PushedUser {
  const { address, name, mobile, department, active } = row
  const record =
    row.record === null
      ? { userName: address, mail: address, name, mobile, department, enabled: active }
      : row.record
  return {
    ...{ id: row.id, active, source: row.source, sourceId: row.source_id, version: row.version ?? 0 },
    record: directoryRecord.parse(record),
    createdAt: row.created_at,
    changedAt: row.changed_at ?? row.created_at,
  }
}
