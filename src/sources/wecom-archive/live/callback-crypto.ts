/** How WeCom signs and encrypts what it calls us with (wecom page 95039 and the scheme of its event receivers). */
import { createDecipheriv, hash, timingSafeEqual } from 'node:crypto'

const blockBytes = 32
const randomBytesBefore = 16

export interface OpenedCallback {
  readonly content: Buffer
  /** Whom it is for: the company id. */
  readonly receiver: string
}

/** Compared in constant time. */
export function isSigned(signature: string, parts: readonly string[]): boolean {
  const expected = Buffer.from(hash('sha1', [...parts].sort().join('')))
  const given = Buffer.from(signature.toLowerCase())
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/**
 * AES-256-CBC under the key, whose first half is the initial vector; padded to 32 bytes; within: 16 random bytes, the
 * length, the content, the receiver. Null for anything that is not exactly so.
 */
export function openCallback(encodingAesKey: string, encrypted: string): OpenedCallback | null {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64')
  const sealed = Buffer.from(encrypted, 'base64')
  if (key.length !== 32 || sealed.length === 0 || sealed.length % blockBytes !== 0) return null
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const plain = withoutPadding(Buffer.concat([decipher.update(sealed), decipher.final()]))
  if (plain === null || plain.length < randomBytesBefore + 4) return null
  const start = randomBytesBefore + 4
  const length = plain.readUInt32BE(randomBytesBefore)
  if (length > plain.length - start) return null
  return {
    content: plain.subarray(start, start + length),
    receiver: plain.toString('utf8', start + length),
  }
}

function withoutPadding(padded: Buffer): Buffer | null {
  const count = padded.at(-1)!
  if (count < 1 || count > blockBytes) return null
  const end = padded.length - count
  return padded.subarray(end).every((byte) => byte === count) ? padded.subarray(0, end) : null
}
