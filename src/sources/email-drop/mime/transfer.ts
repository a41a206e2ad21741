/** Content-Transfer-Encoding, undone piece by piece, so that a large attachment is never whole in memory twice. */

const windowBytes = 192 * 1024

/** `encoding` in lower case; an unknown one leaves the bytes as they are. */
export function* decodedChunks(encoding: string, bytes: Buffer): Generator<Buffer> {
  if (encoding === 'base64') yield* base64Chunks(bytes)
  else if (encoding === 'quoted-printable') yield* quotedPrintableChunks(bytes)
  else for (let at = 0; at < bytes.length; at += windowBytes) yield bytes.subarray(at, at + windowBytes)
}

export function decodedBytes(encoding: string, bytes: Buffer): Buffer {
  if (encoding !== 'base64' && encoding !== 'quoted-printable') return bytes
  return Buffer.concat([...decodedChunks(encoding, bytes)])
}

/** Whatever is not of the alphabet is passed over, as RFC 2045 asks. */
function* base64Chunks(bytes: Buffer): Generator<Buffer> {
  let rest = ''
  for (let at = 0; at < bytes.length; at += windowBytes) {
    const window = bytes.toString('latin1', at, Math.min(at + windowBytes, bytes.length))
    const digits = rest + window.replace(/[^A-Za-z0-9+/]+/g, '')
    const whole = digits.length - (digits.length % 4)
    if (whole > 0) yield Buffer.from(digits.slice(0, whole), 'base64')
    rest = digits.slice(whole)
  }
  if (rest.length > 1) yield Buffer.from(rest, 'base64')
}

function* quotedPrintableChunks(bytes: Buffer): Generator<Buffer> {
  let at = 0
  while (at < bytes.length) {
    const end = at + windowBytes < bytes.length ? cutBefore(bytes, at + windowBytes) : bytes.length
    yield quotedPrintable(bytes.subarray(at, end))
    at = end
  }
}

/** The window must not end within `=XX` or before the line feed of a soft break. */
function cutBefore(bytes: Buffer, end: number): number {
  for (let back = 1; back <= 3; back++) if (bytes[end - back] === 61) return end - back
  return end
}

function quotedPrintable(window: Buffer): Buffer {
  const plain = Buffer.allocUnsafe(window.length)
  let length = 0
  for (let at = 0; at < window.length; at++) {
    const byte = window[at]!
    if (byte !== 61) {
      plain[length++] = byte
      continue
    }
    const skipped = softBreak(window, at)
    const value = skipped === 0 ? hexValue(window[at + 1]) * 16 + hexValue(window[at + 2]) : Number.NaN
    if (skipped > 0) at += skipped
    else if (Number.isNaN(value)) plain[length++] = byte
    else {
      plain[length++] = value
      at += 2
    }
  }
  return plain.subarray(0, length)
}

/** Bytes after `=` that belong to a soft line break, 0 where it is none. */
function softBreak(window: Buffer, at: number): number {
  if (window[at + 1] === 10) return 1
  if (window[at + 1] === 13 && window[at + 2] === 10) return 2
  return at + 1 === window.length ? 1 : 0
}

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return Number.NaN
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte & ~32
  return letter >= 65 && letter <= 70 ? letter - 55 : Number.NaN
}
