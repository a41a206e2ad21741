/** Messages made of messages: text mixed with pictures, and forwarded chats, which nest. */
import type { CardField, MessagePart } from '../../../domain/message.ts'
import { parseLosslessJson } from '../../formats/lossless-json.ts'
import { isRaw, numberOf, objectsOf, type Raw, textOf } from '../../formats/raw-json.ts'
import { type Body, type BodyType, type Media, type Reading, sentence } from '../body.ts'
import { stringFields } from '../fields.ts'
import { wallTime } from '../times.ts'

/** Forwarded chats nest as deep as people forward them; past this a part keeps its text unread. */
export const depthMax = 25

export const mixed: BodyType = {
  known: [],
  lists: ['item'],
  read(body, reading) {
    const { parts, media } = readItems(body, reading)
    const text = parts
      .map((part) => part.text)
      .join('\n')
      .trim()
    return { kind: 'mixed', text: text === '' ? 'Mixed message' : text, parts, media }
  },
}

export const chatRecord: BodyType = {
  known: ['title'],
  lists: ['item'],
  read(body, reading) {
    const { parts, media } = readItems(body, reading)
    const count = parts.length === 1 ? '1 message' : `${parts.length} messages`
    return {
      kind: 'forwarded',
      text: `${sentence('Forwarded chat', textOf(body, 'title'))} (${count})`,
      parts,
      media,
    }
  },
}

interface Items {
  readonly parts: MessagePart[]
  readonly media: Media[]
}

function readItems(body: Raw, reading: Reading): Items {
  const read = objectsOf(body, 'item').map((item) => readItem(item, reading))
  return { parts: read.map(({ part }) => part), media: read.flatMap(({ media }) => media) }
}

const itemKeys = new Set(['type', 'msgtime', 'content', 'from_chatroom', 'from'])

/** One item: its type, its time (seconds in practice, milliseconds in the documentation), its object as a JSON string. */
function readItem(item: Raw, reading: Reading): { part: MessagePart; media: readonly Media[] } {
  const body = readItemBody(item, reading)
  const own = body.parts === undefined ? (body.media ?? []) : []
  const sender = reading.person(textOf(item, 'from'))
  const sentAtText = wallTime(numberOf(item, 'msgtime'))
  const fields = [...(body.fields ?? []), ...stringFields(item, '', itemKeys)]
  const part: MessagePart = {
    kind: body.kind,
    ...(sender === '' ? {} : { senderName: sender }),
    ...(sentAtText === '' ? {} : { sentAtText }),
    text: withFields(body.text, fields),
    ...(own.length === 0 ? {} : { attachmentNames: own.map(({ name }) => name) }),
    ...(body.parts === undefined ? {} : { parts: body.parts }),
  }
  return { part, media: body.media ?? [] }
}

function readItemBody(item: Raw, reading: Reading): Body {
  const content = item.content
  if (reading.depth >= depthMax) return { kind: 'unknown', text: unread(content) }
  const type = textOf(item, 'type').replace(/^ChatRecord(?=.)/, '')
  return reading.readInner(type.toLowerCase(), contentObject(content))
}

/** The object in an item's JSON string; words that are no JSON are content themselves. */
function contentObject(content: unknown): Raw {
  if (isRaw(content)) return content
  if (typeof content !== 'string') return { content }
  try {
    const value = parseLosslessJson(content)
    return isRaw(value) ? value : { content }
  } catch {
    return { content }
  }
}

function unread(content: unknown): string {
  return (typeof content === 'string' ? content : JSON.stringify(content)) || '(nested too deep to be read)'
}

/** Parts have no fields of their own: their lines follow the text, so that they are read and found. */
function withFields(text: string, fields: readonly CardField[]): string {
  return [text, ...fields.map(({ label, value }) => `${label}: ${value}`)].join('\n')
}
