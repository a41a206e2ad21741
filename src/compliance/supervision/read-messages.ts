/** Reads messages as rules look at them: the catalogue's facts, and the texts from the sealed content. */
import type { ContentReader } from '../../archive/index.ts'
import { channelCodes, eventCodes, kindCodes } from '../../domain/codes.ts'
import { isAppError } from '../../domain/errors.ts'
import type { Queryable } from '../../platform/postgres/pool.ts'
import { type AttachmentRow, attachmentTexts } from './attachment-texts.ts'
import { type LookedMessage, supervisedEvents, textsOf } from './message.ts'
import type { SupervisionParts } from './parts.ts'

/** A message's row, as `messageColumns` selects it from `message m`. */
export interface LookedRow {
  readonly id: bigint
  readonly block_id: bigint
  readonly place: number
  readonly sender_id: number | null
  readonly channel: number
  readonly kind: number
  readonly event: number
  readonly email_bytes: bigint
  readonly has_attachments: boolean
  readonly refers_to_key: Buffer | null
}

export const messageColumns =
  'm.id, m.block_id, m.place, m.sender_id, m.channel, m.kind, m.event, m.email_bytes, m.has_attachments, m.refers_to_key'

export interface ReadMessages {
  readonly messages: readonly LookedMessage[]
  /** Whose content is damaged or cannot be decoded any more, or part of it. */
  readonly unreadable: readonly bigint[]
}

/** Rows of the messages that still are, in the order their content lies in. */
export async function messageRows(db: Queryable, ids: readonly bigint[]): Promise<LookedRow[]> {
  if (ids.length === 0) return []
  const { rows } = await db.query<LookedRow>(
    `select ${messageColumns} from message m
      where id = any($1::bigint[]) and id between $2 and $3 order by block_id, place`,
    [ids, ...bounds(ids)],
  )
  return rows
}

/**
 * Content that was disposed of meanwhile is left out without a word. Throws where the object store cannot be reached:
 * then the whole page waits.
 */
export async function readMessages(
  parts: SupervisionParts,
  db: Queryable,
  reader: ContentReader,
  rows: readonly LookedRow[],
): Promise<ReadMessages> {
  const wanted = rows.filter(({ event }) => supervisedEvents.has(eventCodes.wordOf(event)))
  if (wanted.length === 0) return { messages: [], unreadable: [] }
  const people = await peopleOf(db, wanted)
  const senders = await sendersOf(db, wanted)
  const attachments = await attachmentsOf(db, wanted)
  const unseen = await unseenReplies(db, wanted)
  const messages: LookedMessage[] = []
  const unreadable: bigint[] = []
  for (const row of wanted) {
    const said = await textsOfRow(parts, reader, row)
    if (said === 'disposed') continue
    if (said === 'unreadable') unreadable.push(row.id)
    else {
      const attached = attachments.get(row.id) ?? []
      const attachedTexts = await attachmentTexts(parts, reader, row.id, attached)
      if (attachedTexts === 'unreadable') unreadable.push(row.id)
      const more = attachedTexts === 'unreadable' ? [] : attachedTexts
      const { senderMailboxId = null, recipientMailboxIds = [] } = people.get(row.id) ?? {}
      messages.push({
        id: row.id,
        channel: channelCodes.wordOf(row.channel),
        kind: kindCodes.wordOf(row.kind),
        event: eventCodes.wordOf(row.event),
        texts: [...said.texts, ...more],
        quotes: said.quotes && { ...said.quotes, texts: [...said.quotes.texts, ...more] },
        attachments: attached,
        emailBytes: Number(row.email_bytes),
        senderMailboxId,
        recipientMailboxIds,
        senderIdentity: row.sender_id === null ? null : (senders.get(row.sender_id) ?? null),
        unseenReply: unseen.has(row.id),
      })
    }
  }
  return { messages, unreadable }
}

async function textsOfRow(
  { decode }: Pick<SupervisionParts, 'decode'>,
  reader: ContentReader,
  { block_id, place }: LookedRow,
): Promise<ReturnType<typeof textsOf> | 'disposed' | 'unreadable'> {
  try {
    const { source, raw } = await reader.record({ blockId: block_id, place })
    const message = decode(source, raw)
    return message ? textsOf(message) : 'unreadable'
  } catch (error) {
    if (isAppError(error, 'key-missing')) return 'disposed'
    if (isAppError(error, 'content-damaged') || isAppError(error, 'object-not-found')) return 'unreadable'
    throw error
  }
}

function bounds(ids: readonly bigint[]): [lowest: bigint, highest: bigint] {
  let lowest = ids[0]!
  let highest = ids[0]!
  for (const id of ids) {
    if (id < lowest) lowest = id
    if (id > highest) highest = id
  }
  return [lowest, highest]
}

interface MessagePeople {
  senderMailboxId: number | null
  readonly recipientMailboxIds: number[]
}

/** The mailbox that has a message because of its sender is the sender's; after a remap there may be another one. */
async function peopleOf(db: Queryable, rows: readonly LookedRow[]): Promise<Map<bigint, MessagePeople>> {
  const ids = rows.map(({ id }) => id)
  const { rows: items } = await db.query<{
    message_id: bigint
    mailbox_id: number
    participant_id: number | null
  }>(
    `select message_id, mailbox_id, participant_id from item
      where message_id = any($1::bigint[]) and message_id between $2 and $3 order by message_id, mailbox_id`,
    [ids, ...bounds(ids)],
  )
  const senderOf = new Map(rows.map(({ id, sender_id }) => [id, sender_id]))
  const people = new Map<bigint, MessagePeople>()
  for (const { message_id, mailbox_id, participant_id } of items) {
    let one = people.get(message_id)
    if (!one) {
      one = { senderMailboxId: null, recipientMailboxIds: [] }
      people.set(message_id, one)
    }
    const sends = participant_id !== null && participant_id === senderOf.get(message_id)
    if (sends && one.senderMailboxId === null) one.senderMailboxId = mailbox_id
    else one.recipientMailboxIds.push(mailbox_id)
  }
  return people
}

async function sendersOf(db: Queryable, rows: readonly LookedRow[]): Promise<Map<number, string>> {
  const ids = [...new Set(rows.flatMap(({ sender_id }) => (sender_id === null ? [] : [sender_id])))]
  const { rows: found } = await db.query<{ id: number; identity_value: string }>(
    'select id, identity_value from participant where id = any($1::int[])',
    [ids],
  )
  return new Map(found.map(({ id, identity_value }) => [id, identity_value]))
}

type Attachment = AttachmentRow & LookedMessage['attachments'][number]

async function attachmentsOf(
  db: Queryable,
  looked: readonly LookedRow[],
): Promise<Map<bigint, Attachment[]>> {
  const ids = looked.flatMap(({ id, has_attachments }) => (has_attachments ? [id] : []))
  if (ids.length === 0) return new Map()
  const { rows } = await db.query<{
    message_id: bigint
    place: number
    name: string
    media_type: string
    bytes: bigint
  }>(
    `select message_id, place, name, media_type, bytes from message_attachment
      where message_id = any($1::bigint[]) order by message_id, place`,
    [ids],
  )
  const attachments = new Map<bigint, Attachment[]>()
  for (const { message_id, place, name, media_type, bytes } of rows) {
    const one = { place, name, mediaType: media_type, bytes: Number(bytes) }
    const known = attachments.get(message_id)
    if (known) known.push(one)
    else attachments.set(message_id, [one])
  }
  return attachments
}

/** Replies whose original is not in the archive: it was said where nobody captures. */
async function unseenReplies(db: Queryable, rows: readonly LookedRow[]): Promise<Set<bigint>> {
  const replies = rows.filter(({ refers_to_key }) => refers_to_key !== null)
  if (replies.length === 0) return new Set()
  const { rows: found } = await db.query<{ id: bigint }>(
    `select reply.id from unnest($1::bigint[], $2::bytea[]) as reply (id, key)
      where not exists (select from message where message_key = reply.key)`,
    [replies.map(({ id }) => id), replies.map(({ refers_to_key }) => refers_to_key)],
  )
  return new Set(found.map(({ id }) => id))
}
