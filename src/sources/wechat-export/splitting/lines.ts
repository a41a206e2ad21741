/** JSON lines: one object a line, `#` lines are remarks (ChatLab's format). */
import { markLength, type Piece, recordBytesMax, type Splitter } from './piece.ts'

const newline = 0x0a
const remark = 0x23

/** Gives every line that is neither blank nor a remark. A line of more than 16 MiB is cut. */
export function createLineSplitter(): Splitter {
  let line = 1
  const splitter: Splitter = {
    at: 0,
    cutOff: () => false,
    take({ buffer, offset, ended }) {
      if (offset === 0 && splitter.at === 0) splitter.at = markLength(buffer)
      if (splitter.at >= buffer.length) return ended ? 'end' : undefined
      const end = lineEnd(buffer, splitter.at, ended)
      if (end === undefined) return undefined
      const piece = pieceOf(buffer, offset, splitter.at, end, line)
      splitter.at = buffer[end] === newline ? end + 1 : end
      if (buffer[end] === newline) line++
      return piece === undefined ? [] : [piece]
    },
  }
  return splitter
}

/** Where the line ends: its break, the end of the file or the longest record's length; undefined: not in sight. */
export function lineEnd(buffer: Buffer, from: number, ended: boolean): number | undefined {
  const limit = from + recordBytesMax
  const found = buffer.indexOf(newline, from)
  if (found !== -1 && found <= limit) return found
  if (buffer.length > limit) return limit
  return ended ? buffer.length : undefined
}

function pieceOf(buffer: Buffer, offset: number, from: number, to: number, line: number): Piece | undefined {
  let [start, end] = [from, to]
  while (start < end && isBlank(buffer[start])) start++
  while (end > start && isBlank(buffer[end - 1])) end--
  if (start === end || buffer[start] === remark) return undefined
  return { role: 'record', bytes: buffer.subarray(start, end), offset: offset + start, line }
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === newline
}
