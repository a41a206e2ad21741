import { normalise, normaliseWithOffsets } from './normalise.ts'
import type { Phrase, Phrases, QueryToken } from './query-tokens.ts'
import { scan, type TokenList } from './tokenise.ts'

/** A piece of a text: UTF-16 units from `start` up to, not including, `end`. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/** Says whether a text holds a phrase, exactly as the index answers it. */
export function holdsPhrase(text: string, phrases: Phrases): boolean {
  const found = scan(normalise(text))
  return phrases.some((phrase) => rangesOf(found, phrase).length > 0)
}

/** Where the phrases stand in a text, in the original's own offsets: sorted, touching ranges united. */
export function findPhrases(text: string, wanted: readonly Phrases[]): TextRange[] {
  const { text: folded, offsets } = normaliseWithOffsets(text)
  const found = scan(folded)
  const ranges = wanted.flat().flatMap((phrase) => rangesOf(found, phrase))
  const original = ranges.map(({ start, end }) => ({ start: offsets[start]!, end: endOf(offsets, end) }))
  return united(original)
}

/** A removed mark or the rest of an expanded character belongs to the character before it. */
function endOf(offsets: Uint32Array, foldedEnd: number): number {
  const last = offsets[foldedEnd - 1]!
  let at = foldedEnd
  while (at < offsets.length - 1 && offsets[at] === last) at++
  return offsets[at]!
}

function matches(text: string, token: QueryToken): boolean {
  return token.prefix ? text.startsWith(token.text) : text === token.text
}

function rangesOf(found: TokenList, phrase: Phrase): TextRange[] {
  const byPosition = new Map<number, number[]>()
  for (let i = 0; i < found.count; i++) {
    const at = byPosition.get(found.positions[i]!)
    if (at === undefined) byPosition.set(found.positions[i]!, [i])
    else at.push(i)
  }
  const ranges: TextRange[] = []
  for (let position = 0; position < found.nextPosition; position++) {
    const range = rangeAt(found, byPosition, phrase, position)
    if (range !== null) ranges.push(range)
  }
  return ranges
}

function rangeAt(
  found: TokenList,
  byPosition: ReadonlyMap<number, readonly number[]>,
  phrase: Phrase,
  position: number,
): TextRange | null {
  let start = -1
  let end = -1
  for (const token of phrase) {
    const candidates = byPosition.get(position + token.position) ?? []
    const hit = candidates.find((i) => matches(found.texts[i]!, token))
    if (hit === undefined) return null
    if (start < 0) start = found.starts[hit]!
    end = Math.max(end, coveredEnd(found, hit, token))
  }
  return start < 0 ? null : { start, end }
}

/** A one-character query finds a pair, but only its own character is marked; of a word found by its beginning, all. */
function coveredEnd(found: TokenList, hit: number, token: QueryToken): number {
  return found.kinds[hit] === 'pair' ? found.starts[hit]! + token.text.length : found.ends[hit]!
}

function united(ranges: TextRange[]): TextRange[] {
  const answer: TextRange[] = []
  for (const range of ranges.sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = answer.at(-1)
    if (last !== undefined && range.start <= last.end) {
      answer[answer.length - 1] = { start: last.start, end: Math.max(last.end, range.end) }
    } else answer.push(range)
  }
  return answer
}
