/** What became of messages, and what they are about, within one mailbox. */
import { eventCodes, firstMessageIdAt, sentAtOfMessageId } from '../../domain/codes.ts'
import type { Queryable } from '../../platform/postgres/pool.ts'
import { itemIdOf } from '../item-id.ts'
import { notPersonal } from '../personal.ts'
import { cut, type EventView } from './message-view.ts'
import { decodedMessage, type MessageRow, type ReadingParts } from './stored-message.ts'

type Keyed = Pick<MessageRow, 'id' | 'message_key' | 'refers_to_key'>

/**
 * What refers to a message is not earlier than the message, but for clocks that differ; so months beyond need not be
 * looked into.
 */
const clocksDifferMs = 24 * 60 * 60_000

function latestOriginal(rows: readonly Keyed[]): bigint {
  return firstMessageIdAt(Math.max(...rows.map(sentAtOf)) + clocksDifferMs)
}

function earliestEvent(rows: readonly Keyed[]): bigint {
  return firstMessageIdAt(Math.max(0, Math.min(...rows.map(sentAtOf)) - clocksDifferMs))
}

function sentAtOf({ id }: Keyed): number {
  return sentAtOfMessageId(id)
}

/** Items of the mailbox that the messages refer to, by message key (hex). */
export async function originalsOf(
  db: Queryable,
  mailboxId: number,
  rows: readonly Keyed[],
): Promise<ReadonlyMap<string, string>> {
  const keys = rows.flatMap(({ refers_to_key }) => (refers_to_key ? [refers_to_key] : []))
  if (keys.length === 0) return new Map()
  const found = await db.query<{ id: bigint; message_key: Buffer }>(
    `select m.id, m.message_key from message m join item i on i.message_id = m.id and i.mailbox_id = $2
      where m.message_key = any($1::bytea[]) and m.id <= $3 and i.message_id <= $3`,
    [keys, mailboxId, latestOriginal(rows)],
  )
  return new Map(found.rows.map((row) => [row.message_key.toString('hex'), itemIdOf(row.id, mailboxId)]))
}

/** Of one message; a group of thousands may have as many receipts. */
const eventsShownMax = 100
const eventTextLengthMax = 4_000

/** Edits with their text, reactions, deletions, recalls and receipts, by the key (hex) of the message they are about. */
export async function eventsAbout(
  parts: ReadingParts,
  mailboxId: number,
  rows: readonly Keyed[],
): Promise<ReadonlyMap<string, EventView[]>> {
  const events = new Map<string, EventView[]>()
  if (rows.length === 0) return events
  const found = await parts.db.query<EventRow>(
    `select * from (
       select m.id, m.event, m.refers_to_key, m.block_id, m.place, p.name, p.identity_value,
              row_number() over (partition by m.refers_to_key order by m.id) as nth
         from message m
         join item i on i.message_id = m.id and i.mailbox_id = $2
         left join participant p on p.id = m.sender_id
        where m.refers_to_key = any($1::bytea[]) and m.event <> ${eventCodes.codeOf('sent')}
          and m.id >= $3 and i.message_id >= $3 and ${notPersonal('m.id')}
     ) as event where nth <= ${eventsShownMax} order by id`,
    [rows.map(({ message_key }) => message_key), mailboxId, earliestEvent(rows)],
  )
  const texts = await Promise.all(found.rows.map((row) => eventText(parts, row)))
  for (const [place, row] of found.rows.entries()) {
    const key = row.refers_to_key.toString('hex')
    const known = events.get(key) ?? []
    events.set(key, known)
    known.push({
      item: itemIdOf(row.id, mailboxId),
      event: eventCodes.wordOf(row.event),
      sentAt: new Date(sentAtOfMessageId(row.id)).toISOString(),
      sender: row.name ?? row.identity_value,
      text: texts[place]!,
    })
  }
  return events
}

interface EventRow {
  readonly id: bigint
  readonly event: number
  readonly refers_to_key: Buffer
  readonly block_id: bigint
  readonly place: number
  readonly name: string | null
  readonly identity_value: string | null
}

async function eventText(parts: ReadingParts, row: EventRow): Promise<string> {
  if (eventCodes.wordOf(row.event) === 'receipt') return ''
  const message = await decodedMessage(parts, row)
  return cut(message?.text ?? '', eventTextLengthMax)[0]
}
