/** The one address at which sources are called from outside: `/site/hooks/SOURCE/ADDRESS`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../domain/errors.ts'
import type { CallAnswerer } from '../site/live/index.ts'

interface HookAddress {
  readonly source: string
  readonly address: string
}

/** No source takes a larger body; each says less for itself. */
const bodyBytesMax = 64 * 1024 * 1024

/**
 * Adds the hooks' route below the server's `/site`. Bodies are taken as bytes: signatures are over those. Without an
 * answerer (a centre whose site runs elsewhere) nothing is called here.
 */
export function registerSiteHooks(server: FastifyInstance, answerer: CallAnswerer | null): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) =>
    done(null, body),
  )
  server.route({
    method: ['GET', 'POST'],
    url: '/hooks/:source/:address',
    exposeHeadRoute: false,
    bodyLimit: bodyBytesMax,
    onRequest: async (request) => refuseTooLarge(request, answerer),
    handler: async (request, reply) => answerHook(request, reply, answerer),
  })
}

/** Before the body is read: who calls an address that is none sends nothing. */
async function refuseTooLarge(request: FastifyRequest, answerer: CallAnswerer | null): Promise<void> {
  const { source, address } = request.params as HookAddress
  const limit = (await answerer?.bodyBytesMax(source, address)) ?? null
  if (limit === null) throw nothingHere()
  if (Number(request.headers['content-length'] ?? 0) > limit)
    throw new AppError('upload-too-large', `This address takes bodies of up to ${limit} bytes.`)
}

async function answerHook(
  request: FastifyRequest,
  reply: FastifyReply,
  answerer: CallAnswerer | null,
): Promise<FastifyReply> {
  const { source, address } = request.params as HookAddress
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const limit = await answerer!.bodyBytesMax(source, address)
  if (limit !== null && body.byteLength > limit)
    throw new AppError('upload-too-large', `This address takes bodies of up to ${limit} bytes.`)
  const answer = await answerer!.answer(source, address, {
    method: request.method === 'GET' ? 'GET' : 'POST',
    headers: request.headers,
    query: firstValues(request.query as Record<string, string | string[]>),
    body,
  })
  if (answer === null) throw nothingHere()
  return reply
    .code(answer.status)
    .header('cache-control', 'no-store')
    .type(answer.mediaType ?? 'text/plain; charset=utf-8')
    .send(answer.text ?? '')
}

function firstValues(query: Record<string, string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? (value[0] ?? '') : value]),
  )
}

function nothingHere(): AppError {
  return new AppError('unknown-source', 'No source of this archiver site is called at this address.')
}
