import { createReadStream } from 'node:fs'
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { type Clock, systemClock } from '../clock.ts'
import { explained, giveToOwnerOf, isErrno, writeNewFile } from '../durable-file.ts'
import { faultPoint } from '../faults.ts'
import { type RandomSource, systemRandom } from '../random.ts'
import { createFolders, type Folders } from './folders.ts'
import {
  checkObjectName,
  checkObjectPrefix,
  checkRange,
  type ObjectRange,
  objectNotFound,
} from './object-name.ts'
import type { ObjectStore } from './object-store.ts'

export interface LocalObjectStoreOptions {
  readonly folder: string
  readonly clock?: Clock
  readonly random?: RandomSource
}

/** Unfinished files lie here, in the same file system as the finished ones; no object name begins with a dot. */
const unfinished = '.unfinished'
/** An unfinished file that nobody wrote to for an hour is a dead process's. */
const abandonedMs = 3_600_000

/**
 * Objects as files (mode 0600) of a folder. A write goes to an unfinished file, then to the disk, then gets
 * its name, so that it is there whole or not at all after any crash or power cut. Several processes may
 * share the folder. As root it gives what it makes to the owner of the folder. Throws
 * AppError `disk-full` and `data-folder-read-only`.
 */
export async function createLocalObjectStore(options: LocalObjectStoreOptions): Promise<ObjectStore> {
  const { clock = systemClock, random = systemRandom } = options
  const folder = resolve(options.folder)
  const folders = createFolders(folder)
  const desk = join(folder, unfinished)
  await explained(folder, folders.make(desk))
  await explained(folder, sweepAbandoned(desk, clock.now() - abandonedMs))

  const write = async (name: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<number> => {
    checkObjectName(name)
    const temporary = join(desk, random.bytes(16).toString('hex'))
    const written = await writeNewFile(temporary, bytes, folder)
    faultPoint('object-store.before-name')
    await explained(folder, giveName(folders, temporary, join(folder, name)))
    faultPoint('object-store.after-name')
    return written
  }

  return {
    async put(name, bytes) {
      await write(name, bytes)
    },
    putStream: write,
    async get(name, range = { offset: 0 }) {
      checkRange(range)
      const { file, size } = await openObject(folder, name)
      try {
        return await readRange(file, range, size)
      } finally {
        await file.close()
      }
    },
    async getStream(name, range = { offset: 0 }) {
      checkRange(range)
      const { file } = await openObject(folder, name)
      if (range.length !== 0) return streamOf(file, range)
      await file.close()
      return Readable.from([])
    },
    async size(name) {
      checkObjectName(name)
      const found = await stat(join(folder, name)).catch(absentIsNull)
      return found?.isFile() ? found.size : null
    },
    async delete(name) {
      checkObjectName(name)
      await explained(folder, rm(join(folder, name), { force: true }))
    },
    list(prefix) {
      checkObjectPrefix(prefix)
      return listFolder(folder, prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix)
    },
  }
}

async function giveName(folders: Folders, temporary: string, path: string): Promise<void> {
  try {
    await folders.make(dirname(path))
    await giveToOwnerOf(dirname(path), temporary)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await folders.sync(dirname(path))
}

async function sweepAbandoned(desk: string, olderThan: number): Promise<void> {
  for (const name of await readdir(desk)) {
    const path = join(desk, name)
    const found = await stat(path).catch(absentIsNull)
    if (found && found.mtimeMs < olderThan) await rm(path, { force: true })
  }
}

interface OpenObject {
  readonly file: FileHandle
  readonly size: number
}

async function openObject(folder: string, name: string): Promise<OpenObject> {
  checkObjectName(name)
  const file = await open(join(folder, name), 'r').catch(absentIsNull)
  if (file === null) throw objectNotFound(name)
  const found = await file.stat()
  if (found.isFile()) return { file, size: found.size }
  await file.close()
  throw objectNotFound(name)
}

async function readRange(file: FileHandle, range: ObjectRange, size: number): Promise<Buffer> {
  const length = Math.max(0, Math.min(range.length ?? size, size - range.offset))
  const bytes = Buffer.allocUnsafe(length)
  let read = 0
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, range.offset + read)
    if (bytesRead === 0) break
    read += bytesRead
  }
  return bytes.subarray(0, read)
}

function streamOf(file: FileHandle, { offset, length }: ObjectRange): Readable {
  const end = length === undefined ? Number.POSITIVE_INFINITY : offset + length - 1
  return createReadStream('', { fd: file, start: offset, end, highWaterMark: 256 * 1024 })
}

/** In name order: a folder's name is compared with the slash that follows it in the names of its objects. */
async function* listFolder(
  root: string,
  folder: string,
  prefix: string,
): AsyncGenerator<{ name: string; bytes: number }> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(absentIsNull)
  const names = (entries ?? [])
    .filter((entry) => !entry.name.startsWith('.'))
    .map((entry) => folder + entry.name + (entry.isDirectory() ? '/' : ''))
    .filter((name) => name.startsWith(prefix))
    .sort()
  for (const name of names) {
    if (name.endsWith('/')) {
      yield* listFolder(root, name, prefix)
    } else if (name.startsWith(prefix)) {
      const found = await stat(join(root, name)).catch(absentIsNull)
      if (found) yield { name, bytes: found.size }
    }
  }
}

function absentIsNull(error: unknown): null {
  if (isErrno(error, 'ENOENT', 'ENOTDIR')) return null
  throw error
}
