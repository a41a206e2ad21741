/** A file that is sent: read as it comes, never kept, and ended when it grows too large or stands still. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../domain/errors.ts'

const bytesMaxDefault = 1024 * 1024
/** A sender that says nothing for so long is gone. */
const silenceMs = 120_000

/** Lets the routes of this scope take any body as the stream it is. */
export function takeStreams(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
}

/** The body's bytes. Throws `upload-too-large`: at once where the length is told, else as soon as it is passed. */
export function uploadOf(request: FastifyRequest, bytesMax = bytesMaxDefault): AsyncIterable<Uint8Array> {
  const told = Number(request.headers['content-length'] ?? 0)
  if (told > bytesMax) throw tooLarge(bytesMax)
  return counted(request, bytesMax)
}

async function* counted(request: FastifyRequest, bytesMax: number): AsyncGenerator<Uint8Array> {
  const { raw } = request
  raw.setTimeout(silenceMs, () => raw.destroy())
  let bytes = 0
  // The stream is left open when its reader stops early: the answer goes out over the same connection.
  for await (const chunk of raw.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Uint8Array).byteLength
    if (bytes > bytesMax) throw tooLarge(bytesMax)
    yield chunk as Uint8Array
  }
}

function tooLarge(bytesMax: number): AppError {
  const megabytes = Math.floor(bytesMax / 1024 / 1024)
  return new AppError(
    'upload-too-large',
    `The file is larger than the ${megabytes} MiB this address takes.`,
    {
      details: { bytesMax },
    },
  )
}
