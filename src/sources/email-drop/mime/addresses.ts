/** Address lists: `Ann <ann@a.example>, "Ng, Wei" <+447700900001@v.example>; Desk: a@b.example, c@d.example;` */
import { decodeWords } from './words.ts'

export interface Address {
  /** Decoded display name, or `''`. */
  readonly name: string
  /** As written, without brackets; `''` where only a name is given. */
  readonly address: string
}

/** A list with more is cut there; the raw e-mail has them all. */
export const addressesMax = 5_000

export function readAddresses(field: string): readonly Address[] {
  const addresses: Address[] = []
  for (const piece of splitList(field)) {
    const address = addressOf(piece)
    if (address.address !== '' || address.name !== '') addresses.push(address)
    if (addresses.length >= addressesMax) break
  }
  return addresses
}

interface Piece {
  readonly phrase: string
  readonly angle: string | null
  readonly comment: string
}

/** One pass over the characters: quotes, comments that nest, brackets, groups. */
function* splitList(field: string): Iterable<Piece> {
  const hasGroups = field.includes(';')
  let [phrase, angle, comment] = ['', null as string | null, '']
  let [isQuoted, depth, inAngle] = [false, 0, false]
  for (let at = 0; at < field.length; at++) {
    let character = field[at]!
    let isPlain = !isQuoted
    if (character === '\\' && (isQuoted || depth > 0) && at + 1 < field.length) {
      character = field[++at]!
      isPlain = false
    } else if (character === '"' && depth === 0) {
      isQuoted = !isQuoted
      continue
    }
    if (isPlain && character === '(') depth++
    if (depth > 0) {
      if (isPlain && character === ')') depth--
      else if (character !== '(') comment += character
      continue
    }
    if (isPlain && character === '<') [inAngle, angle] = [true, '']
    else if (isPlain && character === '>') inAngle = false
    else if (isPlain && !inAngle && (character === ',' || character === ';')) {
      yield { phrase, angle, comment }
      ;[phrase, angle, comment] = ['', null, '']
    } else if (isPlain && !inAngle && hasGroups && character === ':' && !phrase.includes('@')) phrase = ''
    else if (inAngle) angle = (angle ?? '') + character
    else phrase += character
  }
  yield { phrase, angle, comment }
}

function addressOf({ phrase, angle, comment }: Piece): Address {
  const words = phrase.replace(/\s+/g, ' ').trim()
  if (angle !== null) return { name: decodeWords(words || comment.trim()), address: cleaned(angle) }
  if (!words.includes('@') || words.includes('=?')) return { name: decodeWords(words), address: '' }
  return { name: decodeWords(comment.trim()), address: cleaned(words) }
}

/** Without a source route, `mailto:` and spaces. */
function cleaned(address: string): string {
  return address
    .replace(/\s+/g, '')
    .replace(/^mailto:/i, '')
    .replace(/^@[^:]*:/, '')
}
