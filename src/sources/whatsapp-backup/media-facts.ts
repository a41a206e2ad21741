/** Names, hashes and types of files as databases write them. */
import { basename } from 'node:path/posix'

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/webp': '.webp',
  'image/gif': '.gif',
  'video/mp4': '.mp4',
  'video/3gpp': '.3gp',
  'audio/ogg': '.ogg',
  'audio/mpeg': '.mp3',
  'audio/mp4': '.m4a',
  'audio/aac': '.aac',
  'audio/amr': '.amr',
  'application/pdf': '.pdf',
}

/** The name a person gave the file, else the phone's, else one made of its type. Never a path. */
export function mediaNameOf(given: string, path: string, mediaType: string): string {
  const name = given || basename(path.replaceAll('\\', '/'))
  // Control characters and separators have no place in a name that becomes a file's.
  const plain = name.replace(/[/\\\u0000-\u001f]/g, '_').slice(0, 200)
  return plain.replace(/^\.+$/, '') || `file${extensions[mediaType] ?? ''}`
}

/** WhatsApp writes SHA-256 in base64; some tools in hex. Lower-case hex, or empty. */
export function sha256Of(written: string): string {
  if (/^[\da-f]{64}$/i.test(written)) return written.toLowerCase()
  const bytes = Buffer.from(written, 'base64')
  return bytes.byteLength === 32 ? bytes.toString('hex') : ''
}
