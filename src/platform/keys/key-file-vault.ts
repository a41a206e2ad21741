import { statSync } from 'node:fs'
import { link, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import { type Clock, systemClock } from '../clock.ts'
import { explained, giveToOwnerOf, isErrno, makeFolder, syncFolder, writeNewFile } from '../durable-file.ts'
import { faultPoint } from '../faults.ts'
import { explainStorageError } from '../file-errors.ts'
import { takeFileLock } from '../file-lock.ts'
import { type RandomSource, systemRandom } from '../random.ts'
import { confirmBackup, exportKeys, isBackedUp } from './backup.ts'
import { formatKeyFile, readKeyFile, refused } from './key-file.ts'
import { createKeyRing, type KeyRing } from './key-ring.ts'
import { createKeySet, currentEpoch, destroy, epochsOf, type KeySet, rotate } from './key-set.ts'
import type { KeyCustody, KeyVault } from './key-vault.ts'

export interface KeyFileOptions {
  readonly file: string
  readonly clock?: Clock
  readonly random?: RandomSource
  /** Default true. False where there is content already: a new key file would not open it, so its absence is an error. */
  readonly mayCreate?: boolean
}

export interface KeyFileVault extends KeyVault, KeyCustody {
  /** Names the vault: a database remembers whose keys it was filled under. */
  readonly vault: string
  /** Writes a copy that only its owner may read; an existing file is refused. Throws AppError `key-refused`, `disk-full`. */
  exportTo(path: string): Promise<void>
  /** Notes that `path` is a good copy of the keys as they are now. Throws AppError `key-refused` when it is not. */
  confirmBackup(path: string): Promise<void>
}

/** How long we wait for another process that changes the file, which takes milliseconds. */
const lockWaitMs = 10_000

/**
 * The vault whose keys lie in a JSON file (mode 0600), made at the first start. Several processes may share
 * the file: each looks before every use whether another has changed it (one stat, some microseconds).
 * Throws AppError `key-refused` (damaged, or readable by others), `key-missing` (absent, and `mayCreate` is
 * false), `disk-full`, `data-folder-read-only`.
 */
export async function createKeyFileVault(options: KeyFileOptions): Promise<KeyFileVault> {
  const { file, clock = systemClock, random = systemRandom } = options
  if ((await readKeyFile(file)) === null) await makeFirst(options, clock, random)
  let loaded = await load(file)

  const fresh = async (): Promise<Loaded> => {
    if (versionOf(file) !== loaded.version) loaded = await load(file)
    return loaded
  }
  const change = (next: (set: KeySet) => KeySet): Promise<KeySet> =>
    withLock(file, async () => {
      const set = next((await fresh()).set)
      await replaceKeyFile(file, set, random)
      return (await fresh()).set
    })

  return {
    vault: loaded.set.vault,
    wrap: async (keys) => (await fresh()).ring.wrap(keys),
    unwrap: async (wrapped) => (await fresh()).ring.unwrap(wrapped),
    seal: async (purpose, secret) => (await fresh()).ring.seal(purpose, secret, random),
    open: async (purpose, sealed) => (await fresh()).ring.open(purpose, sealed),
    derive: async (purpose) => (await fresh()).ring.derive(purpose),
    backedUp: async () => isBackedUp(file, (await fresh()).set),
    epochs: async () => epochsOf((await fresh()).set),
    rotateEpoch: async () => currentEpoch(await change((set) => rotate(set, random, clock.now()))).id,
    async destroyEpoch(id) {
      await change((set) => destroy(set, id, clock.now()))
    },
    exportTo: async (path) => exportKeys((await fresh()).set, path),
    confirmBackup: async (path) =>
      confirmBackup({ file, set: (await fresh()).set, copy: path, clock, random }),
  }
}

interface Loaded {
  readonly set: KeySet
  readonly ring: KeyRing
  readonly version: string
}

async function load(file: string): Promise<Loaded> {
  // The version first: if the file is replaced meanwhile, the next look finds out.
  const version = versionOf(file)
  const set = (await readKeyFile(file)) ?? missing(file)
  return { set, ring: createKeyRing(set), version }
}

/** Changes whenever the file is replaced, because a replacement is another inode with another time. */
function versionOf(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  if (found === undefined) return missing(file)
  return `${found.ino}-${found.mtimeNs}-${found.size}`
}

/** Makes the file. Two processes that start at once end with one file. */
async function makeFirst(options: KeyFileOptions, clock: Clock, random: RandomSource): Promise<void> {
  const { file } = options
  if (options.mayCreate === false) missing(file)
  const temporary = await writeBeside(file, createKeySet(random, clock.now()), random)
  try {
    faultPoint('key-file.create')
    // A link, unlike a rename, never takes the place of a file that is there.
    await link(temporary, file)
    await syncFolder(dirname(file))
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw explainStorageError(error, dirname(file))
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Only under the lock. */
async function replaceKeyFile(file: string, set: KeySet, random: RandomSource): Promise<void> {
  await removeLeftOvers(file)
  const temporary = await writeBeside(file, set, random)
  faultPoint('key-file.replace')
  await rename(temporary, file)
  await syncFolder(dirname(file))
}

/** A process that died while it wrote left a copy, in which a key would outlive its destruction. */
async function removeLeftOvers(file: string): Promise<void> {
  const left = (await readdir(dirname(file))).filter((name) => name.startsWith(`${basename(file)}.new-`))
  await Promise.all(left.map((name) => rm(join(dirname(file), name), { force: true })))
}

async function writeBeside(file: string, set: KeySet, random: RandomSource): Promise<string> {
  const temporary = `${file}.new-${random.bytes(8).toString('hex')}`
  await explained(dirname(file), makeFolder(dirname(file)))
  await writeNewFile(temporary, Buffer.from(formatKeyFile(set)))
  await giveToOwnerOf(dirname(file), temporary)
  return temporary
}

/** One process at a time changes the file. */
async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = await takeFileLock(`${file}.lock`, { mode: 'exclusive', waitMs: lockWaitMs })
  if (lock === null) throw refused(file, 'is being changed by another process. Try again in a minute.')
  try {
    return await work()
  } finally {
    lock.release()
  }
}

function missing(file: string): never {
  throw new AppError(
    'key-missing',
    `The key file ${file} is missing, and what is stored cannot be read without it. Put your backup copy there.`,
    { details: { file } },
  )
}
