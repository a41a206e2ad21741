/** The messages of a conversation next to one of them, within a mailbox. */
import { firstMessageIdAt, sentAtOfMessageId } from '../../domain/codes.ts'
import type { Queryable } from '../../platform/postgres/pool.ts'

export interface WindowPlace {
  readonly mailboxId: number
  readonly conversationId: number
  /** The message to go on from, itself not included. */
  readonly messageId: bigint
}

export type Direction = 'earlier' | 'later'

/** So many neighbours in time are looked at one by one before the index is asked: about 3 ms. */
const neighboursRead = 4096

interface Walk {
  readonly direction: Direction
  readonly place: WindowPlace
}

/**
 * Up to `count` messages of the conversation before or after one, nearest first. In a busy conversation they lie
 * among the neighbours in time; those of a quiet one are looked up in the index, one month, then two, four … at
 * once. So neither a group of millions nor a message a year costs more than a few milliseconds.
 */
export async function conversationNeighbours(
  db: Queryable,
  place: WindowPlace,
  direction: Direction,
  count: number,
): Promise<bigint[]> {
  if (count === 0) return []
  const walk = { direction, place }
  const near = await amongNeighbours(db, walk, count)
  if (near.ids.length >= count) return near.ids
  const ids = [...near.ids]
  for (const span of await monthSpans(db, direction, near.edge)) {
    ids.push(...(await byIndex(db, walk, span, count - ids.length)))
    if (ids.length >= count) break
  }
  return ids
}

const order = { earlier: 'desc', later: 'asc' } as const

/**
 * Among those of the same month and of the one beyond it: both ends stand in the statement, so that PostgreSQL plans
 * for two months and not for all. `edge` is the last one looked at.
 */
async function amongNeighbours(
  db: Queryable,
  { direction, place }: Walk,
  count: number,
): Promise<{ ids: bigint[]; edge: bigint }> {
  const { oldest, newest } = neighbouringMonths(direction, place.messageId)
  const { rows } = await db.query<{ ids: bigint[]; last: bigint | null; read: number }>(
    `with near as materialized (
       select id, conversation_id from message where id >= $1 and id <= $2
        order by id ${order[direction]} limit ${neighboursRead}
     )
     select array(select id from near where conversation_id = $3
                     and exists (select from item where message_id = near.id and mailbox_id = $4
                                    and message_id >= $1 and message_id <= $2)
                   order by id ${order[direction]} limit $5) as ids,
            (select ${direction === 'earlier' ? 'min' : 'max'}(id) from near) as last,
            (select count(*)::int from near) as read`,
    [oldest, newest, place.conversationId, place.mailboxId, count],
  )
  const { ids, last, read } = rows[0]!
  const end = direction === 'earlier' ? oldest : newest
  return { ids, edge: read < neighboursRead || last === null ? end : last }
}

function neighbouringMonths(direction: Direction, messageId: bigint): IdSpan {
  if (direction === 'earlier') return { oldest: firstOfMonth(messageId, -1), newest: messageId - 1n }
  return { oldest: messageId + 1n, newest: firstOfMonth(messageId, 2) - 1n }
}

/** The first id that a message of so many months later can have. */
function firstOfMonth(messageId: bigint, monthsLater: number): bigint {
  const sent = new Date(sentAtOfMessageId(messageId))
  return firstMessageIdAt(Math.max(0, Date.UTC(sent.getUTCFullYear(), sent.getUTCMonth() + monthsLater, 1)))
}

/** Ids, both ends included. */
interface IdSpan {
  readonly oldest: bigint
  readonly newest: bigint
}

/** `+ 0` keeps PostgreSQL from walking along the primary key instead. */
async function byIndex(
  db: Queryable,
  { direction, place }: Walk,
  span: IdSpan,
  count: number,
): Promise<bigint[]> {
  const { rows } = await db.query<{ id: bigint }>(
    `select id from message where words @@ $1::tsquery and id >= $2 and id <= $3
      order by id + 0 ${order[direction]} limit $4`,
    [`'=c${place.conversationId}' & '=m${place.mailboxId}'`, span.oldest, span.newest, count],
  )
  return rows.map(({ id }) => id)
}

/** The months beyond `edge` that have messages, nearest first: one, the two after it, the four after those … */
async function monthSpans(db: Queryable, direction: Direction, edge: bigint): Promise<IdSpan[]> {
  const { rows } = await db.query<{ oldest: bigint; newest: bigint }>(
    'select min(id) as oldest, max(id) as newest from message',
  )
  const { oldest, newest } = rows[0]!
  const spans: IdSpan[] = []
  let at = edge
  for (let months = 1; direction === 'earlier' ? at > oldest : at < newest; months *= 2) {
    if (direction === 'earlier') {
      const first = firstOfMonth(at - 1n, 1 - months)
      spans.push({ oldest: first, newest: at - 1n })
      at = first
    } else {
      const end = firstOfMonth(at + 1n, months) - 1n
      spans.push({ oldest: at + 1n, newest: end })
      at = end
    }
  }
  return spans
}
