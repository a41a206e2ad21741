/** The files a message speaks of. */
import type { Readable } from 'node:stream'
import { objectOf, type Raw, textOf } from '../formats/raw-json.ts'
import type { CapturedAttachment } from '../source.ts'
import type { Change } from './change.ts'

export interface Media {
  readonly id: string
  /** Lower-case hex, or empty. */
  readonly sha256: string
  readonly attachment: Omit<CapturedAttachment, 'open'>
}

export type OpenMedia = (media: Media, change: Change) => Promise<Readable>

export const mediaKinds = ['image', 'video', 'audio', 'document', 'sticker'] as const

/** Of a message, or of the message within an edit. */
export function mediaOf(raw: Raw): Media[] {
  const edited = objectOf(objectOf(raw, 'edit'), 'message')
  const message = textOf(raw, 'type') === 'edit' ? edited : raw
  const kind = mediaKinds.find((candidate) => candidate === textOf(message, 'type'))
  if (kind === undefined) return []
  const file = objectOf(message, kind)
  const id = textOf(file, 'id')
  if (id === '') return []
  const mediaType = textOf(file, 'mime_type').split(';')[0]!.trim() || 'application/octet-stream'
  const named = textOf(file, 'filename').replace(/[/\\\0]/g, '_')
  const name = named || `${kind}-${id}${extensionOf(mediaType)}`
  return [{ id, sha256: hexOf(textOf(file, 'sha256')), attachment: { name, mediaType, reference: id } }]
}

/** Meta writes hashes in hex, older webhooks in base64. */
export function hexOf(sha256: string): string {
  if (/^[\da-f]{64}$/i.test(sha256)) return sha256.toLowerCase()
  const bytes = Buffer.from(sha256, 'base64')
  return bytes.byteLength === 32 ? bytes.toString('hex') : ''
}

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/webp': '.webp',
  'video/mp4': '.mp4',
  'video/3gpp': '.3gp',
  'audio/ogg': '.ogg',
  'audio/mpeg': '.mp3',
  'audio/mp4': '.m4a',
  'audio/aac': '.aac',
  'audio/amr': '.amr',
  'application/pdf': '.pdf',
}

function extensionOf(mediaType: string): string {
  return extensions[mediaType] ?? ''
}
