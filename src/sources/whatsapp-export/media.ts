/** The media files that came with a chat: entries of its zip, or files of a folder. */
import { createReadStream } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { CapturedAttachment } from '../source.ts'
import { mediaTypeOf } from './media-type.ts'

export interface MediaFile {
  readonly name: string
  readonly bytes: number
  open(): Promise<Readable>
}

export interface Media {
  has(name: string): boolean
  /** The named file as an attachment; it then counts as referred to. Every call gives a new one. */
  attachment(name: string): CapturedAttachment | null
  /** Files that no message named. */
  unreferenced(): MediaFile[]
}

/** Names are compared in one Unicode form: phones write composed letters, Apple's file system decomposed ones. */
export function createMedia(files: readonly MediaFile[]): Media {
  const byName = new Map<string, MediaFile>()
  for (const file of files) {
    const key = file.name.normalize('NFC')
    if (!byName.has(key)) byName.set(key, file)
  }
  const referenced = new Set<MediaFile>()
  const find = (name: string): MediaFile | undefined => byName.get(name) ?? byName.get(name.normalize('NFC'))
  return {
    has: (name) => find(name) !== undefined,
    attachment(name) {
      const file = find(name)
      if (file === undefined) return null
      referenced.add(file)
      return {
        name,
        mediaType: mediaTypeOf(name),
        reference: name,
        size: file.bytes,
        open: () => file.open(),
      }
    },
    unreferenced: () => files.filter((file) => !referenced.has(file)),
  }
}

/** The plain files of one folder, without its sub-folders and links; `except` is the chat itself. */
export async function listFolder(folder: string, except: string): Promise<MediaFile[]> {
  const files: MediaFile[] = []
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name)
    const facts = await lstat(path)
    if (!facts.isFile() || path === except) continue
    files.push({ name, bytes: facts.size, open: async () => createReadStream(path) })
  }
  return files
}
