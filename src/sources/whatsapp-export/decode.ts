/** From one raw record back to a message. Pure: everything comes from the record's bytes and its context. */
import type { Attachment, Message, MissingAttachment, PollDetails, SentAt } from '../../domain/message.ts'
import type { DecodeResult, RawRecord, RecordContext } from '../source.ts'
import { type Body, readBody } from './body.ts'
import { type ChatContext, readRecordContext } from './context.ts'
import { type Codec, codecOf } from './encoding.ts'
import { compileGrammar, type HeaderFields } from './grammar.ts'
import { localMillis } from './local-time.ts'
import { plain } from './marks.ts'
import { createPeople, type People } from './people.ts'
import { readRecordHeader, readSaid } from './said.ts'
import { createZoneReader, type Instant, parseZoneRanges } from './zones.ts'

/** What a context is turned into once, for all its records. */
interface Reading {
  readonly context: ChatContext
  readonly codec: Codec
  readonly readFields: (line: string) => HeaderFields | null
  readonly toInstant: (localMillis: number) => Instant
  readonly people: People
  readonly notes: readonly string[]
}

/** By object, and by content too, because every block of a feed brings its own copy of a file's context. */
const readings = new WeakMap<RecordContext, Reading | null>()
const readingsByContent = new Map<string, Reading | null>()
const readingsMax = 100

export function decodeRecord(record: RawRecord): DecodeResult {
  const reading = readingOf(record.context)
  if (reading === null) return undecodable('The record was not captured from a WhatsApp export.')
  const { buffer, byteOffset, byteLength } = record.bytes
  const bytes = Buffer.from(buffer, byteOffset, byteLength)
  const text = reading.codec.decode(bytes, 0, bytes.length)
  const fields = readRecordHeader(text, reading.readFields)
  const millis = fields === null ? null : localMillis(fields, reading.context.dateOrder)
  if (fields === null || millis === null) return decoded(headerlessMessage(reading, text))
  return decoded(messageOf(reading, record, text, fields, millis))
}

function decoded(message: Message): DecodeResult {
  return { decoded: true, message }
}

function undecodable(explanation: string): DecodeResult {
  return { decoded: false, reason: 'undecodable', explanation }
}

function readingOf(recordContext: RecordContext): Reading | null {
  let reading = readings.get(recordContext)
  if (reading !== undefined) return reading
  const content = JSON.stringify(recordContext)
  reading = readingsByContent.get(content)
  if (reading === undefined) {
    reading = createReading(recordContext)
    if (readingsByContent.size >= readingsMax) readingsByContent.clear()
    readingsByContent.set(content, reading)
  }
  readings.set(recordContext, reading)
  return reading
}

function createReading(recordContext: RecordContext): Reading | null {
  const context = readRecordContext(recordContext)
  const ranges = context === null ? '' : parseZoneRanges(context.zones)
  if (context === null || typeof ranges === 'string') return null
  return {
    context,
    codec: codecOf(context.encoding),
    readFields: compileGrammar(context.grammar),
    toInstant: createZoneReader(ranges),
    people: createPeople(context),
    notes: [
      'User export, unverified.',
      ...(context.zoneGiven ? [] : ['The time zone was not given: read as UTC.']),
    ],
  }
}

type Common = Omit<
  Message,
  'kind' | 'call' | 'location' | 'poll' | 'text' | 'sender' | 'recipients' | 'attachments'
> & {
  readonly notes: readonly string[]
}

function common(reading: Reading, sentAt: SentAt, instant: Instant): Common {
  return {
    channel: 'whatsapp',
    event: 'sent',
    route: 'whatsapp-export',
    conversation: reading.people.conversation,
    sentAt,
    notes: notesOf(reading, instant),
  }
}

function notesOf(reading: Reading, instant: Instant): readonly string[] {
  if (instant.skipped) {
    return [...reading.notes, 'The clocks were put forward over this local time: read as shifted on.']
  }
  if (instant.latest !== undefined) {
    return [...reading.notes, 'This local time came twice when the clocks were put back: both are kept.']
  }
  return reading.notes
}

function sentAtOf(instant: Instant, text: string): SentAt {
  return {
    utc: instant.utc,
    ...(instant.latest === undefined ? {} : { latest: instant.latest }),
    text,
    zone: instant.zone,
    offsetMinutes: instant.offsetMinutes,
  }
}

/** Text before the first header, kept word for word; its time is that of the first message. */
function headerlessMessage(reading: Reading, text: string): Message {
  const instant = reading.toInstant(reading.context.firstLocalMillis)
  const facts = common(reading, sentAtOf(instant, ''), instant)
  return {
    ...facts,
    kind: 'unknown',
    sender: null,
    recipients: reading.people.recipients(null, null),
    text: plain(text) === '' ? 'Blank text without a date' : text.trim(),
    attachments: [],
    notes: [...facts.notes, 'Text without a date of its own: the time is that of the first message.'],
  }
}

function messageOf(
  reading: Reading,
  record: RawRecord,
  text: string,
  fields: HeaderFields,
  millis: number,
): Message {
  const { context, people } = reading
  const said = readSaid(text, fields.end, context.colonAuthors)
  const instant = reading.toInstant(millis)
  const body = readBody(said.body, {
    platform: context.grammar.platform,
    marked: context.marked,
    authored: said.author !== null,
    hasMedia: (name) => record.attachments.some(({ reference }) => reference === name),
  })
  const author = said.author === null ? null : people.participant(said.author)
  const sender = body.form === 'system' ? null : author
  const facts = {
    ...common(reading, sentAtOf(instant, fields.text), instant),
    sender,
    recipients: people.recipients(sender, author),
  }
  return withBody(facts, body, record, said.author)
}

type Facts = ReturnType<typeof common> & Pick<Message, 'sender' | 'recipients'>
const none: readonly Attachment[] = []

function withBody(facts: Facts, body: Body, record: RawRecord, author: string | null): Message {
  switch (body.form) {
    case 'text':
      return { ...facts, kind: 'text', text: body.text, attachments: none, ...editedMark(body.edited) }
    case 'attachment':
      return withAttachment(facts, body, record)
    case 'call':
      return {
        ...{ ...facts, kind: 'call', call: body.call, text: body.text, attachments: none },
        notes: [...facts.notes, 'Call content not recorded.'],
      }
    case 'poll':
      return { ...facts, kind: 'poll', poll: body.poll, text: pollText(body.poll), attachments: none }
    case 'location':
      return { ...facts, kind: 'location', location: body.location, text: body.text, attachments: none }
    case 'system':
      return {
        ...facts,
        kind: 'system',
        text: body.text || 'Notice without text',
        attachments: none,
        ...shownUnder(author),
      }
    default:
      return withoutContent(facts, body)
  }
}

type BodyWithoutContent = Extract<
  Body,
  { form: 'omitted' | 'view-once' | 'deleted' | 'not-exported' | 'waiting' }
>

/** Messages of which the export says only that they were there. */
function withoutContent(facts: Facts, body: BodyWithoutContent): Message {
  const { text } = body
  const note = (sentence: string): readonly string[] => [...facts.notes, sentence]
  const unknown = { ...facts, kind: 'unknown', text, attachments: none } as const
  switch (body.form) {
    case 'omitted':
      return { ...facts, kind: body.kind, text, attachments: none, ...missing(body.wording, 'omitted') }
    case 'view-once':
      return { ...unknown, ...missing(text, 'view-once') }
    case 'not-exported':
      return { ...unknown, notes: note(`${text}.`) }
    case 'waiting':
      return {
        ...unknown,
        notes: note('The phone had not received this message when the chat was exported.'),
      }
    case 'deleted':
      return {
        ...facts,
        event: 'deleted',
        kind: 'text',
        text,
        attachments: none,
        refersTo: { relation: 'deletes' },
        notes: note('The export does not say what was deleted.'),
      }
  }
}

function pollText({ question, options }: PollDetails): string {
  const lines = options.map(({ text, votes }) => (votes === undefined ? text : `${text} (${votes})`))
  return [question, ...lines].join('\n')
}

function editedMark(edited: boolean): { markedEdited?: true } {
  return edited ? { markedEdited: true } : {}
}

/** iOS writes notices under the name of a member or of the chat. */
function shownUnder(author: string | null): Pick<Message, 'fields'> {
  return author === null ? {} : { fields: [{ label: 'Shown under', value: author }] }
}

function missing(
  name: string,
  reason: MissingAttachment['reason'],
): { missingAttachments: readonly MissingAttachment[] } {
  return { missingAttachments: [{ name, reason }] }
}

function withAttachment(
  facts: Facts,
  body: Extract<Body, { form: 'attachment' }>,
  record: RawRecord,
): Message {
  const found = record.attachments.find(({ reference }) => reference === body.name)
  const mark = editedMark(body.edited)
  if (found === undefined) {
    const text = body.text === '' ? body.name : body.text
    return {
      ...facts,
      kind: body.kind,
      text,
      attachments: none,
      ...missing(body.name, 'not-in-archive'),
      ...mark,
    }
  }
  const { name, mediaType, bytes, sha256 } = found
  return {
    ...facts,
    kind: body.kind,
    text: body.text,
    attachments: [{ name, mediaType, bytes, sha256 }],
    ...mark,
  }
}
