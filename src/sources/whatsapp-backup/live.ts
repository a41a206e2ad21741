/** Backups that arrive in a folder (a phone that synchronises it, a script that copies), captured when they are new. */
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import type { Json } from '../../domain/record.ts'
import { defineLiveSource, type Pulled, type RouteFinding, type RouteGiven } from '../live-source.ts'
import { captureBackup } from './capture.ts'
import { headerBytesMax, parseHeader } from './encryption/header.ts'
import { parseKeyFile, parseKeyText } from './encryption/key-file.ts'
import { readStart } from './encryption/read-start.ts'
import { isBackupFolder } from './ios/backup-folder.ts'
import { sha256OfFile } from './media-folder.ts'
import {
  type WhatsappBackupRouteSettings,
  type WhatsappBackupSecret,
  whatsappBackupRouteSettings,
  whatsappBackupSecret,
} from './settings.ts'
import { workFolderPrefix } from './work-folder.ts'

type Given = RouteGiven<WhatsappBackupRouteSettings, WhatsappBackupSecret>

const filesMax = 10_000
/** A file that changed so lately is still being copied. */
const settledMs = 30_000
const backupName = /^(?:msgstore.*\.db(?:\.crypt1[245])?|ChatStorage\.sqlite)$/i

export const live = defineLiveSource<WhatsappBackupRouteSettings, WhatsappBackupSecret>({
  settings: whatsappBackupRouteSettings,
  secret: whatsappBackupSecret,
  pullEveryMinutes: 60,
  pull,
  test,
})

interface Seen {
  readonly size: number
  readonly modifiedMs: number
  readonly sha256: string
}

/** By name: what was captured. */
type Cursor = Readonly<Record<string, Seen>>

interface Arrived {
  readonly name: string
  readonly path: string
  readonly size: number
  readonly modifiedMs: number
  /** The file that tells whether it is new: itself, or the list of an iPhone backup. */
  readonly hashed: string
}

/** The backups that were not captured as they are now, oldest first. One that fails does not stop the others. */
export async function* pull(given: Given & { readonly cursor: Json | null }): AsyncGenerator<Pulled> {
  const { settings, secret, signal, clock } = given
  await removeLeftovers(given.folder)
  const arrived = await arrivedIn(settings.folder)
  let cursor = known(given.cursor, arrived)
  const failures: unknown[] = []
  for (const backup of arrived) {
    if (signal.aborted) break
    const { name, size, modifiedMs } = backup
    const before = cursor[name]
    if (before?.size === size && before.modifiedMs === modifiedMs) continue
    if (clock.now() - modifiedMs < settledMs) continue
    try {
      const sha256 = await sha256OfFile(backup.hashed)
      if (before?.sha256 !== sha256) {
        const options = { ...settings, key: secret.key, workFolder: settings.workFolder ?? given.folder }
        for await (const some of captureBackup(backup.path, options, given.registeredUsers)) {
          for (const found of some) yield found
          // Not marked as captured: it begins again with the next pull, and what is known then is not doubled.
          if (signal.aborted) return
        }
      }
      cursor = { ...cursor, [name]: { size, modifiedMs, sha256 } }
      yield { cursor: cursor as unknown as Json }
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}

/** Entries of backups that are still there: the cursor does not grow with the years. */
function known(cursor: Json | null, arrived: readonly Arrived[]): Cursor {
  const entries = (typeof cursor === 'object' && cursor !== null ? cursor : {}) as unknown as Cursor
  return Object.fromEntries(
    arrived.flatMap(({ name }) => (Object.hasOwn(entries, name) ? [[name, entries[name]!]] : [])),
  )
}

async function arrivedIn(folder: string): Promise<Arrived[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new AppError(
      'file-not-found',
      `The folder ${folder} cannot be read: check that it is there and may be read.`,
      { cause },
    )
  })
  const found: Arrived[] = []
  for (const name of names.sort().slice(0, filesMax)) {
    const path = join(folder, name)
    const facts = await stat(path).catch(() => undefined)
    if (facts?.isFile() && backupName.test(name))
      found.push({ ...{ name, path, hashed: path }, ...sizeOf(facts) })
    if (facts?.isDirectory() && (await isBackupFolder(path))) {
      const hashed = join(path, 'Manifest.db')
      found.push({ ...{ name, path, hashed }, ...sizeOf(await stat(hashed)) })
    }
  }
  return found.sort((a, b) => a.modifiedMs - b.modifiedMs || (a.name < b.name ? -1 : 1))
}

function sizeOf({ size, mtimeMs }: { size: number; mtimeMs: number }) {
  return { size, modifiedMs: Math.trunc(mtimeMs) }
}

/** Clear text that a killed pull left behind. */
async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((one) => one.startsWith(workFolderPrefix))) {
    await rm(join(folder, name), { recursive: true, force: true })
  }
}

/** The folder, the key, and whether the newest backup is one that the key is made for. */
async function test(given: Given): Promise<readonly RouteFinding[]> {
  const { settings, secret } = given
  const findings: RouteFinding[] = []
  let arrived: Arrived[] = []
  findings.push(
    await checked('folder', async () => {
      arrived = await arrivedIn(settings.folder)
      if (arrived.length === 0) throw new Error(`There is no backup in ${settings.folder} yet.`)
    }),
  )
  findings.push(
    await checked('key', async () => {
      if (secret.key !== undefined) parseKeyText(secret.key)
      else if (settings.keyFile !== undefined)
        parseKeyFile(await readFile(settings.keyFile), basename(settings.keyFile))
      else if (await isEncrypted(arrived.at(-1)))
        throw new Error('The newest backup is encrypted and no key was given.')
    }),
  )
  return findings
}

async function isEncrypted(backup: Arrived | undefined): Promise<boolean> {
  return backup !== undefined && parseHeader(await readStart(backup.hashed, headerBytesMax)) !== null
}

async function checked(check: string, attempt: () => Promise<void>): Promise<RouteFinding> {
  try {
    await attempt()
    return { check }
  } catch (error) {
    return { check, problem: error instanceof Error ? error.message : String(error) }
  }
}
