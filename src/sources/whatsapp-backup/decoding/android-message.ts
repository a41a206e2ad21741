/** A row of `message` with what belongs to it. */
import type { Participant, Reference } from '../../../domain/message.ts'
import { mediaNameOf } from '../media-facts.ts'
import { systemText } from './android-system.ts'
import { androidBody, isViewOnce } from './android-types.ts'
import { type Parties, participantOfRow, shownName } from './parties.ts'
import { linkedOf, linkedRows, numberOf, type Raw, textOf } from './raw.ts'
import type { Body, Told } from './told.ts'

const deletedTypes = new Set([15, 64])
const systemType = 7

export function tellAndroidMessage(record: Raw, parties: Parties): Told {
  const row = record.row as Raw
  const sender = senderOf(record, row, parties)
  const people = peopleOf(sender, parties)
  const time = { utc: numberOf(row, 'timestamp'), timeText: textOf(row, 'timestamp') }
  const revoked = linkedOf(record, 'message_revoked')
  if (revoked !== undefined || deletedTypes.has(numberOf(row, 'message_type')))
    return { ...time, people, ...deletion(record, revoked, sender) }
  if (numberOf(row, 'message_type') === systemType || linkedOf(record, 'message_system') !== undefined)
    return {
      ...time,
      ...systemEvent(record, participantOfRow(record, textOf(row, 'sender_jid_row_id')) ?? sender, people),
    }
  const body = androidBody(record)
  const told = {
    ...time,
    sender,
    people,
    ...body,
    notes: [...(body.notes ?? []), ...notesOn(record)],
    ...fileOf(record),
  }
  const edit = linkedOf(record, 'message_edit_info')
  return edit === undefined ? { ...told, ...quoteOf(record) } : { ...told, ...edited(record, edit) }
}

function senderOf(record: Raw, row: Raw, { own, partner }: Parties): Participant {
  if (numberOf(row, 'from_me') === 1) return own
  const written = participantOfRow(record, textOf(row, 'sender_jid_row_id'))
  return written ?? partner ?? { identity: { type: 'name', value: 'Unknown sender' } }
}

function peopleOf(sender: Participant, { own, partner, others }: Parties): readonly Participant[] {
  return partner === null ? [own, ...others, sender] : [own, partner]
}

/** The original was archived when it was sent, if it was; the phone keeps nothing of it. */
function deletion(
  record: Raw,
  revoked: Raw | undefined,
  writer: Participant,
): Omit<Told, 'people' | 'utc' | 'timeText'> & Partial<Told> {
  const admin = revoked === undefined ? null : participantOfRow(record, textOf(revoked, 'admin_jid_row_id'))
  const at = revoked === undefined ? 0 : numberOf(revoked, 'revoke_timestamp')
  return {
    ...{ event: 'deleted', kind: 'system', sender: admin ?? writer },
    text:
      admin === null
        ? 'Message deleted'
        : `Message of ${shownName(writer)} deleted by an administrator of the group`,
    refersTo: { relation: 'deletes', ...vendorIdIn(record) },
    ...(at > 0
      ? { utc: at, timeText: textOf(revoked!, 'revoke_timestamp') }
      : { notes: ['The time is that of the deleted message; the phone does not keep when it was deleted'] }),
  }
}

function systemEvent(
  record: Raw,
  sender: Participant,
  people: readonly Participant[],
): Omit<Told, 'utc' | 'timeText'> {
  const concerned = linkedRows(record, 'message_system_chat_participant').flatMap(
    (row) => participantOfRow(record, textOf(row, 'user_jid_row_id')) ?? [],
  )
  const body: Body = systemText(record, sender, concerned)
  return { ...body, sender: null, people: [...people, ...concerned] }
}

/** The row is the edited message: its earlier text is in an earlier capture, or nowhere. */
function edited(record: Raw, edit: Raw): Partial<Told> {
  const at = numberOf(edit, 'edited_timestamp') || numberOf(edit, 'sender_timestamp')
  return {
    event: 'edited',
    refersTo: { relation: 'edits', ...vendorIdIn(record) },
    ...(at > 0 ? { utc: at, timeText: String(at) } : {}),
  }
}

function quoteOf(record: Raw): { readonly refersTo?: Reference } {
  const quoted = linkedOf(record, 'message_quoted')
  if (quoted === undefined) return {}
  const text =
    textOf(quoted, 'text_data') || textOf(linkedOf(record, 'message_quoted_media') ?? {}, 'media_name')
  const writer = participantOfRow(record, textOf(quoted, 'sender_jid_row_id'))
  return {
    refersTo: {
      ...{ relation: 'replies-to', ...vendorIdIn(record) },
      ...(text === '' ? {} : { quotedText: text }),
      ...(writer?.name === undefined ? {} : { quotedSenderName: writer.name }),
    },
  }
}

export function vendorIdIn(record: Raw): { readonly vendorId?: string } {
  const vendorId = textOf(record, 'refersTo')
  return vendorId === '' ? {} : { vendorId }
}

function fileOf(record: Raw): Partial<Told> {
  const media = linkedOf(record, 'message_media')
  if (media === undefined)
    return isViewOnce(record) ? { file: { name: 'view-once media', reason: 'view-once' } } : {}
  const [path, type] = [textOf(media, 'file_path'), textOf(media, 'mime_type').split(';')[0]!.trim()]
  if (path === '' && textOf(media, 'file_hash') === '')
    return isViewOnce(record) ? { file: { name: 'view-once media', reason: 'view-once' } } : {}
  const name = mediaNameOf(textOf(media, 'media_name'), path, type)
  return { file: { name, reason: isViewOnce(record) ? 'view-once' : 'not-in-archive' } }
}

function notesOn(record: Raw): string[] {
  const notes: string[] = []
  const score = numberOf(linkedOf(record, 'message_forwarded') ?? {}, 'forward_score')
  if (linkedOf(record, 'message_forwarded') !== undefined)
    notes.push(score > 1 ? `Forwarded (${score} times)` : 'Forwarded')
  const seconds = numberOf(linkedOf(record, 'message_ephemeral') ?? {}, 'duration')
  if (seconds > 0) notes.push(`Disappears after ${seconds} seconds`)
  if (isViewOnce(record)) notes.push('View once')
  if (textOf(record, 'album') !== '') notes.push(`Part of album ${textOf(record, 'album')}`)
  return notes
}
