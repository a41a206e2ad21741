/**
 * The grammar of a file's header lines (`12/31/23, 8:03 PM - Name: ` …): where the date and the time
 * stand, what parts them, how the header ends. It is read off the first header of a file and then fixed,
 * so that a header-like line of another shape, pasted into a message, stays text.
 */
import { digitClass as D, digitsToNumber, markClass, spaceClass as S } from './marks.ts'
import { meridiemPattern } from './meridiem.ts'

export type Grammar = {
  readonly platform: 'ios' | 'android'
  /** How a header ends: `]` (iOS), ` - ` (Android), `:` (iOS before 2018). */
  readonly close: 'bracket' | 'dash' | 'colon'
  /** Vietnamese iOS writes the time before the date. */
  readonly timeFirst: boolean
  /** `cjk` is 2023年12月31日. */
  readonly dateSeparator: '/' | '.' | '-' | 'cjk'
  readonly firstDigits: 2 | 4
  readonly thirdDigits: 2 | 4
  readonly comma: boolean
  /** A word between date and time, such as the Finnish `klo`. */
  readonly word: string
  readonly timeSeparator: ':' | '.' | 'h'
  readonly seconds: boolean
  readonly meridiem: 'none' | 'before' | 'after'
}

/** The parts of one header as written; which field is the day is decided elsewhere. */
export interface HeaderFields {
  readonly first: number
  readonly second: number
  readonly third: number
  /** Japanese era letter or word written before the year, else empty. */
  readonly era: string
  readonly hour: number
  readonly minute: number
  readonly seconds: number
  readonly meridiem: string
  /** Date and time exactly as written. */
  readonly text: string
  /** Index in the line at which author or body begin. */
  readonly end: number
}

const M = `${markClass}*`
const era = '(?:[RHS]|令和|平成|昭和)?'
const buddhistEra = `(?:${S}?(?:BE|B\\.E\\.|พ\\.?ศ\\.?))?`
const words = 'klo|kl\\.?|um|at|às|à|as|alle|a las|в|о|ob|saat|u'
const closing = {
  bracket: `${M}${S}*\\]${M}${S}?`,
  dash: `${M}${S}[-–]${S}`,
  colon: `${M}:${S}${M}`,
} as const

/** Every shape a header may have, loosely; the first that fits the first header gives the grammar. */
const looseShapes = (['bracket', 'dash', 'colon'] as const).flatMap((close) =>
  [false, true].flatMap((timeFirst) =>
    [false, true].map((cjk) => ({
      close,
      timeFirst,
      cjk,
      expression: looseExpression(close, timeFirst, cjk),
    })),
  ),
)
type LooseShape = (typeof looseShapes)[number]

function looseExpression(close: Grammar['close'], timeFirst: boolean, cjk: boolean): RegExp {
  const numeric =
    `(?<first>${era}${D}{1,4})${M}(?<separator>[/.-])${S}?${M}(?:${era}${D}{1,2})` +
    `${M}\\k<separator>${S}?${M}(?<third>${era}${D}{1,4})${buddhistEra}\\.?`
  const chinese = `(?<first>${era}${D}{1,4})年${S}?${D}{1,2}月${S}?(?<third>${D}{1,2})日`
  const seconds = `(?:${M}\\k<gap>${M}(?<seconds>${D}{2}))${close === 'colon' ? '' : '?'}`
  const time =
    `(?:(?<before>${meridiemPattern})${S}*)?${D}{1,2}${M}(?<gap>[:.]|${S}?h${S}?)${M}${D}{2}${seconds}` +
    `(?:${S}*${M}(?<after>${meridiemPattern}))?`
  const between = `${M}(?<comma>[,،]?)${S}*${M}(?:(?<word>${words})${S}+)?`
  const date = cjk ? chinese : numeric
  return lineExpression(close, timeFirst ? `${time}${between}${date}` : `${date}${between}${time}`)
}

function lineExpression(close: Grammar['close'], stamp: string): RegExp {
  return new RegExp(`^${M}${close === 'bracket' ? '\\[' : ''}${M}(${stamp})${closing[close]}`)
}

/** The grammar of a line if the line is a header of any known shape, else null. */
export function detectGrammar(line: string): Grammar | null {
  for (const shape of looseShapes) {
    const groups = shape.expression.exec(line)?.groups
    if (groups === undefined || (groups.before !== undefined && groups.after !== undefined)) continue
    const grammar = grammarOf(shape, groups)
    if (compileGrammar(grammar)(line) !== null) return grammar
  }
  return null
}

function grammarOf(shape: LooseShape, groups: Readonly<Record<string, string | undefined>>): Grammar {
  return {
    platform: shape.close === 'dash' ? 'android' : 'ios',
    close: shape.close,
    timeFirst: shape.timeFirst,
    dateSeparator: shape.cjk ? 'cjk' : (groups.separator as '/' | '.' | '-'),
    firstDigits: digitCount(groups.first!),
    thirdDigits: digitCount(groups.third!),
    comma: groups.comma !== '',
    word: groups.word ?? '',
    timeSeparator: groups.gap!.includes('h') ? 'h' : (groups.gap as ':' | '.'),
    seconds: groups.seconds !== undefined,
    meridiem: groups.before !== undefined ? 'before' : groups.after !== undefined ? 'after' : 'none',
  }
}

function digitCount(field: string): 2 | 4 {
  return field.replace(/^(?:[RHS]|令和|平成|昭和)/, '').length > 2 ? 4 : 2
}

/** A function that reads the header of a line in this grammar, or answers null when the line is no header. */
export function compileGrammar(grammar: Grammar): (line: string) => HeaderFields | null {
  const expression = strictExpression(grammar)
  const dateAt = grammar.timeFirst ? 7 : 2
  const timeAt = grammar.timeFirst ? 2 : 5
  return (line) => {
    const match = expression.exec(line)
    return match === null ? null : fieldsOf(match, dateAt, timeAt)
  }
}

function strictExpression(grammar: Grammar): RegExp {
  const gap = `${M}${{ ':': ':', '.': '\\.', h: `${S}?h${S}?` }[grammar.timeSeparator]}${M}`
  const before = grammar.meridiem === 'before' ? `(${meridiemPattern})${S}*` : '()'
  const after = grammar.meridiem === 'after' ? `${S}*${M}(${meridiemPattern})` : '()'
  const seconds = grammar.seconds ? `${gap}(${D}{2})` : '()'
  const time = `${before}(${D}{1,2})${gap}(${D}{2})${seconds}${after}`
  const word = grammar.word === '' ? '' : `${grammar.word.replace('.', '\\.')}${S}+`
  const between = `${M}${grammar.comma ? '[,،]' : ''}${S}*${M}${word}`
  const date = strictDate(grammar)
  return lineExpression(
    grammar.close,
    grammar.timeFirst ? `${time}${between}${date}` : `${date}${between}${time}`,
  )
}

function strictDate(grammar: Grammar): string {
  if (grammar.dateSeparator === 'cjk') return `(${era}${D}{1,4})年${S}?(${D}{1,2})月${S}?(${D}{1,2})日`
  const between = `${M}${grammar.dateSeparator === '.' ? '\\.' : grammar.dateSeparator}${S}?${M}`
  const [first, third] = [digits(grammar.firstDigits), digits(grammar.thirdDigits)]
  return `(${era}${first})${between}(${era}${D}{1,2})${between}(${era}${third})${buddhistEra}\\.?`
}

function digits(count: 2 | 4): string {
  return count === 4 ? `${D}{4}` : `${D}{1,2}`
}

function fieldsOf(match: RegExpExecArray, dateAt: number, timeAt: number): HeaderFields {
  const first = match[dateAt]!
  const third = match[dateAt + 2]!
  const seconds = match[timeAt + 3]!
  return {
    first: digitsToNumber(first),
    second: digitsToNumber(match[dateAt + 1]!),
    third: digitsToNumber(third),
    era: eraOf(first) || eraOf(third),
    hour: digitsToNumber(match[timeAt + 1]!),
    minute: digitsToNumber(match[timeAt + 2]!),
    seconds: seconds === '' ? 0 : digitsToNumber(seconds),
    meridiem: match[timeAt] || match[timeAt + 4] || '',
    text: match[1]!,
    end: match[0].length,
  }
}

function eraOf(field: string): string {
  const code = field.charCodeAt(0)
  if (code === 0x52 || code === 0x48 || code === 0x53) return field[0]!
  return code === 0x4ee4 || code === 0x5e73 || code === 0x662d ? field.slice(0, 2) : ''
}
