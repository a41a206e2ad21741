/**
 * Base64 in lines of 76 characters with CRLF between them (RFC 2045 §6.8), without one at the end: the CRLF
 * before a boundary belongs to the boundary.
 */
const lineChars = 76
const lineBytes = 57

/** How many bytes the base64 lines of `bytes` bytes take. */
export function base64LinesLength(bytes: number): number {
  const chars = base64Length(bytes)
  return chars === 0 ? 0 : chars + 2 * (Math.ceil(chars / lineChars) - 1)
}

function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4
}

/** The base64 lines of the whole content at once, as text. */
export function base64Lines(content: Uint8Array): string {
  const characters = viewOf(content).toString('base64')
  if (characters.length <= lineChars) return characters
  let lines = characters.slice(0, lineChars)
  for (let from = lineChars; from < characters.length; from += lineChars) {
    lines += `\r\n${characters.slice(from, from + lineChars)}`
  }
  return lines
}

function viewOf(content: Uint8Array): Buffer {
  return Buffer.from(content.buffer, content.byteOffset, content.length)
}

export interface Base64Lines {
  /** Encodes what is complete of the content so far. The answer may be empty. */
  write(chunk: Uint8Array): Buffer
  /** The last, unfinished line. */
  end(): Buffer
}

/** Turns content that arrives in chunks of any size into exactly the bytes that one-shot encoding gives. */
export function createBase64Lines(): Base64Lines {
  let carried: Buffer = Buffer.alloc(0)
  /** Used again and again: one for each chunk would be garbage as large as the stream. */
  let desk: Buffer = Buffer.alloc(0)
  let first = true

  function lines(content: Uint8Array): Buffer {
    if (desk.length < base64Length(content.length))
      desk = Buffer.allocUnsafeSlow(base64Length(content.length))
    const encoded = encodeLines(content, first, desk)
    if (content.length > 0) first = false
    return encoded
  }

  return {
    write(chunk) {
      if (carried.length + chunk.length < lineBytes) {
        carried = Buffer.concat([carried, chunk])
        return Buffer.alloc(0)
      }
      const content = carried.length === 0 ? chunk : Buffer.concat([carried, chunk])
      const whole = content.length - (content.length % lineBytes)
      carried = Buffer.from(content.subarray(whole))
      return lines(content.subarray(0, whole))
    },
    end: () => lines(carried),
  }
}

/** Each line but the very first of a content is led by CRLF, so that a chunk need not know what follows it. */
function encodeLines(content: Uint8Array, first: boolean, desk: Buffer): Buffer {
  if (content.length === 0) return Buffer.alloc(0)
  const characters = desk.subarray(0, desk.write(viewOf(content).toString('base64'), 'latin1'))
  const lineCount = Math.ceil(characters.length / lineChars)
  const out = Buffer.allocUnsafe(characters.length + 2 * (first ? lineCount - 1 : lineCount))
  let at = 0
  for (let from = 0; from < characters.length; from += lineChars) {
    if (from > 0 || !first) {
      out[at++] = 0x0d
      out[at++] = 0x0a
    }
    at += characters.copy(out, at, from, from + lineChars)
  }
  return out
}
