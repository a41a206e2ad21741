/** `value; name=value; …` of Content-Type and Content-Disposition, with the extensions of RFC 2231. */
import { decodeText, decodeWords } from './words.ts'

export interface Parameters {
  /** Lower case. */
  readonly value: string
  /** By lower-case name, decoded. */
  readonly parameters: ReadonlyMap<string, string>
}

const parametersMax = 100

export function readParameters(field: string): Parameters {
  const [value = '', ...pieces] = splitAtSemicolons(field)
  const raw = new Map<string, string>()
  for (const piece of pieces.slice(0, parametersMax)) {
    const equals = piece.indexOf('=')
    if (equals <= 0) continue
    const name = piece.slice(0, equals).trim().toLowerCase()
    if (!raw.has(name)) raw.set(name, unquoted(piece.slice(equals + 1).trim()))
  }
  return { value: value.trim().toLowerCase(), parameters: joined(raw) }
}

function splitAtSemicolons(field: string): string[] {
  const pieces: string[] = []
  let from = 0
  let isQuoted = false
  for (let at = 0; at < field.length; at++) {
    const character = field[at]
    if (character === '\\' && isQuoted) at++
    else if (character === '"') isQuoted = !isQuoted
    else if (character === ';' && !isQuoted) {
      pieces.push(field.slice(from, at))
      from = at + 1
    }
  }
  return [...pieces, field.slice(from)]
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text
  return text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined).replace(/\\(.)/g, '$1')
}

/** `name*0*=…; name*1=…` and `name*=charset'language'…` become `name`, which they take precedence over. */
function joined(raw: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  for (const [name, value] of raw) if (!name.includes('*')) parameters.set(name, decodeWords(value))
  for (const name of new Set([...raw.keys()].filter((key) => key.includes('*')).map(stemOf))) {
    const text = extended(name, raw)
    if (text !== '') parameters.set(name, text)
  }
  return parameters
}

function stemOf(name: string): string {
  return name.slice(0, name.indexOf('*'))
}

function extended(name: string, raw: ReadonlyMap<string, string>): string {
  const whole = raw.get(`${name}*`)
  if (whole !== undefined) return decodeExtended([{ text: whole, isEncoded: true }])
  const sections: { text: string; isEncoded: boolean }[] = []
  for (let index = 0; index < parametersMax; index++) {
    const encoded = raw.get(`${name}*${index}*`)
    const plain = raw.get(`${name}*${index}`)
    if (encoded === undefined && plain === undefined) break
    sections.push({ text: encoded ?? plain!, isEncoded: encoded !== undefined })
  }
  return decodeExtended(sections)
}

function decodeExtended(sections: readonly { text: string; isEncoded: boolean }[]): string {
  const first = sections[0]
  if (!first) return ''
  const parts = first.isEncoded ? /^([^']*)'[^']*'(.*)$/s.exec(first.text) : null
  const charset = parts?.[1] ?? ''
  const bytes = sections.map(({ text, isEncoded }, index) => {
    const own = index === 0 && parts ? parts[2]! : text
    return isEncoded ? percentDecoded(own) : Buffer.from(own, 'utf8')
  })
  return decodeText(Buffer.concat(bytes), charset).text
}

function percentDecoded(text: string): Buffer {
  const plain = Buffer.from(text, 'utf8').toString('latin1')
  const bytes = plain.replace(/%([\da-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1')
}
