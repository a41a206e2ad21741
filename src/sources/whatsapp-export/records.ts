/**
 * Cuts a chat's text into records: a header line and all lines up to the next one. Every byte lands in
 * exactly one record; what stands before the first header is a record without header.
 */
import type { Codec } from './encoding.ts'
import { plain } from './marks.ts'

/** A header that stands: its time could be read. */
export interface Header {
  readonly localMillis: number
  /** Null for a line that nobody said. */
  readonly author: string | null
  /** Index in the line at which the body begins. */
  readonly bodyAt: number
  /**
   * A line without a name that no known notice is. WhatsApp's notices are single lines: when more text
   * follows, the line was pasted into the message before, and belongs to it.
   */
  readonly provisional: boolean
}

export type ReadHeader = (line: string) => Header | null

export interface CutRecord {
  /** A view into the chunk it came in. */
  readonly bytes: Buffer
  /** Byte offset in the file. */
  readonly offset: number
  /** 1-based number of its first line. */
  readonly line: number
  /** Null for text that no header precedes. */
  readonly header: Header | null
  /** The whole text, line ends as in the file. */
  text(): string
}

export interface RecordCutter {
  /** The records that end in this chunk; to be taken to the end before the next chunk. */
  push(chunk: Buffer): Generator<CutRecord>
  /** The last records. */
  end(): Generator<CutRecord>
}

/** A header line's own text is read to here; longer lines are read whole only when the record is. */
const headerBytesMax = 4096
/** WhatsApp's own limit is 65,536 characters; a "record" beyond this is no message and is cut so that memory stays flat. */
export const recordBytesMax = 16 * 1024 * 1024

interface OpenRecord {
  readonly header: Header | null
  /** The first line's text when it was read whole, so that it need not be decoded twice. */
  readonly firstLine: string
  readonly firstLineBytes: number
  readonly line: number
  /** Where it starts in the buffer. */
  readonly start: number
}

export function createRecordCutter(codec: Codec, readHeader: ReadHeader): RecordCutter {
  /** Begins with the first byte that no finished record holds; it lies at `offset` in the file. */
  let buffer: Buffer = Buffer.alloc(0)
  let offset = 0
  let scanned = 0
  let line = 1
  /** Null while nothing but a byte order mark and blank lines has been seen; they join the first record. */
  let open: OpenRecord | null = null
  /** The record before an open one that may yet prove to be a part of it (see `Header.provisional`). */
  let before: OpenRecord | null = null

  const lineText = (at: number, next: number): string =>
    codec.decode(buffer, at, Math.min(next, at + headerBytesMax))

  const headerAt = (at: number, next: number): OpenRecord | null => {
    if (!codec.mayBeHeader(buffer, at)) return null
    const text = lineText(at, next)
    const header = readHeader(text)
    if (header === null) return null
    if (open === null) return { header, firstLine: '', firstLineBytes: 0, line: 1, start: 0 }
    const whole = next - at <= headerBytesMax
    return { header, firstLine: whole ? text : '', firstLineBytes: whole ? next - at : 0, line, start: at }
  }

  /** A line without a header goes on with the open record, or shows that a provisional one was none. */
  const continueLine = (at: number, next: number): void => {
    if (open !== null && before === null) return
    if (plain(lineText(at, next)) === '') return
    open = before ?? open ?? headerless(1, 0)
    before = null
  }

  const cut = (record: OpenRecord, end: number): CutRecord => new Cut(codec, buffer, offset, record, end)

  function* begin(next: OpenRecord): Generator<CutRecord> {
    if (before !== null) yield cut(before, open!.start)
    before = null
    if (open !== null && next.header?.provisional && open.header !== null) before = open
    else if (open !== null) yield cut(open, next.start)
    open = next
  }

  function* scan(atEnd: boolean): Generator<CutRecord> {
    while (scanned < buffer.length) {
      const from = (before ?? open)?.start ?? 0
      let next = codec.lineEnd(buffer, scanned)
      if (next < 0 && !atEnd && buffer.length - from <= recordBytesMax) break
      if (next < 0) next = buffer.length
      const header = headerAt(scanned, next)
      if (header !== null) yield* begin(header)
      else continueLine(scanned, next)
      line++
      scanned = next
      if (scanned - from > recordBytesMax) yield* begin(headerless(line, scanned))
    }
    const done = atEnd ? buffer.length : ((before ?? open)?.start ?? 0)
    if (atEnd && done > 0) {
      open ??= headerless(1, 0)
      yield* begin(headerless(line, done))
    }
    buffer = buffer.subarray(done)
    offset += done
    scanned -= done
    if (before !== null) before = { ...before, start: before.start - done }
    if (open !== null) open = { ...open, start: open.start - done }
  }

  return {
    push(chunk) {
      buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk])
      return scan(false)
    },
    end: () => scan(true),
  }
}

function headerless(line: number, start: number): OpenRecord {
  return { header: null, firstLine: '', firstLineBytes: 0, line, start }
}

/** Bytes and text are made only when asked for: the first reading asks for neither. */
class Cut implements CutRecord {
  readonly offset: number
  readonly line: number
  readonly header: Header | null
  readonly #codec: Codec
  readonly #buffer: Buffer
  readonly #open: OpenRecord
  readonly #end: number

  constructor(codec: Codec, buffer: Buffer, offset: number, open: OpenRecord, end: number) {
    this.offset = offset + open.start
    this.line = open.line
    this.header = open.header
    this.#codec = codec
    this.#buffer = buffer
    this.#open = open
    this.#end = end
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(this.#open.start, this.#end)
  }

  text(): string {
    const { firstLine, firstLineBytes, start } = this.#open
    const from = start + firstLineBytes
    return from === this.#end ? firstLine : firstLine + this.#codec.decode(this.#buffer, from, this.#end)
  }
}
