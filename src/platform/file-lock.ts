/**
 * Locks between processes that the kernel takes back when their holder dies, `kill -9` included, so that no
 * lock is ever stale. Node has no flock; SQLite, which is built into it, takes POSIX locks on the file of a
 * database, and that is all we use it for: the files stay empty.
 *
 * A POSIX lock is dropped when its process closes any descriptor of the file: never open a `.lock` file
 * by other means in a process that may hold it.
 */
import { chmodSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../domain/errors.ts'

export interface FileLock {
  release(): void
}

export interface FileLockOptions {
  /** Any number may hold it `shared`, or one alone `exclusive`. */
  readonly mode: 'shared' | 'exclusive'
  /** How long to wait for others, in milliseconds; 0 asks once. */
  readonly waitMs: number
}

const sqliteBusy = 5
const retryMs = 20

/**
 * Takes the lock on `path` (made if absent), or answers null if others held it all the time.
 * Throws AppError `data-folder-read-only` where the file cannot be made or written.
 */
export async function takeFileLock(path: string, options: FileLockOptions): Promise<FileLock | null> {
  const attempts = Math.max(1, Math.ceil(options.waitMs / retryMs))
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await sleep(retryMs)
    const lock = tryLock(path, options.mode)
    if (lock) return lock
  }
  return null
}

function tryLock(path: string, mode: FileLockOptions['mode']): FileLock | null {
  let file: DatabaseSync | undefined
  try {
    file = new DatabaseSync(path, { timeout: 0 })
    // A read inside a transaction holds a shared lock until the transaction ends.
    file.exec(mode === 'exclusive' ? 'BEGIN EXCLUSIVE' : 'BEGIN; SELECT count(*) FROM sqlite_schema')
    openToFellowUsers(path)
    const held = file
    return { release: () => held.close() }
  } catch (error) {
    file?.close()
    if ((error as { errcode?: number }).errcode === sqliteBusy) return null
    throw new AppError('data-folder-read-only', `The lock file ${path} cannot be made or written.`, {
      cause: error,
    })
  }
}

/** Root may run a command in a user's data folder: the user must be able to lock afterwards. The folder is 0700. */
function openToFellowUsers(path: string): void {
  try {
    chmodSync(path, 0o666)
  } catch {
    // Not ours: whoever made it has opened it.
  }
}
