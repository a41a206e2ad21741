import { AppError } from '../domain/errors.ts'

export type Operator = ':' | '=' | '<' | '>' | '<=' | '>=' | '<>'

interface Place {
  readonly offset: number
  readonly length: number
}

export type QueryLexeme = Place &
  (
    | { readonly type: 'open' | 'close' | 'and' | 'or' | 'not' | 'minus' | 'plus' }
    | { readonly type: 'near'; readonly distance: number }
    /** `property:` before a value or a parenthesis; `blank` where white space follows. */
    | {
        readonly type: 'property'
        readonly name: string
        readonly operator: Operator
        readonly blank: boolean
      }
    | { readonly type: 'value'; readonly text: string; readonly quoted: boolean; readonly star: boolean }
  )

/** More than this many words apart is not "near", and would reach from one field of a message into the next. */
export const nearDistanceMax = 50
const nearDistanceDefault = 8

export function badQuery(sentence: string, place: Place): AppError {
  const where = `at character ${place.offset + 1}`
  return new AppError('bad-query', `${sentence} (${where})`, {
    details: { offset: place.offset, length: place.length },
  })
}

const blank = /(?:\s|\(c:c\))+/iuy
const near = /NEAR(?:\((?:n=)?(\d{1,4})\))?(?=[\s("“”]|$)/uy
const operatorWord = /(AND|OR|NOT)(?=[\s()"“”]|$)/uy
const property = /([A-Za-z]+)(<>|<=|>=|:(?!\/\/)|：|=|<|>)/uy
const quoted = /["“”]([^"“”]*)(["“”])(\*?)/uy
const plain = /[^\s()"“”]+/uy
const plus = /\+(?=\s)/uy
const minus = /-(?=[^\s)])/uy

function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset
  return pattern.exec(text)
}

/** Splits a query. Throws AppError `bad-query` for an open quotation mark, a `*` inside a word, a NEAR too far. */
export function lexQuery(text: string): QueryLexeme[] {
  const lexemes: QueryLexeme[] = []
  let offset = 0
  while (offset < text.length) {
    offset += matchAt(blank, text, offset)?.[0].length ?? 0
    if (offset >= text.length) break
    const before = lexemes.at(-1)
    const lexeme = lexOne(text, offset, before?.type === 'property' && !before.blank)
    lexemes.push(lexeme)
    offset += lexeme.length
  }
  return lexemes
}

function lexOne(text: string, offset: number, isValue: boolean): QueryLexeme {
  const character = text[offset]!
  if (character === '(') return { type: 'open', offset, length: 1 }
  if (character === ')') return { type: 'close', offset, length: 1 }
  if (/["“”]/u.test(character)) return lexQuoted(text, offset)
  return (isValue ? null : lexOperator(text, offset)) ?? lexPlain(text, offset)
}

function lexOperator(text: string, offset: number): QueryLexeme | null {
  const word = matchAt(operatorWord, text, offset)
  if (word !== null) {
    return { type: word[1]!.toLowerCase() as 'and' | 'or' | 'not', offset, length: word[0].length }
  }
  const nearWord = matchAt(near, text, offset)
  if (nearWord !== null) return nearOf(nearWord, offset)
  if (matchAt(plus, text, offset) !== null) return { type: 'plus', offset, length: 1 }
  if (matchAt(minus, text, offset) !== null) return { type: 'minus', offset, length: 1 }
  const name = matchAt(property, text, offset)
  if (name === null) return null
  const length = name[0].length
  const after = text[offset + length]
  return {
    type: 'property',
    name: name[1]!.toLowerCase(),
    operator: name[2] === '：' ? ':' : (name[2] as Operator),
    blank: after === undefined || /\s/u.test(after),
    offset,
    length,
  }
}

function nearOf(word: RegExpExecArray, offset: number): QueryLexeme {
  const length = word[0].length
  const distance = word[1] === undefined ? nearDistanceDefault : Number(word[1])
  if (distance < 1 || distance > nearDistanceMax) {
    throw badQuery(`NEAR takes a distance from 1 to ${nearDistanceMax} words`, { offset, length })
  }
  return { type: 'near', distance, offset, length }
}

function lexQuoted(text: string, offset: number): QueryLexeme {
  const match = matchAt(quoted, text, offset)
  if (match === null) {
    throw badQuery('A quotation mark opens here and is never closed', {
      offset,
      length: text.length - offset,
    })
  }
  const inner = match[1]!.trimEnd()
  const star = match[3] === '*' || inner.endsWith('*')
  return valueLexeme(inner.replace(/\*$/u, ''), star, true, { offset, length: match[0].length })
}

function lexPlain(text: string, offset: number): QueryLexeme {
  const word = matchAt(plain, text, offset)![0]
  const star = word.endsWith('*')
  return valueLexeme(star ? word.slice(0, -1) : word, star, false, { offset, length: word.length })
}

function valueLexeme(text: string, star: boolean, isQuoted: boolean, place: Place): QueryLexeme {
  if (text.includes('*')) {
    throw badQuery(
      'A * may only stand at the end of a word: beginnings can be searched, endings cannot',
      place,
    )
  }
  return { type: 'value', text, quoted: isQuoted, star, ...place }
}
