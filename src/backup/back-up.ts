/**
 * The backup: tables by COPY under one snapshot while everything goes on; objects by their names, which never change
 * their content, so that a folder that holds earlier backups gets only what is new. The keys are not in it.
 */
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { createZstdCompress } from 'node:zlib'
import { to as copyTo } from 'pg-copy-streams'
import { noteLogEntries, withLogStill } from '../archive/log/index.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { faultPoint } from '../platform/faults.ts'
import { type Client, createKysely, inTransaction } from '../platform/postgres/index.ts'
import { type CopiedFile, copyToFile, readCopied } from './copy-file.ts'
import {
  type BackupManifest,
  backupForm,
  listSets,
  objectsFolder,
  readManifest,
  refused,
  setsFolder,
  writeManifest,
} from './manifest.ts'
import type { BackupParts } from './parts.ts'
import { namedObjects, sequenceValues, storedTables } from './tables.ts'

export interface BackupResult {
  readonly set: string
  readonly tables: number
  readonly rows: number
  readonly objects: number
  /** Of the objects, those that an earlier backup in the folder had already. */
  readonly objectsKept: number
  readonly bytes: number
}

export interface BackupOptions {
  readonly folder: string
  readonly onProgress?: (copied: number, total: number) => void
}

/** Throws `backup-refused`, `disk-full`. */
export async function backUp(
  parts: BackupParts,
  { folder, onProgress }: BackupOptions,
): Promise<BackupResult> {
  const name = new Date(parts.clock.now()).toISOString().replace(/[:.]/g, '-').toLowerCase()
  const unfinished = join(folder, setsFolder, `.${name}`)
  if ((await listSets(folder)).some((set) => set.name === name))
    throw refused(`The backup ${name} is there already.`)
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(join(unfinished, 'tables'), { recursive: true, mode: 0o700 })
  const store = await openStore(parts, folder)
  // Most objects are copied before the snapshot, so that few can be deleted between it and their copy.
  for (const object of await namedObjects(parts.pool)) await store.keep(object, 'may be gone')
  faultPoint('backup.objects-copied')
  const copied = await inTransaction(
    parts.pool,
    (client) => copySnapshot(client, parts, unfinished, store, onProgress),
    { isolation: 'repeatable read' },
  )
  const manifest: BackupManifest = {
    form: backupForm,
    at: new Date(parts.clock.now()).toISOString(),
    ...copied,
  }
  await writeManifest(parts.vault, unfinished, manifest)
  faultPoint('backup.manifest-written')
  await rename(unfinished, join(folder, setsFolder, name))
  const { tables, objects } = manifest
  const result = {
    set: name,
    tables: tables.length,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    objects: objects.length,
    objectsKept: store.kept(),
    bytes: [...tables, ...objects].reduce((sum, { bytes }) => sum + bytes, 0),
  }
  await inTransaction(parts.pool, async (client) => {
    const at = parts.clock.now()
    await appendAudit(createKysely(client), {
      at,
      operation: 'back-up',
      outcome: 'succeeded',
      details: { ...result },
    })
    await noteLogEntries(client, [
      { at, kind: 'backup', facts: { objects: result.objects, rows: result.rows } },
    ])
  })
  return result
}

type Store = Awaited<ReturnType<typeof openStore>>

/** Objects in the backup's folder, with what earlier backups know of them. */
async function openStore({ objects, random, vault }: BackupParts, folder: string) {
  const known = new Map<string, CopiedFile>()
  const sets = await listSets(folder)
  const last = sets.at(-1)
  if (last) for (const { name, ...file } of (await readManifest(vault, last)).objects) known.set(name, file)
  const before = new Set(known.keys())
  const used = new Set<string>()
  return {
    /** Null: the object is gone, which only before the snapshot may be. */
    async keep(name: string, ifAbsent: 'may be gone' | 'must be there'): Promise<CopiedFile | null> {
      used.add(name)
      const found = known.get(name)
      if (found) return found
      if (ifAbsent === 'may be gone' && (await objects.size(name)) === null) return null
      const file = await copyToFile(join(folder, objectsFolder, name), await objects.getStream(name), random)
      known.set(name, file)
      return file
    },
    kept: () => [...used].filter((name) => before.has(name)).length,
  }
}

async function copySnapshot(
  client: Client,
  parts: BackupParts,
  folder: string,
  store: Store,
  onProgress: BackupOptions['onProgress'],
): Promise<Omit<BackupManifest, 'form' | 'at'>> {
  // The log's last tiles are replaced as it grows: it stands still until the snapshot is taken and they are copied.
  const objects: BackupManifest['objects'][number][] = []
  const { logEntries, migrations } = await withLogStill(parts, async () => {
    const { rows } = await client.query<{ written: bigint; migrations: bigint }>(
      'select written, (select count(*) from schema_migration) as migrations from log_head',
    )
    for await (const { name } of parts.objects.list('log/')) {
      const file = await store.keep(name, 'must be there')
      objects.push({ name, ...file! })
    }
    return { logEntries: String(rows[0]!.written), migrations: Number(rows[0]!.migrations) }
  })
  const named = [...(await namedObjects(client))].sort()
  for (const [place, name] of named.entries()) {
    objects.push({ name, ...(await store.keep(name, 'must be there'))! })
    onProgress?.(place + 1, named.length)
  }
  const tables = []
  for (const { name, columns } of await storedTables(client)) {
    tables.push({ name, columns: [...columns], ...(await copyTable(client, parts, folder, name, columns)) })
    faultPoint('backup.table-copied')
  }
  return { migrations, logEntries, tables, sequences: await sequenceValues(client), objects }
}

async function copyTable(
  client: Client,
  { random }: BackupParts,
  folder: string,
  name: string,
  columns: readonly string[],
): Promise<CopiedFile & { rows: number }> {
  const list = columns.map((column) => `"${column}"`).join(', ')
  const rows = client.query(copyTo(`copy (select ${list} from "${name}") to stdout`))
  const compressed = createZstdCompress()
  rows.on('error', (error) => compressed.destroy(error))
  const file = await copyToFile(join(folder, 'tables', name), rows.pipe(compressed) as Readable, random)
  return { ...file, rows: rows.rowCount ?? 0 }
}

export interface BackupCheck {
  readonly set: string
  readonly files: number
  readonly bytes: number
  readonly problems: readonly string[]
}

/** Reads every byte of the last backup, or of the one named, against its manifest. */
export async function checkBackup(
  { vault }: Pick<BackupParts, 'vault'>,
  folder: string,
  setName?: string,
): Promise<BackupCheck> {
  const set = (await listSets(folder)).filter(({ name }) => setName === undefined || name === setName).at(-1)
  if (!set)
    throw refused(
      `There is no ${setName === undefined ? 'finished backup' : `backup ${setName}`} in ${folder}.`,
    )
  const { tables, objects } = await readManifest(vault, set)
  const files = [
    ...tables.map((table) => ({ path: join(set.folder, 'tables', table.name), ...table })),
    ...objects.map((object) => ({ path: join(folder, objectsFolder, object.name), ...object })),
  ]
  const problems: string[] = []
  let bytes = 0
  for (const file of files) {
    try {
      for await (const chunk of readCopied(file.path, file)) bytes += chunk.length
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
    }
  }
  return { set: set.name, files: files.length, bytes, problems }
}
