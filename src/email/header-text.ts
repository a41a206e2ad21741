/**
 * Text in headers: made one line, encoded (RFC 2047) where it is not plain ASCII, folded (RFC 5322 §2.2.3).
 * Nothing that a person wrote reaches a header except through here, through `address.ts` or through the file
 * names of `attachment-part.ts`; so no name can smuggle in a line of its own.
 */

/** Longest line of a header that holds encoded words (RFC 2047 §2). */
const lineChars = 76
/** `=?utf-8?Q?` and `?=`. */
const wordFrameChars = 12

const printableAscii = /^[\x20-\x7e]*$/
const plainText = /^[\x21-\x7e]{1,72}(?: [\x21-\x7e]{1,72})*$/

/**
 * The text on one line and trimmed: line breaks and tabs become a space, other control characters and broken
 * surrogates become U+FFFD, which shows that something stood there.
 */
export function oneLine(text: string): string {
  if (printableAscii.test(text)) return text.trim()
  return text
    .toWellFormed()
    .replace(/[\t\n\v\f\r\x85\u2028\u2029]+/g, ' ')
    .replace(/[\x00-\x1f\x7f-\x9f]/g, '\ufffd')
    .trim()
}

/** A whole header line for free text, ended by CRLF; nothing where there is no text. */
export function textHeader(name: string, text: string): string {
  return isPlain(text) ? fold(`${name}: ${text}`) : lineHeader(name, oneLine(text))
}

/** The same for text that is known to be one line. */
export function lineHeader(name: string, line: string): string {
  return line === '' ? '' : fold(`${name}: ${encodeWhereNeeded(line, lineChars - name.length - 2)}`)
}

/** True for text that means itself in a header: short ASCII words, single spaces, nothing like an encoded word. */
function isPlain(text: string): boolean {
  return plainText.test(text) && !text.includes('=?')
}

/** Breaks a header line at spaces, so that no line but that of one long first word goes past column 76. */
function fold(header: string): string {
  if (header.length <= lineChars) return `${header}\r\n`
  let out = ''
  let from = 0
  // The space after the header's name is not a place to break: some readers take the line for empty.
  let breakableFrom = header.indexOf(' ') + 1
  while (header.length - from > lineChars) {
    let to = header.lastIndexOf(' ', from + lineChars)
    if (to < breakableFrom) to = header.indexOf(' ', breakableFrom)
    if (to < 0) break
    out += `${header.slice(from, to)}\r\n`
    from = to
    breakableFrom = to + 1
  }
  return `${out}${header.slice(from)}\r\n`
}

/** Words that are plain or not plain, one space between them, none so long that only encoding could break it. */
const breakableWords = /^[^ ]{1,72}(?: [^ ]{1,72})*$/
const encodedInPartsChars = 500

/** A middle dot stands in every subject, mostly as the only thing that is not ASCII. */
const middleDot = ' · '
const encodedMiddleDot = ' =?utf-8?Q?=C2=B7?= '

/** Plain words stay readable, the others are encoded; all of it where that is not safe. `line` is one line. */
function encodeWhereNeeded(line: string, firstRoom: number): string {
  const misleading = line.includes('=?')
  const dotted = line.replace(middleDot, encodedMiddleDot)
  if (plainText.test(dotted) && !misleading) return dotted
  if (line.length > encodedInPartsChars || !breakableWords.test(line) || misleading) {
    return encodedWords(line, firstRoom).join(' ')
  }
  return encodeForeignWords(line, firstRoom)
}

/** Encodes each run of words that are not ASCII, with the spaces between them. */
function encodeForeignWords(line: string, firstRoom: number): string {
  let out = ''
  let from = 0
  for (let at = foreignFrom(line, 0); at >= 0; at = foreignFrom(line, from)) {
    const start = line.lastIndexOf(' ', at) + 1
    const end = foreignRunEnd(line, at)
    const words = encodedWords(line.slice(start, end), start === 0 ? firstRoom : lineChars - 1)
    out += line.slice(from, start) + words.join(' ')
    from = end
  }
  return out + line.slice(from)
}

/** The end of the run of foreign words that `at` stands in. */
function foreignRunEnd(line: string, at: number): number {
  let end = at
  for (let foreign = at; foreign >= 0 && line.lastIndexOf(' ', foreign) <= end; ) {
    end = line.indexOf(' ', foreign)
    if (end < 0) return line.length
    foreign = foreignFrom(line, end)
  }
  return end
}

const foreignCharacter = /[^\x20-\x7e]/g

function foreignFrom(line: string, from: number): number {
  foreignCharacter.lastIndex = from
  return foreignCharacter.test(line) ? foreignCharacter.lastIndex - 1 : -1
}

/**
 * Encoded words of at most 75 characters, in the shorter of the two encodings. `firstRoom` is what the first
 * line has left. A character is never divided between words.
 */
export function encodedWords(text: string, firstRoom: number): string[] {
  const bytes = Buffer.from(text)
  const quoted = quotedLength(bytes) <= Math.ceil(bytes.length / 3) * 4
  const words: string[] = []
  for (let from = 0; from < bytes.length; ) {
    const room = Math.min(words.length === 0 ? firstRoom : lineChars - 1, lineChars - 1) - wordFrameChars
    const to = quoted ? quotedEnd(bytes, from, room) : base64End(bytes, from, room)
    const payload = quoted ? quotedWord(bytes, from, to) : bytes.toString('base64', from, to)
    words.push(`=?utf-8?${quoted ? 'Q' : 'B'}?${payload}?=`)
    from = to
  }
  return words
}

/** The characters that RFC 2047 §5 (3) allows unescaped even inside names. */
const quotedSafe = new Uint8Array(256)
for (const character of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/')) {
  quotedSafe[character] = 1
}
const space = 0x20

function quotedCost(byte: number): number {
  return quotedSafe[byte] === 1 || byte === space ? 1 : 3
}

function quotedLength(bytes: Buffer): number {
  let length = 0
  for (const byte of bytes) length += quotedCost(byte)
  return length
}

function quotedEnd(bytes: Buffer, from: number, room: number): number {
  let used = 0
  let to = from
  while (to < bytes.length) {
    const end = characterEnd(bytes, to)
    for (let i = to; i < end; i++) used += quotedCost(bytes[i]!)
    if (used > room && to > from) break
    to = end
  }
  return to
}

function quotedWord(bytes: Buffer, from: number, to: number): string {
  let word = ''
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    if (byte === space) word += '_'
    else if (quotedSafe[byte] === 1) word += String.fromCharCode(byte)
    else word += `=${byte < 16 ? '0' : ''}${byte.toString(16).toUpperCase()}`
  }
  return word
}

function base64End(bytes: Buffer, from: number, room: number): number {
  let to = Math.min(from + Math.floor(room / 4) * 3, bytes.length)
  while (to < bytes.length && isContinuation(bytes[to]!)) to--
  return to > from ? to : characterEnd(bytes, from)
}

function characterEnd(bytes: Buffer, from: number): number {
  let to = from + 1
  while (to < bytes.length && isContinuation(bytes[to]!)) to++
  return to
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}
