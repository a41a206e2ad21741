/** What each condition asks of a message; answers where it is met, or null where it is not. */
import { bareType } from '../../archive/reading/index.ts'
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

/** More of them say nothing more to a reviewer; of a text that is nothing but hits there would be hundreds of thousands. */
export const spansMax = 50

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
  return hits.slice(0, spansMax).map((hit) => spanOf(view, hit))
}

function spanOf(view: View, { text, start, end }: TermHit): MatchSpan {
  const { starts, ends } = view.placed(text)
  return { at: view.texts[text]!.at, start: starts[start]!, end: ends[end - 1]!, what: 'term' }
}

/** Asks of each hit only the nearest of the others on either side: a text may be nothing but hits. */
function near({ first, second, within }: Extract<CompiledCondition, { is: 'near' }>, view: View): Answer {
  const others = Map.groupBy(view.slot(second), ({ text }) => text)
  const found = new Set<TermHit>()
  for (const [text, here] of Map.groupBy(view.slot(first), (hit) => hit.text)) {
    const there = others.get(text)
    if (!there) continue
    const words = wordsBefore(view.placed(text).text)
    for (const hit of nearOnes(here, there, words, within)) found.add(hit)
    for (const hit of nearOnes(there, here, words, within)) found.add(hit)
  }
  return spansOf(
    view,
    [...found].sort((a, b) => a.text - b.text || a.start - b.start),
  )
}

/** Those that have one of the others within so many words; hits that overlap are the same words. */
function nearOnes(
  hits: readonly TermHit[],
  others: readonly TermHit[],
  words: Uint32Array,
  within: number,
): TermHit[] {
  const starts = Uint32Array.from(others, ({ start }) => start).sort()
  const ends = Uint32Array.from(others, ({ end }) => end).sort()
  return hits.filter(({ start, end }) => {
    const after = starts[firstNotBelow(starts, end)]
    if (after !== undefined && words[after]! - words[end]! <= within) return true
    const before = ends[firstNotBelow(ends, start + 1) - 1]
    return before !== undefined && words[start]! - words[before]! <= within
  })
}

/** The place of the first of sorted numbers that is not below `least`; past the last for none. */
function firstNotBelow(sorted: Uint32Array, least: number): number {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (sorted[middle]! < least) from = middle + 1
    else to = middle
  }
  return from
}

/** How many words and Han characters begin before each place of a canonical text, its end included. */
function wordsBefore(text: string): Uint32Array {
  const words = new Uint32Array(text.length + 1)
  let inWord = false
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    const isDense = isDenseUnit(unit)
    const begins = isDense || (unit !== 0x20 && !inWord)
    inWord = unit !== 0x20 && !isDense
    words[at + 1] = words[at]! + (begins ? 1 : 0)
  }
  return words
}

function patterns(pattern: number, { patternHits }: View): Answer {
  const hits = patternHits.filter((hit) => hit.pattern === pattern)
  if (hits.length === 0) return null
  return hits.slice(0, spansMax).map(({ at, start, end }) => ({ at, start, end, what: 'pattern' }))
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
  if (type.endsWith('/*')) return bareType(mediaType).startsWith(type.slice(0, -1))
  if (type.includes('/')) return bareType(mediaType) === type
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
  let count = 0
  for (const [place, { at, text }] of view.texts.entries()) {
    if (view.digits[place]! < informationDigitsMin) continue
    const folded = normaliseWithOffsets(text)
    for (const { start, end, confidence } of findInformation(folded.text, type)) {
      if (confidence < confidenceMin) continue
      count++
      if (count > spansMax) continue
      spans.push({ at, start: folded.offsets[start]!, end: folded.offsets[end]!, what: 'information' })
    }
  }
  return count >= countMin ? spans : null
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
  if (spans.length > 0) return spans.slice(0, spansMax)
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
