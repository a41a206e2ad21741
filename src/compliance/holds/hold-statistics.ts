import { holdRow } from './change.ts'
import { type HoldFacts, readHold } from './list-holds.ts'
import type { HoldParts, HoldViewer } from './parts.ts'

/**
 * Counts what a hold holds now (items, and bytes of their e-mails) and keeps the figures with it. A message in two
 * mailboxes counts as two items. Throws `hold-not-found`.
 */
export async function updateHoldStatistics(
  { pool }: HoldParts,
  viewer: HoldViewer,
  hold: number | string,
): Promise<HoldFacts> {
  const { id } = await holdRow(pool, viewer, hold)
  await pool.query(
    `with held as (
       select i.message_id, f.days
         from hold_in_force as f join item as i on i.mailbox_id = f.mailbox_id
        where f.hold_id = $1 and f.delay_id is null and f.reach <> 'items'
       union all
       select i.message_id, null
         from hold_in_force as f join hold_item as i on i.hold_id = f.hold_id and i.mailbox_id = f.mailbox_id
        where f.hold_id = $1 and f.delay_id is null and f.reach = 'items' and i.held_until > now()
     ), counted as (
       select count(*) as items, coalesce(sum(m.email_bytes), 0) as bytes
         from held join message as m on m.id = held.message_id
        where held.days is null
           or greatest(to_timestamp((m.id >> 21) / 1000.0) + make_interval(mins => coalesce(m.latest_minutes, 0)),
                       m.captured_at, m.received_at) + make_interval(days => held.days) > now()
     )
     select note_hold_statistics($1, items, bytes::bigint) from counted`,
    [id],
  )
  return readHold({ pool }, viewer, id)
}
