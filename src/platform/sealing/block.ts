import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { AppError } from '../../domain/errors.ts'
import type { RandomSource } from '../random.ts'

const form = 1
const nonceBytes = 12
const tagBytes = 16
const headBytes = 1 + nonceBytes

/** How much longer a sealed block is than its plaintext. */
export const blockOverheadBytes = headBytes + tagBytes

/** 32 bytes; a `KeyObject` (crypto.createSecretKey) is quicker where one key seals many times. */
export type SealingKey = Uint8Array | KeyObject

/**
 * Seals a whole block in memory: `1 ‖ nonce(12) ‖ AES-256-GCM(plaintext) ‖ tag(16)`. `aad` is bound to the
 * block and not stored: the same must be given to open it. Nonces are random (NIST SP 800-38D §8.2.2), so
 * one key may seal 2^32 blocks; block keys seal one.
 */
export function sealBlock(
  key: SealingKey,
  plaintext: Uint8Array,
  aad: Uint8Array,
  random: RandomSource,
): Buffer {
  const nonce = random.bytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad)
  const sealed = Buffer.allocUnsafe(plaintext.length + blockOverheadBytes)
  sealed[0] = form
  sealed.set(nonce, 1)
  sealed.set(cipher.update(plaintext), headBytes)
  cipher.final()
  sealed.set(cipher.getAuthTag(), headBytes + plaintext.length)
  return sealed
}

/**
 * Opens what `sealBlock` made. `name` says in the error which object it was. Throws AppError
 * `content-damaged` when a byte was changed, the end is missing, or the key or `aad` is another.
 */
export function openBlock(key: SealingKey, sealed: Uint8Array, aad: Uint8Array, name: string): Buffer {
  if (sealed.length < blockOverheadBytes || sealed[0] !== form) throw damaged(name)
  const end = sealed.length - tagBytes
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, headBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(aad).setAuthTag(sealed.subarray(end))
  const plaintext = decipher.update(sealed.subarray(headBytes, end))
  try {
    decipher.final()
  } catch (cause) {
    throw damaged(name, cause)
  }
  return plaintext
}

/** The one sentence for sealed content that does not open. */
export function damaged(name: string, cause?: unknown): AppError {
  return new AppError(
    'content-damaged',
    `The stored content ${name} is damaged or was altered: its seal does not open. Restore it from a backup of the object store.`,
    { cause, details: { object: name } },
  )
}
