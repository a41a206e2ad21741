/** How many items the folders hold, without looking at the items: the database keeps the count (`item_tally`). */
import { type AreaName, areaCodes, folderCodes, sentAtOfMessageId } from '../domain/codes.ts'
import type { FolderName } from '../domain/message.ts'
import type { Queryable } from '../platform/postgres/pool.ts'

export interface FolderCount {
  readonly folder: FolderName
  readonly area: AreaName
  readonly items: number
  /** ISO time the newest item was sent. */
  readonly newest: string | null
}

/** The folders of mailboxes, by mailbox. A mailbox or folder without items is not there. */
export async function foldersOf(
  db: Queryable,
  mailboxIds: readonly number[],
): Promise<ReadonlyMap<number, readonly FolderCount[]>> {
  const folders = new Map<number, FolderCount[]>()
  if (mailboxIds.length === 0) return folders
  const { rows } = await db.query<{
    mailbox_id: number
    folder: number
    area: number
    items: number
    newest: bigint | null
  }>(
    `select held.mailbox_id, held.folder, held.area, held.items::float8 as items, newest.message_id as newest
       from (select mailbox_id, folder, area, sum(items) as items from item_tally
              where mailbox_id = any($1::int[]) group by 1, 2, 3 having sum(items) > 0) as held
      cross join lateral (
        select message_id from item
         where item.mailbox_id = held.mailbox_id and item.folder = held.folder and item.area = held.area
         order by message_id desc limit 1) as newest
      order by held.mailbox_id, held.area, held.folder`,
    [mailboxIds],
  )
  for (const row of rows) {
    const known = folders.get(row.mailbox_id) ?? []
    folders.set(row.mailbox_id, known)
    known.push({
      folder: folderCodes.wordOf(row.folder),
      area: areaCodes.wordOf(row.area),
      items: row.items,
      newest: row.newest === null ? null : new Date(sentAtOfMessageId(row.newest)).toISOString(),
    })
  }
  return folders
}

/** A place in a mailbox: one folder, or all of them. */
export interface FolderPlace {
  readonly mailboxId: number
  readonly folder: FolderName | null
  readonly area: AreaName
}

export interface MonthCount {
  /** `2026-03`, UTC. */
  readonly month: string
  readonly items: number
}

/** Items by month, newest first; months without items are not there. */
export async function monthsOf(db: Queryable, place: FolderPlace): Promise<MonthCount[]> {
  const { rows } = await db.query<{ month: string; items: number }>(
    `select to_char(month, 'YYYY-MM') as month, sum(items)::float8 as items from item_tally
      where mailbox_id = $1 and area = $2 and ($3::smallint is null or folder = $3)
      group by item_tally.month having sum(items) > 0 order by item_tally.month desc`,
    [place.mailboxId, areaCodes.codeOf(place.area), place.folder && folderCodes.codeOf(place.folder)],
  )
  return rows
}
