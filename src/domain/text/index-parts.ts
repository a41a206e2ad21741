import { normalise } from './normalise.ts'
import { scan } from './tokenise.ts'

/** PostgreSQL keeps positions 1 to 16,383, and 255 of them for one lexeme (tsvector's documented limits). */
export const positionMax = 16_383
const positionsPerLexemeMax = 255
/** Far enough below the 1 MB of a tsvector to leave room for the caller's own lexemes. */
const partBytesMax = 600_000
/** A new part begins this many positions before the place where the last one ended, so that a phrase lies whole in one of them. */
const overlapPositions = 72
/** The longest phrase, in positions, that is certain to lie whole in one part. */
export const phrasePositionsMax = 64
/** Between two fields; more than any NEAR distance, so that neither phrases nor NEAR reach from one into another. */
export const fieldGapPositions = 64

export interface IndexInput {
  /** What the subject says before the text: channel and conversation. */
  readonly subjectPrefix: string
  readonly text: string
  /** How many leading UTF-16 units of `text` stand in the subject. */
  readonly subjectTextLength: number
  /** Further searchable texts: fields, parts of forwarded messages. */
  readonly extra: readonly string[]
  readonly attachmentNames: readonly string[]
}

type Weight = '' | 'A' | 'B'

/**
 * Makes what the search index holds of one message: the text form of one tsvector, or of several where one
 * cannot hold a long text (each then overlaps the next). Weight A marks words of the subject, B words of
 * attachment names. Lexemes are letters, digits, emoji and `[sticker]`: they need no quotes, and the
 * caller's own lexemes may follow after a blank. At least one part, which may be empty.
 */
export function indexParts(input: IndexInput): string[] {
  const short = shortPart(input)
  return short === null ? longParts(input) : [short]
}

/** The one tsvector (text form) of a few names or addresses: a participant, a conversation. */
export function nameWords(names: readonly string[]): string {
  const input = { subjectPrefix: '', text: '', subjectTextLength: 0, extra: names, attachmentNames: [] }
  return indexParts(input)[0]!
}

/** A message of at most 255 tokens cannot reach any limit, so its lexemes are simply listed; PostgreSQL unites equal ones. */
function shortPart(input: IndexInput): string | null {
  let part = ''
  let base = 1
  let count = 0
  const fits = eachField(input, (folded, weight, subjectLength) => {
    const found = scan(folded)
    count += found.count
    if (count > positionsPerLexemeMax || base + found.nextPosition > positionMax) return false
    for (let i = 0; i < found.count; i++) {
      const mark = weight === '' && found.starts[i]! < subjectLength ? 'A' : weight
      part += `${found.texts[i]!}:${base + found.positions[i]!}${mark} `
    }
    base += found.nextPosition + fieldGapPositions
    return true
  })
  return fits ? part.slice(0, -1) : null
}

function eachField(
  input: IndexInput,
  visit: (folded: string, weight: Weight, subjectLength: number) => boolean,
): boolean {
  if (input.subjectPrefix !== '' && !visit(normalise(input.subjectPrefix), 'A', 0)) return false
  if (input.text !== '') {
    const folded = normalise(input.text)
    if (!visit(folded, '', foldedLength(input.text, folded, input.subjectTextLength))) return false
  }
  for (const extra of input.extra) if (extra !== '' && !visit(normalise(extra), '', 0)) return false
  for (const name of input.attachmentNames) if (!visit(normalise(name), 'B', 0)) return false
  return true
}

function foldedLength(text: string, folded: string, length: number): number {
  if (length >= text.length) return folded.length
  return length === 0 ? 0 : normalise(text.slice(0, length)).length
}

/** Tokens of all fields in order, as parallel arrays: a long text has hundreds of thousands. */
interface LongTokens {
  readonly texts: string[]
  readonly positions: number[]
  readonly weights: Weight[]
}

function longParts(input: IndexInput): string[] {
  const all: LongTokens = { texts: [], positions: [], weights: [] }
  let base = 1
  eachField(input, (folded, weight, subjectLength) => {
    const found = scan(folded)
    for (let i = 0; i < found.count; i++) {
      all.texts.push(found.texts[i]!)
      all.positions.push(base + found.positions[i]!)
      all.weights.push(weight === '' && found.starts[i]! < subjectLength ? 'A' : weight)
    }
    base += found.nextPosition + fieldGapPositions
    return true
  })
  const parts: string[] = []
  let from = 0
  while (from < all.texts.length) {
    const { part, end } = onePart(all, from)
    parts.push(part)
    from = end < all.texts.length ? overlapStart(all, from, end) : end
  }
  return parts.length === 0 ? [''] : parts
}

function overlapStart(all: LongTokens, from: number, end: number): number {
  let start = end
  while (start - 1 > from && all.positions[start - 1]! >= all.positions[end]! - overlapPositions) start--
  return start
}

/** The longest part that begins with token `from`; `end` is the first token that is not in it. */
function onePart(all: LongTokens, from: number): { part: string; end: number } {
  const lexemes = new Map<string, string[]>()
  const shift = lowestPosition(all, from) - 1
  let bytes = 0
  let end = from
  for (; end < all.texts.length; end++) {
    const text = all.texts[end]!
    const position = all.positions[end]! - shift
    const known = lexemes.get(text)
    bytes += known === undefined ? 12 + Buffer.byteLength(text) : 2
    if (position > positionMax || known?.length === positionsPerLexemeMax || bytes > partBytesMax) break
    const place = `${position}${all.weights[end]!}`
    if (known === undefined) lexemes.set(text, [place])
    else known.push(place)
  }
  const parts: string[] = []
  for (const [text, places] of lexemes) parts.push(`${text}:${places.join(',')}`)
  return { part: parts.join(' '), end }
}

/** Joined numbers follow the pieces they are made of, so the first token need not have the lowest position. */
function lowestPosition(all: LongTokens, from: number): number {
  let lowest = all.positions[from]!
  for (let i = from + 1; i < from + 8 && i < all.positions.length; i++) {
    lowest = Math.min(lowest, all.positions[i]!)
  }
  return lowest
}
