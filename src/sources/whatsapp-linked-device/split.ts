/** Lines of events into raw records: each the exact bytes of its message, with what describes it as context. */
import { hash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { elementSlices, memberSlices, type Slice, wholeSlice } from '../formats/json-slices.ts'
import { parseLosslessJson } from '../formats/lossless-json.ts'
import { isRaw, objectOf, type Raw, textOf } from '../formats/raw-json.ts'
import { whatsappCallId, whatsappConversationId } from '../formats/whatsapp-message-id.ts'
import type {
  CapturedClosure,
  CapturedGap,
  CapturedRecord,
  Json,
  RecordContext,
  RecordIdentity,
} from '../source.ts'
import { enumOf, stubTypes } from './enums.ts'
import { bytesOf, type EventLine, eventLineOf } from './event-line.ts'
import { gapsOfHistory, gapsOfMessage, gapsOfSequence, gapsOfSession, isUndecryptable } from './gaps.ts'
import { type History, readHistory } from './history.ts'
import { type Media, mediaOf } from './media.ts'
import { contentName, contentOf } from './message-content.ts'
import { originalOf } from './original.ts'
import { keyOf, messageIdOf } from './people.ts'
import { type Phones, withPhones } from './phones.ts'
import { messageOfPlaintext } from './plaintext.ts'
import { readCallLogRecord, readWebMessageInfo } from './protocol.ts'

export interface SplitGiven {
  readonly body: Uint8Array
  readonly offset?: number
  readonly context?: RecordContext
  /** E.164 of the registered user. */
  readonly custodian: string
  readonly openMedia: (media: Media) => Promise<Readable>
}

export type Found = CapturedRecord | CapturedGap | CapturedClosure

/** The same records each time. A line that is none is a record whose identity is its bytes. */
export function* splitLines(given: SplitGiven): Generator<Found> {
  let before: number | null = null
  for (const slice of linesOf(given.body)) {
    const line = lineAt(given.body, slice)
    if (line === null) yield unreadable(given, slice)
    else {
      yield* gapsOfSequence(before, line, given.custodian)
      yield* splitLine(given, line, slice)
      before = line.sequence ?? before
    }
  }
}

function* linesOf(body: Uint8Array): Generator<Slice> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  for (let start = 0; start < bytes.byteLength; ) {
    const found = bytes.indexOf(0x0a, start)
    const end = found === -1 ? bytes.byteLength : found
    if (bytes.toString('latin1', start, Math.min(end, start + 80)).trim() !== '') yield { start, end }
    start = end + 1
  }
}

function lineAt(body: Uint8Array, { start, end }: Slice): EventLine | null {
  try {
    return eventLineOf(
      parseLosslessJson(new TextDecoder('utf-8', { fatal: true }).decode(body.subarray(start, end))),
    )
  } catch {
    return null
  }
}

function unreadable(
  { body, offset = 0, context = {}, custodian }: SplitGiven,
  { start, end }: Slice,
): CapturedRecord {
  return {
    ...{
      channel: 'whatsapp',
      bytes: body.subarray(start, end),
      place: { offset: offset + start },
      attachments: [],
    },
    context: { ...context, own: custodian, event: 'unreadable' },
    identity: { type: 'bytes', custodian },
    custodian,
  }
}

/** Events that are no communication and say nothing about one. */
const silent: ReadonlySet<string> = new Set([
  'connection.update',
  'session',
  'creds.update',
  'presence.update',
  'messaging-history.status',
])

function* splitLine(given: SplitGiven, line: EventLine, slice: Slice): Generator<Found> {
  if (line.event === 'connection.update' || line.event === 'session')
    yield* gapsOfSession(line, given.custodian)
  if (silent.has(line.event)) return
  const blob =
    line.event === 'history-sync'
      ? (bytesOf(objectOf(isRaw(line.data) ? line.data : {}, 'blob')) ?? bytesOf(line.data))
      : null
  if (blob !== null) {
    yield* splitHistory(given, line, blob, slice)
    return
  }
  const { body } = given
  const whole = wholeSlice(body.subarray(slice.start, slice.end))
  const shifted = { start: slice.start + whole.start, end: slice.start + whole.end }
  const data = memberSlices(body, shifted).get('data') ?? shifted
  const list = listWithin(body, line, data)
  if (list === null) yield* recordOf(given, line, line.data, data)
  else
    for (const [place, element] of list.slices.entries())
      yield* recordOf(given, line, list.values[place], element)
}

/** The list of what the event tells, if it tells of several. */
function listWithin(body: Uint8Array, { data }: EventLine, slice: Slice) {
  if (Array.isArray(data)) return { values: data as unknown[], slices: elementSlices(body, slice) }
  if (!isRaw(data)) return null
  const name = ['messages', 'keys'].find((one) => Array.isArray(data[one]))
  if (name === undefined) return null
  return {
    values: data[name] as unknown[],
    slices: elementSlices(body, memberSlices(body, slice).get(name)!),
  }
}

function* recordOf(given: SplitGiven, line: EventLine, value: unknown, slice: Slice): Generator<Found> {
  const { body, offset = 0, context = {}, custodian } = given
  const told = isRaw(value) ? value : {}
  const isPlaintext = line.event === 'plaintext'
  const raw = isPlaintext ? messageOfPlaintext(told) : told
  // A part that only brings keys, and says nothing.
  if (isPlaintext && contentName(isRaw(raw.message) ? raw.message : {}) === null) return
  const bytes = body.subarray(slice.start, slice.end)
  const isMessage = isPlaintext || line.event === 'messages.upsert' || line.event === 'messaging-history.set'
  const event = isMessage ? 'messages.upsert' : line.event
  const named = {
    ...{ ...context, own: custodian, event },
    ...(isPlaintext ? { format: 'plaintext' } : {}),
    ...(line.at === null ? {} : { at: line.at }),
  }
  const place = offset + slice.start
  yield* recordWith(given, { raw, bytes, event, at: line.at, place, context: named, phones: line.phones })
}

function* splitHistory(given: SplitGiven, line: EventLine, blob: Buffer, slice: Slice): Generator<Found> {
  let history: History
  try {
    history = readHistory(blob)
  } catch {
    yield unreadable(given, slice)
    return
  }
  yield* splitHistoryParts(given, history, line, slice.start)
}

/** Also for a file that is the history itself. */
export function* splitHistoryParts(
  given: SplitGiven,
  history: History,
  { at, phones }: Pick<EventLine, 'at' | 'phones'>,
  place: number,
): Generator<Found> {
  const { context = {}, custodian, offset = 0 } = given
  yield* gapsOfHistory(history, custodian)
  for (const { kind, bytes, chat, chatName, chatAlt } of history.parts) {
    const event = kind === 'call' ? 'call-log' : 'messages.upsert'
    const named = {
      ...{
        ...context,
        own: custodian,
        event,
        format: 'protobuf',
        chat,
        chatName,
        chatAlt,
        history: history.type,
      },
      ...(at === null ? {} : { at }),
    }
    yield* recordWith(given, {
      raw: readPart(kind, bytes),
      bytes,
      event,
      at,
      place: offset + place,
      context: named,
      phones,
    })
  }
}

function readPart(kind: 'message' | 'call', bytes: Uint8Array): Raw {
  try {
    return kind === 'call' ? readCallLogRecord(bytes) : readWebMessageInfo(bytes)
  } catch {
    return {}
  }
}

interface Part {
  readonly raw: Raw
  readonly bytes: Uint8Array
  readonly event: string
  readonly at: number | null
  readonly place: number
  readonly context: { readonly [key: string]: Json }
  readonly phones: Phones
}

function* recordWith({ custodian, openMedia }: SplitGiven, told: Part): Generator<Found> {
  const { raw, used } = withPhones(told.raw, told.phones)
  const part = { ...told, raw }
  const { bytes } = told
  const context = Object.keys(used).length === 0 ? told.context : { ...told.context, phones: used }
  const alternative = typeof context.chatAlt === 'string' ? context.chatAlt : ''
  const identity = identityFor(part, custodian, alternative)
  const media = part.event === 'messages.upsert' ? mediaOf(raw.message) : null
  const refersTo = refersToOf(part, custodian, alternative)
  const chat = keyOf(part.event === 'messages.delete' ? raw : raw.key, alternative).remoteJid
  yield {
    ...{ channel: 'whatsapp', bytes, place: { offset: part.place }, context, identity, custodian },
    attachments:
      media === null
        ? []
        : [
            {
              ...{ name: media.name, mediaType: media.mediaType, reference: media.reference },
              ...(media.size === null ? {} : { size: media.size }),
              open: () => openMedia(media),
            },
          ],
    ...(refersTo === null ? {} : { refersTo }),
    ...(chat === '' ? {} : { conversation: whatsappConversationId(chat, custodian) }),
  }
  if (part.event === 'messages.upsert') {
    const key = keyOf(raw.key, alternative)
    if (key.id !== '') yield* gapsOfMessage(raw, messageIdOf(key, custodian), custodian)
  }
}

/** Ids that say what happened to which message; without an id the bytes, and the time they came, are all there is. */
function identityFor(
  { raw, bytes, event, at }: Part,
  custodian: string,
  alternative: string,
): RecordIdentity {
  const digest = hash('sha256', bytes)
  const vendorId = (messageId: string, fingerprint = digest): RecordIdentity => ({
    ...{ type: 'vendor-id', messageId, observer: custodian, fingerprint },
  })
  const key = keyOf(event === 'messages.delete' ? raw : raw.key, alternative)
  const id = key.id === '' ? null : messageIdOf(key, custodian)
  switch (event) {
    case 'messages.upsert':
      if (id === null) return { type: 'bytes', custodian }
      return isUndecryptable(raw) ? vendorId(`${id}#undecryptable`, 'stub') : vendorId(id, saidBy(raw))
    case 'call':
      return vendorId(`${whatsappCallId(textOf(raw, 'id'))}#${textOf(raw, 'status')}`)
    case 'call-log':
      return vendorId(whatsappCallId(textOf(raw, 'callId')), 'call')
    default:
      return vendorId(
        `${id ?? custodian}#${event}/${id === null ? `${at ?? ''}/` : ''}${digest.slice(0, 32)}`,
      )
  }
}

/** What a message says, in the same words from the live event and from the history. */
function saidBy(raw: Raw): string {
  const { message } = contentOf(raw.message)
  const texts: string[] = []
  const collect = (value: unknown): void => {
    if (typeof value === 'string' && value !== '') texts.push(value)
    else if (isRaw(value))
      for (const name of Object.keys(value).sort()) if (said.has(name)) collect(value[name])
  }
  for (const name of Object.keys(message).sort()) {
    if (name !== 'messageContextInfo') texts.push(name)
    collect(message[name])
  }
  return hash('sha256', JSON.stringify([texts, enumOf(raw, 'messageStubType', stubTypes) ?? 0]))
}

const said: ReadonlySet<string> = new Set([
  'text',
  'caption',
  'name',
  'fileName',
  'displayName',
  'vcard',
  'directPath',
  'description',
  'editedMessage',
  'conversation',
  'extendedTextMessage',
])

/** The message that a reply, reaction, edit, deletion, vote or receipt speaks of. */
function refersToOf({ raw, event }: Part, custodian: string, alternative: string): string | null {
  if (event === 'messages.update' || event === 'message-receipt.update' || event === 'messages.delete') {
    const key = keyOf(event === 'messages.delete' ? raw : raw.key)
    return key.id === '' ? null : messageIdOf(key, custodian)
  }
  return event === 'messages.upsert' ? originalOf(raw, custodian, alternative) : null
}
