import { mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../domain/errors.ts'

/**
 * Writes a new file that only its owner may read, and answers its length when its bytes are on the disk. Its
 * name is durable after `syncFolder`. An existing file is an error (EEXIST), never overwritten; what was
 * begun is removed when writing or the source of the bytes fails. Failures of the disk are told as
 * `writeFailure` does, naming `folder`; those of the source stay as they are.
 */
export async function writeNewFile(
  path: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  folder: string = dirname(path),
): Promise<number> {
  const file = await failingAs(folder, open(path, 'wx', 0o600))
  try {
    let written = 0
    for await (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) {
      await failingAs(folder, file.writeFile(piece))
      written += piece.length
    }
    await failingAs(folder, file.datasync())
    await file.close()
    return written
  } catch (error) {
    await file.close()
    await rm(path, { force: true })
    throw error
  }
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
  await syncFolder(dirname(path))
}

export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/** What a failed write means to the operator: AppError `disk-full`, `data-folder-read-only`, else the error as it is. */
export function writeFailure(error: unknown, folder: string): unknown {
  if (isErrno(error, 'ENOSPC', 'EDQUOT'))
    return new AppError(
      'disk-full',
      `The disk that holds ${folder} is full: nothing of this was stored. Make room, then run it again.`,
      { cause: error, details: { folder } },
    )
  if (isErrno(error, 'EROFS', 'EACCES', 'EPERM'))
    return new AppError(
      'data-folder-read-only',
      `${folder} cannot be written to: it is mounted read-only, or belongs to another user.`,
      { cause: error, details: { folder } },
    )
  return error
}

/** Tells a failure of `work` as `writeFailure` does. */
export async function failingAs<T>(folder: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw writeFailure(error, folder)
  }
}
