/**
 * Addresses of participants. Whoever is registered with an e-mail address keeps it; everybody else gets one
 * of ours, made of how the channel knows them, so that the same person always has the same one and no two
 * people share one.
 */
import { hash } from 'node:crypto'
import type { Identity } from '../domain/message.ts'
import { encodedWords, oneLine } from './header-text.ts'

/** Longest local part that mail systems must accept (RFC 5321 §4.5.3.1.1). */
const localPartChars = 64
const addressChars = 254
const mailbox =
  /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?:\.[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/

/** True for an address that can stand in a header as it is: a dot-atom, `@`, a domain in ASCII. */
export function isPlainAddress(address: string): boolean {
  return address.length <= addressChars && mailbox.test(address)
}

/** The address for a person: `email` if registered, else their own e-mail identity, else one under `domain`. */
export function addressOf(identity: Identity, email: string | undefined, domain: string): string {
  if (email !== undefined && isPlainAddress(email)) return email
  if (identity.type === 'email' && isPlainAddress(identity.value)) return identity.value
  return `${localPartOf(identity)}@${domain}`
}

/**
 * `phone.447700900001`, `wecom-userid.zhangsan`, `name.Anna=20Smith`. Characters that may not stand in a local
 * part are written `=` and two hex digits for each byte of UTF-8; what is then too long becomes `=h` and a
 * hash. Neither can be mistaken for the other, nor for a value that needed no change.
 */
export function localPartOf(identity: Identity): string {
  const { type, value } = identity
  if (type === 'phone') {
    if (/^\+[0-9]{1,20}$/.test(value)) return `phone.${value.slice(1)}`
    // Without its `+` it is not the same number, so it must not get the same address.
    return shortened(type, value, `=-${escaped(value)}`)
  }
  const safe = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/.test(value)
  return shortened(type, value, safe ? value : escaped(value))
}

function shortened(type: string, value: string, written: string): string {
  if (type.length + 1 + written.length <= localPartChars && written !== '') return `${type}.${written}`
  return `${type}.=h${hash('sha256', value, 'hex').slice(0, 32)}`
}

function escaped(value: string): string {
  let out = ''
  for (const byte of Buffer.from(value)) {
    const character = String.fromCharCode(byte)
    out += /[A-Za-z0-9_-]/.test(character) ? character : `=${byte.toString(16).padStart(2, '0')}`
  }
  return out
}

/** One entry of From or To: the name, encoded as it needs, and the address; at most two lines of it. */
export function mailboxEntry(displayName: string, address: string): string {
  const name = oneLine(displayName)
  if (name === '' || name === address) return `<${address}>`
  const phrase = phraseOf(name)
  return phrase.length + address.length > 64 ? `${phrase}\r\n <${address}>` : `${phrase} <${address}>`
}

const atoms = /^[A-Za-z0-9!#$%&'*+\-/^_`{|}~]+(?: [A-Za-z0-9!#$%&'*+\-/^_`{|}~]+)*$/
const quotable = /^[\x20-\x7e]*$/
const phraseChars = 60

/** A display name as RFC 5322 calls it a phrase: bare words, a quoted string, or encoded words. */
function phraseOf(name: string): string {
  if (name.length <= phraseChars) {
    if (atoms.test(name)) return name
    if (quotable.test(name) && !/["\\]|=\?/.test(name)) return `"${name}"`
  }
  return encodedWords(name, 70).join('\r\n ')
}
