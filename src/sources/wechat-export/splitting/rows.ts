/** CSV: rows end at a line break outside quotes (RFC 4180). Works on bytes: in UTF-8 and GB18030 no other character holds these. */
import { lineEnd } from './lines.ts'
import { markLength, type Piece, type Splitter } from './piece.ts'

const [quote, comma, newline, carriageReturn] = Buffer.from('",\n\r')

/** A value in quotes may be this long; one that is longer, or never closed, gives up its first line as damaged. */
const quotedBytesMax = 4 * 1024 * 1024

/** Gives every row that is not blank, the header (`head`) first. */
export function createRowSplitter(): Splitter {
  let line = 1
  let header = true
  const splitter: Splitter = {
    at: 0,
    cutOff: () => false,
    take({ buffer, offset, ended }) {
      if (offset === 0 && splitter.at === 0) splitter.at = markLength(buffer)
      const from = splitter.at
      if (from >= buffer.length) return ended ? 'end' : undefined
      let end = rowEnd(buffer, from, ended)
      if (end === undefined) return undefined
      const damaged = end === 'unclosed'
      if (end === 'unclosed') end = lineEnd(buffer, from, true)!
      const place = { offset: offset + from, line }
      for (let at = from; at <= end && at < buffer.length; at++) if (buffer[at] === newline) line++
      splitter.at = buffer[end] === newline ? end + 1 : end
      const bytes = buffer.subarray(from, buffer[end - 1] === carriageReturn ? end - 1 : end)
      if (bytes.length === 0) return []
      const piece = pieceOf(bytes, place, header, damaged)
      header = false
      return [piece]
    },
  }
  return splitter
}

function pieceOf(
  bytes: Buffer,
  place: { readonly offset: number; readonly line: number },
  header: boolean,
  damaged: boolean,
): Piece {
  if (header) return { role: 'head', section: 'columns', bytes, ...place }
  if (!damaged) return { role: 'record', bytes, ...place }
  return { role: 'damage', problem: 'a quote (") is opened and never closed', bytes, ...place }
}

/** Offset of the line break that ends the row (or the end of the file); undefined: not in sight. */
function rowEnd(buffer: Buffer, from: number, ended: boolean): number | 'unclosed' | undefined {
  let at = from
  while (at < buffer.length) {
    if (buffer[at] === quote) {
      const closed = quotedEnd(buffer, at)
      if (closed === -1) return ended || buffer.length - at > quotedBytesMax ? 'unclosed' : undefined
      at = closed
    }
    while (at < buffer.length && buffer[at] !== comma && buffer[at] !== newline) at++
    if (buffer[at] === newline) return at
    if (buffer[at] === comma) at++
  }
  return ended ? buffer.length : undefined
}

/** Offset after the quote that closes the value opened at `at`; -1 when there is none in sight or in reach. */
function quotedEnd(buffer: Buffer, at: number): number {
  let from = at + 1
  for (;;) {
    const found = buffer.indexOf(quote!, from)
    if (found === -1 || found - at > quotedBytesMax) return -1
    // The buffer's last quote may be the first of two.
    if (found + 1 === buffer.length) return found + 1
    if (buffer[found + 1] !== quote) return found + 1
    from = found + 2
  }
}
