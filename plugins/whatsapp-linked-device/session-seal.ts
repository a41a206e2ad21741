/** What leaves this process of the session: entries sealed with AES-256-GCM, under tags that tell nobody their names. */
import { createCipheriv, createDecipheriv, createHmac, hash, randomBytes } from 'node:crypto'

const [nonceBytes, tagBytes] = [12, 16]

/** The name's place at the site. Names hold phone numbers, whose bare hash could be guessed. */
export function tagOf(key: Uint8Array, name: string): string {
  return tagOfHash(key, hash('sha256', name))
}

export function tagOfHash(key: Uint8Array, nameHash: string): string {
  return createHmac('sha256', key).update(nameHash).digest('hex')
}

export function seal(key: Uint8Array, name: string, value: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name))
  const sealed = Buffer.concat([cipher.update(value), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

/** Throws for what was altered, or sealed under another name or key. */
export function unseal(key: Uint8Array, name: string, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes)).setAAD(
    Buffer.from(name),
  )
  decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes))
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()])
}
