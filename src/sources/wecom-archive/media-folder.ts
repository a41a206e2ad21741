/** The folder of media that was fetched beside the messages: finds a message's file under any name tools give it. */
import { createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../domain/errors.ts'
import { extensionOf } from '../formats/media-types.ts'
import type { Media } from './body.ts'

export interface FoundFile {
  readonly path: string
  readonly bytes: number
}

export interface MediaFolder {
  /** The file of a message's media; undefined when the folder has none. */
  find(media: Media): Promise<FoundFile | undefined>
}

/** File systems refuse longer names. */
const nameBytesMax = 255

/** Extensions under which the same kind of file may have been saved. */
const alternatives: readonly (readonly string[])[] = [
  ['jpg', 'jpeg', 'png', 'gif', 'webp'],
  ['amr', 'mp3', 'wav', 'silk', 'm4a', 'mp4'],
  ['mp4', 'mov'],
]

/** Throws AppError `file-not-found` when the folder cannot be read. */
export async function openMediaFolder(folder: string): Promise<MediaFolder> {
  const facts = await stat(folder).catch(() => undefined)
  if (facts?.isDirectory() !== true) {
    throw new AppError('file-not-found', `The media folder ${folder} is not a folder that can be read.`)
  }
  return {
    async find(media) {
      for (const name of candidateNames(media)) {
        const path = join(folder, name)
        const found = await stat(path).catch(() => undefined)
        if (found?.isFile() === true) return { path, bytes: found.size }
      }
      return undefined
    },
  }
}

/**
 * Names to look for, most exact first: the sdkfileid (with what a file name cannot hold replaced, or hashed
 * when it is too long), then the MD5, each bare and with extensions. Never a path.
 */
export function candidateNames(media: Media): string[] {
  const { reference, md5 } = media
  const safe = reference.replaceAll('/', '_')
  const stems = new Set([
    reference,
    safe,
    safe.replaceAll('+', '-'),
    hash('sha256', reference),
    md5,
    md5.toUpperCase(),
  ])
  const extensions = ['', ...extensionsFor(media)]
  return [...stems]
    .filter((stem) => stem !== '')
    .flatMap((stem) => extensions.map((extension) => (extension === '' ? stem : `${stem}.${extension}`)))
    .filter(isPlainName)
}

function extensionsFor({ name }: Media): string[] {
  const given = extensionOf(name)
  const related = alternatives.filter((group) => group.includes(given)).flat()
  return given === '' ? [] : [...new Set([given, given.toUpperCase(), ...related])]
}

function isPlainName(name: string): boolean {
  return (
    !/[/\\\u0000-\u001f]/.test(name) &&
    name !== '.' &&
    name !== '..' &&
    Buffer.byteLength(name) <= nameBytesMax
  )
}

/** Lower-case hex of the file's MD5, the only hash WeCom gives; read as a stream. */
export async function md5Of(path: string): Promise<string> {
  const digest = createHash('md5')
  await pipeline(createReadStream(path), digest)
  return digest.digest('hex')
}
