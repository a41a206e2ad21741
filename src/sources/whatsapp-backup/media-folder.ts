/** Where the files of messages lie beside a database: found, compared with their hash, never outside the folder. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../domain/errors.ts'
import { fileInBackup } from './ios/backup-folder.ts'
import type { ReadMedia } from './read-item.ts'

export type FoundMedia =
  | { readonly path: string; readonly bytes: number }
  | { readonly problem: 'media-lost' | 'media-damaged' }

export interface MediaFolder {
  find(media: ReadMedia): Promise<FoundMedia>
}

/** WhatsApp's folder on the phone, or its `Media` alone. Throws AppError `file-not-found` where it is no folder. */
export async function openMediaFolder(folder: string): Promise<MediaFolder> {
  const facts = await stat(folder).catch(() => undefined)
  if (facts?.isDirectory() !== true) {
    throw new AppError('file-not-found', `The media folder ${folder} is not a folder that can be read.`)
  }
  const root = (await realpath(folder)) + sep
  return {
    async find(media) {
      const parts = media.path.split(/[\\/]/).filter((part) => part !== '' && part !== '.')
      if (parts.length === 0 || parts.includes('..')) return { problem: 'media-lost' }
      // Databases write "Media/WhatsApp Images/…"; the folder given may be the one above, Media itself, or a flat copy.
      const candidates = [parts, parts.slice(1), ['Message', ...parts], parts.slice(-1)]
      return firstWhole(
        candidates.filter((candidate) => candidate.length > 0).map((candidate) => join(folder, ...candidate)),
        media,
        root,
      )
    },
  }
}

/** The media of an unencrypted iPhone backup, which lie in it under the hash of their path. */
export async function openBackupMedia(folder: string): Promise<MediaFolder> {
  const root = (await realpath(folder)) + sep
  return {
    find: (media) =>
      media.path === ''
        ? Promise.resolve({ problem: 'media-lost' })
        : firstWhole(
            [fileInBackup(folder, `Message/${media.path}`), fileInBackup(folder, media.path)],
            media,
            root,
          ),
  }
}

/** The first file whose content has the hash the message names; one with another content is not the file. */
async function firstWhole(paths: readonly string[], media: ReadMedia, root: string): Promise<FoundMedia> {
  let problem: 'media-lost' | 'media-damaged' = 'media-lost'
  for (const path of paths) {
    const facts = await stat(path).catch(() => undefined)
    if (facts?.isFile() !== true || !(await realpath(path)).startsWith(root)) continue
    if (media.sha256 === '' || (await sha256OfFile(path)) === media.sha256) return { path, bytes: facts.size }
    problem = 'media-damaged'
  }
  return { problem }
}

/** Lower-case hex; read as a stream. */
export async function sha256OfFile(path: string): Promise<string> {
  const digest = createHash('sha256')
  await pipeline(createReadStream(path), digest)
  return digest.digest('hex')
}
