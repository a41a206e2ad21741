import { AppError } from '../../domain/errors.ts'

const begin = '-----BEGIN HOLDFAST PRIVATE KEY-----'
const end = '-----END HOLDFAST PRIVATE KEY-----'

/** The text that a person keeps who must be able to read what is sealed to him: base64 of the 32 bytes. */
export function formatPrivateKey(privateKey: Uint8Array): string {
  return `${begin}\n${Buffer.from(privateKey).toString('base64')}\n${end}\n`
}

/** Throws AppError `key-refused` naming `file`. */
export function parsePrivateKey(text: string, file: string): Buffer {
  const [, base64] = new RegExp(`${begin}\\s+([A-Za-z0-9+/]{43}=)\\s+${end}`).exec(text) ?? []
  if (base64 !== undefined) return Buffer.from(base64, 'base64')
  throw new AppError('key-refused', `The file ${file} holds no private key of "holdfast escrow key".`, {
    details: { file },
  })
}
