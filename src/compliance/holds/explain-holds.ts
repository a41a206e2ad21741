import type { ItemKey } from '../../archive/index.ts'
import type { HoldParts, HoldViewer } from './parts.ts'

export interface HoldOverItem {
  readonly hold: { readonly id: number; readonly name: string }
  /**
   * `mailbox`: its whole mailbox is held; `days`: so long after it came; `query`: it or its family matches; `person`: it
   * is in a catch-all mailbox and somebody who is held takes part; `delay`: the 30 days after a release.
   */
  readonly because: 'mailbox' | 'days' | 'query' | 'person' | 'delay'
  /** ISO time, UTC; null without end. */
  readonly until: string | null
}

/** Every hold over an item now that `viewer` may know of (null: the public ones), the one that ends last first. */
export async function explainHolds(
  { pool }: Pick<HoldParts, 'pool'>,
  { messageId, mailboxId }: ItemKey,
  viewer: HoldViewer | null,
): Promise<HoldOverItem[]> {
  const { rows } = await pool.query<{
    readonly id: number
    readonly name: string
    readonly because: HoldOverItem['because']
    readonly until: Date | null
  }>(
    `select h.id, h.name, o.because, nullif(o.held_until, 'infinity') as until
       from holds_of(array[$1::bigint], array[$2::int]) as o join hold as h on h.id = o.hold_id
      where not h.confidential or h.placed_by = $3 or $3 = any (h.readers)
      order by o.held_until desc, h.id`,
    [messageId, mailboxId, viewer?.username ?? null],
  )
  return rows.map(({ id, name, because, until }) => ({
    ...{ hold: { id, name }, because },
    until: until?.toISOString() ?? null,
  }))
}
