/** Checks of what one installation is made of: its store, its keys, its clock. `doctor.ts` has those of the ground below. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { DataFolder } from './data-folder.ts'
import { type Check, checkPlatform } from './doctor.ts'
import { createKeyFileVault } from './keys/index.ts'
import { clockBackMs, clockToleranceMs } from './noted-clock.ts'
import type { ObjectStore } from './object-store/object-store.ts'
import type { Pool, Queries } from './postgres/index.ts'
import type { RandomSource } from './random.ts'

export interface Installation {
  readonly config: Config
  readonly folder: DataFolder
  readonly pool: Pool
  readonly queries: Queries
  readonly databaseEmbedded: boolean
  readonly objects: ObjectStore
  readonly clock: Clock
  readonly random: RandomSource
}

/** Everything `holdfast doctor` looks at, in the order it is told. A check that cannot run is not ok. */
export async function checkInstallation(installation: Installation): Promise<Check[]> {
  const { folder, pool, databaseEmbedded } = installation
  return [
    ...(await checkPlatform({ dataFolder: folder, database: pool, embedded: databaseEmbedded })),
    await attempt('object store', () => checkObjects(installation)),
    await attempt('keys', () => checkKeys(installation)),
    await attempt('clock', () => checkClock(installation)),
  ]
}

type Finding = Omit<Check, 'name'>

async function attempt(name: string, check: () => Promise<Finding>): Promise<Check> {
  try {
    return { name, ...(await check()) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const remedy = 'Correct what the message says and run holdfast doctor again.'
    return { name, ok: false, message, remedy }
  }
}

/** Writes an object, reads it and deletes it. */
async function checkObjects({ objects, random, config }: Installation): Promise<Finding> {
  const name = `doctor/${random.bytes(8).toString('hex')}`
  const content = random.bytes(64)
  await objects.put(name, content)
  const read = await objects.get(name)
  await objects.delete(name)
  const ok = content.equals(read)
  const message = ok
    ? `The object store (${config.objectStore.type}) keeps what is put into it.`
    : 'The object store gave back other bytes than were put into it.'
  return { ok, message, remedy: ok ? '' : 'Do not import anything; check the disk or the storage account.' }
}

export interface KeyFileState {
  readonly name: 'site' | 'centre'
  readonly file: string
  readonly backedUp: boolean
}

/** The key files that there are. Throws `key-refused` for one that cannot be read. */
export async function keyFileStates({
  config,
  folder,
}: Pick<Installation, 'config' | 'folder'>): Promise<KeyFileState[]> {
  const files = [
    { name: 'site', file: config.siteKeyFile ?? join(folder.keys, 'site.key') },
    { name: 'centre', file: config.centreKeyFile ?? join(folder.keys, 'centre.key') },
  ] as const
  const states: KeyFileState[] = []
  for (const { name, file } of files) {
    if (!existsSync(file)) continue
    const vault = await createKeyFileVault({ file, mayCreate: false })
    states.push({ name, file, backedUp: await vault.backedUp() })
  }
  return states
}

async function checkKeys(installation: Installation): Promise<Finding> {
  const states = await keyFileStates(installation)
  if (states.length === 0) return { ok: true, message: 'There are no keys yet.', remedy: '' }
  const message = `${states.length} key ${states.length === 1 ? 'file is' : 'files are'} whole and readable.`
  const exposed = states.filter(({ backedUp }) => !backedUp).map(({ name }) => name)
  // No failure: a new installation is in order, and says so, before its keys were copied.
  return { ok: true, message, remedy: exposed.length === 0 ? '' : keysReminder(exposed) }
}

/** Said until a copy of the keys is known. */
export function keysReminder(names: readonly string[]): string {
  const whose = names.map((name) => (name === 'site' ? 'the site' : 'the centre')).join(' and ')
  return `The keys of ${whose} are not backed up: without them nothing that is stored can be read. Run: holdfast keys backup FOLDER`
}

async function checkClock(installation: Installation): Promise<Finding> {
  const ok = (await clockBackMs(installation)) < clockToleranceMs
  const now = new Date(installation.clock.now()).toISOString()
  const message = ok
    ? `The clock says ${now}.`
    : `The clock says ${now}, which is before what was noted here earlier.`
  return { ok, message, remedy: ok ? '' : 'Set the clock right, or start once with --accept-clock.' }
}
