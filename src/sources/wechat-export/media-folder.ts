/** The files beside an export: finds the one a message names, and never one outside the folder. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../domain/errors.ts'
import { extensionOf } from '../formats/media-types.ts'
import type { Media } from './media.ts'

export interface FoundFile {
  readonly path: string
  readonly bytes: number
}

export interface MediaFolder {
  /** The file of a message's media; undefined when the folder has none. */
  find(media: Media): Promise<FoundFile | undefined>
}

/** Folders the tools put media into. */
const subfolders = [
  ...['', 'image', 'images', 'img', 'video', 'videos', 'voice', 'voices', 'audio', 'file', 'files'],
  ...['emoji', 'media', 'attachments'],
]
/** Extensions under which the same kind of file may have been saved. */
const alternatives: readonly (readonly string[])[] = [
  ['jpg', 'jpeg', 'png', 'gif', 'webp', 'bmp'],
  ['silk', 'amr', 'mp3', 'wav', 'm4a', 'ogg'],
  ['mp4', 'mov'],
]
const pathPartsMax = 8
const namesMax = 200_000

/**
 * `except` is the export itself. Links that lead out of the folder count as missing: an export is written by
 * other people. Throws AppError `file-not-found` when the folder cannot be read.
 */
export async function openMediaFolder(folder: string, except: string): Promise<MediaFolder> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw new AppError('file-not-found', `The media folder ${folder} cannot be read.`, { cause })
  })
  const exported = await realpath(except)
  const listings = new Map<string, Promise<ReadonlyMap<string, string>>>()
  const listed = (part: string) => {
    const known = listings.get(part) ?? listFiles(join(root, part))
    listings.set(part, known)
    return known
  }
  const within = async (...parts: readonly string[]): Promise<FoundFile | undefined> => {
    const path = await realpath(join(root, ...parts)).catch(() => undefined)
    if (path === undefined || path === exported || !path.startsWith(root + sep)) return undefined
    const facts = await stat(path).catch(() => undefined)
    return facts?.isFile() === true ? { path, bytes: facts.size } : undefined
  }
  return {
    async find(media) {
      for (const parts of pathSuffixes(media.path)) {
        const found = await within(...parts)
        if (found !== undefined) return found
      }
      for (const part of subfolders) {
        const files = await listed(part)
        const name = candidateNames(media).find((candidate) => files.has(keyOf(candidate)))
        const found = name === undefined ? undefined : await within(part, files.get(keyOf(name))!)
        if (found !== undefined) return found
      }
      return undefined
    },
  }
}

/** Names by how they compare: in one Unicode form (Apple's file system decomposes letters), without regard to case. */
async function listFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder).catch(() => [])
  return new Map(names.slice(0, namesMax).map((name) => [keyOf(name), name]))
}

function keyOf(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

/** The path and its ends, longest first: tools write paths of the computer the chat was on. Never one that climbs. */
function pathSuffixes(path: string): string[][] {
  const parts = path
    .split(/[/\\]/)
    .filter((part) => part !== '' && part !== '.' && !/^[A-Za-z]:$/.test(part))
    .slice(-pathPartsMax)
  if (parts.length === 0 || parts.some((part) => part === '..' || part.includes('\0'))) return []
  return parts.map((_, index) => parts.slice(index))
}

/** Names to look for: the title or the path's last part, then the MD5 with the extensions of its kind. */
export function candidateNames({ name, path, md5, named }: Media): string[] {
  const own = named ? [name] : []
  const last = path.split(/[/\\]/).at(-1) ?? ''
  const given = extensionOf(name)
  const related = alternatives.filter((group) => group.includes(given)).flat()
  const stems = md5 === '' ? [] : [md5]
  const made = stems.flatMap((stem) => [stem, ...[given, ...related].map((ending) => `${stem}.${ending}`)])
  return [...own, ...(last === '' ? [] : [last]), ...made].filter((one) => !/[/\\\u0000-\u001f]/.test(one))
}

/** Lower-case hex of the file's MD5, the only hash WeChat gives; read as a stream. */
export async function md5Of(path: string): Promise<string> {
  const digest = createHash('md5')
  await pipeline(createReadStream(path), digest)
  return digest.digest('hex')
}
