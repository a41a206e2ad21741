import type { Client } from '../../platform/postgres/index.ts'
import { matchingOf, selectMessages } from '../../search/index.ts'
import { heldQuery } from './rules.ts'

export interface ImportedItems {
  readonly messageIds: readonly bigint[]
  readonly mailboxIds: readonly number[]
}

/**
 * Puts items that an import has just written under the query holds of their mailboxes, in its transaction. From here
 * to its commit no hold is placed, so that none misses them. Where no query hold is, this is one short statement.
 */
export async function holdImported(client: Client, items: ImportedItems): Promise<void> {
  if (items.messageIds.length === 0) return
  await client.query('select lock_holds_for_import()')
  const { rows: holds } = await client.query<{
    id: number
    query: string
    placed_at: Date
    mailboxes: number[]
  }>(
    `select h.id, h.query, h.placed_at, array_agg(m.mailbox_id) as mailboxes
       from hold as h join hold_mailbox as m on m.hold_id = h.id
      where h.query is not null and h.released_at is null and m.removed_at is null and m.mailbox_id = any($1::int[])
      group by h.id order by h.id`,
    [[...new Set(items.mailboxIds)]],
  )
  if (holds.length === 0) return
  const messageIds = [...new Set(items.messageIds)].map(String)
  for (const hold of holds) {
    const matching = await matchingOf(client, heldQuery(hold.query, hold.placed_at.getTime()), undefined)
    for (const long of matching.directory.hasLongTexts ? [false, true] : [false]) {
      await selectMessages(client, matching, long, (where, parameters) => {
        const fresh = parameters.add(messageIds, 'bigint[]')
        const [id, mailboxes] = [parameters.add(hold.id, 'int'), parameters.add(hold.mailboxes, 'int[]')]
        return `with found as materialized (
                  select array(select m.id from message m where ${where} and m.id = any(${fresh})) as ids)
                select hold_items(${id}, mailbox_id, found.ids, true) from found, unnest(${mailboxes}) as held (mailbox_id)`
      })
    }
  }
  await client.query('select hold_new_events($1::bigint[]), hold_new_originals($1::bigint[])', [messageIds])
}
