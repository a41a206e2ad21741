/** Hands out a file so that no browser takes it for a page of ours, and nobody a part of it for all. */
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Download } from './handler.ts'
import type { Sending } from './sending.ts'

/** What browsers show without running anything; all else is a download, whatever its handler wished. */
const shownTypes: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
  'audio/mpeg',
  'audio/mp4',
  'audio/aac',
  'audio/ogg',
  'audio/opus',
  'audio/wav',
  'audio/webm',
  'audio/amr',
  'video/mp4',
  'video/webm',
  'video/ogg',
  'video/3gpp',
  'video/quicktime',
])

export function sendDownload(reply: FastifyReply, download: Download, sending: Sending): FastifyReply {
  const { content, range, bytes } = download
  const [type = ''] = download.type.split(';')
  const shown = download.shown === true && shownTypes.has(type.trim().toLowerCase())
  reply.header('content-disposition', `${shown ? 'inline' : 'attachment'}; ${fileNameParts(download.name)}`)
  reply.header('content-security-policy', "sandbox; default-src 'none'")
  reply.type(contentType(download.type))
  if (bytes !== undefined) reply.header('accept-ranges', 'bytes')
  if (range) {
    reply.code(206).header('content-range', `bytes ${range.from}-${range.to}/${bytes ?? '*'}`)
  }
  if (typeof content === 'string' || content instanceof Uint8Array) return reply.send(Buffer.from(content))
  const length = range ? range.to - range.from + 1 : bytes
  if (length !== undefined) reply.header('content-length', length)
  return reply.send(Readable.from(exactly(content, length, sending), { objectMode: false }))
}

/**
 * The content's chunks. A content that is shorter or longer than was said, or fails on the way, ends the connection:
 * nobody shall take what he got for the whole.
 */
async function* exactly(
  content: AsyncIterable<Uint8Array>,
  length: number | undefined,
  { during, signal }: Sending,
): AsyncGenerator<Uint8Array> {
  const chunks = content[Symbol.asyncIterator]()
  let bytes = 0
  try {
    for (;;) {
      signal.throwIfAborted()
      const { done, value } = await during(() => chunks.next())
      if (done) break
      bytes += value.byteLength
      if (length !== undefined && bytes > length)
        throw new Error(`a file holds more than its ${length} bytes`)
      yield value
    }
  } finally {
    await during(() => chunks.return?.())
  }
  if (length !== undefined && bytes < length) throw new Error(`a file ends after ${bytes} of ${length} bytes`)
}

/** A type that could be a page or a script is not even named. */
function contentType(type: string): string {
  const plain = /^[\w.+-]+\/[\w.+-]+(; charset=[\w-]+)?$/.test(type)
  return plain && !/html|xml|svg|script/i.test(type) ? type : 'application/octet-stream'
}

/**
 * The name for old and for new programs (RFC 6266, RFC 8187), without what could lead to another folder, hide the
 * true ending, or break the line.
 */
export function fileNameParts(name: string): string {
  const safe =
    name
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ud800-\udfff]/gu, '')
      .replace(/["*/:<>?\\|]/g, '_')
      .replace(/^\.+/, '')
      .trim() || 'file'
  const shortened = shorten(safe)
  const ascii = shortened.replace(/[^ -~]/g, '_').replace(/%/g, '_')
  const encoded = encodeURIComponent(shortened).replace(
    /['()]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `filename="${ascii}"; filename*=UTF-8''${encoded}`
}

const nameLengthMax = 150

/** Keeps the ending, by which people know what a file is. */
function shorten(name: string): string {
  const characters = [...name]
  if (characters.length <= nameLengthMax) return name
  const ending = /\.[^.]{1,10}$/.exec(name)?.[0] ?? ''
  return characters.slice(0, nameLengthMax - ending.length).join('') + ending
}
