/** From one raw record back to a message. Pure: everything comes from the record's bytes and its context. */
import type {
  Attachment,
  Message,
  MissingAttachment,
  Participant,
  Reference,
  SentAt,
} from '../../domain/message.ts'
import type { DecodeResult, RawRecord, RecordAttachment } from '../source.ts'
import type { Body } from './body.ts'
import { type ChatContext, readRecordContext } from './context.ts'
import { placeText } from './gaps.ts'
import { scopedId, vendorIdOf } from './identity.ts'
import { type Media, uniqueMedia } from './media.ts'
import { conversationOf, ownerOf, participantNamed, recipientsOf, senderOf } from './people.ts'
import { readBody } from './read-body.ts'
import { readRow } from './read-row.ts'
import type { Row } from './row.ts'
import { instantOfWall, offsetAt } from './zones.ts'

export const sourceName = 'wechat-export'

/** The keys all kinds of message share, still open while the message is put together. */
type Draft = { -readonly [Key in keyof Message]: Message[Key] }

/** Never throws: what cannot be read answers `decoded: false` and says why and where. */
export function decodeRecord(record: RawRecord): DecodeResult {
  const context = readRecordContext(record.context)
  if (context === null) return undecodable(record, 'the record has no context of a WeChat export')
  try {
    const read = readRow(record.bytes, context)
    if ('problem' in read) return undecodable(record, read.problem)
    return { decoded: true, message: messageOf(read.row, context, record) as Message }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return undecodable(record, 'the record is nested too deep to be read')
  }
}

function messageOf(row: Row, context: ChatContext, record: RawRecord): Draft {
  const body = readBody(row)
  const { text, media, refersTo, recalledBy, fields, notes, ...details } = body
  const recalls = refersTo?.relation === 'recalls'
  const sender = body.kind === 'system' ? whoRecalled(recalledBy, context) : senderOf(row, context)
  const { attachments, missing } = attach(media ?? [], record.attachments)
  const time = sentAtOf(row, context)
  const lines = [...(fields ?? []), ...(row.extra ?? [])]
  const vendorId = vendorIdOf(row, body, context)
  return {
    ...details,
    channel: record.channel,
    event: recalls ? 'recalled' : 'sent',
    route: sourceName,
    ...(vendorId === undefined ? {} : { vendorId }),
    conversation: conversationOf(context),
    sender,
    recipients: recipientsOf(sender, context),
    sentAt: time.sentAt,
    text: text === '' ? '(empty message)' : text,
    attachments,
    ...(missing.length === 0 ? {} : { missingAttachments: missing }),
    ...(refersTo === undefined ? {} : { refersTo: scoped(refersTo, context) }),
    ...(lines.length === 0 ? {} : { fields: lines }),
    notes: ['User export, unverified.', ...time.notes, ...(notes ?? []), ...notesOn(context)],
  } as Draft
}

/** WeChat's notices have no sender; of a recall the words tell who did it. */
function whoRecalled(by: Body['recalledBy'], context: ChatContext): Participant | null {
  if (by === undefined) return null
  return by === 'you' ? ownerOf(context) : participantNamed(by.name, context)
}

function scoped(reference: Reference, context: ChatContext): Reference {
  const { vendorId } = reference
  return vendorId === undefined ? reference : { ...reference, vendorId: scopedId(vendorId, context) }
}

function notesOn({ chat }: ChatContext): string[] {
  const { membersLeftOut } = chat
  return membersLeftOut === undefined
    ? []
    : [`The export lists ${membersLeftOut} more members of the group than are shown here.`]
}

function sentAtOf({ time }: Row, context: ChatContext): { sentAt: SentAt; notes: string[] } {
  const { zone } = context
  if (time.form === 'wall') return wallSentAt(time, context)
  const { utcMs, text, offsetMinutes } = time
  const ofZone = offsetAt(utcMs, zone)
  if (offsetMinutes === undefined || offsetMinutes === ofZone) {
    return { sentAt: { utc: utcMs, text, zone, offsetMinutes: ofZone }, notes: [] }
  }
  return { sentAt: { utc: utcMs, text, zone: zoneOfOffset(offsetMinutes), offsetMinutes }, notes: [] }
}

function wallSentAt(
  { localMs, text }: { readonly localMs: number; readonly text: string },
  { zone, zoneGiven }: ChatContext,
): { sentAt: SentAt; notes: string[] } {
  const { utc, latest, offsetMinutes, skipped } = instantOfWall(localMs, zone)
  const notes = zoneGiven ? [] : [`The export names no time zone: its times were read as ${zone}.`]
  if (skipped) notes.push('The clocks were put forward over this local time: read as shifted on.')
  if (latest !== undefined) {
    notes.push('This local time came twice when the clocks were put back: both are kept.')
  }
  return { sentAt: { utc, ...(latest === undefined ? {} : { latest }), text, zone, offsetMinutes }, notes }
}

/** IANA's zones of a fixed offset have their sign turned round; there are none for parts of an hour. */
function zoneOfOffset(minutes: number): string {
  if (minutes === 0 || minutes % 60 !== 0 || Math.abs(minutes) > 12 * 60) return 'UTC'
  return `Etc/GMT${minutes > 0 ? '-' : '+'}${Math.abs(minutes) / 60}`
}

/** Stored attachments for the files a message names; what was never named is `omitted`. */
function attach(
  media: readonly Media[],
  stored: readonly RecordAttachment[],
): { attachments: Attachment[]; missing: MissingAttachment[] } {
  const attachments: Attachment[] = []
  const missing: MissingAttachment[] = []
  for (const { reference, name, named } of uniqueMedia(media)) {
    const match = stored.find((one) => one.reference === reference)
    if (match === undefined) missing.push({ name, reason: named ? 'not-in-archive' : 'omitted' })
    else attachments.push({ name, mediaType: match.mediaType, bytes: match.bytes, sha256: match.sha256 })
  }
  return { attachments, missing }
}

function undecodable(record: RawRecord, problem: string): DecodeResult {
  const at = placeText(record.place)
  const explanation = `${at[0]!.toUpperCase()}${at.slice(1)} (byte ${record.place.offset}): ${problem}.`
  return { decoded: false, reason: 'undecodable', explanation }
}
