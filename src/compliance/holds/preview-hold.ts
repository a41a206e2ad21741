import { countItems } from '../../search/index.ts'
import type { HoldParts } from './parts.ts'
import { heldQuery, plainQuery } from './rules.ts'

export interface HoldPreview {
  readonly mailboxes: number
  /** Items that it would hold today; families may add to them. */
  readonly items: number
  /** Of these, items with attachments that do not match: nobody could look into them. */
  readonly unreadable: number
}

/** How much a hold over these mailboxes (ids) would hold today. Throws `bad-query`, `hold-refused`. */
export async function previewHold(
  { pool, clock }: HoldParts,
  { query, mailboxIds }: { readonly query: string | null; readonly mailboxIds: readonly number[] },
): Promise<HoldPreview> {
  const now = clock.now()
  const items = await countItems(pool, query === null ? plainQuery('', now) : heldQuery(query, now), {
    mailboxIds,
  })
  const matching = query === null ? items : await countItems(pool, plainQuery(query, now), { mailboxIds })
  return { mailboxes: mailboxIds.length, items, unreadable: items - matching }
}
