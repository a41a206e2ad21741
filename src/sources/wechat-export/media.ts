/** Files that messages speak of: what they are called, and how they are found among the files beside an export. */
import { mediaTypeOf } from '../formats/media-types.ts'

/** A file as a message names it. */
export interface Media {
  /** What tells it apart within its message: the path, the MD5, the title; else the kind. */
  readonly reference: string
  /** Display name, never a path. */
  readonly name: string
  readonly mediaType: string
  /** Path as the tool wrote it; empty when it wrote none. */
  readonly path: string
  /** Lower-case hex of the MD5 the message gives; empty when it gives none. */
  readonly md5: string
  /** False when the export does not even name the file: then it was made without media. */
  readonly named: boolean
}

export type MediaKind = 'image' | 'voice' | 'video' | 'sticker' | 'file'

const extensions: Readonly<Record<MediaKind, string>> = {
  image: 'jpg',
  voice: 'silk',
  video: 'mp4',
  sticker: 'gif',
  file: 'bin',
}

/** The file of a message: called by its title, else by the last part of its path, else `image-1a2b3c4d.jpg`, else by its kind. */
export function mediaOf(
  kind: MediaKind,
  naming: { readonly title?: string; readonly path?: string; readonly md5?: string },
): Media {
  const path = naming.path ?? ''
  const md5 = /^[0-9a-f]{32}$/i.test(naming.md5 ?? '') ? naming.md5!.toLowerCase() : ''
  const title = displayName(naming.title ?? '')
  const last = displayName(path.split(/[/\\]/).at(-1) ?? '')
  const made = md5 === '' ? kind : `${kind}-${md5.slice(0, 8)}.${extensions[kind]}`
  const name = title || last || made
  const reference = path || md5 || title || kind
  return {
    reference,
    name,
    mediaType: mediaTypeOf(name, extensions[kind]),
    path,
    md5,
    named: reference !== kind,
  }
}

/** Each file once, in order: a forwarded chat often repeats a picture. */
export function uniqueMedia(media: readonly Media[]): readonly Media[] {
  return [...new Map(media.map((one) => [one.reference, one])).values()]
}

const nameCharactersMax = 200

/** A file name that is never a path: separators and control characters become `_`, all else stays. */
export function displayName(name: string): string {
  const safe = name
    .trim()
    .replace(/[/\\\u0000-\u001f\u007f]/g, '_')
    .slice(0, nameCharactersMax)
    .toWellFormed()
  return safe === '.' || safe === '..' ? '_' : safe
}
