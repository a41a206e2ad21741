/** The e-mails of an mbox (RFC 4155), found in a moving window: such files are as large as a mailbox. */
import { createReadStream } from 'node:fs'

export interface MboxEmail {
  /** Without its `From ` line; null where it is larger than the limit. */
  readonly bytes: Buffer | null
  readonly offset: number
  /** From 1. */
  readonly index: number
}

const chunkBytes = 256 * 1024
const separator = Buffer.from('From ')

/**
 * `From ` at the start of the file or after an empty line begins an e-mail. The empty line before the next one is of the
 * mbox, and not of the e-mail.
 */
export async function* readMbox(path: string, bytesMax: number): AsyncIterable<MboxEmail> {
  const state: State = { lines: [], bytes: 0, offset: -1, index: 0, isBlank: true, bytesMax }
  for await (const { line, offset } of linesOf(path, bytesMax)) {
    const begins = state.isBlank && isSeparator(line, state.index === 0)
    if (begins) {
      const before = finished(state)
      if (before) yield before
      Object.assign(state, { lines: [], bytes: 0, offset: offset + line.length, index: state.index + 1 })
    } else if (state.index > 0) add(state, line)
    state.isBlank = isBlankLine(line)
  }
  const last = finished(state)
  if (last) yield last
}

/** A sentence may begin with `From ` too: past the first e-mail there must be an address and a time behind it. */
function isSeparator(line: Buffer, isFirst: boolean): boolean {
  if (line.length > 1_000 || !line.subarray(0, 5).equals(separator)) return false
  return isFirst || /^From \S+\s.*\d:\d\d/.test(line.toString('latin1'))
}

interface State {
  lines: Buffer[]
  bytes: number
  offset: number
  index: number
  isBlank: boolean
  readonly bytesMax: number
}

function add(state: State, line: Buffer): void {
  state.bytes += line.length
  // Beyond the limit nothing is kept: the e-mail becomes a gap.
  if (state.bytes > state.bytesMax) state.lines = []
  else state.lines.push(line)
}

function finished({ lines, bytes, offset, index, bytesMax }: State): MboxEmail | null {
  if (index === 0) return null
  if (bytes > bytesMax) return { bytes: null, offset, index }
  const content = isBlankLine(lines.at(-1)) && lines.length > 1 ? lines.slice(0, -1) : lines
  return { bytes: Buffer.concat(content), offset, index }
}

function isBlankLine(line: Buffer | undefined): boolean {
  return line !== undefined && (line.equals(newline) || line.equals(carriageNewline))
}
const newline = Buffer.from('\n')
const carriageNewline = Buffer.from('\r\n')

/** Lines with their ends; one that is longer than the limit comes in pieces. */
async function* linesOf(path: string, bytesMax: number): AsyncIterable<{ line: Buffer; offset: number }> {
  let pieces: Buffer[] = []
  let [pending, offset] = [0, 0]
  const take = (last: Buffer) => {
    const line = pieces.length === 0 ? last : Buffer.concat([...pieces, last])
    const found = { line, offset }
    offset += line.length
    pieces = []
    pending = 0
    return found
  }
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
    let from = 0
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      yield take(chunk.subarray(from, at + 1))
      from = at + 1
    }
    if (from === chunk.length) continue
    pieces.push(chunk.subarray(from))
    pending += chunk.length - from
    if (pending > bytesMax) yield take(Buffer.alloc(0))
  }
  if (pieces.length > 0) yield take(Buffer.alloc(0))
}
