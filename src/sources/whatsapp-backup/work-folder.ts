/** A folder for clear text while it is read. Nobody else may look into it, and it goes whatever happens. */
import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

export const workFolderPrefix = 'holdfast-backup-'

/** `base`: where to make it; absent: the system's folder for temporary files. */
export async function makeWorkFolder(base: string | undefined): Promise<string> {
  // mkdtemp makes folders that only the owner can open.
  return mkdtemp(join(base ?? tmpdir(), workFolderPrefix))
}

export function removeWorkFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 3 })
}

/**
 * A database beside which a write-ahead log or a journal lies is read from a copy of them all: SQLite writes next to it
 * when it opens it. Answers the path to read and whether nothing lies beside it.
 */
export async function withItsLog(path: string, folder: string): Promise<{ path: string; alone: boolean }> {
  const logs = await Promise.all(
    ['-wal', '-shm'].map(async (ending) => {
      const facts = await stat(path + ending).catch(() => undefined)
      return facts?.isFile() === true && facts.size > 0 ? ending : ''
    }),
  )
  if (!logs.includes('-wal')) return { path, alone: true }
  const copy = join(folder, basename(path))
  await copyFile(path, copy)
  for (const ending of logs.filter((one) => one !== '')) await copyFile(path + ending, copy + ending)
  return { path: copy, alone: false }
}
