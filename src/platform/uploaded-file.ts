/** A file that is sent to us and has to lie on disk while it is read: private, on the data folder's disk, and gone afterwards. */
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { DataFolder } from './data-folder.ts'
import { explainStorageError } from './file-errors.ts'
import type { RandomSource } from './random.ts'

const folderPrefix = 'upload-'
/** What a killed process left is older than any capture takes. */
const leftOverMs = 48 * 60 * 60_000

export interface UploadParts {
  readonly folder: Pick<DataFolder, 'temporary'>
  readonly random: RandomSource
  readonly clock: { now(): number }
}

/**
 * Writes the bytes as they come to a file of that name (0600, in a folder of its own), hands its path to `work`, and
 * removes it whatever happens. Throws `disk-full`.
 */
export async function withUploadedFile<Result>(
  parts: UploadParts,
  upload: { readonly name: string; readonly body: AsyncIterable<Uint8Array> },
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  await removeLeftOvers(parts)
  const folder = join(parts.folder.temporary, folderPrefix + parts.random.bytes(9).toString('hex'))
  try {
    await mkdir(folder, { mode: 0o700 })
    const path = join(folder, safeFileName(upload.name))
    await pipeline(Readable.from(upload.body), createWriteStream(path, { mode: 0o600, flags: 'wx' }))
    return await work(path)
  } catch (error) {
    throw explainStorageError(error, parts.folder.temporary)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const nameBytesMax = 200

/** The last part of the name, of characters every file system takes; sources read the chat's name out of it. */
export function safeFileName(name: string): string {
  const last = name
    .replace(/[\p{Cc}\p{Cf}\ud800-\udfff]/gu, '')
    .replace(/^.*[/\\]/, '')
    .trim()
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(last)?.[0] ?? ''
  let stem = last.slice(0, last.length - ending.length).replace(/^\.+/, '')
  while (Buffer.byteLength(stem + ending) > nameBytesMax) stem = [...stem].slice(0, -1).join('')
  return stem === '' ? `file${ending}` : stem + ending
}

async function removeLeftOvers({ folder: { temporary }, clock }: UploadParts): Promise<void> {
  for (const name of await readdir(temporary)) {
    if (!name.startsWith(folderPrefix)) continue
    const path = join(temporary, name)
    const found = await stat(path).catch(() => null)
    if (found && found.mtimeMs < clock.now() - leftOverMs) await rm(path, { recursive: true, force: true })
  }
}
