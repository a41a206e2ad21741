import { type Channel, channels, type MessageKind, messageKinds } from '../domain/message.ts'
import type { Phrases } from '../domain/text/query-tokens.ts'
import { type Calendar, periodNames, type Span, spanOf } from './dates.ts'
import { badQuery, type Operator } from './lex.ts'
import type { PeopleRole, QueryNode } from './query.ts'

/** A value of a property, with what its node may need. */
export interface PropertyValue {
  readonly text: string
  readonly star: boolean
  readonly operator: Operator
  readonly phrases: Phrases
  readonly calendar: Calendar
  readonly offset: number
  readonly length: number
}

type ReadValue = (value: PropertyValue) => QueryNode

const people =
  (role: PeopleRole): ReadValue =>
  ({ phrases, text }) =>
    phrases.length === 0 ? { type: 'none' } : { type: 'people', role, phrases, shown: text }

const words =
  (field: 'subject' | 'attachmentnames'): ReadValue =>
  ({ phrases, text }) =>
    phrases.length === 0 ? { type: 'none' } : { type: 'words', field, phrases, shown: text }

const named =
  (type: 'conversation' | 'mailbox'): ReadValue =>
  ({ phrases, text }) =>
    phrases.length === 0 ? { type: 'none' } : { type, phrases, shown: text }

/** The properties that a query may name, Purview's and the archive's own. */
const readers: Readonly<Record<string, ReadValue>> = {
  from: people('from'),
  to: people('to'),
  recipients: people('to'),
  participants: people('participants'),
  subject: words('subject'),
  attachmentnames: words('attachmentnames'),
  conversation: named('conversation'),
  mailbox: named('mailbox'),
  kind: readKind,
  channel: readChannel,
  hasattachment: readHasAttachment,
  itemclass: ({ text, star }) =>
    text === '' ? { type: 'none' } : { type: 'itemclass', value: text.toLowerCase(), prefix: star },
  sent: (value) => readDate('sent', value),
  received: (value) => readDate('received', value),
  size: readSize,
}

export const propertyNames: readonly string[] = Object.keys(readers)

const ordered: ReadonlySet<string> = new Set(['sent', 'received', 'size'])

/** The reader of a property's values. Throws AppError `bad-query` for an unknown name or an operator it does not take. */
export function readerOf(
  name: string,
  operator: Operator,
  place: { offset: number; length: number },
): ReadValue {
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
  if (reader === undefined) {
    const known = propertyNames.join(', ')
    throw badQuery(
      `There is no property "${name}"; known are ${known}. To search for the text itself, put it in quotation marks`,
      place,
    )
  }
  if (operator !== ':' && operator !== '=' && !ordered.has(name)) {
    throw badQuery(`"${operator}" compares dates and sizes only; write ${name}:value`, place)
  }
  return reader
}

/** Purview's words for kinds that have one of ours; `im` and `externaldata` are what every item here is. */
const kindSynonyms: Readonly<Record<string, readonly MessageKind[]>> = {
  im: messageKinds,
  externaldata: messageKinds,
  contacts: ['contact'],
  meetings: ['meeting'],
  tasks: ['task'],
  voicemail: ['voice'],
}
/** Purview's kinds of things that this archive does not hold: known words that find nothing. */
const absentKinds: ReadonlySet<string> = new Set(
  'docs email faxes journals microsoftteams notes posts rssfeeds'.split(' '),
)

function readKind(value: PropertyValue): QueryNode {
  const word = value.text.toLowerCase()
  if (absentKinds.has(word)) return { type: 'none' }
  const kinds = kindSynonyms[word] ?? messageKinds.filter((kind) => kind === word)
  if (kinds.length === 0) {
    throw badQuery(
      `"${value.text}" is not a kind of message; kinds are ${messageKinds.join(', ')}, externaldata, im`,
      value,
    )
  }
  return kinds.length === messageKinds.length ? { type: 'all' } : { type: 'kind', kinds }
}

function readChannel(value: PropertyValue): QueryNode {
  const channel = channels.find((name: Channel) => name === value.text.toLowerCase())
  if (channel === undefined)
    throw badQuery(`"${value.text}" is not a channel; channels are ${channels.join(', ')}`, value)
  return { type: 'channel', channel }
}

function readHasAttachment(value: PropertyValue): QueryNode {
  const word = value.text.toLowerCase()
  if (['true', 'yes', '1'].includes(word)) return { type: 'hasattachment', value: true }
  if (['false', 'no', '0'].includes(word)) return { type: 'hasattachment', value: false }
  throw badQuery(`hasattachment takes true or false, not "${value.text}"`, value)
}

function readDate(type: 'sent' | 'received', value: PropertyValue): QueryNode {
  const [first, last] = rangeOf(value)
  const span = (text: string): Span => {
    const found = spanOf(text, value.calendar)
    if (found !== null) return found
    const periods = periodNames.join(', ')
    throw badQuery(
      `"${text}" is not a date; write 2026-01-31, 2026-01-31T09:30 or one of: ${periods} (in quotation marks)`,
      value,
    )
  }
  if (last !== undefined) {
    return {
      type,
      from: first === '' ? null : span(first).from,
      to: last === '' ? null : span(last).to,
    }
  }
  return comparedSpan(type, value.operator, span(first))
}

function comparedSpan(type: 'sent' | 'received', operator: Operator, { from, to }: Span): QueryNode {
  switch (operator) {
    case '<':
      return { type, from: null, to: from }
    case '<=':
      return { type, from: null, to }
    case '>':
      return { type, from: to, to: null }
    case '>=':
      return { type, from, to: null }
    case '<>':
      return { type: 'not', node: { type, from, to } }
    default:
      return { type, from, to }
  }
}

/** `a..b` as two, anything else as one. */
function rangeOf(value: PropertyValue): [string, string?] {
  const parts = value.text.split('..')
  const isRange = parts.length === 2 && parts.some((part) => part !== '')
  if (!isRange) return [value.text]
  if (value.operator !== ':' && value.operator !== '=') {
    throw badQuery(`A range a..b follows ":", not "${value.operator}"`, value)
  }
  return [parts[0]!, parts[1]!]
}

function readSize(value: PropertyValue): QueryNode {
  const [first, last] = rangeOf(value)
  const bytes = (text: string): number => {
    if (/^\d{1,15}$/.test(text)) return Number(text)
    throw badQuery(`"${text}" is not a size; write a number of bytes`, value)
  }
  if (last !== undefined) {
    return { type: 'size', min: first === '' ? null : bytes(first), max: last === '' ? null : bytes(last) }
  }
  return comparedSize(value.operator, bytes(first))
}

function comparedSize(operator: Operator, size: number): QueryNode {
  switch (operator) {
    case '<':
      return { type: 'size', min: null, max: size - 1 }
    case '<=':
      return { type: 'size', min: null, max: size }
    case '>':
      return { type: 'size', min: size + 1, max: null }
    case '>=':
      return { type: 'size', min: size, max: null }
    case '<>':
      return { type: 'not', node: { type: 'size', min: size, max: size } }
    default:
      return { type: 'size', min: size, max: size }
  }
}
