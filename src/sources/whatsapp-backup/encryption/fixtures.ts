/** Writes encrypted backups for tests, byte by byte as phones do. Keys are counted up, never anybody's. */
import { createCipheriv, hash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { crypt15Key } from './authenticate.ts'

const counted = (length: number, from: number) =>
  Buffer.from(Array.from({ length }, (_, index) => (index + from) & 0xff))

export const rootKey = counted(32, 1)
export const classicKey = {
  serverSalt: counted(32, 40),
  googleId: counted(16, 80),
  aesKey: counted(32, 100),
}
const iv = counted(16, 200)

export const rootKeyFile = javaByteArray(rootKey)
export const classicKeyFile = javaByteArray(
  Buffer.concat([
    Buffer.from([0, 1, 2]),
    classicKey.serverSalt,
    classicKey.googleId,
    hash('sha256', classicKey.googleId, 'buffer'),
    Buffer.alloc(16),
    classicKey.aesKey,
  ]),
)

export type EncryptedVersion = 'crypt12' | 'crypt14' | 'crypt15' | 'crypt15-in-parts'
export const encryptedVersions: readonly EncryptedVersion[] = [
  'crypt12',
  'crypt14',
  'crypt15',
  'crypt15-in-parts',
]

/** `packed`: what is encrypted, by default the database deflated. */
export function encryptBackup(
  version: EncryptedVersion,
  database: Buffer,
  packed = deflateSync(database),
): Buffer {
  const header = headerOf(version)
  const key = version.startsWith('crypt15') ? crypt15Key(rootKey) : classicKey.aesKey
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
  const sealed = Buffer.concat([header, cipher.update(packed), cipher.final(), cipher.getAuthTag()])
  if (version === 'crypt15-in-parts') return sealed
  const whole = Buffer.concat([sealed, hash('md5', sealed, 'buffer')])
  return version === 'crypt12' ? Buffer.concat([whole, Buffer.from('--01')]) : whole
}

function headerOf(version: EncryptedVersion): Buffer {
  const { serverSalt, googleId } = classicKey
  if (version === 'crypt12') return Buffer.concat([Buffer.from([0, 1, 2]), serverSalt, googleId, iv])
  const info = Buffer.concat([bytesField(1, '2.26.1.1'), bytesField(3, '01'), Buffer.from([0x20, 1])])
  const cipher =
    version === 'crypt14'
      ? bytesField(
          2,
          Buffer.concat([
            bytesField(1, Buffer.from([0, 1])),
            ...[bytesField(2, '2'), bytesField(3, serverSalt), bytesField(4, googleId), bytesField(5, iv)],
          ]),
        )
      : bytesField(3, bytesField(1, iv))
  const keyType = Buffer.from([0x08, version === 'crypt14' ? 0 : 1])
  const prefix = Buffer.concat([keyType, cipher, bytesField(4, info)])
  return version === 'crypt15-in-parts'
    ? Buffer.concat([Buffer.from([prefix.length]), prefix])
    : Buffer.concat([Buffer.from([prefix.length, 1]), prefix])
}

function bytesField(field: number, value: Buffer | string): Buffer {
  const bytes = Buffer.from(value as string)
  return Buffer.concat([Buffer.from([(field << 3) | 2, bytes.length]), bytes])
}

function javaByteArray(bytes: Buffer): Buffer {
  const head = Buffer.from('aced0005757200025b42acf317f8060854e0020000787000000000', 'hex')
  head.writeUInt32BE(bytes.length, 23)
  return Buffer.concat([head, bytes])
}
