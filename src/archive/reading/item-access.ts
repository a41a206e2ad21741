import { AppError } from '../../domain/errors.ts'
import type { Queryable } from '../../platform/postgres/pool.ts'
import { type ItemKey, parseItemId } from '../item-id.ts'
import type { ReadableMailboxes } from '../mailbox-directory.ts'
import { notPersonal } from '../personal.ts'

/** Opens the door to an item. Throws `item-not-found` for one that is not there, and alike for one that may not be read. */
export async function readableItem(db: Queryable, id: string, readable: ReadableMailboxes): Promise<ItemKey> {
  const key = parseItemId(id)
  const { rowCount } = await db.query(
    `select from item where message_id = $1 and mailbox_id = $2
        and ($3::int[] is null or mailbox_id = any($3::int[])) and ${notPersonal('item.message_id')}`,
    [key.messageId, key.mailboxId, readable],
  )
  if (rowCount !== 1) throw noItem(id)
  return key
}

export function noItem(id: string): AppError {
  return new AppError(
    'item-not-found',
    `There is no item "${id}" that you may read; take an id from a search.`,
  )
}

/** Throws `mailbox-not-found` for a mailbox that is not there, and alike for one that may not be read. */
export async function readableMailbox(
  db: Queryable,
  id: number,
  readable: ReadableMailboxes,
): Promise<{ readonly id: number; readonly address: string; readonly name: string }> {
  const { rows } = await db.query(
    `select id, address, name from mailbox where id = $1 and ($2::int[] is null or id = any($2::int[]))`,
    [id, readable],
  )
  if (!rows[0]) throw noMailbox(id)
  return rows[0]
}

/** Throws `mailbox-not-found` for the first of them that is not there or may not be read. */
export async function assertReadableMailboxes(
  db: Queryable,
  ids: readonly number[],
  readable: ReadableMailboxes,
): Promise<void> {
  const { rows } = await db.query<{ id: number }>(
    `select wanted as id from unnest($1::int[]) wanted
      where not exists (select from mailbox where id = wanted) or wanted <> all(coalesce($2::int[], $1)) limit 1`,
    [ids, readable],
  )
  if (rows[0]) throw noMailbox(rows[0].id)
}

function noMailbox(id: number): AppError {
  return new AppError('mailbox-not-found', `There is no mailbox ${id} that you may read.`)
}
