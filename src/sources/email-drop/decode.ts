/** A raw e-mail into a message. Pure and deterministic; what cannot be read is told in a sentence. */
import { hash } from 'node:crypto'
import type { CardField, Message, MessageKind, SentAt } from '../../domain/message.ts'
import type { RawRecord, RecordAttachment } from '../../domain/record.ts'
import type { DecodeResult } from '../source.ts'
import { type EmailContext, readContext } from './context.ts'
import { deletionOf } from './deletion.ts'
import { type Email, readEmail } from './email.ts'
import { isOfTheWay } from './fingerprint.ts'
import { unquoteMbox } from './mbox-quoting.ts'
import { readDate } from './mime/dates.ts'
import { fieldsNamed, firstField } from './mime/headers.ts'
import { decodeWords } from './mime/words.ts'
import { type People, peopleOf } from './people.ts'

export const sourceName = 'email-drop'

export function decodeRecord(record: RawRecord): DecodeResult {
  const context = readContext(record.context)
  const bytes = Buffer.from(record.bytes.buffer, record.bytes.byteOffset, record.bytes.byteLength)
  const email = readEmail(context.mbox ? unquoteMbox(bytes) : bytes)
  if (email === null) return undecodable('These bytes have none of the header fields of an e-mail.')
  const time = timeOf(email, context)
  if (time === null) return undecodable('The e-mail has no date that can be read, nor has what came with it.')
  return { decoded: true, message: messageOf(record, email, context, time) }
}

function undecodable(explanation: string): DecodeResult {
  return { decoded: false, reason: 'undecodable', explanation }
}

function messageOf(record: RawRecord, email: Email, context: EmailContext, time: Time): Message {
  const people = peopleOf(email, { ...context.reading, further: context.manifest.participants })
  const deletion = deletionOf(email.subject)
  const fields = [...(deletion?.fields ?? []), ...cardFields(email)]
  const notes = [...email.notes, ...people.notes, ...time.notes, ...notesOf(email, context)]
  return {
    ...{ channel: record.channel, route: sourceName, kind: kindOf(record.attachments) },
    event: deletion ? 'deleted' : 'sent',
    ...(email.messageId === '' ? {} : { vendorId: email.messageId }),
    conversation: conversationOf(email, people, context),
    ...{ sender: people.sender, recipients: people.recipients, sentAt: time.sentAt },
    text: textOf(email, record.attachments.length > 0),
    attachments: record.attachments.map(({ name, mediaType, bytes, sha256 }) => ({
      ...{ name, mediaType, bytes, sha256 },
    })),
    ...(deletion || email.inReplyTo !== '' ? { refersTo: referenceOf(email, deletion !== null) } : {}),
    ...(fields.length === 0 ? {} : { fields }),
    ...(notes.length === 0 ? {} : { notes }),
  }
}

function referenceOf({ inReplyTo }: Email, isDeletion: boolean): NonNullable<Message['refersTo']> {
  const relation = isDeletion ? 'deletes' : 'replies-to'
  return { relation, ...(inReplyTo === '' ? {} : { vendorId: inReplyTo }) }
}

function textOf({ text, subject }: Email, hasFiles: boolean): string {
  if (text !== '' || hasFiles) return text
  return subject || 'An e-mail without a text.'
}

type PlainKind = Exclude<MessageKind, 'call' | 'location' | 'poll'>

/** By the first file; a chat message rarely has more than one. */
function kindOf(attachments: readonly RecordAttachment[]): PlainKind {
  const type = attachments[0]?.mediaType
  if (type === undefined) return 'text'
  if (type === 'text/vcard' || type === 'text/x-vcard') return 'contact'
  if (type.startsWith('image/')) return 'image'
  if (type.startsWith('video/')) return 'video'
  return type.startsWith('audio/') ? 'audio' : 'file'
}

interface Time {
  readonly sentAt: SentAt
  readonly notes: readonly string[]
}

/** Date, else what RSMF and the manifest say, else when a server took it: each but the first is told. */
function timeOf(email: Email, { manifest, receivedAt }: EmailContext): Time | null {
  const date = readDate(firstField(email.fields, 'date'))
  if (date) return { sentAt: date, notes: [] }
  const received = firstField(email.fields, 'received')
  const others: readonly (readonly [string, string])[] = [
    ['the field X-RSMF-BeginDate', firstField(email.fields, 'x-rsmf-begindate')],
    ['the manifest', manifest.time],
    ['the field Received', received.slice(received.lastIndexOf(';') + 1)],
    ['the moment a server took the e-mail', receivedAt],
  ]
  for (const [origin, value] of others) {
    const sentAt = readDate(value)
    if (sentAt)
      return { sentAt, notes: [`The Date of the e-mail cannot be read; the time is that of ${origin}.`] }
  }
  return null
}

/** The field that names the chat, else who took part; a group also by its subject. */
function conversationOf(email: Email, people: People, { reading }: EmailContext): Message['conversation'] {
  const everyone = [...(people.sender ? [people.sender] : []), ...people.recipients]
  const type = everyone.length > 2 ? 'group' : 'direct'
  const named = idOfHeader(email, reading.conversationHeader)
  const name = email.subject === '' ? {} : { name: email.subject }
  if (named !== '') return { id: named, ...name, type }
  const parties = everyone.map(({ identity }) => identity.value).sort()
  const key = type === 'group' ? [topicOf(email.subject), ...parties] : parties
  const id = key.join('|')
  if (id === '') return { id: email.messageId || 'unknown', ...name, type }
  return { id: id.length <= 200 ? id : hash('sha256', id), ...name, type }
}

function idOfHeader(email: Email, header: string): string {
  const names = ['x-rsmf-eventcollectionid', ...(header === '' ? [] : [header])].reverse()
  for (const name of names) {
    const value = decodeWords(firstField(email.fields, name)).trim()
    if (value !== '') return value.slice(0, 500)
  }
  return ''
}

/** The subject without the marks of answers, which make no other conversation. */
function topicOf(subject: string): string {
  return subject
    .slice(0, 500)
    .replace(/^(?:\s*(?:re|aw|sv|fw|fwd|wg|tr|rv|回复|答复|转发)\s*[:：])+/i, '')
    .trim()
    .toLowerCase()
}

const cardFieldsMax = 40
const cardValueMax = 2_000

/** A vendor's own fields: nobody knows them all, so they are shown and searched as they are. */
function cardFields(email: Email): readonly CardField[] {
  return email.fields
    .filter(({ name, value }) => name.startsWith('x-') && value !== '' && !isOfTheWay(name))
    .slice(0, cardFieldsMax)
    .map(({ name, value }) => ({ label: name, value: decodeWords(value).slice(0, cardValueMax) }))
}

function notesOf(email: Email, { manifest }: EmailContext): readonly string[] {
  const notes: string[] = []
  if (email.report) notes.push('The message came inside a journal report, which named its recipients.')
  if (manifest.sha256 === 'differs')
    notes.push('The SHA-256 of the file is not the one that its manifest gives.')
  if (fieldsNamed(email.fields, 'from').length > 1) notes.push('The e-mail has several From fields.')
  const type = firstField(email.fields, 'content-type')
  if (/application\/(?:x-)?pkcs7-mime|multipart\/encrypted/i.test(type))
    notes.push('The e-mail is encrypted: its text cannot be read.')
  return notes
}
