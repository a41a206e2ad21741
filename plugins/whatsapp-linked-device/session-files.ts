/** The session on disk: one file an entry, sealed with AES-256-GCM under a key that lies elsewhere. */
import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

export interface SessionStore {
  /** Null for an entry that is not there. Throws for one that was altered. */
  read(name: string): Buffer | null
  /** Returns when it is on disk, whole or as it was before. */
  write(name: string, value: Uint8Array): void
  remove(name: string): void
}

const [nonceBytes, tagBytes] = [12, 16]

export function openSessionFiles(folder: string, key: Uint8Array): SessionStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const fileOf = (name: string) => join(folder, hash('sha256', name))
  return {
    read(name) {
      const sealed = readOrNull(fileOf(name))
      if (sealed === null) return null
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes)).setAAD(
        Buffer.from(name),
      )
      decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes))
      return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()])
    },
    write(name, value) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name))
      const sealed = Buffer.concat([cipher.update(value), cipher.final()])
      const file = fileOf(name)
      const descriptor = openSync(`${file}.new`, 'w', 0o600)
      writeSync(descriptor, Buffer.concat([nonce, cipher.getAuthTag(), sealed]))
      fsyncSync(descriptor)
      closeSync(descriptor)
      renameSync(`${file}.new`, file)
    },
    remove: (name) => rmSync(fileOf(name), { force: true }),
  }
}

function readOrNull(file: string): Buffer | null {
  try {
    return readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
