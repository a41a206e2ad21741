/** Ed25519 keys that a vault derives: the same for ever, and nowhere kept. */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import type { KeyVault } from './key-vault.ts'

// RFC 8410: the fixed DER before the 32 bytes of an Ed25519 key.
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')

export interface SigningKey {
  /** 32 bytes, as RFC 8032 has them. */
  readonly publicKey: Buffer
  sign(bytes: Uint8Array): Buffer
}

export async function deriveSigningKey(
  vault: Pick<KeyVault, 'derive'>,
  purpose: string,
): Promise<SigningKey> {
  const seed = await vault.derive(purpose)
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(spkiHead.byteLength)
  return { publicKey, sign: (bytes) => sign(null, bytes, key) }
}

/** @param raw the 32 bytes of an Ed25519 public key. */
export function ed25519PublicKey(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([spkiHead, raw]), format: 'der', type: 'spki' })
}
