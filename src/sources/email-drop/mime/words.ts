/** Encoded words (RFC 2047) and the character sets of texts. */

/** Names that mailers use and the Encoding Standard does not have. */
const aliases: Readonly<Record<string, string>> = {
  cp936: 'gbk',
  ms936: 'gbk',
  cp950: 'big5',
  cp932: 'shift_jis',
  cp949: 'euc-kr',
  'utf-8-bom': 'utf-8',
  utf8mb4: 'utf-8',
  'unicode-1-1-utf-8': 'utf-8',
  'gb_2312-80': 'gbk',
}

type Decoder = InstanceType<typeof TextDecoder>

const decoders = new Map<string, Decoder | null>()
const decodersMax = 100

export interface DecodedText {
  readonly text: string
  /** False where the character set is not known: the text is then read as UTF-8 or, failing that, Windows-1252. */
  readonly isKnown: boolean
}

/** The text of bytes in a character set as mailers name them; `''` and ASCII are taken for UTF-8 where they are. */
export function decodeText(bytes: Uint8Array, charset: string): DecodedText {
  const label = charset.trim().toLowerCase()
  if (label === '' || label === 'us-ascii' || label === 'ascii') {
    return { text: decodeRaw(bytes), isKnown: true }
  }
  const decoder = decoderOf(aliases[label] ?? label)
  if (decoder === null) return { text: decodeRaw(bytes), isKnown: false }
  return { text: decoder.decode(bytes), isKnown: true }
}

/** Bytes whose character set nobody names. */
export function decodeRaw(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return western.decode(bytes)
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const western = new TextDecoder('windows-1252')

function decoderOf(label: string): Decoder | null {
  const known = decoders.get(label)
  if (known !== undefined) return known
  const decoder = createDecoder(label)
  // Labels come from outside: a hostile sender must not fill the memory.
  if (decoders.size < decodersMax) decoders.set(label, decoder)
  return decoder
}

function createDecoder(label: string): Decoder | null {
  try {
    return new TextDecoder(label)
  } catch {
    return null
  }
}

const encodedWord = /=\?([^?\s*]{1,60})(?:\*[^?\s]{0,40})?\?([bqBQ])\?([^?]*)\?=/g

/**
 * A header's value as a person reads it. Neighbouring words of one character set are joined before they are decoded:
 * mailers do cut a character between two of them.
 */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return value
  const pieces: string[] = []
  let pending: { charset: string; bytes: Buffer[] } | null = null
  let from = 0
  const flush = () => {
    if (pending) pieces.push(decodeText(Buffer.concat(pending.bytes), pending.charset).text)
    pending = null
  }
  for (const match of value.matchAll(encodedWord)) {
    const between = value.slice(from, match.index)
    const charset = match[1]!.toLowerCase()
    const bytes = wordBytes(match[2]!, match[3]!)
    from = match.index + match[0].length
    const isNeighbour: boolean = pending !== null && /^\s*$/.test(between)
    if (pending !== null && isNeighbour && (pending as { charset: string }).charset === charset) {
      ;(pending as { bytes: Buffer[] }).bytes.push(bytes)
      continue
    }
    flush()
    if (!isNeighbour) pieces.push(between)
    pending = { charset, bytes: [bytes] }
  }
  flush()
  return pieces.join('') + value.slice(from)
}

function wordBytes(encoding: string, text: string): Buffer {
  if (encoding.toLowerCase() === 'b') return Buffer.from(text, 'base64')
  const plain = text
    .replaceAll('_', ' ')
    .replace(/=([\da-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  // A character that is not Latin has no business here, and is kept as UTF-8.
  return Buffer.from(plain, /[^\0-\xff]/.test(plain) ? 'utf8' : 'latin1')
}
