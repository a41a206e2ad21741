import { lexemes } from './compile.ts'
import { fewMailboxes, type Matching, mayMatch, selectMessages, shownMatchingOf } from './matching.ts'
import type { Query } from './query.ts'
import type { Parameters, SqlClient } from './sql-client.ts'

export interface CountOptions {
  /** The mailboxes that the caller may see; absent for all. */
  readonly mailboxIds?: readonly number[]
}

/** How many items match, exactly and without a limit. */
export async function countItems(db: SqlClient, query: Query, options: CountOptions = {}): Promise<number> {
  const matching = await shownMatchingOf(db, query, options.mailboxIds)
  if (!mayMatch(matching)) return 0
  const short = await countOf(db, matching, false)
  return matching.directory.hasLongTexts ? short + (await countOf(db, matching, true)) : short
}

async function countOf(db: SqlClient, matching: Matching, long: boolean): Promise<number> {
  const rows = await selectMessages(db, matching, long, (where, parameters) => {
    const counted = itemsOf(matching.mailboxIds, parameters)
    return `select coalesce(sum(${counted}), 0)::bigint as items from message m where ${where}`
  })
  return Number(rows[0].items)
}

/** How many of a message's items lie in the mailboxes; for all mailboxes the message knows the number itself. */
export function itemsOf(mailboxIds: readonly number[] | null, parameters: Parameters): string {
  if (mailboxIds === null) return 'm.item_count'
  if (fewMailboxes(mailboxIds)) {
    if (mailboxIds.length === 1) return '1'
    return mailboxIds
      .map((id) => `(m.words @@ ${parameters.add(lexemes('m', [id]), 'tsquery')})::int`)
      .join(' + ')
  }
  const allowed = parameters.add(mailboxIds, 'int[]')
  return `(select count(*) from item i where i.message_id = m.id and i.mailbox_id + 0 = any(${allowed}))`
}
