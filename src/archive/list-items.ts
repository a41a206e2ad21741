import { areaCodes, firstMessageIdAt, folderCodes, folderNames } from '../domain/codes.ts'
import { AppError } from '../domain/errors.ts'
import type { Queryable } from '../platform/postgres/pool.ts'
import type { ItemKey } from './item-id.ts'
import { type FolderPlace, monthsOf } from './item-tally.ts'

export interface ItemListPlace extends FolderPlace {
  /** `2026-03`, UTC. */
  readonly month: string
  /** Items of the month that are newer than the first one wanted. */
  readonly offset: number
  readonly limit: number
}

/**
 * The items of a folder's month from a place on, newest first. The index is walked from whichever end of the month
 * is nearer, so that any place of a month of a million items is at most half of it away.
 */
export async function listItems(db: Queryable, place: ItemListPlace): Promise<ItemKey[]> {
  const { offset, limit } = place
  const held = (await monthsOf(db, place)).find(({ month }) => month === place.month)?.items ?? 0
  const fromOldest = offset > held / 2
  // An import may add items between the count and the walk; a walk from the new end is right in any case.
  const wanted = fromOldest ? Math.min(limit, held - offset) : limit
  if (wanted <= 0) return []
  const skipped = fromOldest ? held - offset - wanted : offset
  const order = fromOldest ? 'asc' : 'desc'
  const [first, end] = monthBounds(place.month)
  const folders = place.folder === null ? folderNames : [place.folder]
  const walks = folders.map(
    (folder) => `(select message_id from item
       where mailbox_id = $1 and area = $2 and folder = ${folderCodes.codeOf(folder)}
         and message_id >= $3::bigint and message_id < $4::bigint order by message_id ${order})`,
  )
  const { rows } = await db.query<{ message_id: bigint }>(
    `select message_id from (${walks.join(' union all ')}) as walk
      order by message_id ${order} offset $5 limit $6`,
    [place.mailboxId, areaCodes.codeOf(place.area), first, end, skipped, wanted],
  )
  const keys = rows.map(({ message_id }) => ({ messageId: message_id, mailboxId: place.mailboxId }))
  return fromOldest ? keys.reverse() : keys
}

/** Ids from the first of a month up to, not including, the first of the next. */
function monthBounds(month: string): [bigint, bigint] {
  const [year, number] = month.split('-').map(Number) as [number, number]
  if (number < 1 || number > 12 || year < 1970 || year > 2108)
    throw new AppError(
      'bad-request',
      `"${month}" is not a month of the archive's calendar; write one like 2026-03.`,
    )
  return [firstMessageIdAt(Date.UTC(year, number - 1, 1)), firstMessageIdAt(Date.UTC(year, number, 1))]
}
