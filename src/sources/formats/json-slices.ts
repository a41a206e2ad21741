/** Where the values of a JSON text lie in its bytes, so that a part of it can be kept exactly as it came. */

export interface Slice {
  /** Offset of the value's first byte, and of the byte after its last. */
  readonly start: number
  readonly end: number
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket, colon, comma] =
  Buffer.from('"\\{}[]:,')

/** The whole value without the blanks around it. Expects JSON that parses. */
export function wholeSlice(bytes: Uint8Array): Slice {
  const start = skipBlanks(bytes, bytes[0] === 0xef ? 3 : 0)
  return { start, end: valueEnd(bytes, start) }
}

/** The members of an object, by name; of a name that stands twice the last one, as JSON.parse does. Empty for other values. */
export function memberSlices(bytes: Uint8Array, object: Slice): Map<string, Slice> {
  const members = new Map<string, Slice>()
  if (bytes[object.start] !== openBrace) return members
  let at = skipBlanks(bytes, object.start + 1)
  while (at < object.end && bytes[at] === quote) {
    const nameEnd = stringEnd(bytes, at)
    const name = JSON.parse(Buffer.from(bytes.subarray(at, nameEnd)).toString()) as string
    at = skipBlanks(bytes, nameEnd)
    if (bytes[at] !== colon) return members
    const start = skipBlanks(bytes, at + 1)
    const end = valueEnd(bytes, start)
    members.set(name, { start, end })
    at = skipBlanks(bytes, end)
    if (bytes[at] === comma) at = skipBlanks(bytes, at + 1)
  }
  return members
}

/** The elements of a list, in order. Empty for other values. */
export function elementSlices(bytes: Uint8Array, list: Slice): Slice[] {
  const elements: Slice[] = []
  if (bytes[list.start] !== openBracket) return elements
  let at = skipBlanks(bytes, list.start + 1)
  while (at < list.end && bytes[at] !== closeBracket) {
    const end = valueEnd(bytes, at)
    elements.push({ start: at, end })
    at = skipBlanks(bytes, end)
    if (bytes[at] === comma) at = skipBlanks(bytes, at + 1)
  }
  return elements
}

function valueEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start] === quote) return stringEnd(bytes, start)
  if (bytes[start] !== openBrace && bytes[start] !== openBracket) return scalarEnd(bytes, start)
  let depth = 0
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) at = stringEnd(bytes, at) - 1
    else if (byte === openBrace || byte === openBracket) depth++
    else if (byte === closeBrace || byte === closeBracket) {
      depth--
      if (depth === 0) return at + 1
    }
  }
  return bytes.length
}

/** The offset after the closing quote. */
function stringEnd(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === backslash) at++
    else if (bytes[at] === quote) return at + 1
  }
  return bytes.length
}

function scalarEnd(bytes: Uint8Array, start: number): number {
  let at = start
  while (at < bytes.length && !isBlank(bytes[at]) && bytes[at] !== comma && !isClosing(bytes[at])) at++
  return at === start ? start + 1 : at
}

function isClosing(byte: number | undefined): boolean {
  return byte === closeBrace || byte === closeBracket
}

function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && isBlank(bytes[at])) at++
  return at
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
}
