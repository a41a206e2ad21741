/** Whether a backup is whole and the key is its key, before a byte of clear text is written anywhere. */
import { createDecipheriv, createHash, createHmac, type DecipherGCM } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { AppError } from '../../../domain/errors.ts'
import type { BackupHeader } from './header.ts'
import type { BackupKey } from './key-file.ts'

/** Where the ciphertext of a backup lies, and what opens it. */
export interface Sealed {
  readonly path: string
  readonly dataStart: number
  /** Offset after the last byte of ciphertext. */
  readonly dataEnd: number
  readonly key: Buffer
  readonly iv: Buffer
  readonly tag: Buffer
}

export interface EncryptedFile {
  readonly path: string
  /** As shown to people. */
  readonly name: string
  readonly bytes: number
  readonly header: BackupHeader
}

const tagBytes = 16
const md5Bytes = 16

/**
 * Reads the file twice: its MD5, then its GCM tag. Files of a backup in several files have no MD5, their tag stands last.
 * Throws AppError `wrong-key` (salt, Google id or tag do not fit the key) or `damaged-database`.
 */
export async function authenticate(file: EncryptedFile, key: BackupKey): Promise<Sealed> {
  const { path, name, bytes, header } = file
  const aesKey = aesKeyOf(file, key)
  const end = bytes - header.suffixBytes
  if (end - header.dataStart < tagBytes + md5Bytes) throw damaged(name, 'is cut off')
  const tail = await readRange(path, end - tagBytes - md5Bytes, bytes)
  const sealedUntil = (dataEnd: number, tag: Buffer): Sealed => ({
    ...{ path, dataStart: header.dataStart, dataEnd, key: aesKey, iv: header.iv, tag },
  })
  const suffix = tail.subarray(tagBytes + md5Bytes).toString('latin1')
  if (header.suffixBytes > 0 && !/^--\d\d$/.test(suffix)) throw damaged(name, 'does not end as backups do')
  const withMd5 = sealedUntil(end - tagBytes - md5Bytes, tail.subarray(0, tagBytes))
  if ((await md5Of(path, end - md5Bytes)).equals(tail.subarray(tagBytes, tagBytes + md5Bytes))) {
    if (await tagHolds(withMd5)) return withMd5
    throw new AppError(
      'wrong-key',
      `The backup ${name} is whole, but this key does not open it: give the key of the phone and account that made it.`,
      { details: { file: name } },
    )
  }
  const withoutMd5 = sealedUntil(end - tagBytes, tail.subarray(tagBytes, tagBytes + md5Bytes))
  if (header.version === 'crypt15' && (await tagHolds(withoutMd5))) return withoutMd5
  throw damaged(name, 'is damaged, for its checksum does not hold')
}

/** `clear text` streamed; an error at its end means that the file changed since it was authenticated. */
export function openSealed({ path, dataStart, dataEnd, key, iv, tag }: Sealed): {
  readonly ciphertext: ReturnType<typeof createReadStream>
  readonly decipher: DecipherGCM
} {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
  decipher.setAuthTag(tag)
  return { ciphertext: createReadStream(path, { start: dataStart, end: dataEnd - 1 }), decipher }
}

async function tagHolds(sealed: Sealed): Promise<boolean> {
  if (sealed.dataEnd <= sealed.dataStart) return false
  const { ciphertext, decipher } = openSealed(sealed)
  for await (const chunk of ciphertext as AsyncIterable<Buffer>) decipher.update(chunk)
  try {
    decipher.final()
    return true
  } catch {
    return false
  }
}

function aesKeyOf({ name, header }: EncryptedFile, key: BackupKey): Buffer {
  if (header.version === 'crypt15') {
    if (key.type === 'root') return crypt15Key(key.root)
    throw mismatch(
      name,
      'is end-to-end encrypted (crypt15): it takes the 64-digit key or "encrypted_backup.key"',
    )
  }
  if (key.type === 'root')
    throw mismatch(name, `is of version ${header.version}: it takes the phone's file "key"`)
  if (!key.serverSalt.equals(header.serverSalt))
    throw mismatch(name, 'has another server salt than the key: it was made with another key of this phone')
  if (!key.googleId.equals(header.googleId))
    throw mismatch(name, 'has another Google id than the key: it was made by another account or phone')
  if (key.keyVersion !== header.keyVersion)
    throw mismatch(
      name,
      `wants version ${header.keyVersion} of the key, and this is version ${key.keyVersion}`,
    )
  return key.aesKey
}

/** HKDF by hand, as WhatsApp does it: extract with a salt of zeros, expand one block for "backup encryption". */
export function crypt15Key(root: Buffer): Buffer {
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(root).digest()
  return createHmac('sha256', extracted)
    .update('backup encryption')
    .update(Buffer.from([1]))
    .digest()
}

async function md5Of(path: string, end: number): Promise<Buffer> {
  const digest = createHash('md5')
  for await (const chunk of createReadStream(path, { end: end - 1 })) digest.update(chunk as Buffer)
  return digest.digest()
}

async function readRange(path: string, start: number, end: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream(path, { start, end: end - 1 })) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function mismatch(name: string, what: string): AppError {
  return new AppError('wrong-key', `The backup ${name} ${what}.`, { details: { file: name } })
}

export function damaged(name: string, what: string, cause?: unknown): AppError {
  return new AppError(
    'damaged-database',
    `The backup ${name} ${what}: nothing of it was captured; copy it from the phone again.`,
    { details: { file: name }, ...(cause === undefined ? {} : { cause }) },
  )
}
