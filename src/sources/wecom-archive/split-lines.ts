/** JSON lines: a message a line, unless a raw line break stands inside one. */
import type { FileWindow } from '../formats/file-window.ts'
import { parseObject } from '../formats/raw-json.ts'
import { nextMessageStart } from './message-start.ts'
import { type Cursor, messageBytesMax, type Piece, type Taken } from './piece.ts'

const newline = 0x0a
const openBrace = 0x7b

/** How far a message may go on after a line break that its writer failed to escape. */
const continuationBytesMax = 64 * 1024
/** Starts tried within one unreadable line (a writer that crashed leaves a stump before the next message). */
const startsTriedMax = 16

/** Takes one line (or the message it begins) off the window; blank lines give no piece. */
export function takeLine(window: FileWindow, cursor: Cursor): Taken {
  const { buffer, ended } = window
  if (cursor.at >= buffer.length) return ended ? 'end' : undefined
  const end = lineEnd(buffer, cursor.at, ended)
  if (end === undefined) return undefined
  const line = trimmed(buffer, cursor.at, end)
  if (line.end === line.start) return past(cursor, buffer, end, [])
  const piece = pieceOf(window, cursor, line.start, line.end)
  if ('raw' in piece.parsed) return past(cursor, buffer, end, [piece])
  const whole = continuationEnd(buffer, line.start, end, ended)
  if (whole === undefined) return undefined
  if (whole > end) {
    const span = trimmed(buffer, line.start, whole)
    const joined = pieceOf(window, cursor, span.start, span.end)
    if ('raw' in joined.parsed) return past(cursor, buffer, whole, [joined])
  }
  return past(cursor, buffer, end, afterStump(window, cursor, line.start, line.end) ?? [piece])
}

/** Where the line ends (its break, the end of the file, or the longest message's length); undefined: not in sight. */
function lineEnd(buffer: Buffer, from: number, ended: boolean): number | undefined {
  const limit = from + messageBytesMax
  const found = buffer.indexOf(newline, from)
  if (found !== -1 && found <= limit) return found
  if (buffer.length > limit) return limit
  return ended ? buffer.length : undefined
}

/** The last break before the next line that begins with a brace; undefined: not in sight. */
function continuationEnd(buffer: Buffer, start: number, end: number, ended: boolean): number | undefined {
  if (buffer[start] !== openBrace) return end
  const limit = end + continuationBytesMax
  let last = end
  while (last < limit) {
    if (last + 1 >= buffer.length) return ended ? Math.min(last, buffer.length) : undefined
    if (buffer[last + 1] === openBrace) return last
    const next = buffer.indexOf(newline, last + 1)
    if (next === -1) return ended ? buffer.length : buffer.length > limit ? end : undefined
    last = next
  }
  return end
}

/** The stump and the message after it, when the rest of an unreadable line is a message of its own. */
function afterStump(
  window: FileWindow,
  cursor: Cursor,
  start: number,
  end: number,
): readonly Piece[] | undefined {
  let from = nextMessageStart(window.buffer, start + 1, end)
  for (let tries = 0; from !== -1 && tries < startsTriedMax; tries++) {
    const piece = pieceOf(window, cursor, from, end)
    if ('raw' in piece.parsed) return [pieceOf(window, cursor, start, from), piece]
    from = nextMessageStart(window.buffer, from + 1, end)
  }
  return undefined
}

function pieceOf(window: FileWindow, cursor: Cursor, start: number, end: number): Piece {
  const bytes = window.buffer.subarray(start, end)
  return { bytes, parsed: parseObject(bytes), offset: window.offset + start, line: cursor.line }
}

/** Moves past `end` and its line break, counting the lines. */
function past(cursor: Cursor, buffer: Buffer, end: number, pieces: readonly Piece[]): readonly Piece[] {
  for (
    let at = buffer.indexOf(newline, cursor.at);
    at !== -1 && at <= end;
    at = buffer.indexOf(newline, at + 1)
  ) {
    cursor.line++
  }
  cursor.at = buffer[end] === newline ? end + 1 : end
  return pieces
}

function trimmed(buffer: Buffer, from: number, to: number): { start: number; end: number } {
  let [start, end] = [from, to]
  while (start < end && isBlank(buffer[start])) start++
  while (end > start && isBlank(buffer[end - 1])) end--
  return { start, end }
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === newline
}
