import { expanded, foldAstral, foldTables, removed } from './fold.ts'

const asciiOnly = /^[\u0000-\u007f]*$/
/**
 * No text has so many marks on one letter. To put them in order takes time in the square of their number, so they are cut
 * up by a character that folds to nothing (UAX #15, stream-safe text).
 */
const manyMarks = /\p{M}{30}(?=\p{M})/gu
let units = new Uint16Array(4096)
let bytes = Buffer.from(units.buffer)

function reserve(count: number): void {
  if (count <= units.length) return
  units = new Uint16Array(count + (count >> 1))
  bytes = Buffer.from(units.buffer)
}

function needsComposition(text: string, composes: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) {
    if (composes[text.charCodeAt(i)] === 1) return true
  }
  return false
}

function append(folded: string, at: number): number {
  for (let i = 0; i < folded.length; i++) units[at + i] = folded.charCodeAt(i)
  return at + folded.length
}

/**
 * The form in which texts and queries are compared: NFKC, lower case, no accents on Latin and Greek letters,
 * no combining or invisible marks, simplified Chinese with written variants united. The folding of a part
 * is the part of the folding.
 */
export function normalise(text: string): string {
  if (asciiOnly.test(text)) return text.toLowerCase()
  const { fold, expansions, composes } = foldTables()
  const composed = needsComposition(text, composes)
    ? text.replace(manyMarks, '$&\u034f').normalize('NFKC')
    : text
  // The longest expansion is 18 units (U+FDFA); room for it is made when it occurs.
  reserve(composed.length + 32)
  let length = 0
  for (let i = 0; i < composed.length; i++) {
    const unit = composed.charCodeAt(i)
    const folded = fold[unit]!
    if ((folded & 0xfffc) !== removed) units[length++] = folded
    else if (folded !== removed) {
      const codePoint = folded === expanded ? unit : composed.codePointAt(i)!
      if (codePoint > 0xffff) i++
      const expansion = folded === expanded ? expansions.get(unit)! : foldAstral(codePoint)
      reserveMore(length, composed.length - i + expansion.length)
      length = append(expansion, length)
    }
  }
  return bytes.toString('utf16le', 0, length * 2)
}

function reserveMore(used: number, more: number): void {
  if (used + more <= units.length) return
  const kept = units.slice(0, used)
  reserve((used + more) * 2)
  units.set(kept)
}

export interface NormalisedText {
  readonly text: string
  /** For each unit of `text`: where in the original the character begins that it came from. One more entry: the end. */
  readonly offsets: Uint32Array
}

const cluster = /[\s\S][\p{M}\u1160-\u11ff\uff9e-\uff9f\uffa0-\uffdc]*/gu

/** `normalise` with the way back to the original, for highlighting. Slower: not for indexing. */
export function normaliseWithOffsets(text: string): NormalisedText {
  const offsets: number[] = []
  let folded = ''
  for (const match of text.matchAll(cluster)) {
    const part = normalise(match[0])
    for (let i = 0; i < part.length; i++) offsets.push(match.index)
    folded += part
  }
  offsets.push(text.length)
  return { text: folded, offsets: Uint32Array.from(offsets) }
}
