/**
 * Which server process runs a part of a data folder, and where it answers. A file names the address; a lock that
 * the kernel takes back when its holder dies says whether the file is still true.
 */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../domain/errors.ts'
import { type DataFolder, writePrivateFile } from '../platform/data-folder.ts'
import { type FileLock, takeFileLock } from '../platform/file-lock.ts'

/** Parts of which one data folder has one at a time; there may be any number of workers. */
export const servedParts = ['site', 'centre'] as const
export type ServedPart = (typeof servedParts)[number]

const running = z.object({ pid: z.int(), address: z.string() })
export type Running = z.infer<typeof running>

export interface Claim {
  /** Lets other commands find the address. */
  announce(address: string): void
  release(): void
}

/** Claims the parts for this process, all or none. Throws `data-folder-in-use`, naming where the other answers. */
export async function claimParts(folder: DataFolder, parts: readonly ServedPart[]): Promise<Claim> {
  const locks: FileLock[] = []
  const release = () => {
    for (const part of parts) rmSync(fileOf(folder, part), { force: true })
    for (const lock of locks) lock.release()
  }
  for (const part of parts) {
    const lock = await takeFileLock(lockOf(folder, part), { mode: 'exclusive', waitMs: 0 })
    if (lock === null) {
      for (const taken of locks) taken.release()
      throw inUse(folder, part)
    }
    locks.push(lock)
  }
  return {
    announce(address) {
      const text = `${JSON.stringify({ pid: process.pid, address } satisfies Running)}\n`
      for (const part of parts) writePrivateFile(fileOf(folder, part), text)
    },
    release,
  }
}

/** Who serves the part of this data folder now, or null. Not for a process that may have claimed it itself. */
export async function runningPart(folder: DataFolder, part: ServedPart): Promise<Running | null> {
  const lock = await takeFileLock(lockOf(folder, part), { mode: 'shared', waitMs: 0 })
  if (lock === null) return readRunning(folder, part)
  lock.release()
  return null
}

function inUse(folder: DataFolder, part: ServedPart): AppError {
  const other = readRunning(folder, part)
  const where = other ? ` at ${other.address} (process ${other.pid})` : ''
  return new AppError(
    'data-folder-in-use',
    `${folder.path} is served already${where}; use that one, or stop it first.`,
    { details: { part, ...(other ?? {}) } },
  )
}

function readRunning(folder: DataFolder, part: ServedPart): Running | null {
  try {
    return running.parse(JSON.parse(readFileSync(fileOf(folder, part), 'utf8')))
  } catch {
    // Its process is just starting: the lock is there before the address is known.
    return null
  }
}

function lockOf(folder: DataFolder, part: ServedPart): string {
  return join(folder.locks, `${part}.lock`)
}

function fileOf(folder: DataFolder, part: ServedPart): string {
  return join(folder.path, `running-${part}.json`)
}
