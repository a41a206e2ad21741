/** The file a message speaks of, and what opens it. */
import { isRaw, type Raw, textOf } from '../formats/raw-json.ts'
import { bytesOf, longOf } from './event-line.ts'
import { contentOf } from './message-content.ts'

export interface Media {
  readonly name: string
  readonly mediaType: string
  /** Path at WhatsApp's hosts; names the file among the records too. */
  readonly reference: string
  readonly url: string
  readonly size: number | null
  readonly mediaKey: Buffer
  readonly fileSha256: Buffer | null
  readonly fileEncSha256: Buffer | null
  /** What the keys are derived for. */
  readonly info: string
}

/** Kinds by their field, with what WhatsApp derives the keys for (HKDF's info) and what a file without a name is called. */
const kinds: Readonly<Record<string, readonly [info: string, name: string, extension: string]>> = {
  imageMessage: ['WhatsApp Image Keys', 'image', '.jpg'],
  stickerMessage: ['WhatsApp Image Keys', 'sticker', '.webp'],
  videoMessage: ['WhatsApp Video Keys', 'video', '.mp4'],
  ptvMessage: ['WhatsApp Video Keys', 'video-note', '.mp4'],
  audioMessage: ['WhatsApp Audio Keys', 'audio', '.ogg'],
  documentMessage: ['WhatsApp Document Keys', 'document', ''],
}

const extensions: Readonly<Record<string, string>> = {
  ...{ 'image/png': '.png', 'image/gif': '.gif', 'image/webp': '.webp', 'image/jpeg': '.jpg' },
  ...{ 'video/3gpp': '.3gp', 'audio/mpeg': '.mp3', 'audio/mp4': '.m4a', 'audio/aac': '.aac' },
  ...{ 'application/pdf': '.pdf' },
}

/** Of a message as it is; null where it has no file, or none that could be opened. */
export function mediaOf(message: unknown): Media | null {
  const { message: content } = contentOf(message)
  const edited = isRaw(content.protocolMessage) ? content.protocolMessage.editedMessage : undefined
  if (isRaw(edited)) return mediaOf(edited)
  const kind = Object.keys(kinds).find((name) => isRaw(content[name]))
  if (kind === undefined) return null
  const file = content[kind] as Raw
  const mediaKey = bytesOf(file.mediaKey)
  const reference = textOf(file, 'directPath') || pathOf(textOf(file, 'url'))
  if (mediaKey === null || reference === '') return null
  const [info, shown, extension] = kinds[kind]!
  const mediaType = textOf(file, 'mimetype').split(';')[0]!.trim() || 'application/octet-stream'
  const fileSha256 = bytesOf(file.fileSha256)
  const named = (textOf(file, 'fileName') || textOf(file, 'title')).replace(/[/\\\0]/g, '_')
  const short = fileSha256 === null ? '' : `-${fileSha256.toString('hex').slice(0, 8)}`
  return {
    name: named || `${shown}${short}${extensions[mediaType] ?? extension}`,
    ...{ mediaType, reference, url: textOf(file, 'url'), size: longOf(file, 'fileLength') ?? null, mediaKey },
    ...{ fileSha256, fileEncSha256: bytesOf(file.fileEncSha256), info },
  }
}

function pathOf(url: string): string {
  try {
    return new URL(url).pathname
  } catch {
    return ''
  }
}
