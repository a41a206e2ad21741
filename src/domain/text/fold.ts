import toSimplified from 'opencc-js/dict/TSCharacters'
import { variantOf } from './variants.ts'

/** What a character of a folded text is to the tokeniser. */
export const separator = 0
export const letter = 1
export const digit = 2
/** Letters of scripts that are written without spaces (and Hangul): indexed character by character. */
export const dense = 3
/** An emoji: a token by itself. */
export const symbol = 4
/** Half of a character beyond U+FFFF: ask `classOfAstral`. */
export const surrogate = 5

/** Entries of `FoldTables.fold` that are not a character: lone surrogates, which no folding yields. */
export const removed = 0xd800
export const expanded = 0xd801
export const astral = 0xd802

export interface FoldTables {
  /** By UTF-16 unit: the unit it folds to, or `removed`, `expanded` (see `expansions`), `astral`. */
  readonly fold: Uint16Array
  readonly expansions: ReadonlyMap<number, string>
  /** By UTF-16 unit of a folded text: its class. */
  readonly classes: Uint8Array
  /** 1 for units that may melt into the one before them: the text must go through NFKC as a whole first. */
  readonly composes: Uint8Array
}

const simplified: ReadonlyMap<string, string> = new Map(
  toSimplified.split('|').map((pair) => pair.split(' ') as [string, string]),
)

const denseScripts =
  /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Tibetan}\p{scx=Yi}]$/u
const letters = /^[\p{L}\p{M}\p{N}]$/u
const denseLetters = /^[\p{L}\p{M}\p{Nl}]$/u
const emoji = /^[\p{Extended_Pictographic}\p{Regional_Indicator}]$/u
const ignorable =
  /^[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}\u0640]$|^(?=[\p{Mn}\p{Me}])[\p{sc=Inherited}\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Common}]$/u
const accented = /[\p{sc=Latin}\p{sc=Greek}]/u
const decimal = /^\p{Nd}$/u
const blank = /^\p{Zs}$/u
const mark = /^\p{M}$/u

function simplifiedOf(character: string): string {
  let current = character
  for (let step = 0; step < 3; step++) {
    const next = variantOf.get(current) ?? simplified.get(current)
    if (next === undefined || next === current) break
    current = next
  }
  return current
}

/** Decimal digits of any script stand in runs of ten that begin at zero. */
function digitValue(character: string): string {
  let codePoint = character.codePointAt(0)!
  let distance = 0
  while (decimal.test(String.fromCodePoint(codePoint - 1))) {
    codePoint--
    distance++
  }
  return String(distance % 10)
}

function foldOne(character: string): string {
  if (ignorable.test(character)) return ''
  if (decimal.test(character)) return digitValue(character)
  if (blank.test(character)) return ' '
  return simplifiedOf(character)
}

/**
 * Folds one code point, whatever stands beside it: NFKC, accents of Latin and Greek off, lower case,
 * traditional → simplified, variants; digits of every script become 0-9; marks and invisible characters go.
 */
function foldCodePoint(character: string): string {
  let text = character.normalize('NFKC')
  if (accented.test(text)) text = text.normalize('NFD')
  text = text.toLowerCase()
  if (text === character) return foldOne(text)
  let folded = ''
  for (const part of text) folded += foldOne(part)
  return folded
}

function classify(character: string): number {
  if (/^[0-9]$/.test(character)) return digit
  if (letters.test(character)) {
    return denseLetters.test(character) && denseScripts.test(character) ? dense : letter
  }
  return emoji.test(character) ? symbol : separator
}

/** Han and Hangul syllables: two thirds of the table need no look at the Unicode database. */
function isUniform(unit: number): boolean {
  return (
    (unit >= 0x3400 && unit <= 0x4dbf) ||
    (unit >= 0x4e00 && unit <= 0x9fff) ||
    (unit >= 0xac00 && unit <= 0xd7a3)
  )
}

function composesWithPrevious(unit: number, character: string): boolean {
  if (unit >= 0xfe00 && unit <= 0xfe0f) return false
  if (unit === 0x20e3) return false
  const jamo = unit >= 0x1160 && unit <= 0x11ff
  const halfWidth = unit === 0xff9e || unit === 0xff9f || (unit >= 0xffa0 && unit <= 0xffdc)
  return jamo || halfWidth || mark.test(character)
}

function buildTables(): FoldTables {
  const fold = new Uint16Array(65536)
  const classes = new Uint8Array(65536)
  const composes = new Uint8Array(65536)
  const expansions = new Map<number, string>()
  for (let unit = 0; unit < 65536; unit++) {
    if (unit >= 0xd800 && unit <= 0xdfff) {
      fold[unit] = astral
      classes[unit] = surrogate
      continue
    }
    const character = String.fromCharCode(unit)
    const uniform = isUniform(unit)
    classes[unit] = uniform ? dense : classify(character)
    if (!uniform && composesWithPrevious(unit, character)) composes[unit] = 1
    const folded = uniform ? simplifiedOf(character) : foldCodePoint(character)
    if (folded.length > 1) expansions.set(unit, folded)
    fold[unit] = folded.length === 0 ? removed : folded.length > 1 ? expanded : folded.charCodeAt(0)
  }
  return { fold, expansions, classes, composes }
}

let tables: FoldTables | undefined

/** The tables, made at first use (about 20 ms). */
export function foldTables(): FoldTables {
  tables ??= buildTables()
  return tables
}

const astralFolds = new Map<number, string>()
const astralClasses = new Map<number, number>()

/** The folding of a code point beyond U+FFFF; a lone surrogate becomes a blank. */
export function foldAstral(codePoint: number): string {
  let folded = astralFolds.get(codePoint)
  if (folded === undefined) {
    folded = codePoint <= 0xffff ? ' ' : foldCodePoint(String.fromCodePoint(codePoint))
    astralFolds.set(codePoint, folded)
  }
  return folded
}

/** The class of a code point beyond U+FFFF of a folded text. */
export function classOfAstral(codePoint: number): number {
  let known = astralClasses.get(codePoint)
  if (known === undefined) {
    known = codePoint <= 0xffff ? separator : classify(String.fromCodePoint(codePoint))
    astralClasses.set(codePoint, known)
  }
  return known
}
