/** The encodings an export comes in: UTF-8 from the phone; UTF-16 and GB18030 after an editor saved it. */
import { isAscii, isUtf8 } from 'node:buffer'
import { AppError } from '../../domain/errors.ts'

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030'] as const
export type Encoding = (typeof encodings)[number]

/** How one encoding is cut into lines and read. Offsets are in bytes. */
export interface Codec {
  readonly encoding: Encoding
  /** Text of `bytes[start, end)`; damaged sequences become U+FFFD (the bytes themselves are kept elsewhere). */
  decode(bytes: Buffer, start: number, end: number): string
  /** Index just after the next line feed at or after `from`, or -1. */
  lineEnd(bytes: Buffer, from: number): number
  /** Cheap first look: false only when a line that begins with these bytes cannot be a header. */
  mayBeHeader(bytes: Buffer, at: number): boolean
}

export function codecOf(encoding: Encoding): Codec {
  if (encoding === 'utf-8') return utf8
  return encoding === 'gb18030' ? createGb18030() : createUtf16(encoding)
}

/** Bytes that a UTF-8 header line can begin with: digits, `[`, era letters, and the lead bytes of all that is not ASCII. */
const headerStarts = new Uint8Array(256).fill(1, 0x80)
for (const byte of Buffer.from('0123456789[RHS')) headerStarts[byte] = 1

const utf8: Codec = {
  encoding: 'utf-8',
  decode: (bytes, start, end) => bytes.toString('utf8', start, end),
  lineEnd: (bytes, from) => bytes.indexOf(10, from) + 1 || -1,
  mayBeHeader: (bytes, at) => headerStarts[bytes[at]!] === 1,
}

/** No GB18030 sequence contains the byte 0x0A, so lines can be cut before they are decoded. */
function createGb18030(): Codec {
  const decoder = new TextDecoder('gb18030', { ignoreBOM: true })
  return {
    encoding: 'gb18030',
    decode: (bytes, start, end) => decoder.decode(bytes.subarray(start, end)),
    lineEnd: (bytes, from) => bytes.indexOf(10, from) + 1 || -1,
    mayBeHeader: () => true,
  }
}

function createUtf16(encoding: 'utf-16le' | 'utf-16be'): Codec {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true })
  const low = encoding === 'utf-16le' ? 0 : 1
  return {
    encoding,
    decode: (bytes, start, end) => decoder.decode(bytes.subarray(start, end)),
    lineEnd(bytes, from) {
      for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1)) {
        const unit = at - low
        if (unit % 2 === 0 && unit + 1 < bytes.length && bytes[unit + 1 - low] === 0) return unit + 2
      }
      return -1
    },
    mayBeHeader: () => true,
  }
}

export interface EncodingEvidence {
  /** Chunks in order; nothing is kept but the unfinished last line. */
  add(chunk: Buffer): void
  /** Throws AppError `unsupported-encoding`. `damagedLines` counts UTF-8 lines with damaged bytes. */
  decide(file: string): { readonly encoding: Encoding; readonly damagedLines: number }
}

export function createEncodingEvidence(): EncodingEvidence {
  const chinese = new TextDecoder('gb18030', { fatal: true })
  let head: Encoding | null | undefined
  const unfinished: Buffer[] = []
  let goodLines = 0
  let damagedLines = 0
  let readsAsChinese = true
  /** What reads as UTF-8 is not tried as GB18030, which would be slow: only a file that does not may be Chinese. */
  const addLines = (bytes: Buffer): void => {
    if (isUtf8(bytes)) {
      goodLines += isAscii(bytes) ? 0 : 1
      return
    }
    if (readsAsChinese) readsAsChinese = decodes(chinese, bytes)
    const counted = countLines(bytes)
    goodLines += counted.good
    damagedLines += counted.damaged
  }
  return {
    add(chunk) {
      if (head === undefined) head = encodingOfHead(chunk)
      if (head !== null) return
      const cut = chunk.lastIndexOf(10) + 1
      // A line longer than a chunk is judged whole: a chunk may end within a character.
      if (cut > 0) addLines(Buffer.concat([...unfinished.splice(0), chunk.subarray(0, cut)]))
      unfinished.push(Buffer.from(chunk.subarray(cut)))
    },
    decide(file) {
      if (head !== null && head !== undefined) return { encoding: head, damagedLines: 0 }
      addLines(Buffer.concat(unfinished))
      if (damagedLines === 0) return { encoding: 'utf-8', damagedLines }
      if (readsAsChinese && damagedLines > goodLines) {
        return { encoding: 'gb18030', damagedLines: 0 }
      }
      if (damagedLines <= goodLines) return { encoding: 'utf-8', damagedLines }
      throw new AppError(
        'unsupported-encoding',
        `${file} is not UTF-8, UTF-16 or GB18030 text: export the chat again, or save it as UTF-8.`,
        { details: { file } },
      )
    },
  }
}

/** Byte order marks, or the zero bytes that ASCII digits have in UTF-16. Null: to be decided by the whole file. */
function encodingOfHead(head: Buffer): Encoding | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  if (head.length < 2 || head.subarray(0, 4).every((byte) => byte !== 0)) return null
  return head[0] === 0 ? 'utf-16be' : 'utf-16le'
}

function decodes(decoder: InstanceType<typeof TextDecoder>, bytes: Buffer): boolean {
  try {
    decoder.decode(bytes)
    return true
  } catch {
    return false
  }
}

function countLines(bytes: Buffer): { good: number; damaged: number } {
  let [good, damaged] = [0, 0]
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start) + 1 || bytes.length
    const line = bytes.subarray(start, end)
    if (!isUtf8(line)) damaged++
    else if (!isAscii(line)) good++
    start = end
  }
  return { good, damaged }
}
