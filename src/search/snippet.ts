import { findPhrases, type TextRange } from '../domain/text/find-phrases.ts'
import type { Phrases } from '../domain/text/query-tokens.ts'

export interface Snippet {
  /** The piece of the text around the first hit, on one line. */
  readonly snippet: string
  /** What to highlight, in UTF-16 units of `snippet`. */
  readonly highlights: readonly TextRange[]
}

const snippetLength = 160
const lengthBeforeHit = 40
/** Texts are searched for hits this far; beyond it a hit shows the beginning instead. */
const searchedLengthMax = 200_000

/** Cuts a snippet of at most about 160 characters out of a text, around the first phrase that is found. */
export function snippetOf(text: string, wanted: readonly Phrases[]): Snippet {
  const ranges = wanted.length === 0 ? [] : findPhrases(text.slice(0, searchedLengthMax), wanted)
  const first = ranges[0]
  const start =
    first === undefined || text.length <= snippetLength ? 0 : wordStart(text, first.start - lengthBeforeHit)
  const end = boundary(text, start + snippetLength)
  const before = start > 0 ? '…' : ''
  const shown = text.slice(start, end).replace(/[\s\u0000-\u001f\u007f]/gu, ' ')
  const shift = before.length - start
  return {
    snippet: `${before}${shown}${end < text.length ? '…' : ''}`,
    highlights: ranges
      .filter((range) => range.start < end && range.end > start)
      .map((range) => ({
        start: Math.max(range.start, start) + shift,
        end: Math.min(range.end, end) + shift,
      })),
  }
}

/** Begins a snippet after a blank where one is near, never inside a character. */
function wordStart(text: string, wanted: number): number {
  if (wanted <= 0) return 0
  const blank = text.slice(wanted, wanted + lengthBeforeHit / 2).search(/\s/)
  return blank < 0 ? boundary(text, wanted) : wanted + blank + 1
}

function boundary(text: string, at: number): number {
  if (at >= text.length) return text.length
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff ? at + 1 : at
}
