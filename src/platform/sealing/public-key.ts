import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import { AppError } from '../../domain/errors.ts'
import type { RandomSource } from '../random.ts'

const form = 3
const publicKeyBytes = 32
const tagBytes = 16
const headBytes = 1 + publicKeyBytes
// RFC 8410: the fixed DER before the 32 bytes of an X25519 key.
const pkcs8Head = Buffer.from('302e020100300506032b656e04220420', 'hex')
const spkiHead = Buffer.from('302a300506032b656e032100', 'hex')

/** Raw X25519 keys (RFC 7748), 32 bytes each. */
export interface KeyPair {
  readonly publicKey: Buffer
  readonly privateKey: Buffer
}

export function generateKeyPair(random: RandomSource): KeyPair {
  const privateKey = random.bytes(32)
  return { privateKey, publicKey: publicKeyOf(privateKeyObject(privateKey)) }
}

/**
 * Seals a secret so that only the holder of the private half reads it, not even the sealer afterwards:
 * `3 ‖ ephemeral public key(32) ‖ AES-256-GCM(secret) ‖ tag(16)`. Key and nonce come from HKDF-SHA256 over
 * the X25519 agreement, salted with both public keys; each ephemeral key is used once, so no nonce is
 * stored. Throws AppError `bad-public-key` for a key that is none (wrong length, or a point of small order).
 */
export function sealToPublicKey(publicKey: Uint8Array, secret: Uint8Array, random: RandomSource): Buffer {
  const ephemeral = generateKeyPair(random)
  const shared = agree(privateKeyObject(ephemeral.privateKey), publicKey)
  const { key, nonce } = sealKeys(shared, ephemeral.publicKey, publicKey)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const sealed = cipher.update(secret)
  cipher.final()
  return Buffer.concat([Buffer.of(form), ephemeral.publicKey, sealed, cipher.getAuthTag()])
}

/**
 * Opens what `sealToPublicKey` made; `name` says in the error what it was. Throws AppError `key-refused`
 * when it was altered or sealed to another key.
 */
export function openWithPrivateKey(privateKey: Uint8Array, sealed: Uint8Array, name: string): Buffer {
  if (sealed.length < headBytes + tagBytes || sealed[0] !== form) throw refused(name)
  const own = privateKeyObject(privateKey)
  const ephemeral = sealed.subarray(1, headBytes)
  const end = sealed.length - tagBytes
  try {
    const { key, nonce } = sealKeys(agree(own, ephemeral), ephemeral, publicKeyOf(own))
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    decipher.setAuthTag(sealed.subarray(end))
    const secret = decipher.update(sealed.subarray(headBytes, end))
    decipher.final()
    return secret
  } catch (cause) {
    throw refused(name, cause)
  }
}

/** Throws AppError `bad-public-key` unless a secret could be sealed to it. */
export function checkPublicKey(publicKey: Uint8Array): void {
  agree(privateKeyObject(Buffer.alloc(32, 1)), publicKey)
}

/** The agreed secret. OpenSSL refuses an agreement of all zeros (RFC 7748 §6.1), which small-order points give. */
function agree(privateKey: KeyObject, publicKey: Uint8Array): Buffer {
  try {
    if (publicKey.length !== publicKeyBytes) throw new Error(`${publicKey.length} bytes instead of 32`)
    const key = Buffer.concat([spkiHead, publicKey])
    return diffieHellman({ privateKey, publicKey: createPublicKey({ key, format: 'der', type: 'spki' }) })
  } catch (cause) {
    throw new AppError('bad-public-key', 'This is not a usable X25519 public key.', { cause })
  }
}

function sealKeys(
  shared: Buffer,
  ephemeral: Uint8Array,
  recipient: Uint8Array,
): { key: Buffer; nonce: Buffer } {
  const salt = Buffer.concat([ephemeral, recipient])
  const bytes = Buffer.from(hkdfSync('sha256', shared, salt, 'holdfast sealed to public key 1', 44))
  return { key: bytes.subarray(0, 32), nonce: bytes.subarray(32) }
}

function privateKeyObject(privateKey: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Head, privateKey]), format: 'der', type: 'pkcs8' })
}

function publicKeyOf(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-publicKeyBytes)
}

function refused(name: string, cause?: unknown): AppError {
  return new AppError(
    'key-refused',
    `${name} does not open with this private key: it was altered, or sealed to another key.`,
    {
      cause,
      details: { object: name },
    },
  )
}
