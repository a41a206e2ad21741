/**
 * The data folder: everything one installation keeps on disk, in one place nobody else can read.
 * What lies where is written here once; the parts' own files are the parts' affair.
 */
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../domain/errors.ts'
import { diskFull, explainStorageError, readOnly } from './file-errors.ts'

/** Raise when a release lays out the folder in a way an older release would misread. */
const layoutVersion = 1
const versionFile = 'version.json'

/** Below this nothing is started: PostgreSQL stops hard when its log finds no room. */
const freeBytesMin = 64 * 1024 * 1024

const versionSchema = z.object({
  layout: z.int().positive(),
  /** The major version of PostgreSQL that made `postgres`, once there is one. */
  postgresMajor: z.int().positive().optional(),
})
export type DataFolderVersion = z.infer<typeof versionSchema>

export interface DataFolder {
  /** Absolute, symbolic links resolved. */
  readonly path: string
  /** The PostgreSQL cluster; absent when DATABASE_URL names a server. */
  readonly postgres: string
  /** Passwords of the embedded PostgreSQL's roles (0600). */
  readonly postgresPasswords: string
  /** Locks between processes (see file-lock.ts). */
  readonly locks: string
  /** Key files of the vaults (0700). */
  readonly keys: string
  /** The local object store. */
  readonly objects: string
  readonly logs: string
  /** What sources of live routes keep on disk (0700), by the route's address. */
  readonly routes: string
  /** Scratch space on the same disk; may be emptied when nothing runs. */
  readonly temporary: string
}

/**
 * Makes or checks the data folder and its parts (mode 0700) and answers where they are.
 * Throws AppError `data-folder-read-only`, `data-folder-newer` or `disk-full`.
 */
export function openDataFolder(path: string): DataFolder {
  const absolute = resolve(path)
  try {
    makeFolder(absolute)
    const folder = layOut(realpathSync(absolute))
    accessSync(folder.path, constants.R_OK | constants.W_OK | constants.X_OK)
    checkSpace(folder.path)
    const known = readDataFolderVersion(folder)
    if (!known) {
      refuseForeignFolder(folder.path)
      // Before anything else is in it: another process that opens it now knows by this that it is ours.
      writeDataFolderVersion(folder, { layout: layoutVersion })
    }
    closeToOthers(folder.path)
    for (const part of [
      folder.locks,
      folder.keys,
      folder.objects,
      folder.logs,
      folder.routes,
      folder.temporary,
    ])
      mkdirSync(part, { recursive: true, mode: 0o700 })
    return folder
  } catch (error) {
    throw explainStorageError(error, absolute)
  }
}

/**
 * One level after the other: Node's recursive mkdir answers a read-only disk with ENOENT and never returns
 * under /proc (seen with Node 24.21).
 */
function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) return
    throw new AppError('data-folder-foreign', `${path} is a file: name a folder for the data.`)
  }
  makeFolder(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'EEXIST') return
    throw code === 'ENOENT' ? readOnly(path, error) : error
  }
}

function layOut(path: string): DataFolder {
  return {
    path,
    postgres: join(path, 'pg'),
    postgresPasswords: join(path, 'pg-passwords.json'),
    locks: join(path, 'locks'),
    keys: join(path, 'keys'),
    objects: join(path, 'objects'),
    logs: join(path, 'logs'),
    routes: join(path, 'routes'),
    temporary: join(path, 'temporary'),
  }
}

/** `--data /` or `--data ~` is a slip: closing such a folder to everybody else would do real harm. */
function refuseForeignFolder(path: string): void {
  // The demo lives beside an archive that is to come, in a folder of its own.
  const found = readdirSync(path).filter((name) => name !== 'lost+found' && name !== 'demo')
  // Another process has begun it since we looked.
  if (found.some((name) => /^version\.json(\.[0-9a-f]{12})?$/.test(name))) return
  if (found.length === 0) return
  const message = `${path} holds other files (${found[0]}) and is not a data folder of Holdfast: name an empty or a new folder.`
  throw new AppError('data-folder-foreign', message)
}

/** 0711 stays: a server running as a service user has to pass through to `pg`, but sees no other name. */
function closeToOthers(path: string): void {
  if ((statSync(path).mode & 0o066) !== 0) chmodSync(path, 0o700)
}

function checkSpace(path: string): void {
  if (freeBytes(path) < freeBytesMin) throw diskFull(path)
}

/** Bytes this user may still write on the disk that holds `path`. */
export function freeBytes(path: string): number {
  const disk = statfsSync(path)
  return disk.bavail * disk.bsize
}

/** What the version file says, or null in a new folder. Throws AppError `data-folder-newer`. */
export function readDataFolderVersion(folder: DataFolder): DataFolderVersion | null {
  const file = join(folder.path, versionFile)
  if (!existsSync(file)) return null
  const version = parseVersion(file)
  if (version.layout > layoutVersion) {
    const message = `The data folder ${folder.path} was made by a newer release (layout ${version.layout}; this one knows ${layoutVersion}): install that release or use another folder.`
    throw new AppError('data-folder-newer', message)
  }
  return version
}

function parseVersion(file: string): DataFolderVersion {
  try {
    return versionSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    if ((cause as { code?: string }).code === 'EACCES') throw readOnly(file, cause)
    throw new AppError('data-folder-newer', `${file} is not a version file of Holdfast.`, { cause })
  }
}

/** Replaces the version file as a whole. */
export function writeDataFolderVersion(folder: DataFolder, version: DataFolderVersion): void {
  writePrivateFile(join(folder.path, versionFile), `${JSON.stringify(version)}\n`)
}

/** Writes a file only its owner can read; readers see the old file or the new, never half of one. */
export function writePrivateFile(path: string, text: string): void {
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`
  writeFileSync(unfinished, text, { mode: 0o600, flush: true })
  renameSync(unfinished, path)
}
