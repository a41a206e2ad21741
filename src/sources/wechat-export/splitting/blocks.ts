/** Text exports: a record is a head line and everything up to the next one. */
import { readHead, type TextGrammar } from '../rows/text.ts'
import { lineEnd } from './lines.ts'
import { markLength, type Piece, recordBytesMax, type Splitter } from './piece.ts'

const newline = 0x0a
const headBytesMax = 1024

/**
 * Gives each block as a record; what stands before the first head is damage. Head lines are recognised by
 * their ASCII alone, so that the file's encoding does not matter here.
 */
export function createBlockSplitter(grammar: TextGrammar): Splitter {
  let line = 1
  const splitter: Splitter = {
    at: 0,
    cutOff: () => false,
    take({ buffer, offset, ended }) {
      if (offset === 0 && splitter.at === 0) splitter.at = markLength(buffer)
      const start = splitter.at
      if (start >= buffer.length) return ended ? 'end' : undefined
      const end = blockEnd(buffer, start, ended, grammar)
      if (end === undefined) return undefined
      const bytes = buffer.subarray(start, end)
      const piece = pieceOf(bytes, offset + start, line, grammar)
      for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) line++
      splitter.at = end
      return piece === undefined ? [] : [piece]
    },
  }
  return splitter
}

function pieceOf(bytes: Buffer, offset: number, line: number, { order }: TextGrammar): Piece | undefined {
  const first = bytes.toString('latin1', 0, headBytesMax)
  if (readHead(first.split('\n', 1)[0]!.replace(/\r$/, ''), order) !== null) {
    return { role: 'record', bytes, offset, line }
  }
  if (bytes.toString('latin1').trim() === '') return undefined
  const problem = 'the text has no line with a name and a time before it'
  return { role: 'damage', problem, bytes, offset, line }
}

/** Where the next head line begins after the first line of this block. */
function blockEnd(
  buffer: Buffer,
  start: number,
  ended: boolean,
  { order, blankBefore }: TextGrammar,
): number | undefined {
  let blank = false
  let at = start
  for (let first = true; at < buffer.length; first = false) {
    const end = lineEnd(buffer, at, ended)
    if (end === undefined) return undefined
    const text = buffer.toString('latin1', at, Math.min(end, at + headBytesMax)).replace(/\r$/, '')
    if (!first && (blank || !blankBefore) && readHead(text, order) !== null) return at
    blank = text.trim() === ''
    at = end + 1
    if (at - start > recordBytesMax) return Math.min(at, buffer.length)
  }
  return ended ? buffer.length : undefined
}
