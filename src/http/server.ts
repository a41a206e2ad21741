/** The HTTP server: mounts what it is handed, tells failures in one shape, closes in order. */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AppError } from '../domain/errors.ts'
import { type RandomSource, systemRandom } from '../platform/random.ts'
import { toldOf } from './failures.ts'
import { addSecurityHeaders } from './security-headers.ts'
import { type Certificate, tlsServerFactory } from './tls.ts'

export interface ServerOptions {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  readonly mount: (server: FastifyInstance) => void
  /** Told of failures that are not the caller's; never with request bodies. */
  readonly onFailure: (error: unknown, request?: FastifyRequest) => void
  /** Null: without TLS. */
  readonly certificate?: Certificate | null
  /** Addresses or networks whose X-Forwarded-… headers are believed. */
  readonly trustedProxies?: readonly string[]
  /** Where browsers reach us, when a proxy stands before us. */
  readonly publicUrl?: string | null
  /** Answers what no route does; default: 404. */
  readonly onUnknown?: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>
  readonly random?: RandomSource
}

export interface RunningServer {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string
  close(): Promise<void>
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Aborted when the server begins to stop: answers without an end end then. */
    readonly stopping: AbortSignal
  }
}

const requestBodyBytesMax = 1024 * 1024

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { random = systemRandom, certificate, trustedProxies = [] } = options
  const server = fastify({
    bodyLimit: requestBodyBytesMax,
    forceCloseConnections: true,
    logger: false,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    genReqId: () => random.bytes(8).toString('hex'),
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => {
      // No hook has run before such a one.
      reply.header('x-content-type-options', 'nosniff').header('x-correlation-id', request.id)
      tellFailure(options, error, request, reply)
    },
    ...(certificate ? { serverFactory: tlsServerFactory(certificate) } : {}),
  })
  endWithServer(server)
  addSecurityHeaders(server, { publicUrl: options.publicUrl ?? null })
  server.setErrorHandler((error, request, reply) => tellFailure(options, error, request, reply))
  server.setNotFoundHandler((request, reply) => (options.onUnknown ?? nothingThere)(request, reply))
  server.get('/healthz', async () => ({ ok: true }))
  options.mount(server)
  const url = await listen(server, options)
  return { url, close: () => server.close() }
}

function tellFailure(
  options: ServerOptions,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { status, failure } = toldOf(error, request.id)
  if (status >= 500) options.onFailure(error, request)
  // A download that fails before its first byte has said by now what it would have been.
  for (const name of ['content-disposition', 'content-length', 'content-range', 'accept-ranges']) {
    reply.removeHeader(name)
  }
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(failure))
}

export async function nothingThere(): Promise<never> {
  throw new AppError('not-found', 'There is nothing at this address.')
}

function endWithServer(server: FastifyInstance): void {
  const stop = new AbortController()
  server.decorate('stopping', stop.signal)
  server.addHook('preClose', async () => stop.abort())
}

async function listen(server: FastifyInstance, options: ServerOptions): Promise<string> {
  const { host, port, certificate } = options
  try {
    const url = await server.listen({ host, port })
    return certificate ? url.replace(/^http:/, 'https:') : url
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'EADDRINUSE') {
      throw new AppError(
        'port-in-use',
        `Port ${port} on ${host} is taken; choose another with --port, or 0 for any free one.`,
        { cause },
      )
    }
    throw cause
  }
}
