/** Searches that are kept under an id, so that no address holds what was looked for. Each is its owner's alone. */
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Clock } from '../platform/clock.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { type RandomSource, uuidOf } from '../platform/random.ts'
import { type Condition, keyqlOf } from './conditions.ts'
import { parseQuery } from './parse.ts'
import type { Query } from './query.ts'

export interface SearchRequest {
  /** What was typed, without the rows of the form. */
  readonly query: string
  readonly conditions: readonly Condition[]
  /** Where its days begin and end. */
  readonly timeZone: string
  /** Null: all that its owner may read. */
  readonly mailboxIds: readonly number[] | null
}

export interface StoredSearch extends SearchRequest {
  readonly id: string
  /** Null for one that was not saved. */
  readonly name: string | null
  /** The whole question as one text. */
  readonly keyql: string
  /** ISO times. */
  readonly createdAt: string
  readonly lastRunAt: string
}

export interface StoredSearchParts {
  readonly queries: Queries
  readonly clock: Clock
  readonly random: RandomSource
}

/** Searches without a name that a list shows. */
const recentShown = 20

/** Keeps a search and notes what it asks. Throws `bad-query`. */
export async function storeSearch(
  parts: StoredSearchParts,
  ownerId: number,
  request: SearchRequest,
): Promise<StoredSearch> {
  const now = parts.clock.now()
  parseQuery(request.query, { now, zone: request.timeZone })
  const keyql = keyqlOf(request.query, request.conditions)
  parseQuery(keyql, { now, zone: request.timeZone })
  return parts.queries.transaction().execute(async (transaction) => {
    const row = await transaction
      .insertInto('search')
      .values({
        id: uuidOf(parts.random),
        owner_id: ownerId,
        query: request.query,
        conditions: JSON.stringify(request.conditions),
        time_zone: request.timeZone,
        mailbox_ids: request.mailboxIds === null ? null : [...request.mailboxIds],
        created_at: new Date(now),
        last_run_at: new Date(now),
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    const stored = searchOf(row)
    await appendAudit(transaction, {
      at: now,
      operation: 'search',
      target: stored.id,
      outcome: 'succeeded',
      details: { query: keyql, timeZone: stored.timeZone, mailboxes: stored.mailboxIds?.length ?? 'all' },
    })
    return stored
  })
}

/** One's own searches: the saved ones by name, then the last twenty others. */
export async function listStoredSearches(
  { queries }: Pick<StoredSearchParts, 'queries'>,
  ownerId: number,
): Promise<StoredSearch[]> {
  const own = queries.selectFrom('search').selectAll().where('owner_id', '=', ownerId)
  const saved = await own.where('name', 'is not', null).orderBy('name').execute()
  const recent = await own
    .where('name', 'is', null)
    .orderBy('last_run_at', 'desc')
    .orderBy('id')
    .limit(recentShown)
    .execute()
  return [...saved, ...recent].map(searchOf)
}

/** Throws `search-not-found` for one that is not there, and alike for somebody else's. */
export async function storedSearch(
  { queries }: Pick<StoredSearchParts, 'queries'>,
  id: string,
  ownerId: number,
): Promise<StoredSearch> {
  const row = await queries
    .selectFrom('search')
    .selectAll()
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst()
  if (!row) throw noSearch()
  return searchOf(row)
}

/** A search of one's own with what it asks now: "today" is the day on which it is run. Throws `search-not-found`. */
export async function searchFor(
  parts: Pick<StoredSearchParts, 'queries' | 'clock'>,
  id: string,
  ownerId: number,
): Promise<{ readonly stored: StoredSearch; readonly query: Query }> {
  const stored = await storedSearch(parts, id, ownerId)
  return { stored, query: parseQuery(stored.keyql, { now: parts.clock.now(), zone: stored.timeZone }) }
}

/** Notes that a search was run again. */
export async function touchSearch(
  { queries, clock }: Pick<StoredSearchParts, 'queries' | 'clock'>,
  id: string,
): Promise<void> {
  await queries
    .updateTable('search')
    .set({ last_run_at: new Date(clock.now()) })
    .where('id', '=', id)
    .execute()
}

/** Saves a search under a name, or with null forgets the name. Throws `search-not-found`, `search-exists`. */
export async function nameSearch(
  { queries, clock }: Pick<StoredSearchParts, 'queries' | 'clock'>,
  id: string,
  ownerId: number,
  name: string | null,
): Promise<StoredSearch> {
  return queries.transaction().execute(async (transaction) => {
    const row = await transaction
      .updateTable('search')
      .set({ name })
      .where('id', '=', id)
      .where('owner_id', '=', ownerId)
      .returningAll()
      .executeTakeFirst()
      .catch((error: unknown) => {
        if ((error as { code?: string }).code !== '23505') throw error
        throw new AppError('search-exists', `You have a search named "${name}"; choose another name.`)
      })
    if (!row) throw noSearch()
    await appendAudit(transaction, {
      at: clock.now(),
      operation: 'save-search',
      target: id,
      outcome: 'succeeded',
      details: { name },
    })
    return searchOf(row)
  })
}

/** Throws `search-not-found`. The audit log keeps what was asked. */
export async function deleteSearch(
  { queries, clock }: Pick<StoredSearchParts, 'queries' | 'clock'>,
  id: string,
  ownerId: number,
): Promise<void> {
  await queries.transaction().execute(async (transaction) => {
    const { numDeletedRows } = await transaction
      .deleteFrom('search')
      .where('id', '=', id)
      .where('owner_id', '=', ownerId)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw noSearch()
    await appendAudit(transaction, {
      at: clock.now(),
      operation: 'delete-search',
      target: id,
      outcome: 'succeeded',
    })
  })
}

function noSearch(): AppError {
  return new AppError('search-not-found', 'There is no such search of yours; make it again.')
}

interface SearchRow {
  readonly id: string
  readonly name: string | null
  readonly query: string
  readonly conditions: unknown
  readonly time_zone: string
  readonly mailbox_ids: number[] | null
  readonly created_at: Date
  readonly last_run_at: Date
}

function searchOf(row: SearchRow): StoredSearch {
  const conditions = row.conditions as readonly Condition[]
  return {
    id: row.id,
    name: row.name,
    query: row.query,
    conditions,
    keyql: keyqlOf(row.query, conditions),
    timeZone: row.time_zone,
    mailboxIds: row.mailbox_ids,
    createdAt: row.created_at.toISOString(),
    lastRunAt: row.last_run_at.toISOString(),
  }
}
