/** A raw record of a linked device becomes a message. Pure: the same record gives the same message. */
import type { Attachment, Message, Participant, Reference, SentAt } from '../../domain/message.ts'
import { parseLosslessJson } from '../formats/lossless-json.ts'
import { isRaw, objectOf, type Raw, textOf } from '../formats/raw-json.ts'
import type { DecodeResult, RawRecord } from '../source.ts'
import { longOf } from './event-line.ts'
import {
  readCallRecord,
  readCallSignal,
  readOther,
  readParticipants,
  readReceipt,
  readStub,
  readUpdate,
} from './events.ts'
import { mediaOf } from './media.ts'
import { contentOf } from './message-content.ts'
import { originalOf } from './original.ts'
import { conversationOf, keyOf, messageIdOf, type Parties, participantOf, partiesOf } from './people.ts'
import { phonesOf, withPhones } from './phones.ts'
import { messageOfPlaintext } from './plaintext.ts'
import { readCallLogRecord, readWebMessageInfo } from './protocol.ts'
import { readMessage, type Said } from './read-message.ts'

export const sourceName = 'whatsapp-linked-device'

/** Never throws: what cannot be read answers `decoded: false` and says why. */
export function decodeRecord(record: RawRecord): DecodeResult {
  try {
    const raw = read(record)
    return raw === null
      ? undecodable('The record is no event of a linked device.')
      : decodeRaw(withPhones(raw, phonesOf(record.context.phones)).raw, record)
  } catch (error) {
    const tooDeep = error instanceof RangeError
    return undecodable(
      tooDeep ? 'The record is nested too deep, or ends early.' : 'The record cannot be read.',
    )
  }
}

function undecodable(explanation: string): DecodeResult {
  return { decoded: false, reason: 'undecodable', explanation }
}

function read({ bytes, context }: RawRecord): Raw | null {
  if (context.format === 'protobuf')
    return context.event === 'call-log' ? readCallLogRecord(bytes) : readWebMessageInfo(bytes)
  const parsed = parseLosslessJson(Buffer.from(bytes).toString('utf8'))
  if (!isRaw(parsed) || context.event === 'unreadable') return null
  return context.format === 'plaintext' ? messageOfPlaintext(parsed) : parsed
}

function decodeRaw(raw: Raw, record: RawRecord): DecodeResult {
  const sentAt = sentAtOf(raw, record)
  if (sentAt === null) return undecodable('The record has no time that could be read.')
  const own = textFrom(record.context.own)
  const { said, parties, vendorId, refersTo } = readEvent(raw, record, own)
  const { event = 'sent', relation: _told, fields = [], notes = [], ...body } = said
  return {
    decoded: true,
    message: {
      ...{ channel: record.channel, event, route: sourceName, sentAt, ...parties },
      ...(vendorId === '' ? {} : { vendorId }),
      ...body,
      text: body.text || 'Message without text',
      ...attachmentsOf(raw, record),
      ...(refersTo ? { refersTo } : {}),
      ...(fields.length > 0 ? { fields } : {}),
      ...(notes.length > 0 ? { notes } : {}),
    } as Message,
  }
}

interface Read {
  readonly said: Said
  readonly parties: Parties
  readonly vendorId: string
  readonly refersTo?: Reference
}

function readEvent(raw: Raw, { context }: RawRecord, own: string): Read {
  switch (context.event) {
    case 'messages.upsert':
      return readSent(raw, context, own)
    case 'call': {
      const caller = textOf(raw, 'callerPn') || textOf(raw, 'from')
      const chat = textOf(raw, 'groupJid') || textOf(raw, 'chatId')
      return {
        said: readCallSignal(raw),
        parties: callParties(caller, chat, true, own),
        vendorId: textOf(raw, 'id'),
      }
    }
    case 'call-log':
      return readLoggedCall(raw, own)
    case 'messages.update':
      return readChange(raw.key, readUpdate(raw), raw, own)
    case 'message-receipt.update':
      return readChange(raw.key, readReceipt(raw), raw, own)
    case 'messages.delete':
      return readChange(raw, readOther('messages.delete', raw), raw, own)
    case 'group-participants.update':
      return { said: readParticipants(raw), parties: eventParties(textOf(raw, 'id'), own), vendorId: '' }
    default:
      return { said: readOther(textFrom(context.event), raw), parties: eventParties('', own), vendorId: '' }
  }
}

function readSent(raw: Raw, context: RawRecord['context'], own: string): Read {
  const alternative = textFrom(context.chatAlt)
  const key = keyOf(raw.key, alternative)
  const names = { pushName: textOf(raw, 'pushName'), chatName: textFrom(context.chatName) }
  const said = isRaw(raw.message) ? readMessage(raw.message) : readStub(raw)
  const refersTo = referenceOf(said, originalOf(raw, own, alternative), raw)
  return { said, parties: partiesOf(key, own, names), vendorId: key.id, ...(refersTo ? { refersTo } : {}) }
}

function readLoggedCall(raw: Raw, own: string): Read {
  const creator = textOf(raw, 'callCreatorJid')
  const [first] = Array.isArray(raw.participants) ? raw.participants : []
  const isIncoming = raw.isIncoming === true
  const other = isIncoming || !isRaw(first) ? creator : textOf(first, 'userJid')
  const chat = textOf(raw, 'groupJid') || other
  return {
    said: readCallRecord(raw),
    parties: callParties(other, chat, isIncoming, own),
    vendorId: textOf(raw, 'callId'),
  }
}

/** What became of a message, told by its key. */
function readChange(named: unknown, said: Said, raw: Raw, own: string): Read {
  const key = keyOf(named)
  const refersTo = referenceOf(said, key.id === '' ? null : messageIdOf(key, own), raw)
  return { said, parties: eventParties(key.remoteJid, own), vendorId: '', ...(refersTo ? { refersTo } : {}) }
}

function referenceOf(said: Said, original: string | null, raw: Raw): Reference | null {
  if (original === null) return null
  const { message } = contentOf(raw.message)
  const quoted = Object.values(message)
    .map((content) => objectOf(objectOf(isRaw(content) ? content : {}, 'contextInfo'), 'quotedMessage'))
    .find((one) => Object.keys(one).length > 0)
  return {
    relation: said.relation ?? 'replies-to',
    vendorId: original,
    ...(quoted === undefined ? {} : { quotedText: readMessage(quoted).text }),
  }
}

/** Nobody says an event; it is of the phone's owner and whoever's chat it is. */
function eventParties(chat: string, own: string): Parties {
  const other = conversationOf(chat, own).type === 'direct' ? participantOf(chat) : null
  return {
    sender: null,
    recipients: [me(own), ...(other && other.identity.value !== own ? [other] : [])],
    conversation: conversationOf(chat, own),
  }
}

function callParties(otherJid: string, chat: string, isIncoming: boolean, own: string): Parties {
  const other = participantOf(otherJid)
  const isSelf = other === null || other.identity.value === own
  const sender = isIncoming && !isSelf ? other : me(own)
  const recipients = isSelf ? [] : [isIncoming ? me(own) : other]
  return { sender, recipients, conversation: conversationOf(chat, own) }
}

function me(own: string): Participant {
  return { identity: { type: 'phone', value: own } }
}

function attachmentsOf(
  raw: Raw,
  { context, attachments }: RawRecord,
): Pick<Message, 'attachments' | 'missingAttachments'> {
  const media = context.event === 'messages.upsert' ? mediaOf(raw.message) : null
  const stored = attachments.find(({ reference }) => reference === media?.reference)
  if (media === null) return { attachments: [] }
  if (!stored) return { attachments: [], missingAttachments: [{ name: media.name, reason: 'expired' }] }
  const attachment: Attachment = {
    name: media.name,
    mediaType: stored.mediaType,
    bytes: stored.bytes,
    sha256: stored.sha256,
  }
  return { attachments: [attachment] }
}

/** The message's own time in seconds, a call's as ISO text or seconds, else when the plug-in saw the event. */
function sentAtOf(raw: Raw, { context }: RawRecord): SentAt | null {
  const seconds =
    longOf(raw, 'messageTimestamp') ??
    longOf(raw, 'startTime') ??
    longOf(objectOf(raw, 'receipt'), 'readTimestamp') ??
    longOf(objectOf(raw, 'receipt'), 'receiptTimestamp')
  const date = textOf(raw, 'date')
  const at = typeof context.at === 'number' ? context.at : Number(context.receivedAt ?? Number.NaN)
  const utc = seconds !== undefined ? seconds * 1000 : date !== '' ? Date.parse(date) : at
  if (!Number.isFinite(utc) || Math.abs(utc) > 8.64e15) return null
  return {
    utc: Math.round(utc),
    text: seconds !== undefined ? String(seconds) : date || String(at),
    zone: 'UTC',
    offsetMinutes: 0,
  }
}

function textFrom(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
