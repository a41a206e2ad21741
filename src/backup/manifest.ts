/** What a backup holds. A MAC under the archive's own keys says that it is whole and of this archive. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../domain/errors.ts'
import { writeNewFile } from '../platform/durable-file.ts'
import type { KeyVault } from '../platform/keys/key-vault.ts'

export const backupForm = 'holdfast-backup/1'

const copiedFile = z.object({ bytes: z.int(), sha256: z.string() })
const manifestForm = z.object({
  form: z.literal(backupForm),
  /** ISO time, UTC. */
  at: z.string(),
  /** How many migrations the database had. */
  migrations: z.int(),
  /** Entries in the integrity log's tiles. */
  logEntries: z.string(),
  tables: z.array(copiedFile.extend({ name: z.string(), columns: z.array(z.string()), rows: z.int() })),
  sequences: z.record(z.string(), z.string()),
  objects: z.array(copiedFile.extend({ name: z.string() })),
})
export type BackupManifest = z.infer<typeof manifestForm>

export const setsFolder = 'sets'
export const objectsFolder = 'objects'

async function macOf(vault: Pick<KeyVault, 'derive'>, text: string): Promise<Buffer> {
  return createHmac('sha256', await vault.derive('backup-manifest'))
    .update(text)
    .digest()
}

/** Writes the manifest as the last file of a set: a set without one is not a backup. */
export async function writeManifest(
  vault: Pick<KeyVault, 'derive'>,
  folder: string,
  manifest: BackupManifest,
): Promise<void> {
  const text = JSON.stringify(manifest)
  await writeNewFile(join(folder, 'manifest.mac'), Buffer.from((await macOf(vault, text)).toString('hex')))
  await writeNewFile(join(folder, 'manifest.json'), Buffer.from(text))
}

export interface BackupSet {
  readonly name: string
  readonly folder: string
}

/** The finished backups in a folder, oldest first. */
export async function listSets(folder: string): Promise<BackupSet[]> {
  const names = await readdir(join(folder, setsFolder)).catch(() => [] as string[])
  return names
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => ({ name, folder: join(folder, setsFolder, name) }))
}

/** Throws `backup-refused` where there is none, it was changed, or it belongs to other keys. */
export async function readManifest(vault: Pick<KeyVault, 'derive'>, set: BackupSet): Promise<BackupManifest> {
  const [text, mac] = await Promise.all([
    readFile(join(set.folder, 'manifest.json'), 'utf8'),
    readFile(join(set.folder, 'manifest.mac'), 'utf8'),
  ]).catch((cause: unknown) => {
    throw refused(`The backup ${set.name} has no manifest that can be read.`, cause)
  })
  const expected = await macOf(vault, text)
  const given = Buffer.from(mac, 'hex')
  if (given.byteLength !== expected.byteLength || !timingSafeEqual(given, expected))
    throw refused(
      `The backup ${set.name} was changed, or was made under other keys: put the key files of its archive into "keys" of the data folder first.`,
    )
  return manifestForm.parse(JSON.parse(text))
}

export function refused(message: string, cause?: unknown): AppError {
  return new AppError('backup-refused', message, { cause })
}
