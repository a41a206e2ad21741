/** A message as a person reads it: what the source said, nothing interpreted, long texts cut where many are shown. */
import { sentAtOfMessageId } from '../../domain/codes.ts'
import type {
  Channel,
  IdentityType,
  Message,
  MessageEvent,
  MessageKind,
  MessagePart,
  MissingAttachment,
  Reference,
} from '../../domain/message.ts'
import { findPhrases } from '../../domain/text/find-phrases.ts'
import type { Phrases } from '../../domain/text/query-tokens.ts'
import { type ShownAs, shownAs } from './attachment-types.ts'

export interface PersonView {
  readonly type: IdentityType
  readonly value: string
  readonly name: string | null
}

export interface AttachmentView {
  readonly place: number
  readonly name: string
  readonly type: string
  readonly bytes: number
  readonly sha256: string
  readonly shownAs: ShownAs
}

export interface MessagePartView {
  kind: MessageKind
  senderName: string | null
  sentAtText: string | null
  text: string
  attachmentNames: string[]
  parts: MessagePartView[]
}

export interface EventView {
  readonly item: string
  readonly event: MessageEvent
  readonly sentAt: string
  readonly sender: string | null
  readonly text: string
}

export interface MessageView {
  readonly id: string
  readonly channel: Channel
  readonly kind: MessageKind
  readonly event: MessageEvent
  readonly sentAt: string
  readonly sentAtLatest: string | null
  readonly sentAtText: string
  readonly sentZone: string
  readonly offsetMinutes: number
  readonly sender: PersonView | null
  readonly own: boolean
  readonly text: string
  readonly textTruncated: boolean
  readonly highlights: [number, number][]
  readonly attachments: AttachmentView[]
  readonly missingAttachments: MissingAttachment[]
  readonly call: ReturnType<typeof callView>
  readonly location: ReturnType<typeof locationView>
  readonly poll: ReturnType<typeof pollView>
  readonly fields: { label: string; value: string }[]
  readonly parts: MessagePartView[]
  readonly notes: string[]
  readonly markedEdited: boolean
  readonly refersTo: {
    readonly item: string | null
    readonly relation: Reference['relation']
    readonly quotedText: string | null
    readonly quotedSender: string | null
  } | null
  readonly events: EventView[]
}

/** What the catalogue knows of a message in a mailbox. */
export interface ViewedRow {
  readonly itemId: string
  readonly messageId: bigint
  readonly channel: Channel
  readonly kind: MessageKind
  readonly event: MessageEvent
  readonly offsetMinutes: number
  readonly latestMinutes: number | null
  readonly sender: PersonView | null
  readonly own: boolean
  readonly attachments: readonly Omit<AttachmentView, 'shownAs'>[]
  /** Item of the same mailbox that it refers to. */
  readonly refersToItem: string | null
  readonly events: EventView[]
}

export interface ViewOptions {
  /** Characters (UTF-16 units) of a text that are shown; absent: all. */
  readonly textLengthMax?: number
  /** What to mark. */
  readonly wanted?: readonly Phrases[]
}

/** How far into a text hits are marked; looking takes about a microsecond a character. */
const markedLengthMax = 200_000

/** `message` is null where this program cannot decode the record: then the catalogue's facts are shown, and that. */
export function messageView(row: ViewedRow, message: Message | null, options: ViewOptions = {}): MessageView {
  const [text, textTruncated] = cut(message?.text ?? '', options.textLengthMax)
  const sentAt = sentAtOfMessageId(row.messageId)
  return {
    id: row.itemId,
    channel: row.channel,
    kind: row.kind,
    event: row.event,
    sentAt: new Date(sentAt).toISOString(),
    sentAtLatest:
      row.latestMinutes === null ? null : new Date(sentAt + row.latestMinutes * 60_000).toISOString(),
    sentAtText: message?.sentAt.text ?? '',
    sentZone: message?.sentAt.zone ?? 'UTC',
    offsetMinutes: row.offsetMinutes,
    sender: row.sender && { ...row.sender, name: message?.sender?.name ?? row.sender.name },
    own: row.own,
    text,
    textTruncated,
    highlights: marks(text, options.wanted ?? []),
    attachments: row.attachments.map((attachment) => ({ ...attachment, shownAs: shownAs(attachment.type) })),
    missingAttachments: [...(message?.missingAttachments ?? [])],
    call: callView(message),
    location: locationView(message),
    poll: pollView(message),
    fields: (message?.fields ?? []).map(({ label, value }) => ({
      label,
      value: cut(value, options.textLengthMax)[0],
    })),
    parts: partViews(message?.parts ?? [], options.textLengthMax),
    notes: message ? [...(message.notes ?? [])] : [undecodable],
    markedEdited: message?.markedEdited ?? false,
    refersTo: referenceView(message?.refersTo, row.refersToItem, options.textLengthMax),
    events: row.events,
  }
}

const undecodable =
  'This program cannot read the record of this message; its raw record and its e-mail are as they were stored.'

/** Never cut inside a character. */
export function cut(text: string, lengthMax: number | undefined): [text: string, truncated: boolean] {
  if (lengthMax === undefined || text.length <= lengthMax) return [text, false]
  const unit = text.charCodeAt(lengthMax - 1)
  const end = unit >= 0xd800 && unit <= 0xdbff ? lengthMax - 1 : lengthMax
  return [text.slice(0, end), true]
}

function marks(text: string, wanted: readonly Phrases[]): [number, number][] {
  if (wanted.length === 0) return []
  return findPhrases(text.slice(0, markedLengthMax), wanted).map(({ start, end }) => [start, end])
}

function callView(message: Message | null) {
  if (message?.kind !== 'call') return null
  const { medium, outcome, group, durationSeconds } = message.call
  return { medium, outcome, group, durationSeconds: durationSeconds ?? null }
}

function locationView(message: Message | null) {
  if (message?.kind !== 'location') return null
  const { latitude, longitude, title, address, live } = message.location
  return {
    latitude: finite(latitude),
    longitude: finite(longitude),
    title: title ?? null,
    address: address ?? null,
    live: live ?? false,
  }
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}

function pollView(message: Message | null) {
  if (message?.kind !== 'poll') return null
  const { question, options } = message.poll
  return { question, options: options.map(({ text, votes }) => ({ text, votes: votes ?? null })) }
}

function referenceView(
  reference: Reference | undefined,
  item: string | null,
  textLengthMax: number | undefined,
): MessageView['refersTo'] {
  if (!reference) return null
  const { relation, quotedText, quotedSenderName } = reference
  return {
    item,
    relation,
    quotedText: quotedText === undefined ? null : cut(quotedText, textLengthMax)[0],
    quotedSender: quotedSenderName ?? null,
  }
}

/** How deep records in records are shown as such; deeper ones follow at this depth, for depth is the vendor's to choose. */
const depthMax = 20

/** Without recursion, so that no record can exhaust the stack. */
function partViews(parts: readonly MessagePart[], textLengthMax: number | undefined): MessagePartView[] {
  const top: MessagePartView[] = []
  const waiting = parts.map((part) => ({ part, into: top, depth: 1 })).reverse()
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { part, into, depth } = next
    const view: MessagePartView = {
      kind: part.kind,
      senderName: part.senderName ?? null,
      sentAtText: part.sentAtText ?? null,
      text: cut(part.text, textLengthMax)[0],
      attachmentNames: [...(part.attachmentNames ?? [])],
      parts: [],
    }
    into.push(view)
    const deeper = depth < depthMax ? { into: view.parts, depth: depth + 1 } : { into, depth }
    const children = part.parts ?? []
    for (let i = children.length - 1; i >= 0; i--) waiting.push({ part: children[i]!, ...deeper })
  }
  return top
}
