/** A backup of any kind as the SQLite file inside it. */

import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { AppError } from '../../../domain/errors.ts'
import { authenticate, damaged, openSealed, type Sealed } from './authenticate.ts'
import { type BackupHeader, headerBytesMax, parseHeader } from './header.ts'
import { type BackupKey, keyFileBytesMax, parseKeyFile, parseKeyText } from './key-file.ts'
import { readStart } from './read-start.ts'
import { openPlain, packingOf, unpack } from './unpack.ts'

export interface KeySettings {
  /** 64 hex digits. */
  readonly key?: string | undefined
  /** Path of the phone's key file. */
  readonly keyFile?: string | undefined
}

export interface OpenedBackup {
  /** `target` where something had to be written, else the file itself. */
  readonly path: string
  readonly version: 'plain' | BackupHeader['version']
  /** Last digits of the number that the backup was made for, where it says them. */
  readonly numberEnds?: string
}

/**
 * Decrypts and unpacks `path` into `target` where that is needed. Throws AppError `wrong-key`, `damaged-database`,
 * `zip-too-large`, `not-a-message-file`, `file-not-found`; the caller deletes `target` whatever happens.
 */
export async function openBackup(
  path: string,
  target: string,
  keys: KeySettings,
  bytesMax: number,
): Promise<OpenedBackup> {
  const name = basename(path)
  const start = await readStart(path, headerBytesMax)
  const packing = packingOf(start)
  if (packing === 'sqlite') return { path, version: 'plain' }
  const header = packing === 'zip' ? null : parseHeader(start)
  if (header !== null) return decrypt(path, target, header, await readKey(keys, name), bytesMax)
  if (packing === null) {
    throw new AppError(
      'not-a-message-file',
      `The file ${name} is no WhatsApp backup: give msgstore.db, msgstore.db.crypt12, .crypt14 or .crypt15, ChatStorage.sqlite or the folder of an iPhone backup.`,
      { details: { file: name } },
    )
  }
  await unpack(openPlain(path), packing, target, name, bytesMax)
  return { path: target, version: 'plain' }
}

async function decrypt(
  path: string,
  target: string,
  header: BackupHeader,
  key: BackupKey,
  bytesMax: number,
): Promise<OpenedBackup> {
  const name = basename(path)
  const sealed = await authenticate({ path, name, bytes: (await stat(path)).size, header }, key)
  const packing = packingOf(await clearStart(sealed))
  if (packing === null) throw damaged(name, 'was opened, but holds neither zlib nor a zip')
  const open = (): Readable[] => {
    const { ciphertext, decipher } = openSealed(sealed)
    return [ciphertext, decipher]
  }
  await unpack(open, packing, target, name, bytesMax)
  const { version, numberEnds } = header
  return { path: target, version, ...(numberEnds === undefined ? {} : { numberEnds }) }
}

/** The first bytes of the clear text, which has been authenticated as a whole. */
async function clearStart(sealed: Sealed): Promise<Buffer> {
  const { ciphertext, decipher } = openSealed(sealed)
  try {
    for await (const chunk of ciphertext as AsyncIterable<Buffer>)
      return decipher.update(chunk.subarray(0, 64))
  } finally {
    ciphertext.destroy()
  }
  return Buffer.alloc(0)
}

async function readKey({ key, keyFile }: KeySettings, name: string): Promise<BackupKey> {
  if (key !== undefined) return parseKeyText(key)
  if (keyFile === undefined) {
    throw new AppError(
      'wrong-key',
      `The backup ${name} is encrypted: give its 64-digit key (key) or the phone's key file (keyFile).`,
    )
  }
  const facts = await stat(keyFile).catch(() => undefined)
  if (facts?.isFile() !== true) {
    throw new AppError('file-not-found', `The key file ${basename(keyFile)} is not there or cannot be read.`)
  }
  const content = facts.size > keyFileBytesMax ? Buffer.alloc(0) : await readFile(keyFile)
  return parseKeyFile(content, basename(keyFile))
}
