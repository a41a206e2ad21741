import { readFile, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../clock.ts'
import { giveToOwnerOf, isErrno, syncFolder, writeNewFile } from '../durable-file.ts'
import type { RandomSource } from '../random.ts'
import { backupMark, formatKeyFile, parseKeyFile, refused } from './key-file.ts'
import { type KeySet, keySetFingerprint } from './key-set.ts'

/** Writes a copy of the keys to a new file. Throws AppError `key-refused` when the file exists. */
export async function exportKeys(set: KeySet, path: string): Promise<void> {
  try {
    await writeNewFile(path, Buffer.from(formatKeyFile(set)))
  } catch (error) {
    if (isErrno(error, 'EEXIST'))
      throw refused(path, 'exists already and is not overwritten. Choose another name.', error)
    if (isErrno(error, 'ENOENT')) throw refused(path, 'cannot be made: its folder does not exist.', error)
    throw error
  }
  await syncFolder(dirname(path))
}

/** Checks that `copy` is another file with the same keys, and notes it beside the key file. */
export async function confirmBackup(options: {
  readonly file: string
  readonly set: KeySet
  readonly copy: string
  readonly clock: Clock
  readonly random: RandomSource
}): Promise<void> {
  const { file, set, copy, clock, random } = options
  if (await isSameFile(file, copy)) throw refused(copy, 'is the key file itself, not a copy of it.')
  const copied = parseKeyFile(await readCopy(copy), copy)
  if (copied.vault !== set.vault) throw refused(copy, 'belongs to another key vault.')
  if (keySetFingerprint(copied) !== keySetFingerprint(set))
    throw refused(copy, 'is older than the keys in use. Make a new copy, and destroy this one.')
  const note = { confirmedAt: new Date(clock.now()).toISOString(), mark: backupMark(set) }
  const temporary = `${noteOf(file)}.${random.bytes(8).toString('hex')}`
  await writeNewFile(temporary, Buffer.from(`${JSON.stringify(note)}\n`))
  await giveToOwnerOf(dirname(file), temporary)
  await rename(temporary, noteOf(file))
  await syncFolder(dirname(file))
}

/** Whether the last confirmed copy holds the keys as they are now: rotating or destroying asks for a new one. */
export async function isBackedUp(file: string, set: KeySet): Promise<boolean> {
  const note = await readFile(noteOf(file), 'utf8').catch(() => '')
  return note.includes(backupMark(set))
}

function noteOf(file: string): string {
  return `${file}.backed-up`
}

async function readCopy(copy: string): Promise<string> {
  try {
    return await readFile(copy, 'utf8')
  } catch (error) {
    throw refused(copy, 'cannot be read.', error)
  }
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path).catch(() => null)))
  return a != null && b != null && a.ino === b.ino && a.dev === b.dev
}
