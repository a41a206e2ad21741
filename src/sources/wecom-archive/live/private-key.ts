/** The RSA layer: the random key of each message, encrypted for one version of the company's public key. */
import { constants, createPrivateKey, type KeyObject, privateDecrypt } from 'node:crypto'

/** An RSA private key from PEM, PKCS#1 or PKCS#8; null for anything else. */
export function readPrivateKey(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'rsa' ? key : null
  } catch {
    return null
  }
}

/**
 * What `encrypted` (base64, PKCS#1 v1.5) holds, or null where this is not its key or it is damaged.
 *
 * The padding is checked here: OpenSSL answers a wrong key with random bytes instead of an error (implicit rejection),
 * which would show only later, as a message that cannot be decrypted. One wrong key in some 65,000 still passes by chance,
 * and shows then. Nobody outside sees which of the checks failed.
 */
export function unwrapRandomKey(key: KeyObject, encrypted: string): Buffer | null {
  try {
    const padded = privateDecrypt(
      { key, padding: constants.RSA_NO_PADDING },
      Buffer.from(encrypted, 'base64'),
    )
    return withoutPadding(padded)
  } catch {
    return null
  }
}

/** At least this many bytes of padding (RFC 8017, 7.2.1). */
const paddingBytesMin = 8

/** `00 02`, eight or more bytes that are not zero, `00`, and then the content; null where it is not so. */
export function withoutPadding(padded: Buffer): Buffer | null {
  if (padded[0] !== 0 || padded[1] !== 2) return null
  const end = padded.indexOf(0, 2)
  return end === -1 || end < 2 + paddingBytesMin || end === padded.length - 1
    ? null
    : padded.subarray(end + 1)
}
