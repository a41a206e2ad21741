import type { ComposeAttachment } from './composition.ts'
import { oneLine } from './header-text.ts'

/** The head of an attachment's part, up to and with the empty line; the content follows in base64 lines. */
export function attachmentHead(attachment: Pick<ComposeAttachment, 'name' | 'mediaType'>): string {
  const name = oneLine(attachment.name) || 'attachment'
  return (
    `Content-Type: ${safeMediaType(attachment.mediaType)};\r\n${parameter('name', name)}\r\n` +
    'Content-Transfer-Encoding: base64\r\n' +
    `Content-Disposition: attachment;\r\n${parameter('filename', name)}\r\n\r\n`
  )
}

const token = '[A-Za-z0-9!#$&^_.+-]{1,100}'
const mediaType = new RegExp(`^${token}/${token}$`)

/**
 * The type without its parameters, lower case, if it is one. A composite type may not be sent as base64
 * (RFC 2045 §6.4), and a message inside a message must not be taken apart: both become
 * `application/octet-stream`.
 */
export function safeMediaType(given: string): string {
  const type = given.split(';', 1)[0]!.trim().toLowerCase()
  if (!mediaType.test(type) || /^(?:message|multipart)\//.test(type)) return 'application/octet-stream'
  return type
}

/** What one line may hold of a percent-encoded name (RFC 2231 §3 breaks longer ones into numbered sections). */
const sectionChars = 60

/**
 * A parameter that holds a name: quoted where it is short ASCII, else an ASCII stand-in for old readers and
 * the exact name after RFC 2231.
 */
function parameter(key: 'name' | 'filename', value: string): string {
  const fallback = value.replace(/[^\x20-\x7e]+|["\\]|=\?/g, '_')
  if (fallback === value && value.length <= sectionChars) return ` ${key}="${value}"`
  return [` ${key}="${shortFallback(fallback)}"`, ...sections(key, percentEncoded(value))].join(';\r\n')
}

/** Keeps the end of a long name, which tells the type. */
function shortFallback(name: string): string {
  return name.length <= sectionChars ? name : `${name.slice(0, sectionChars - 11)}_${name.slice(-10)}`
}

function sections(key: string, encoded: string): string[] {
  if (encoded.length <= sectionChars) return [` ${key}*=utf-8''${encoded}`]
  // An escape `%XX` is never divided.
  const pieces = encoded.match(/(?:%..|[^%]){1,20}/g) ?? []
  return pieces.map((piece, index) => ` ${key}*${index}*=${index === 0 ? "utf-8''" : ''}${piece}`)
}

function percentEncoded(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
