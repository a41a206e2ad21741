import { classOfAstral, dense, digit, foldTables, letter, separator, surrogate, symbol } from './fold.ts'
import { normalise } from './normalise.ts'
import { stickerNameLengthMax, stickerNames } from './stickers.ts'

/** A longer word is cut into pieces of this length in consecutive positions. */
export const tokenLengthMax = 64

/**
 * The tokens of one folded text as parallel arrays, of which the first `count` entries count. Reused from call
 * to call, so that indexing makes no garbage but the strings: read it before the next call of `scan`.
 */
export interface TokenList {
  count: number
  readonly texts: string[]
  /** From 0. Every word, every character of a script without spaces, every emoji takes one. */
  readonly positions: number[]
  /** Offsets in the folded text. */
  readonly starts: number[]
  readonly ends: number[]
  readonly kinds: TokenKind[]
  /** The position after the last token. */
  nextPosition: number
}

/**
 * `pair` and `single`: a character of a script without spaces with its follower, or the last of its run.
 * `joined`: neighbouring numbers written together, at the position of the first, beside the numbers themselves.
 */
export type TokenKind = 'word' | 'number' | 'joined' | 'pair' | 'single' | 'symbol'

/** Numbers that stand this close and like this are also findable run together: +44 7700 900123, (555) 0100, 1,200,000. */
const numberGap = /^[ .,()/+-]{1,3}$/
const joinedPiecesMax = 6
const joinedDigitsMin = 7
const joinedDigitsMax = 19

const list: TokenList = {
  count: 0,
  texts: [],
  positions: [],
  starts: [],
  ends: [],
  kinds: [],
  nextPosition: 0,
}

/** Where the neighbouring numbers before the present place are in `list`; empty when there are none. */
const numbers: number[] = []

function add(text: string, position: number, start: number, end: number, kind: TokenKind): void {
  const at = list.count++
  list.texts[at] = text
  list.positions[at] = position
  list.starts[at] = start
  list.ends[at] = end
  list.kinds[at] = kind
}

function codePointLength(folded: string, at: number): number {
  return folded.codePointAt(at)! > 0xffff ? 2 : 1
}

function classAt(folded: string, at: number, classes: Uint8Array): number {
  const unitClass = classes[folded.charCodeAt(at)]!
  return unitClass === surrogate ? classOfAstral(folded.codePointAt(at)!) : unitClass
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

function addWord(folded: string, start: number, end: number, kind: TokenKind): void {
  let from = start
  while (end - from > tokenLengthMax) {
    const cut = isLowSurrogate(folded.charCodeAt(from + tokenLengthMax)) ? tokenLengthMax - 1 : tokenLengthMax
    add(folded.slice(from, from + cut), list.nextPosition++, from, from + cut, 'word')
    from += cut
  }
  add(folded.slice(from, end), list.nextPosition++, from, end, kind)
}

/** Every run of two to six neighbouring numbers that ends here and has 7 to 19 digits, run together. */
function addJoinedNumbers(folded: string, start: number): void {
  const last = list.count - 1
  const previous = numbers.at(-1)
  if (previous !== undefined && !numberGap.test(folded.slice(list.ends[previous], start))) numbers.length = 0
  let joined = list.texts[last]!
  for (let i = numbers.length - 1; i >= 0 && i >= numbers.length - joinedPiecesMax + 1; i--) {
    const piece = numbers[i]!
    joined = list.texts[piece]! + joined
    if (joined.length > joinedDigitsMax) break
    if (joined.length < joinedDigitsMin) continue
    add(joined, list.positions[piece]!, list.starts[piece]!, list.ends[last]!, 'joined')
  }
  numbers.push(last)
}

function scanWord(folded: string, start: number, classes: Uint8Array): number {
  let end = start
  let digitsOnly = true
  while (end < folded.length) {
    let unitClass = classes[folded.charCodeAt(end)]!
    let length = 1
    if (unitClass === surrogate) {
      unitClass = classOfAstral(folded.codePointAt(end)!)
      length = 2
    }
    if (unitClass !== digit) {
      if (unitClass !== letter) break
      digitsOnly = false
    }
    end += length
  }
  if (digitsOnly && end - start <= joinedDigitsMax) {
    addWord(folded, start, end, 'number')
    addJoinedNumbers(folded, start)
  } else addWord(folded, start, end, 'word')
  return end
}

function scanDense(folded: string, start: number, classes: Uint8Array): number {
  let at = start
  let next = start + codePointLength(folded, start)
  while (next < folded.length && classAt(folded, next, classes) === dense) {
    const end = next + codePointLength(folded, next)
    add(folded.slice(at, end), list.nextPosition++, at, end, 'pair')
    at = next
    next = end
  }
  add(folded.slice(at, next), list.nextPosition++, at, next, 'single')
  return next
}

/** Answers the end of the sticker that begins here, or 0. */
function stickerEnd(folded: string, start: number): number {
  const close = folded.indexOf(']', start + 2)
  if (close < 0 || close - start - 1 > stickerNameLengthMax) return 0
  return stickerNames.has(folded.slice(start + 1, close)) ? close + 1 : 0
}

function scanOther(folded: string, at: number, charClass: number): number {
  const length = codePointLength(folded, at)
  const end = charClass === symbol ? at + length : folded[at] === '[' ? stickerEnd(folded, at) : 0
  if (end === 0) return at + length
  add(folded.slice(at, end), list.nextPosition++, at, end, 'symbol')
  return end
}

/** Splits a text that `normalise` has folded. The answer is reused: see `TokenList`. */
export function scan(folded: string): TokenList {
  const { classes } = foldTables()
  list.count = 0
  list.nextPosition = 0
  numbers.length = 0
  let at = 0
  while (at < folded.length) {
    const charClass = classAt(folded, at, classes)
    if (charClass === separator && folded.charCodeAt(at) !== 0x5b) at++
    else if (charClass === letter || charClass === digit) at = scanWord(folded, at, classes)
    else if (charClass === dense) at = scanDense(folded, at, classes)
    else at = scanOther(folded, at, charClass)
  }
  return list
}

export interface Token {
  readonly text: string
  readonly position: number
}

/** The tokens of a text with their positions, in the order in which they are found. */
export function tokens(text: string): Token[] {
  const found = scan(normalise(text))
  return Array.from({ length: found.count }, (_, i) => ({
    text: found.texts[i]!,
    position: found.positions[i]!,
  }))
}
