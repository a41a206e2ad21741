/** What a hold may be. Pure. */
import { AppError } from '../../domain/errors.ts'
import { parseQuery, type Query } from '../../search/index.ts'

export const holdKinds = ['litigation', 'query', 'case'] as const
export type HoldKind = (typeof holdKinds)[number]

export interface NewHold {
  readonly name: string
  /** KeyQL; null holds everything in the mailboxes. */
  readonly query: string | null
  /** Of each item, from the latest of sent, captured and imported; null is without end. */
  readonly days: number | null
  readonly caseName: string | null
  readonly note: string | null
  readonly owner: string | null
  readonly url: string | null
  readonly confidential: boolean
  /** User names of those who see it besides whoever places it. */
  readonly readers: readonly string[]
}

export const holdDaysMax = 36_525
const textLengthMax = 1_000

/** A hold belongs to a case, finds its items by a query, or is the litigation hold of whole mailboxes. */
export function kindOf({ query, caseName }: Pick<NewHold, 'query' | 'caseName'>): HoldKind {
  if (caseName !== null) return 'case'
  return query === null ? 'litigation' : 'query'
}

/** Throws `hold-refused` with what is wrong with it, `bad-query` for a query that cannot be read. */
export function checkHold(hold: NewHold, now: number): void {
  if (hold.name.trim() !== hold.name || hold.name === '' || hold.name.length > 200)
    throw refused('A hold needs a name of at most 200 characters, without blanks around it.')
  if (hold.days !== null && !(Number.isInteger(hold.days) && hold.days >= 1 && hold.days <= holdDaysMax))
    throw refused(
      `A hold lasts a whole number of days for each item, from 1 to ${holdDaysMax}; leave it out for ever.`,
    )
  if (hold.caseName !== null && hold.caseName.trim() === '') throw refused('The name of the case is empty.')
  for (const text of [hold.caseName, hold.note, hold.owner, hold.url])
    if (text !== null && text.length > textLengthMax)
      throw refused(`Note, owner, address and case have at most ${textLengthMax} characters each.`)
  if (hold.url !== null && !/^https?:\/\//.test(hold.url))
    throw refused(`"${hold.url}" is no address to read more at; it begins with https:// or http://.`)
  if (hold.query !== null) heldQuery(hold.query, now)
}

/**
 * The query of a hold as it is asked: what matches, and all items with attachments, whose content nobody could look
 * into (as Purview holds unindexed items always). `placedAt` (ms since 1970 UTC) is what relative days count from.
 */
export function heldQuery(text: string, placedAt: number): Query {
  const query = plainQuery(text, placedAt)
  return { ...query, root: { type: 'or', nodes: [query.root, { type: 'hasattachment', value: true }] } }
}

/** The query without what cannot be looked into. Throws `bad-query`, `hold-refused` where it names mailboxes. */
export function plainQuery(text: string, placedAt: number): Query {
  const query = parseQuery(text, { now: placedAt })
  if (query.mailboxes.length === 0) return query
  throw refused('A hold names its mailboxes itself; leave "mailbox:" out of its query.')
}

export function refused(message: string): AppError {
  return new AppError('hold-refused', message)
}
