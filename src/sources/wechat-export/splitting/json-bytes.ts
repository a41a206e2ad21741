/** Where JSON values end, found in bytes. */
const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket, comma] = Buffer.from('"\\{}[],')

/** The offset of the quote that closes the string opened at `at`; -1 when there is none in the buffer. */
export function stringEnd(buffer: Buffer, at: number): number {
  for (let i = at + 1; i < buffer.length; i++) {
    const byte = buffer[i]
    if (byte === backslash) i++
    else if (byte === quote) return i
  }
  return -1
}

/** The offset after the object or list that begins at `at`; -1 when it does not end in the buffer. */
export function closingEnd(buffer: Buffer, at: number): number {
  let depth = 0
  for (let i = at; i < buffer.length; i++) {
    const byte = buffer[i]
    if (byte === quote) {
      i = stringEnd(buffer, i)
      if (i === -1) return -1
    } else if (byte === openBrace || byte === openBracket) depth++
    else if (byte === closeBrace || byte === closeBracket) {
      depth--
      if (depth === 0) return i + 1
    }
  }
  return -1
}

/**
 * A function that passes over one value, however long, in windows that come one after the other: the offset where
 * the comma or bracket after the value stands, or -1 when it goes on beyond the buffer.
 */
export function createSkipper(): (buffer: Buffer, at: number) => number {
  let depth = 0
  let inString = false
  let escaped = false
  return (buffer, at) => {
    for (let i = at; i < buffer.length; i++) {
      const byte = buffer[i]
      if (inString) {
        if (escaped) escaped = false
        else if (byte === backslash) escaped = true
        else if (byte === quote) inString = false
      } else if (byte === quote) inString = true
      else if (byte === openBrace || byte === openBracket) depth++
      else if (depth === 0 && (byte === comma || byte === closeBrace || byte === closeBracket)) return i
      else if (byte === closeBrace || byte === closeBracket) depth--
    }
    return -1
  }
}

/**
 * A brace and a key only messages begin with. Within a well-formed string the quote would be escaped, so this
 * cannot be somebody's words.
 */
const elementStart =
  /(?<!:[ \t]{0,8})\{\s{0,64}"(?:seq|sender|localId|platformMessageId|accountName|timestamp|time|createTime|talker|id)"\s{0,8}:/

/** Bytes looked at first: the next message is nearly always near. */
const nearBytes = 64 * 1024

/** Offset of the next such place at or after `from`, before `to`; -1 if none. */
export function nextElementStart(buffer: Buffer, from: number, to: number): number {
  for (let reach = nearBytes; ; reach *= 16) {
    const end = Math.min(to, from + reach)
    const found = elementStart.exec(buffer.toString('latin1', from, end))
    if (found !== null) return from + found.index
    if (end === to) return -1
  }
}
