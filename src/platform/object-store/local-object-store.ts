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
  /** A copy that is only read, such as a backup on a disk that cannot be written to: nothing is made or swept in it. */
  readonly readOnly?: boolean
}

/** Unfinished files lie here, in the same file system as the finished ones; no object name begins with a dot. */
const unfinished = '.unfinished'
/** An unfinished file that nobody wrote to for an hour is a dead process's. */
const abandonedMs = 3_600_000
/** The cold tier: a folder inside, so that it needs no setting; an operator may mount a cheaper disk there. */
const cold = '.cold'

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
  if (!options.readOnly) {
    await explained(folder, folders.make(desk))
    await explained(folder, sweepAbandoned(desk, clock.now() - abandonedMs))
  }

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
      for (const path of placesOf(folder, name)) {
        const found = await stat(path).catch(absentIsNull)
        if (found?.isFile()) return found.size
      }
      return null
    },
    async delete(name) {
      checkObjectName(name)
      for (const path of placesOf(folder, name)) await explained(folder, rm(path, { force: true }))
    },
    async makeCold(name) {
      checkObjectName(name)
      await explained(folder, moveToCold(folders, folder, name, random))
    },
    list(prefix) {
      checkObjectPrefix(prefix)
      const inFolder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
      return inNameOrder(
        listFolder(folder, inFolder, prefix),
        listFolder(join(folder, cold), inFolder, prefix),
      )
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
  for (const path of placesOf(folder, name)) {
    const file = await open(path, 'r').catch(absentIsNull)
    if (file === null) continue
    const found = await file.stat()
    if (found.isFile()) return { file, size: found.size }
    await file.close()
  }
  throw objectNotFound(name)
}

/** The warm place first: an object is copied to the cold one before it leaves it. */
function placesOf(folder: string, name: string): readonly string[] {
  return [join(folder, name), join(folder, cold, name)]
}

async function moveToCold(
  folders: Folders,
  folder: string,
  name: string,
  random: RandomSource,
): Promise<void> {
  const [warm, chilled] = placesOf(folder, name) as [string, string]
  if (!(await stat(warm).catch(absentIsNull))?.isFile()) return
  await folders.make(dirname(chilled))
  try {
    await rename(warm, chilled)
  } catch (error) {
    if (!isErrno(error, 'EXDEV')) throw error
    // Another disk is mounted there: whole and durable in the new place before it leaves the old one.
    const beside = `${chilled}.${random.bytes(8).toString('hex')}.part`
    await writeNewFile(beside, createReadStream(warm), folder)
    await rename(beside, chilled)
    await folders.sync(dirname(chilled))
    await rm(warm, { force: true })
  }
  await folders.sync(dirname(chilled))
  await folders.sync(dirname(warm))
}

/** Two lists in name order as one; what is in both is told once. */
async function* inNameOrder<Entry extends { readonly name: string }>(
  ...lists: readonly [AsyncGenerator<Entry>, AsyncGenerator<Entry>]
): AsyncGenerator<Entry> {
  let [one, other] = await Promise.all([lists[0].next(), lists[1].next()])
  while (!one.done || !other.done) {
    const first = other.done || (!one.done && one.value.name <= other.value.name)
    const { value } = first ? one : other
    const both = !one.done && !other.done && one.value.name === other.value.name
    yield value
    if (first) one = await lists[0].next()
    if (!first || both) other = await lists[1].next()
  }
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
