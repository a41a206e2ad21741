/** A decrypted session-archive message becomes a message of ours. Pure: the same record gives the same message. */
import type {
  Attachment,
  Message,
  MissingAttachment,
  Participant,
  Reference,
  SentAt,
} from '../../domain/message.ts'
import { finiteNumber, isRaw, parseObject, type Raw, scalarText, textOf } from '../formats/raw-json.ts'
import type { DecodeResult, RawRecord, RecordAttachment } from '../source.ts'
import { quotedIn } from './bodies/words.ts'
import type { Body, Media } from './body.ts'
import { type ChatNames, conversationOf, participantOf, recipientsOf } from './participants.ts'
import { chinaOffsetMinutes, chinaZone, instantMs } from './times.ts'
import { readBody } from './types.ts'

export const sourceName = 'wecom-archive'

/** The keys all kinds of message share, still open while the message is put together. */
type Draft = { -readonly [Key in keyof Message]: Message[Key] }

/** Never throws: what cannot be read answers `decoded: false` and says why and where. */
export function decodeRecord(record: RawRecord): DecodeResult {
  try {
    const parsed = parseObject(record.bytes)
    return 'problem' in parsed ? undecodable(record, parsed.problem) : decodeMessage(parsed.raw, record)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return undecodable(record, 'the JSON is nested too deep to be read')
  }
}

function decodeMessage(raw: Raw, record: RawRecord): DecodeResult {
  const action = textOf(raw, 'action')
  const recalls = action === 'recall' || raw.msgtype === 'revoke'
  if (action !== 'switch' && !recalls && textOf(raw, 'msgtype') === '') {
    const sealed = 'encrypt_chat_msg' in raw
    return undecodable(record, sealed ? 'the message is still encrypted' : 'the message has no msgtype')
  }
  const sentAt = readSentAt(raw.msgtime ?? raw.time)
  if (sentAt === undefined) return undecodable(record, 'the message has no usable time (msgtime)')
  const names = isRaw(record.context.names) ? (record.context.names as ChatNames) : undefined
  if (action === 'switch') return decoded(switched(raw, record, names, sentAt))
  return decoded(recalls ? recalled(raw, record, names, sentAt) : sent(raw, record, names, sentAt))
}

function sent(raw: Raw, record: RawRecord, names: ChatNames | undefined, sentAt: SentAt): Draft {
  const body = readBody(raw, names)
  const draft = draftOf(raw, record, names, sentAt, body)
  if (body.kind === 'text') {
    const quoted = quotedIn(body.text)
    if (quoted !== undefined) draft.refersTo = quoted
  }
  return draft
}

/** A recall is an event with an id of its own; the original was archived when it was sent. */
function recalled(raw: Raw, record: RawRecord, names: ChatNames | undefined, sentAt: SentAt): Draft {
  const original = isRaw(raw.revoke) ? textOf(raw.revoke, 'pre_msgid') : textOf(raw, 'pre_msgid')
  const refersTo: Reference = { relation: 'recalls', ...(original === '' ? {} : { vendorId: original }) }
  const draft = draftOf(raw, record, names, sentAt, { kind: 'system', text: 'Message recalled' })
  return Object.assign(draft, { event: 'recalled', refersTo })
}

/** `switch` says that an employee changed to another organisation; it has `user` and `time`, nothing else. */
function switched(raw: Raw, record: RawRecord, names: ChatNames | undefined, sentAt: SentAt): Draft {
  const user = participantOf(textOf(raw, 'user') || textOf(raw, 'from'), names)
  const shown = user.name === undefined ? user.identity.value : `${user.name} (${user.identity.value})`
  const body: Body = { kind: 'system', text: `${shown} switched to another organisation` }
  const draft = draftOf(raw, record, names, sentAt, body)
  draft.sender = null
  draft.recipients = user.identity.value === '' ? [] : [user]
  draft.conversation = conversationOf(raw, draft.recipients, names)
  return draft
}

function draftOf(
  raw: Raw,
  record: RawRecord,
  names: ChatNames | undefined,
  sentAt: SentAt,
  body: Body,
): Draft {
  const from = textOf(raw, 'from')
  const sender: Participant | null = from === '' ? null : participantOf(from, names)
  const recipients = recipientsOf(raw, sender, names)
  const { text, media, withheld, notes, fields, ...details } = body
  const found = attach(media, record.attachments)
  const missing = [
    ...found.missing,
    ...(withheld ?? []).map((name): MissingAttachment => ({ name, reason: 'omitted' })),
  ]
  const draft = {
    ...details,
    channel: record.channel,
    event: 'sent',
    route: sourceName,
    conversation: conversationOf(raw, sender === null ? recipients : [sender, ...recipients], names),
    sender,
    recipients,
    sentAt,
    text,
    attachments: found.attachments,
  } as Draft
  const vendorId = textOf(raw, 'msgid')
  if (vendorId !== '') draft.vendorId = vendorId
  if (fields !== undefined && fields.length > 0) draft.fields = fields
  if (missing.length > 0) draft.missingAttachments = missing
  const remarks = [...(notes ?? []), ...remarksOn(sentAt)]
  if (remarks.length > 0) draft.notes = remarks
  return draft
}

/** Stored attachments for the files a message names; the same file named twice is there once. */
function attach(
  media: readonly Media[] | undefined,
  stored: readonly RecordAttachment[],
): { attachments: Attachment[]; missing: MissingAttachment[] } {
  const attachments: Attachment[] = []
  const missing: MissingAttachment[] = []
  for (const named of uniqueMedia(media ?? [])) {
    const match =
      stored.find(({ reference, name }) => reference === named.reference && name === named.name) ??
      stored.find(({ reference }) => reference === named.reference)
    if (match === undefined) missing.push({ name: named.name, reason: 'not-in-archive' })
    else
      attachments.push({
        name: named.name,
        mediaType: match.mediaType,
        bytes: match.bytes,
        sha256: match.sha256,
      })
  }
  return { attachments, missing }
}

/** Each (file, name) once, in order: a forwarded chat often repeats a picture. */
export function uniqueMedia(media: readonly Media[]): readonly Media[] {
  if (media.length < 2) return media
  return [...new Map(media.map((named) => [`${named.reference}\n${named.name}`, named])).values()]
}

/** `msgtime` is in milliseconds, a number or a string; seconds (from other tools) are told by their size. */
function readSentAt(time: unknown): SentAt | undefined {
  const number = finiteNumber(time)
  const utc = number === undefined ? undefined : instantMs(number)
  if (utc === undefined) return undefined
  return { utc, text: scalarText(time), zone: chinaZone, offsetMinutes: chinaOffsetMinutes }
}

function remarksOn(sentAt: SentAt): string[] {
  if (sentAt.utc === 0) return ['The source gives no time: msgtime is 0']
  return Number(sentAt.text) === sentAt.utc ? [] : ['The source gives the time in seconds or with a fraction']
}

function decoded(draft: Draft): DecodeResult {
  return { decoded: true, message: draft as Message }
}

function undecodable({ place }: RawRecord, problem: string): DecodeResult {
  const at = place.line !== undefined ? `Line ${place.line}` : `Message ${place.index ?? 1}`
  return { decoded: false, reason: 'undecodable', explanation: `${at} (byte ${place.offset}): ${problem}.` }
}
