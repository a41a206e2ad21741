/**
 * The form in which the words of rules and messages are compared: folded as the search folds; between words one blank,
 * whatever stood there; a mere blank beside a character of a script without blanks is none. So "Wire-Me", "ｗｉｒｅ　ｍｅ" and
 * "wire  me" are one, and so are 加我微信 and 加 我 微 信.
 */
import { classOfAstral, dense, digit, foldTables, letter, surrogate, symbol } from '../../domain/text/fold.ts'
import { normalise, normaliseWithOffsets } from '../../domain/text/normalise.ts'

const blank = 0x20
const noClass = 0

export interface CanonicalText {
  /** UTF-16 units; the array is reused by the next call. */
  readonly units: Uint16Array
  readonly length: number
  readonly digits: number
}

let buffer = new Uint16Array(4096)
let places = new Uint32Array(0)

/** For matching; gives a view into memory that the next call overwrites. */
export function canonical(text: string): CanonicalText {
  return build(normalise(text), false)
}

export interface PlacedText {
  readonly text: string
  /** For each unit, and for the end: where its character begins in the original. */
  readonly starts: Uint32Array
  /** For each unit: where its character ends in the original. */
  readonly ends: Uint32Array
}

/** The same with the way back to the original. Slower: for messages in which something was found. */
export function canonicalWithPlaces(text: string): PlacedText {
  const { text: folded, offsets } = normaliseWithOffsets(text)
  const { units, length } = build(folded, true)
  const starts = new Uint32Array(length)
  const ends = new Uint32Array(length)
  // From the end, in one walk: a character may fold to thousands of units, all of which end where it does.
  let place = offsets.length - 1
  let end = offsets[place]!
  for (let at = length - 1; at >= 0; at--) {
    while (place > places[at]!) {
      place--
      if (offsets[place] !== offsets[place + 1]) end = offsets[place + 1]!
    }
    starts[at] = offsets[place]!
    ends[at] = end
  }
  return { text: stringOf(units, length), starts, ends }
}

/** Of a rule's term: the string that is looked for. */
export function canonicalTerm(term: string): string {
  const { units, length } = canonical(term)
  return stringOf(units, length)
}

export function isWordUnit(unit: number): boolean {
  return isWord(foldTables().classes[unit]!)
}

function isWord(kind: number): boolean {
  return kind === letter || kind === digit
}

/** Han and the like: each character counts as a word. */
export function isDenseUnit(unit: number): boolean {
  return foldTables().classes[unit] === dense
}

function build(folded: string, withPlaces: boolean): CanonicalText {
  const { classes } = foldTables()
  if (buffer.length < folded.length) buffer = new Uint16Array(folded.length * 2)
  if (withPlaces && places.length < folded.length) places = new Uint32Array(folded.length * 2)
  let length = 0
  let digits = 0
  let last = noClass
  /** What stood since the last character: nothing, blanks only, or more. */
  let gap: 'none' | 'blanks' | 'marks' = 'none'
  for (let at = 0; at < folded.length; at++) {
    const unit = folded.charCodeAt(at)
    let kind = classes[unit]!
    let astral = false
    if (kind === surrogate) {
      const codePoint = folded.codePointAt(at)!
      kind = classOfAstral(codePoint)
      astral = codePoint > 0xffff
    }
    if (kind === letter || kind === digit || kind === dense || kind === symbol) {
      if (length > 0 && (gap === 'marks' || (gap === 'blanks' && isWord(last) && isWord(kind)))) {
        if (withPlaces) places[length] = at
        buffer[length++] = blank
      }
      gap = 'none'
      last = kind
      if (kind === digit) digits++
      if (withPlaces) places[length] = at
      buffer[length++] = unit
      if (astral) {
        at++
        if (withPlaces) places[length] = at
        buffer[length++] = folded.charCodeAt(at)
      }
    } else {
      if (unit === blank || unit === 0x09) gap = gap === 'marks' ? 'marks' : 'blanks'
      else gap = 'marks'
      if (astral) at++
    }
  }
  return { units: buffer, length, digits }
}

const piece = 8192

function stringOf(units: Uint16Array, length: number): string {
  let text = ''
  for (let from = 0; from < length; from += piece)
    text += String.fromCharCode(...units.subarray(from, Math.min(length, from + piece)))
  return text
}
