/** Cuts a text into what may be shown as it is and what only pretends not to be there. */

export interface TextPiece {
  readonly text: string
  /** Where the piece begins, in UTF-16 units of the whole. */
  readonly at: number
  /** Shown as its code, for it would change how the rest is read or hide in it. */
  readonly hidden: boolean
}

/**
 * Controls but tab and line breaks; embeddings, overrides and isolates that turn the order of letters; zero-width
 * spaces. Joiners and direction marks stay: scripts and emoji need them.
 */
const hiddenCharacters =
  /(?:(?![\t\n\r])\p{Cc}|[\u200b\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb])/gu

export function visiblePieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = []
  let done = 0
  for (const { index, 0: found } of text.matchAll(hiddenCharacters)) {
    if (index > done) pieces.push({ text: text.slice(done, index), at: done, hidden: false })
    pieces.push({ text: found, at: index, hidden: true })
    done = index + found.length
  }
  if (done < text.length) pieces.push({ text: text.slice(done), at: done, hidden: false })
  return pieces
}

/** `U+202E`, as Unicode writes it. */
export function codeOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
}

export interface MarkedPiece extends TextPiece {
  readonly marked: boolean
}

/** The pieces cut once more where a mark begins or ends; marks are [start, end) and may overlap. */
export function markedPieces(text: string, marks: readonly (readonly [number, number])[]): MarkedPiece[] {
  const edges = [...new Set(marks.flat())].sort((one, other) => one - other)
  const isMarked = (at: number) => marks.some(([start, end]) => at >= start && at < end)
  return visiblePieces(text).flatMap((piece) => {
    const inside = edges.filter((edge) => edge > piece.at && edge < piece.at + piece.text.length)
    return [piece.at, ...inside].map((at, place) => ({
      text: piece.text.slice(at - piece.at, (inside[place] ?? Number.POSITIVE_INFINITY) - piece.at),
      at,
      hidden: piece.hidden,
      marked: isMarked(at),
    }))
  })
}

/** As [start, end) in UTF-16 units. */
export type TextBlock = readonly [start: number, end: number]

/**
 * Cuts a long text into blocks that are laid out each by itself: browsers take time by the square for a paragraph
 * of mixed scripts, and minutes for one of 200,000 characters. Cut at a line break where there is one, then between
 * words, and never inside a character.
 */
export function textBlocks(text: string, lengthMax: number): TextBlock[] {
  const blocks: TextBlock[] = []
  for (let start = 0; start < text.length; ) {
    const end = text.length - start <= lengthMax ? text.length : start + cutBefore(text, start, lengthMax)
    blocks.push([start, end])
    start = end
  }
  return blocks
}

function cutBefore(text: string, start: number, lengthMax: number): number {
  const window = text.slice(start, start + lengthMax)
  const after = window.lastIndexOf('\n') + 1 || window.lastIndexOf(' ') + 1
  if (after > 0) return after
  return /[\ud800-\udbff]$/.test(window) ? lengthMax - 1 : lengthMax
}
