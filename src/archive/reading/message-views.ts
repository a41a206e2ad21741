/** Views of many messages of one mailbox: four statements, whatever their number, and the blocks they lie in. */
import { channelCodes, eventCodes, identityTypeCodes, kindCodes } from '../../domain/codes.ts'
import type { Queryable } from '../../platform/postgres/pool.ts'
import { idBounds } from '../id-bounds.ts'
import { itemIdOf } from '../item-id.ts'
import { notPersonal } from '../personal.ts'
import { eventsAbout, originalsOf } from './events.ts'
import {
  type AttachmentView,
  type MessageView,
  messageView,
  type PersonView,
  type ViewOptions,
} from './message-view.ts'
import { decodedMessage, type MessageRow, type ReadingParts } from './stored-message.ts'

const rowsStatement = `
select m.id, m.channel, m.kind, m.event, m.offset_minutes, m.latest_minutes, m.block_id, m.place, m.message_key,
       m.refers_to_key, m.sender_id, i.participant_id, p.identity_type, p.identity_value, p.name as participant_name,
       b.mobile
  from message m
  join item i on i.message_id = m.id and i.mailbox_id = $2
  join mailbox b on b.id = i.mailbox_id
  left join participant p on p.id = m.sender_id
 where m.id = any($1::bigint[]) and m.id between $3 and $4
   and i.message_id = any($1::bigint[]) and i.message_id between $3 and $4
   and ${notPersonal('m.id')}
 order by m.id`

/** Oldest first; messages that have no item in the mailbox are left out. */
export async function messageViews(
  parts: ReadingParts,
  mailboxId: number,
  messageIds: readonly bigint[],
  options: ViewOptions = {},
): Promise<MessageView[]> {
  if (messageIds.length === 0) return []
  const { lowest, highest } = idBounds(messageIds)
  const rows: MessageRow[] = (await parts.db.query(rowsStatement, [messageIds, mailboxId, lowest, highest]))
    .rows
  const [attachments, originals, events, decoded] = await Promise.all([
    attachmentsOf(parts.db, messageIds),
    originalsOf(parts.db, mailboxId, rows),
    eventsAbout(parts, mailboxId, rows),
    Promise.all(rows.map((row) => decodedMessage(parts, row))),
  ])
  const own = ownParticipants(rows)
  return rows.map((row, place) =>
    messageView(
      {
        itemId: itemIdOf(row.id, mailboxId),
        messageId: row.id,
        channel: channelCodes.wordOf(row.channel),
        kind: kindCodes.wordOf(row.kind),
        event: eventCodes.wordOf(row.event),
        offsetMinutes: row.offset_minutes,
        latestMinutes: row.latest_minutes,
        sender: senderOf(row),
        own: row.sender_id !== null && (own.has(row.sender_id) || row.identity_value === row.mobile),
        attachments: attachments.get(row.id) ?? [],
        refersToItem: row.refers_to_key && (originals.get(row.refers_to_key.toString('hex')) ?? null),
        events: events.get(row.message_key.toString('hex')) ?? [],
      },
      decoded[place]!,
      options,
    ),
  )
}

/**
 * Whoever the mailbox has these messages because of is its person: the same one under each of his identities, so a
 * message of his phone and one of his WeCom account are both his.
 */
function ownParticipants(rows: readonly MessageRow[]): ReadonlySet<number> {
  return new Set(rows.flatMap(({ participant_id }) => (participant_id === null ? [] : [participant_id])))
}

function senderOf(row: MessageRow): PersonView | null {
  if (row.sender_id === null || row.identity_type === null || row.identity_value === null) return null
  return {
    type: identityTypeCodes.wordOf(row.identity_type),
    value: row.identity_value,
    name: row.participant_name,
  }
}

/** Attachments of messages, in the order of their places. */
export async function attachmentsOf(
  db: Queryable,
  messageIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, Omit<AttachmentView, 'shownAs'>[]>> {
  const { rows } = await db.query<{
    message_id: bigint
    place: number
    name: string
    media_type: string
    bytes: bigint
    sha256: Buffer
  }>(
    `select message_id, place, name, media_type, bytes, sha256 from message_attachment
      where message_id = any($1::bigint[]) order by message_id, place`,
    [messageIds],
  )
  const attachments = new Map<bigint, Omit<AttachmentView, 'shownAs'>[]>()
  for (const { message_id, place, name, media_type, bytes, sha256 } of rows) {
    const known = attachments.get(message_id) ?? []
    attachments.set(message_id, known)
    known.push({ place, name, type: media_type, bytes: Number(bytes), sha256: sha256.toString('hex') })
  }
  return attachments
}
