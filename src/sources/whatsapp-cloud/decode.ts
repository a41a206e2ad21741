/** A raw record of a webhook becomes a message. Pure: the same record gives the same message. */
import type { Attachment, Message, Reference, SentAt } from '../../domain/message.ts'
import { parseLosslessJson } from '../formats/lossless-json.ts'
import { isRaw, objectOf, type Raw, textOf } from '../formats/raw-json.ts'
import type { DecodeResult, RawRecord } from '../source.ts'
import { fieldsOf, readBody } from './bodies.ts'
import { readAccount, readCall, readContactSync, readGroup, readStatus, type Said } from './events.ts'
import { sharedNameOf } from './identity.ts'
import { mediaOf } from './media.ts'
import { partiesOf } from './people.ts'

export const sourceName = 'whatsapp-cloud'

/** Never throws: what cannot be read answers `decoded: false` and says why. */
export function decodeRecord(record: RawRecord): DecodeResult {
  try {
    const raw = parseLosslessJson(Buffer.from(record.bytes).toString('utf8'))
    return isRaw(raw) ? decodeRaw(raw, record) : undecodable('The JSON is not an object.')
  } catch (error) {
    const tooDeep = error instanceof RangeError
    return undecodable(tooDeep ? 'The JSON is nested too deep to be read.' : 'The webhook is not JSON.')
  }
}

function undecodable(explanation: string): DecodeResult {
  return { decoded: false, reason: 'undecodable', explanation }
}

function decodeRaw(raw: Raw, record: RawRecord): DecodeResult {
  const { list } = record.context
  const sentAt = sentAtOf(raw, record)
  if (sentAt === null) return undecodable('The record has no time that could be read.')
  const said = readRecord(raw, record)
  const { event = 'sent', fields, notes: remarks = [], ...body } = said.said
  const timeless = textOf(raw, 'timestamp') === '' && sentAt.text === record.context.receivedAt
  const notes = timeless ? [...remarks, 'the record has no time; this is when it arrived'] : remarks
  const found = attachmentsOf(said.content, record)
  const id = textOf(raw, 'id')
  return {
    decoded: true,
    message: {
      ...{ channel: record.channel, event, route: sourceName, sentAt, ...partiesOf(raw, record.context) },
      ...(id === '' || list === 'state_sync' || list === 'value' ? {} : { vendorId: id }),
      ...body,
      text: body.text || 'Message without text',
      ...found,
      ...(said.refersTo ? { refersTo: sharedReference(said.refersTo, raw, record.context) } : {}),
      ...(fields && fields.length > 0 ? { fields } : {}),
      ...(notes.length > 0 ? { notes } : {}),
    } as Message,
  }
}

/** The original under the name its record has: records made before ids were shared have Meta's own. */
function sharedReference(
  reference: Reference,
  raw: Raw,
  { business, sharedIds }: RawRecord['context'],
): Reference {
  if (sharedIds !== true || reference.vendorId === undefined || typeof business !== 'string') return reference
  return { ...reference, vendorId: sharedNameOf(reference.vendorId, raw, business) ?? reference.vendorId }
}

interface Read {
  readonly said: Said
  /** The message whose files these are. */
  readonly content: Raw
  readonly refersTo?: Reference
}

function readRecord(raw: Raw, { context }: RawRecord): Read {
  switch (context.list) {
    case 'statuses': {
      const said = readStatus(raw)
      const vendorId = textOf(raw, 'id')
      return { said, content: {}, ...(said.event ? { refersTo: { relation: 'receipt-of', vendorId } } : {}) }
    }
    case 'calls':
      return { said: readCall(raw), content: {} }
    case 'groups':
      return { said: readGroup(raw), content: {} }
    case 'state_sync':
      return { said: readContactSync(raw), content: {} }
    case 'errors':
      return {
        said: {
          kind: 'system',
          text: `WhatsApp reported an error: ${textOf(raw, 'title')}`,
          fields: fieldsOf(raw),
        },
        content: {},
      }
    case 'value':
      return { said: readAccount(raw, context), content: {} }
    default:
      return readMessage(raw)
  }
}

function readMessage(raw: Raw): Read {
  switch (textOf(raw, 'type')) {
    case 'edit': {
      const edit = objectOf(raw, 'edit')
      const content = objectOf(edit, 'message')
      const refersTo = { relation: 'edits', vendorId: textOf(edit, 'original_message_id') } as const
      return { said: { ...readBody(content), event: 'edited' }, content, refersTo }
    }
    case 'revoke': {
      const vendorId = textOf(objectOf(raw, 'revoke'), 'original_message_id')
      return {
        said: { kind: 'system', text: 'Message deleted', event: 'deleted' },
        content: {},
        refersTo: { relation: 'deletes', vendorId },
      }
    }
    case 'reaction': {
      const reaction = objectOf(raw, 'reaction')
      const emoji = textOf(reaction, 'emoji')
      const text = emoji === '' ? 'Reaction removed' : `Reacted with ${emoji}`
      return {
        said: { kind: 'text', text, event: 'reacted' },
        content: {},
        refersTo: { relation: 'reacts-to', vendorId: textOf(reaction, 'message_id') },
      }
    }
    default: {
      const quoted = textOf(objectOf(raw, 'context'), 'id')
      return {
        said: readBody(raw),
        content: raw,
        ...(quoted === '' ? {} : { refersTo: { relation: 'replies-to', vendorId: quoted } }),
      }
    }
  }
}

function attachmentsOf(
  content: Raw,
  { attachments }: RawRecord,
): Pick<Message, 'attachments' | 'missingAttachments'> {
  const named = mediaOf(content)
  const stored = named.flatMap(({ id, attachment }): Attachment[] => {
    const match = attachments.find(({ reference }) => reference === id)
    return match
      ? [{ name: attachment.name, mediaType: match.mediaType, bytes: match.bytes, sha256: match.sha256 }]
      : []
  })
  const missing = named.filter(({ id }) => !attachments.some(({ reference }) => reference === id))
  const placeholder = textOf(content, 'type') === 'media_placeholder' ? ['file of the history'] : []
  const names = [...missing.map(({ attachment }) => attachment.name), ...placeholder]
  return {
    attachments: stored,
    ...(names.length === 0
      ? {}
      : { missingAttachments: names.map((name) => ({ name, reason: 'expired' as const })) }),
  }
}

/** Seconds since 1970, as text; the account's news have the time of their webhook. */
function sentAtOf(raw: Raw, { context }: RawRecord): SentAt | null {
  const text =
    textOf(raw, 'timestamp') ||
    textOf(objectOf(raw, 'metadata'), 'timestamp') ||
    (typeof context.time === 'string' ? context.time : '') ||
    (typeof context.receivedAt === 'string' ? context.receivedAt : '')
  const seconds = Number(text)
  if (text === '' || !Number.isFinite(seconds)) return null
  const utc = Math.round(seconds * 1000)
  return Math.abs(utc) > 8.64e15 ? null : { utc, text, zone: 'UTC', offsetMinutes: 0 }
}
