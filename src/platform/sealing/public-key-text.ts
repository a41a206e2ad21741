import { hash } from 'node:crypto'
import { AppError } from '../../domain/errors.ts'
import { checkPublicKey } from './public-key.ts'

const begin = '-----BEGIN HOLDFAST PUBLIC KEY-----'
const end = '-----END HOLDFAST PUBLIC KEY-----'

/**
 * Eight groups of four hexadecimal digits, to be read aloud over the telephone: the first 16 bytes of
 * SHA-256("holdfast public key 1" ‖ key).
 */
export function publicKeyFingerprint(publicKey: Uint8Array): string {
  const digest = hash('sha256', Buffer.concat([Buffer.from('holdfast public key 1'), publicKey]))
  return digest.slice(0, 32).match(/.{4}/g)!.join('-')
}

/**
 * The text a public key travels in, from the centre to a site elsewhere:
 *
 *     -----BEGIN HOLDFAST PUBLIC KEY-----
 *     Fingerprint: 1f0e-…            what publicKeyFingerprint says
 *
 *     base64 of the 32 bytes
 *     -----END HOLDFAST PUBLIC KEY-----
 */
export function formatPublicKey(publicKey: Uint8Array): string {
  checkPublicKey(publicKey)
  const base64 = Buffer.from(publicKey).toString('base64')
  return `${begin}\nFingerprint: ${publicKeyFingerprint(publicKey)}\n\n${base64}\n${end}\n`
}

/**
 * Reads that text; blanks, a byte order mark, CRLF and text around it (an e-mail it was pasted into) do no
 * harm. Throws AppError `bad-public-key` naming `file` when a part is missing or the fingerprint disagrees.
 */
export function parsePublicKey(text: string, file: string): Buffer {
  if (/PRIVATE KEY-----/.test(text))
    throw bad(file, 'it holds a private key, which must never leave the centre')
  const from = text.indexOf(begin)
  if (from < 0) throw bad(file, 'it does not hold the line "BEGIN HOLDFAST PUBLIC KEY"')
  const to = text.indexOf(end, from)
  if (to < 0) throw bad(file, 'its end is missing, as after an incomplete copy')
  const match = /^\s*Fingerprint:\s*([0-9a-f-]{39})\s+([A-Za-z0-9+/]{43}=)\s*$/.exec(
    text.slice(from + begin.length, to),
  )
  if (match === null)
    throw bad(file, 'the fingerprint or the key between its first and last line is incomplete')
  const publicKey = Buffer.from(match[2]!, 'base64')
  if (publicKey.toString('base64') !== match[2]) throw bad(file, 'a letter of the key was changed')
  if (publicKeyFingerprint(publicKey) !== match[1]) throw bad(file, 'the key does not match its fingerprint')
  checkPublicKey(publicKey)
  return publicKey
}

function bad(file: string, why: string): AppError {
  return new AppError(
    'bad-public-key',
    `The file ${file} is not a usable public key: ${why}. Make it again with "holdfast centre key --out FILE".`,
    { details: { file } },
  )
}
