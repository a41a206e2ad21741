/**
 * What a person reads of a message, as a list of blocks. The text and the HTML body are both made of it, so a
 * reader of either sees everything.
 */
import type {
  CallDetails,
  CardField,
  LocationDetails,
  Message,
  MessagePart,
  MissingAttachment,
  PollDetails,
  Reference,
} from '../domain/message.ts'
import { kindTags } from './subject.ts'

export type Block =
  | { readonly type: 'paragraph'; readonly text: string }
  | { readonly type: 'quote'; readonly heading: string; readonly text: string }
  | { readonly type: 'fields'; readonly fields: readonly Field[] }
  | { readonly type: 'part'; readonly depth: number; readonly heading: string; readonly text: string }
  | { readonly type: 'note'; readonly text: string }

export interface Field extends CardField {
  /** True for an address that we made ourselves; only such a one becomes a link. */
  readonly link?: true
}

/** The blocks of a message in reading order; at least one, never all empty. All text has `\n` line ends. */
export function readingOf(message: Message): Block[] {
  const blocks: Block[] = []
  if (message.refersTo !== undefined) blocks.push(quoteOf(message.refersTo))
  if (message.text !== '') blocks.push({ type: 'paragraph', text: clean(message.text) })
  const fields = fieldsOf(message)
  if (fields.length > 0) blocks.push({ type: 'fields', fields: fields.map(cleanField) })
  if (message.parts !== undefined) pushParts(blocks, message.parts)
  for (const missing of message.missingAttachments ?? [])
    blocks.push({ type: 'note', text: missingText(missing) })
  if (message.markedEdited)
    blocks.push({ type: 'note', text: 'Edited; the source does not give the earlier text.' })
  for (const note of message.notes ?? []) blocks.push({ type: 'note', text: clean(note) })
  if (blocks.length === 0) blocks.push({ type: 'paragraph', text: attachmentsLine(message) })
  return blocks
}

/** Well-formed Unicode (what was broken shows as U+FFFD) with `\n` line ends. */
function clean(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed()
  return wellFormed.includes('\r') ? wellFormed.replace(/\r\n?/g, '\n') : wellFormed
}

function cleanField(field: Field): Field {
  return { ...field, label: clean(field.label), value: clean(field.value) }
}

/** A picture without a caption: its body says what is attached, so that it is not an empty page. */
function attachmentsLine(message: Message): string {
  const names = message.attachments.map((attachment) => attachment.name).join(', ')
  return clean(`${kindTags[message.kind] || '[Attachment]'} ${names}`.trimEnd())
}

const relationHeadings = {
  'replies-to': 'In reply to',
  edits: 'Edits',
  deletes: 'Deletes',
  recalls: 'Recalls',
  'reacts-to': 'Reacts to',
  'receipt-of': 'Receipt of',
} as const satisfies Record<Reference['relation'], string>

function quoteOf(reference: Reference): Block {
  const { quotedSenderName, quotedText, vendorId } = reference
  const text = (quotedSenderName ? `${quotedSenderName}: ` : '') + (quotedText ?? '')
  // Where nothing is quoted, the vendor's id is all that says which message is meant.
  const which = text === '' ? ` message ${vendorId ?? ''}`.trimEnd() : ':'
  return {
    type: 'quote',
    heading: clean(relationHeadings[reference.relation] + which),
    text: clean(text).trimEnd(),
  }
}

function fieldsOf(message: Message): readonly Field[] {
  const own = message.fields ?? []
  if (message.kind === 'call') return [...callFields(message.call), ...own]
  if (message.kind === 'location') return [...locationFields(message.location), ...own]
  if (message.kind === 'poll') return [...pollFields(message.poll), ...own]
  return own
}

function callFields(call: CallDetails): Field[] {
  const fields = [
    { label: 'Call', value: `${call.group ? 'group ' : ''}${call.medium} call, ${call.outcome}` },
  ]
  if (call.durationSeconds !== undefined) {
    fields.push({ label: 'Duration', value: `${call.durationSeconds} s` })
  }
  return fields
}

function locationFields(location: LocationDetails): Field[] {
  const fields: Field[] = []
  if (location.title) fields.push({ label: 'Place', value: location.title })
  if (location.address) fields.push({ label: 'Address', value: location.address })
  if (location.live) fields.push({ label: 'Live location', value: 'yes' })
  const { latitude, longitude } = location
  if (Number.isFinite(latitude) && Number.isFinite(longitude)) {
    fields.push({ label: 'Coordinates', value: `${latitude}, ${longitude}` })
    const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}`
    fields.push({ label: 'Map', value: map, link: true })
  }
  return fields
}

function pollFields(poll: PollDetails): Field[] {
  const options = poll.options.map(({ text, votes }, index) => ({
    label: `Option ${index + 1}`,
    value: votes === undefined ? text : `${text} (${votes} ${votes === 1 ? 'vote' : 'votes'})`,
  }))
  return [{ label: 'Question', value: poll.question }, ...options]
}

/** Nested records in reading order, however deep, without recursion: their depth is the vendor's to choose. */
function pushParts(blocks: Block[], parts: readonly MessagePart[]): void {
  const waiting = parts.map((part) => ({ part, depth: 1 })).reverse()
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { part, depth } = next
    blocks.push({ type: 'part', depth, heading: partHeading(part), text: partText(part) })
    const children = part.parts ?? []
    for (let i = children.length - 1; i >= 0; i--) waiting.push({ part: children[i]!, depth: depth + 1 })
  }
}

function partHeading(part: MessagePart): string {
  return clean([part.senderName, part.sentAtText].filter(Boolean).join(', '))
}

function partText(part: MessagePart): string {
  const attached = (part.attachmentNames ?? []).join(', ')
  return clean([kindTags[part.kind], part.text, attached].filter((piece) => piece !== '').join(' '))
}

const missingReasons = {
  omitted: 'the export was made without media',
  'not-in-archive': 'it is named but was not in the file',
  expired: 'the vendor no longer has it',
  'view-once': 'it could be viewed only once',
} as const satisfies Record<MissingAttachment['reason'], string>

function missingText(missing: MissingAttachment): string {
  return clean(`Attachment missing: ${missing.name} (${missingReasons[missing.reason]}).`)
}
