import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Clock, systemClock } from '../clock.ts'
import { isErrno } from '../durable-file.ts'
import { createLocalObjectStore } from '../object-store/local-object-store.ts'
import { checkObjectName } from '../object-store/object-name.ts'
import { type EscrowLock, type EscrowStore, escrowLocked, laterOf } from './escrow-store.ts'

export interface LocalEscrowOptions {
  readonly folder: string
  readonly clock?: Clock
  /** Nothing is written, not even the folder made. */
  readonly readOnly?: boolean
}

const free: EscrowLock = { until: null, held: false }

/**
 * A folder, such as a disk that somebody else administers. The times stand in files beside the objects and bind this
 * program alone: whoever may write into the folder can delete all of it.
 */
export async function createLocalEscrowStore(options: LocalEscrowOptions): Promise<EscrowStore> {
  const { clock = systemClock, readOnly = false } = options
  const folder = resolve(options.folder)
  const objects = await createLocalObjectStore({ folder, clock, readOnly })
  const lockFile = (name: string) => {
    checkObjectName(name)
    return join(folder, `${name}.lock`)
  }
  const readLock = async (name: string): Promise<EscrowLock> => {
    const text = await readFile(lockFile(name), 'utf8').catch(absentIsNull)
    if (text === null) return free
    const { until, held } = JSON.parse(text) as { until: string | null; held: boolean }
    return { until: until === null ? null : new Date(until), held }
  }
  const writeLock = async (name: string, lock: EscrowLock) => {
    await writeFile(`${lockFile(name)}.new`, JSON.stringify(lock), { mode: 0o600, flush: true })
    await rename(`${lockFile(name)}.new`, lockFile(name))
  }

  return {
    protection: 'none',
    place: folder,
    async put(name, bytes, lock) {
      await objects.put(name, bytes)
      await writeLock(name, lock)
    },
    async relock(name, { until, held }) {
      await writeLock(name, { until: laterOf((await readLock(name)).until, until), held })
    },
    async lockOf(name) {
      return (await objects.size(name)) === null ? null : readLock(name)
    },
    get: (name) => objects.get(name),
    async delete(name) {
      const { until, held } = await readLock(name)
      if (held || (until !== null && until.getTime() > clock.now())) throw escrowLocked(name)
      await objects.delete(name)
      await rm(lockFile(name), { force: true })
    },
    async *list(prefix) {
      for await (const { name, bytes } of objects.list(prefix))
        if (!/\.lock(\.new)?$/.test(name)) yield { name, bytes, version: null }
    },
  }
}

function absentIsNull(error: unknown): null {
  if (isErrno(error, 'ENOENT')) return null
  throw error
}
