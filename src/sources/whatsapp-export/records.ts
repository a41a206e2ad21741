/**
 * Cuts a chat's text into records: a header line and all lines up to the next one. Every byte lands in
 * exactly one record; what stands before the first header is a record without header.
 */
import type { Codec } from './encoding.ts'
import type { HeaderFields } from './grammar.ts'
import { plain } from './marks.ts'

/** A header that stands: its local time could be read. */
export interface Header {
  readonly fields: HeaderFields
  readonly localMillis: number
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
  /** The records that end in this chunk. */
  push(chunk: Buffer): CutRecord[]
  /** The last record. */
  end(): CutRecord[]
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
}

export function createRecordCutter(codec: Codec, readHeader: ReadHeader): RecordCutter {
  /** Begins with the first byte of the open record, which lies at `offset` in the file. */
  let buffer: Buffer = Buffer.alloc(0)
  let offset = 0
  let scanned = 0
  let line = 1
  /** Null while nothing but a byte order mark and blank lines has been seen; they join the first record. */
  let open: OpenRecord | null = null

  const lineText = (at: number, next: number): string =>
    codec.decode(buffer, at, Math.min(next, at + headerBytesMax))

  const headerAt = (start: number, at: number, next: number): OpenRecord | null => {
    if (!codec.mayBeHeader(buffer, at)) return null
    const text = lineText(at, next)
    const header = readHeader(text)
    if (header === null) return null
    if (open === null && at > start) return { header, firstLine: '', firstLineBytes: 0, line: 1 }
    const whole = next - at <= headerBytesMax
    return { header, firstLine: whole ? text : '', firstLineBytes: whole ? next - at : 0, line }
  }

  const close = (record: OpenRecord, start: number, end: number): CutRecord =>
    newRecord(codec, buffer.subarray(start, end), offset + start, record)

  /** Takes in the line at [at, next); answers where the open record now starts. */
  const scanLine = (cut: CutRecord[], start: number, at: number, next: number): number => {
    const begun = headerAt(start, at, next)
    let from = start
    if (begun !== null) {
      if (open !== null) {
        cut.push(close(open, start, at))
        from = at
      }
      open = begun
    } else if (open === null && plain(lineText(at, next)) !== '') {
      open = headerless(1)
    }
    line++
    return from
  }

  const scan = (atEnd: boolean): CutRecord[] => {
    const cut: CutRecord[] = []
    let start = 0
    while (scanned < buffer.length) {
      let next = codec.lineEnd(buffer, scanned)
      if (next < 0 && !atEnd && buffer.length - start <= recordBytesMax) break
      if (next < 0) next = buffer.length
      start = scanLine(cut, start, scanned, next)
      scanned = next
      if (scanned - start > recordBytesMax) {
        cut.push(close(open ?? headerless(1), start, scanned))
        start = scanned
        open = headerless(line)
      }
    }
    buffer = buffer.subarray(start)
    offset += start
    scanned -= start
    return cut
  }

  return {
    push(chunk) {
      buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk])
      return scan(false)
    },
    end() {
      const cut = scan(true)
      if (buffer.length > 0) cut.push(close(open ?? headerless(1), 0, buffer.length))
      return cut
    },
  }
}

function headerless(line: number): OpenRecord {
  return { header: null, firstLine: '', firstLineBytes: 0, line }
}

function newRecord(codec: Codec, bytes: Buffer, offset: number, open: OpenRecord): CutRecord {
  const { header, firstLine, firstLineBytes, line } = open
  return {
    bytes,
    offset,
    line,
    header,
    text() {
      if (firstLineBytes === bytes.length) return firstLine
      return firstLine + codec.decode(bytes, firstLineBytes, bytes.length)
    },
  }
}
