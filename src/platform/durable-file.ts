import { open } from 'node:fs/promises'
import { AppError } from '../domain/errors.ts'

/**
 * Writes a new file that only its owner may read, and answers when its bytes are on the disk. Its name is
 * durable after `syncFolder`. An existing file is an error (EEXIST), never overwritten.
 */
export async function writeNewFile(
  path: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<number> {
  const file = await open(path, 'wx', 0o600)
  try {
    let written = 0
    for await (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) {
      await file.writeFile(piece)
      written += piece.length
    }
    await file.datasync()
    return written
  } finally {
    await file.close()
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
