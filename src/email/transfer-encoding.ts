/**
 * How the text and HTML bodies travel: as they are where that is safe, quoted-printable where most of it
 * stays readable (Latin), base64 where it would not (mostly Chinese, emoji, Arabic).
 */
import { base64Lines } from './base64-lines.ts'

export interface EncodedBody {
  /**
   * What follows the media type in the head of the part, up to and with the empty line. Nothing for what is
   * ASCII on short lines: that is the default for charset and encoding (RFC 2045 §5.2, §6.1).
   */
  readonly parameters: string
  /** ASCII only, CRLF between lines, no line over 998 characters, no line that begins with two hyphens. */
  readonly body: string
}

/** `text` is well-formed and has `\n` for line ends. */
export function encodeBody(text: string): EncodedBody {
  if (isSafeAsItIs(text)) {
    return { parameters: '\r\n\r\n', body: text.includes('\n') ? text.replaceAll('\n', '\r\n') : text }
  }
  const extraBytes = Buffer.byteLength(text) - text.length
  // An escaped byte costs three characters, base64 a third of everything: they meet where about one
  // character in eight is not ASCII.
  if (extraBytes * 8 > text.length) {
    const content = Buffer.from(text.includes('\n') ? text.replaceAll('\n', '\r\n') : text)
    return { parameters: encodedAs('base64'), body: base64Lines(content) }
  }
  return { parameters: encodedAs('quoted-printable'), body: quotedPrintable(Buffer.from(text)) }
}

function encodedAs(encoding: string): string {
  return `; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`
}

/**
 * Two hyphens at the start of a line are never left bare: a boundary begins with them, so whatever a person
 * writes can never end the part it stands in.
 */
function isSafeAsItIs(text: string): boolean {
  return (
    /^[\t\n\x20-\x7e]*$/.test(text) &&
    !(text.length > 998 && /(?:^|\n)[^\n]{999}/.test(text)) &&
    !text.startsWith('--') &&
    !text.includes('\n--')
  )
}

const newline = 0x0a
const hyphen = 0x2d
const hexDigits = Buffer.from('0123456789ABCDEF')
/** One place in a line of 76 is kept for the `=` of a soft break. */
const contentColumns = 75

function quotedPrintable(bytes: Buffer): string {
  // At worst each byte is escaped (3) and each line of 25 escapes carries a soft break (3 more).
  const out = Buffer.allocUnsafe(bytes.length * 3 + Math.ceil(bytes.length / 25) * 3)
  let at = 0
  let column = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (byte === newline) {
      out[at++] = 0x0d
      out[at++] = 0x0a
      column = 0
      continue
    }
    if (column + 3 > contentColumns) {
      at = writeSoftBreak(out, at)
      column = 0
    }
    const escaped = mustEscape(byte, bytes[i + 1], column)
    if (escaped) at = writeEscape(out, at, byte)
    else out[at++] = byte
    column += escaped ? 3 : 1
  }
  return out.toString('latin1', 0, at)
}

function mustEscape(byte: number, next: number | undefined, column: number): boolean {
  if (byte === hyphen) return column === 0 && next === hyphen
  if (byte === 0x20 || byte === 0x09) return next === newline || next === undefined
  return byte < 0x21 || byte > 0x7e || byte === 0x3d
}

function writeSoftBreak(out: Buffer, at: number): number {
  out[at] = 0x3d
  out[at + 1] = 0x0d
  out[at + 2] = 0x0a
  return at + 3
}

function writeEscape(out: Buffer, at: number, byte: number): number {
  out[at] = 0x3d
  out[at + 1] = hexDigits[byte >> 4]!
  out[at + 2] = hexDigits[byte & 15]!
  return at + 3
}
