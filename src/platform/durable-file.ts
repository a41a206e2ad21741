import { chown, mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { explainStorageError } from './file-errors.ts'

/**
 * Writes a new file that only its owner may read, and answers its length when its bytes are on the disk. Its
 * name is durable after `syncFolder`. An existing file is an error (EEXIST), never overwritten; what was
 * begun is removed when writing or the source of the bytes fails. Failures of the disk are told as
 * `explainStorageError` does, naming `folder`; those of the source stay as they are.
 */
export async function writeNewFile(
  path: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  folder: string = dirname(path),
): Promise<number> {
  const file = await explained(folder, open(path, 'wx', 0o600))
  try {
    let written = 0
    for await (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) {
      await explained(folder, file.writeFile(piece))
      written += piece.length
    }
    await explained(folder, file.datasync())
    await file.close()
    return written
  } catch (error) {
    await file.close()
    await rm(path, { force: true })
    throw error
  }
}

/**
 * Root may run a command in a user's data folder: what it makes there is given to the owner of `folder`, or
 * the user could not read it afterwards. Anybody else's files are their own already.
 */
export async function giveToOwnerOf(folder: string, path: string): Promise<void> {
  if (process.geteuid?.() !== 0) return
  const { uid, gid } = await stat(folder)
  if (uid !== 0) await chown(path, uid, gid)
}

/** Makes the names in a folder durable: a rename is only safe from a power cut after this (fsync(2)). */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } catch (error) {
    // Windows and some network file systems cannot sync a folder; they keep names in order themselves.
    if (!isErrno(error, 'EPERM', 'EINVAL', 'EISDIR')) throw error
  } finally {
    await folder.close()
  }
}

/**
 * Makes a folder for its owner only, and those above it, each with its name on the disk; an existing one is
 * no error. Not `mkdir` with `recursive`: on a read-only file system that answers ENOENT instead of EROFS.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return
    if (!isErrno(error, 'ENOENT') || dirname(path) === path) throw error
    await makeFolder(dirname(path))
    await makeFolder(path)
    return
  }
  await giveToOwnerOf(dirname(path), path)
  await syncFolder(dirname(path))
}

export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/** Tells a failure of `work` as `explainStorageError` does. */
export async function explained<T>(folder: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw explainStorageError(error, folder)
  }
}
