/**
 * A newer log that lies in the object store when an older backup is restored. The restored log goes on from the backup and
 * would write over its tiles, so it is copied aside first: it says what happened since.
 */
import { logFolder, logKey, readStoredLog, type StoredLog } from '../archive/log/index.ts'
import type { ObjectStore } from '../platform/object-store/object-store.ts'
import type { BackupManifest } from './manifest.ts'
import type { BackupParts } from './parts.ts'

const formerFolder = 'former-log/'

export interface FormerLog extends Pick<StoredLog, 'size' | 'root'> {
  /** In the object store. */
  readonly folder: string
}

/** Null where the object store has no log that goes beyond the backup. Throws `verification-failed`. */
export async function keepFormerLog(
  parts: Pick<BackupParts, 'objects' | 'vault'>,
  { logEntries }: BackupManifest,
): Promise<FormerLog | null> {
  const { objects } = parts
  const log = await readStoredLog(objects, (await logKey(parts)).verifierKey)
  if (log === null || log.size <= BigInt(logEntries)) return null
  const folder = `${formerFolder}${logEntries}-${log.size}/`
  for await (const { name, bytes } of objects.list(logFolder)) {
    if ((await objects.size(folder + name)) === bytes) continue
    await objects.putStream(folder + name, await objects.getStream(name))
  }
  return { folder, size: log.size, root: log.root }
}

/** An object store of which only what lies below a folder is seen, as if it lay at the top. */
export function below(
  objects: Pick<ObjectStore, 'get' | 'list'>,
  folder: string,
): Pick<ObjectStore, 'get' | 'list'> {
  return {
    get: (name, range) => objects.get(folder + name, range),
    async *list(prefix) {
      for await (const { name, bytes } of objects.list(folder + prefix))
        yield { name: name.slice(folder.length), bytes }
    },
  }
}
