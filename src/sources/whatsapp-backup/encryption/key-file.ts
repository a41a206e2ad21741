/** The key of a backup: 64 hex digits as a person types them, or the file the phone keeps. */
import { hash } from 'node:crypto'
import { AppError } from '../../../domain/errors.ts'

/** `root` opens crypt15. `classic` opens crypt12 and crypt14 and knows which backups it is for. */
export type BackupKey =
  | { readonly type: 'root'; readonly root: Buffer }
  | {
      readonly type: 'classic'
      readonly keyVersion: number
      readonly serverSalt: Buffer
      readonly googleId: Buffer
      readonly aesKey: Buffer
    }

/** A key file is a Java object stream of one byte array: this head, the length in four bytes, the bytes. */
const javaByteArray = Buffer.from('aced0005757200025b42acf317f8060854e00200007870', 'hex')
const rootBytes = 32
const classicBytes = 131

/** Larger than any key file: nobody reads a film to find a key in it. */
export const keyFileBytesMax = 4096

/** `text`: 64 hex digits, with or without spaces. Throws AppError `wrong-key` when it is not. */
export function parseKeyText(text: string): BackupKey {
  const digits = text.replace(/[\s-]/g, '')
  if (/^[\da-f]{64}$/i.test(digits)) return { type: 'root', root: Buffer.from(digits, 'hex') }
  throw refuse(`The key has ${digits.length} characters where 64 hex digits belong`)
}

/** The content of a key file, or of a text file with the 64 digits. Throws AppError `wrong-key` for anything else. */
export function parseKeyFile(content: Buffer, name: string): BackupKey {
  const text = content.toString('latin1').replace(/[\s-]/g, '')
  if (/^[\da-f]{64}$/i.test(text)) return parseKeyText(text)
  const bytes = content.subarray(0, javaByteArray.length).equals(javaByteArray)
    ? unwrap(content, name)
    : content
  if (bytes.length === rootBytes) return { type: 'root', root: Buffer.from(bytes) }
  if (bytes.length === classicBytes) return parseClassic(bytes, name)
  throw refuse(`The key file ${name} holds ${bytes.length} bytes, which is no key of WhatsApp`)
}

function unwrap(content: Buffer, name: string): Buffer {
  const start = javaByteArray.length + 4
  const length = content.length >= start ? content.readUInt32BE(javaByteArray.length) : -1
  if (content.length - start === length) return content.subarray(start)
  throw refuse(`The key file ${name} is cut off or damaged`)
}

/** cipher version 2, key version 1, server salt 32, Google id 16, its SHA-256 32, zeros 16, AES key 32. */
function parseClassic(bytes: Buffer, name: string): BackupKey {
  const googleId = bytes.subarray(35, 51)
  if (!hash('sha256', googleId, 'buffer').equals(bytes.subarray(51, 83))) {
    throw refuse(`The key file ${name} is damaged: the hash inside it does not hold`)
  }
  return {
    type: 'classic',
    keyVersion: bytes[2]!,
    serverSalt: Buffer.from(bytes.subarray(3, 35)),
    googleId: Buffer.from(googleId),
    aesKey: Buffer.from(bytes.subarray(99, 131)),
  }
}

function refuse(what: string): AppError {
  return new AppError(
    'wrong-key',
    `${what}: give the 64-digit key that WhatsApp showed, or the file "encrypted_backup.key" (crypt15) or "key" (crypt12, crypt14) of the phone.`,
  )
}
