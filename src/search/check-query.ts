/** Slips that a query often has and that change what it finds, as Purview's query editor looks for them. */
import { isAppError } from '../domain/errors.ts'
import { explainQuery, type Understanding, understandingOf } from './explain.ts'
import { parseQuery } from './parse.ts'
import { propertyNames } from './properties.ts'

export type SlipKind =
  | 'smart-quote'
  | 'lower-case-operator'
  | 'hidden-character'
  | 'space-after-colon'
  | 'full-width'

/** A place of the query, in UTF-16 units. */
export interface Slip {
  readonly kind: SlipKind
  readonly at: number
  readonly length: number
  readonly found: string
}

export interface QueryCheck {
  readonly error: { readonly message: string; readonly at: number; readonly length: number } | null
  readonly notes: readonly string[]
  readonly slips: readonly Slip[]
  /** The query with all slips mended; null when there are none. */
  readonly suggestion: string | null
  readonly explanation: string | null
  readonly understood: Understanding | null
}

const asksForAll = 'Nothing is asked for: every item of the mailboxes is found.'

/** What is wrong with a query, what is likely a slip in it, and how it is understood. Asks no database. */
export function checkQuery(
  text: string,
  options: { readonly now: number; readonly zone?: string },
): QueryCheck {
  const slips = slipsOf(text)
  const checked = { slips, suggestion: slips.length === 0 ? null : mended(text, slips) }
  try {
    const query = parseQuery(text, options)
    const notes = text.trim() === '' ? [asksForAll] : query.notes
    return {
      ...checked,
      error: null,
      notes,
      explanation: explainQuery(query),
      understood: understandingOf(query),
    }
  } catch (error) {
    if (!isAppError(error, 'bad-query')) throw error
    const { offset, length } = error.details as { offset: number; length: number }
    const place = { message: error.message, at: offset, length }
    return { ...checked, error: place, notes: [], explanation: null, understood: null }
  }
}

const patterns: readonly {
  readonly kind: SlipKind
  readonly pattern: RegExp
  readonly quotedToo: boolean
}[] = [
  { kind: 'smart-quote', pattern: /[“”„‟«»]/gu, quotedToo: true },
  // Soft hyphens, zero-width and direction marks (but what joins emoji), no-break spaces, controls: nobody sees them.
  {
    kind: 'hidden-character',
    pattern: /(?<!\p{Extended_Pictographic}\ufe0f?)\p{Cf}|[\u00a0\u202f]|(?![\t\n\r])\p{Cc}/gu,
    quotedToo: true,
  },
  { kind: 'full-width', pattern: /[：（）＂]/gu, quotedToo: false },
  { kind: 'lower-case-operator', pattern: /(?<=^|[\s()])(?:and|or|not)(?=[\s()]|$)/gu, quotedToo: false },
  {
    kind: 'space-after-colon',
    pattern: new RegExp(`(?<=(?:^|[\\s(])(?:${propertyNames.join('|')})[:：])[ \\u3000]+(?=\\S)`, 'giu'),
    quotedToo: false,
  },
]

function slipsOf(text: string): Slip[] {
  const inQuotes = quotedPlaces(text)
  const isQuoted = (at: number) => inQuotes.some(([from, to]) => at > from && at < to)
  return patterns
    .flatMap(({ kind, pattern, quotedToo }) =>
      [...text.matchAll(pattern)]
        .filter(({ index }) => quotedToo || !isQuoted(index))
        .map((match) => ({ kind, at: match.index, length: match[0].length, found: match[0] })),
    )
    .sort((one, other) => one.at - other.at)
}

function quotedPlaces(text: string): [number, number][] {
  return [...text.matchAll(/["“”＂][^"“”＂]*["“”＂]/gu)].map(({ index, 0: { length } }) => [
    index,
    index + length - 1,
  ])
}

const plainForms: Readonly<Record<string, string>> = { '：': ':', '（': '(', '）': ')', '＂': '"' }

function mended(text: string, slips: readonly Slip[]): string {
  let out = ''
  let done = 0
  for (const slip of slips) {
    if (slip.at < done) continue
    out += text.slice(done, slip.at) + mendedSlip(slip)
    done = slip.at + slip.length
  }
  return out + text.slice(done)
}

function mendedSlip({ kind, found }: Slip): string {
  switch (kind) {
    case 'smart-quote':
      return '"'
    case 'hidden-character':
      return /[\u00a0\u202f]/u.test(found) ? ' ' : ''
    case 'full-width':
      return plainForms[found] ?? found
    case 'lower-case-operator':
      return found.toUpperCase()
    case 'space-after-colon':
      return ''
  }
}
