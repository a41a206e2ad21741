import { personalMessages } from '../archive/personal.ts'
import { conditionOf, lexemes } from './compile.ts'
import { type Directory, readDirectory, readMailboxes } from './directory.ts'
import type { Query } from './query.ts'
import { createParameters, type Parameters, type SqlClient } from './sql-client.ts'

/** Up to this many mailboxes are asked for as lexemes of the index; more are looked up item by item. */
const mailboxLexemesMax = 32

/** A query made ready against one archive: names looked up, mailboxes known. */
export interface Matching {
  readonly query: Query
  readonly directory: Directory
  /** The only mailboxes whose items count; null for all. Sorted. */
  readonly mailboxIds: readonly number[] | null
  /** Messages that nobody may find. */
  readonly hidden: readonly bigint[]
}

/** Looks up what the query names. `allowed` are the mailboxes that the caller may see; null or absent for all. */
export async function matchingOf(
  db: SqlClient,
  query: Query,
  allowed: readonly number[] | undefined,
): Promise<Matching> {
  const directory = await readDirectory(db, query)
  let mailboxIds = allowed === undefined ? null : [...new Set(allowed)]
  for (const any of query.mailboxes) {
    const named = await readMailboxes(db, any)
    mailboxIds = mailboxIds === null ? [...named] : mailboxIds.filter((id) => named.has(id))
  }
  return { query, directory, mailboxIds: mailboxIds?.sort((a, b) => a - b) ?? null, hidden: [] }
}

/** The same for whoever looks at what is found: without messages that are personal. Holds and policies find those too. */
export async function shownMatchingOf(
  db: SqlClient,
  query: Query,
  allowed: readonly number[] | undefined,
): Promise<Matching> {
  return { ...(await matchingOf(db, query, allowed)), hidden: await personalMessages(db) }
}

/** False when no item can match, whatever is in the archive. */
export function mayMatch({ mailboxIds }: Matching): boolean {
  return mailboxIds === null || mailboxIds.length > 0
}

export function fewMailboxes(mailboxIds: readonly number[] | null): mailboxIds is readonly number[] {
  return mailboxIds !== null && mailboxIds.length <= mailboxLexemesMax
}

/** The whole `where` of a statement over `message m`, for long texts or for all others. */
export function whereOf(matching: Matching, parameters: Parameters, long: boolean): string {
  const { query, directory, mailboxIds, hidden } = matching
  const conditions = [
    long ? 'm.id in (select t.message_id from long_text t)' : 'm.parts = 1',
    'm.item_count > 0',
    conditionOf(query.root, directory, parameters, long),
  ]
  if (hidden.length > 0) conditions.push(`m.id <> all(${parameters.add(hidden.map(String), 'bigint[]')})`)
  if (fewMailboxes(mailboxIds)) {
    conditions.push(`m.words @@ ${parameters.add(lexemes('m', mailboxIds), 'tsquery')}`)
  } else if (mailboxIds !== null) conditions.push(itemExists(mailboxIds, parameters))
  return conditions.join(' and ')
}

/**
 * Asked message by message, as a scalar: a plain EXISTS may become a join that reads every item. `+ 0` keeps
 * the long list of mailboxes out of the index search, where each would be a probe of its own.
 */
function itemExists(mailboxIds: readonly number[], parameters: Parameters): string {
  const allowed = parameters.add(mailboxIds, 'int[]')
  return `coalesce((select true from item i where i.message_id = m.id and i.mailbox_id + 0 = any(${allowed}) limit 1), false)`
}

/** Runs a statement over `message m` that ends in the conditions of a query. */
export async function selectMessages(
  db: SqlClient,
  matching: Matching,
  long: boolean,
  write: (where: string, parameters: Parameters) => string,
  // biome-ignore lint/suspicious/noExplicitAny: as in SqlClient
): Promise<any[]> {
  const parameters = createParameters()
  const where = whereOf(matching, parameters, long)
  const { rows } = await db.query(write(where, parameters), parameters.values)
  return rows
}
