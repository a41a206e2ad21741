/** What each condition asks of a message; answers where it is met, or null where it is not. */
import { normaliseWithOffsets } from '../../domain/text/normalise.ts'
import { canonical, canonicalWithPlaces, isDenseUnit, type PlacedText } from './canonical.ts'
import type { CompiledCondition, PlainCondition } from './compile.ts'
import { findInformation, informationDigitsMin } from './information/index.ts'
import type { LookedMessage, LookedText } from './message.ts'

export interface MatchSpan {
  /** Which text of the message. */
  readonly at: string
  /** UTF-16 units of that text as the message has it. */
  readonly start: number
  readonly end: number
  readonly what: 'term' | 'pattern' | 'information' | 'number'
}

/** A hit in the canonical form of a text. */
export interface TermHit {
  readonly text: number
  readonly start: number
  readonly end: number
}

export interface PatternHit {
  readonly pattern: number
  readonly at: string
  readonly start: number
  readonly end: number
}

/** A message with everything that was found in it; one a policy where texts are taken out of it. */
export interface View {
  readonly message: LookedMessage
  readonly texts: readonly LookedText[]
  /** Digits in each text. */
  readonly digits: readonly number[]
  slot(slot: number): readonly TermHit[]
  readonly patternHits: readonly PatternHit[]
  placed(text: number): PlacedText
  /** Whether a mailbox is of one of the people that conditions name. */
  includes(people: number, mailboxId: number): boolean
}

type Answer = readonly MatchSpan[] | null

/** True without a place to point at. */
const met: readonly MatchSpan[] = []

export function answer(condition: CompiledCondition, view: View): Answer {
  switch (condition.is) {
    case 'everything':
      return met
    case 'slot':
      return spansOf(view, view.slot(condition.slot))
    case 'near':
      return near(condition, view)
    case 'pattern':
      return patterns(condition.pattern, view)
    case 'attachment':
      return attachment(condition, view.message)
    case 'between':
      return between(condition.people, view)
    case 'all':
      return every(condition.of, view)
    case 'any':
      return some(condition.of, view)
    case 'none':
      return some(condition.of, view) === null ? met : null
    case 'plain':
      return plain(condition.condition, view)
  }
}

function every(of: readonly CompiledCondition[], view: View): Answer {
  const spans: MatchSpan[] = []
  for (const one of of) {
    const found = answer(one, view)
    if (found === null) return null
    spans.push(...found)
  }
  return spans
}

function some(of: readonly CompiledCondition[], view: View): Answer {
  const answers = of.map((one) => answer(one, view)).filter((found) => found !== null)
  return answers.length === 0 ? null : answers.flat()
}

function spansOf(view: View, hits: readonly TermHit[]): Answer {
  if (hits.length === 0) return null
  return hits.map((hit) => spanOf(view, hit))
}

function spanOf(view: View, { text, start, end }: TermHit): MatchSpan {
  const { starts, ends } = view.placed(text)
  return { at: view.texts[text]!.at, start: starts[start]!, end: ends[end - 1]!, what: 'term' }
}

function near({ first, second, within }: Extract<CompiledCondition, { is: 'near' }>, view: View): Answer {
  const others = view.slot(second)
  if (others.length === 0) return null
  const pairs = new Set<TermHit>()
  for (const one of view.slot(first)) {
    for (const other of others) {
      if (one.text !== other.text) continue
      if (wordsBetween(view.placed(one.text).text, one, other) <= within) pairs.add(one).add(other)
    }
  }
  return spansOf(view, [...pairs])
}

/** Words and Han characters that lie between two hits; Infinity for hits that overlap: they are the same words. */
function wordsBetween(text: string, one: TermHit, other: TermHit): number {
  const [before, after] = one.start <= other.start ? [one, other] : [other, one]
  if (after.start < before.end) return Number.POSITIVE_INFINITY
  let words = 0
  let inWord = false
  for (let at = before.end; at < after.start; at++) {
    const unit = text.charCodeAt(at)
    if (isDenseUnit(unit)) words++
    if (unit === 0x20 || isDenseUnit(unit)) inWord = false
    else if (!inWord) {
      inWord = true
      words++
    }
  }
  return words
}

function patterns(pattern: number, { patternHits }: View): Answer {
  const hits = patternHits.filter((hit) => hit.pattern === pattern)
  if (hits.length === 0) return null
  return hits.map(({ at, start, end }) => ({ at, start, end, what: 'pattern' }))
}

function attachment(
  { names, of }: Extract<CompiledCondition, { is: 'attachment' }>,
  { attachments }: LookedMessage,
): Answer {
  const wanted = attachments.some(({ name, mediaType, bytes }) => {
    if (of.bytesMin !== undefined && bytes < of.bytesMin) return false
    if (of.types && !of.types.some((type) => isOfType(type, name, mediaType))) return false
    return names === null || holdsTerm(names, name)
  })
  return wanted ? met : null
}

function isOfType(type: string, name: string, mediaType: string): boolean {
  if (type.endsWith('/*')) return mediaType.toLowerCase().startsWith(type.slice(0, -1))
  if (type.includes('/')) return mediaType.toLowerCase() === type
  return name.toLowerCase().endsWith(`.${type.replace(/^\./, '')}`)
}

function holdsTerm(
  names: NonNullable<Extract<CompiledCondition, { is: 'attachment' }>['names']>,
  name: string,
): boolean {
  let found = false
  const { units, length } = canonical(name)
  names.scan(units, length, () => {
    found = true
  })
  return found
}

function between([first, second]: readonly [number, number], { message, includes }: View): Answer {
  const { senderMailboxId: sender, recipientMailboxIds } = message
  if (sender === null) return null
  const reaches = (from: number, to: number) =>
    includes(from, sender) && recipientMailboxIds.some((mailboxId) => includes(to, mailboxId))
  return reaches(first, second) || reaches(second, first) ? met : null
}

function plain(condition: PlainCondition, view: View): Answer {
  const { message } = view
  if ('information' in condition) return information(condition.information, view)
  if ('messageBytesMin' in condition) return message.emailBytes >= condition.messageBytesMin ? met : null
  if ('kinds' in condition) return condition.kinds.includes(message.kind) ? met : null
  if ('unseenReply' in condition) return message.unseenReply ? met : null
  return sharedNumber(view)
}

function information(
  { type, confidenceMin, countMin }: Extract<PlainCondition, { information: unknown }>['information'],
  view: View,
): Answer {
  const spans: MatchSpan[] = []
  for (const [place, { at, text }] of view.texts.entries()) {
    if (view.digits[place]! < informationDigitsMin) continue
    const folded = normaliseWithOffsets(text)
    for (const { start, end, confidence } of findInformation(folded.text, type)) {
      if (confidence < confidenceMin) continue
      spans.push({ at, start: folded.offsets[start]!, end: folded.offsets[end]!, what: 'information' })
    }
  }
  return spans.length >= countMin ? spans : null
}

/** Of telephones in international or long national form, not of dates, amounts and order numbers. */
const telephone =
  /(?<![\d.,])(?:\+\d[\d ()-]{7,17}\d|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}|1[3-9]\d{9})(?![\d.,]\d|\d)/g
const telephoneDigitsMin = 9

function sharedNumber(view: View): Answer {
  const spans: MatchSpan[] = []
  for (const [place, { at, text }] of view.texts.entries()) {
    if (view.digits[place]! < telephoneDigitsMin) continue
    const { text: folded, offsets } = normaliseWithOffsets(text)
    for (const { 0: written, index } of folded.matchAll(telephone))
      spans.push({ at, start: offsets[index]!, end: offsets[index + written.length]!, what: 'number' })
  }
  if (spans.length > 0) return spans
  return view.message.kind === 'contact' ? met : null
}

/** The canonical form of a text with the way back, made once for those in which something was found. */
export function placer(texts: readonly LookedText[]): (text: number) => PlacedText {
  const known: (PlacedText | undefined)[] = []
  return (text) => {
    known[text] ??= canonicalWithPlaces(texts[text]!.text)
    return known[text]
  }
}
