/** The HTTP server: mounts what it is handed, turns error codes into statuses, closes in order. */
import fastify, { type FastifyInstance } from 'fastify'
import { AppError, type ErrorCode } from '../domain/errors.ts'

export interface ServerOptions {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  readonly mount: (server: FastifyInstance) => void
  /** Told of failures that are not the caller's; never with request bodies. */
  readonly onFailure: (error: unknown) => void
}

export interface RunningServer {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string
  close(): Promise<void>
}

/** The one place that knows which status a code has; 400 unless named here. */
const statusOfCode: Partial<Record<ErrorCode, number>> = {
  'sign-in-refused': 401,
  'session-expired': 401,
  'sign-in-throttled': 429,
  'object-not-found': 404,
  'item-not-found': 404,
  'account-not-found': 404,
  'connector-not-found': 404,
  'content-damaged': 500,
  'disk-full': 507,
  'database-unreachable': 503,
}

const requestBodyBytesMax = 1024 * 1024

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = fastify({ bodyLimit: requestBodyBytesMax, forceCloseConnections: true, logger: false })
  server.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof AppError) {
      const status = statusOfCode[error.code] ?? 400
      if (status >= 500) options.onFailure(error)
      return reply.code(status).send({ code: error.code, message: error.message })
    }
    if (error.statusCode && error.statusCode < 500) {
      return reply.code(error.statusCode).send({ code: 'bad-request', message: error.message })
    }
    options.onFailure(error)
    return reply.code(500).send({ code: 'internal', message: 'The server failed; its log says why.' })
  })
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: 'not-found', message: 'There is nothing at this address.' }),
  )
  server.get('/healthz', async () => ({ ok: true }))
  options.mount(server)
  const url = await listen(server, options)
  return { url, close: () => server.close() }
}

async function listen(server: FastifyInstance, { host, port }: ServerOptions): Promise<string> {
  try {
    return await server.listen({ host, port })
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
