/** A message as rules look at it. */
import type { CardField, Message, MessageEvent, MessageKind, MessagePart } from '../../domain/message.ts'
import { blankQuotes, quotedTexts } from './quotes.ts'

export interface LookedText {
  /** Which text of the message: `text`, `field 2`, `part 1`, `part 1.0`, `attachment 0` … */
  readonly at: string
  /** Quotes of other messages blanked out; so long as the original, so places in it are places there. */
  readonly text: string
}

export interface Quotes {
  /** What is quoted, without the names before it. */
  readonly quoted: readonly string[]
  /** The texts of the message with the quotes left in. */
  readonly texts: readonly LookedText[]
}

export interface LookedMessage {
  readonly id: bigint
  readonly channel: Message['channel']
  readonly kind: MessageKind
  readonly event: MessageEvent
  readonly texts: readonly LookedText[]
  /** Left out where it quotes nothing. */
  readonly quotes?: Quotes | undefined
  readonly attachments: readonly {
    readonly name: string
    readonly mediaType: string
    readonly bytes: number
  }[]
  readonly emailBytes: number
  readonly senderMailboxId: number | null
  /** Of everybody else. */
  readonly recipientMailboxIds: readonly number[]
  /** Phone, address or vendor's id. */
  readonly senderIdentity: string | null
  /** It answers a message that the archive has not. */
  readonly unseenReply: boolean
}

/** Receipts, reactions, deletions and recalls say nothing of their own. */
export const supervisedEvents: ReadonlySet<MessageEvent> = new Set(['sent', 'edited'])

/** The texts that a message says itself: what it quotes was looked at where it was said. */
export function textsOf(message: Message): Pick<LookedMessage, 'texts' | 'quotes'> {
  const quoted = quotedTexts(message.text)
  const texts = spoken(message, blankQuotes(message.text))
  return quoted.length === 0 ? { texts } : { texts, quotes: { quoted, texts: spoken(message, message.text) } }
}

function spoken(message: Message, text: string): LookedText[] {
  return [...allTexts(message, text)].filter((one) => one.text.trim() !== '')
}

function* allTexts(message: Message, text: string): Iterable<LookedText> {
  yield { at: 'text', text }
  for (const [place, field] of (message.fields ?? []).entries())
    yield { at: `field ${place}`, text: fieldText(field) }
  for (const [place, part] of (message.parts ?? []).entries()) yield* partTexts(part, `part ${place}`)
  if (message.kind === 'location') {
    const { title, address } = message.location
    yield { at: 'location', text: [title, address].filter(Boolean).join(' ') }
  }
  if (message.kind === 'poll') {
    const { question, options } = message.poll
    yield { at: 'poll', text: [question, ...options.map(({ text }) => text)].join(' ') }
  }
}

function fieldText({ label, value }: CardField): string {
  return `${label} ${value}`
}

/** Each text has a name of its own: what is allowed in one hides nothing in another. */
function* partTexts(part: MessagePart, at: string): Iterable<LookedText> {
  yield { at, text: part.text }
  for (const [place, child] of (part.parts ?? []).entries()) yield* partTexts(child, `${at}.${place}`)
}
