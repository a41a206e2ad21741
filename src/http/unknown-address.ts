/** What is said at an address that no route answers: which methods it knows, or that there is nothing. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Endpoint, Method } from '../api/index.ts'
import { AppError } from '../domain/errors.ts'

/** Answers for addresses below `/api`; undefined for all others. Throws `not-found`, `method-not-allowed`. */
export function answersUnknownApi(
  table: Readonly<Record<string, Endpoint>>,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined {
  const known = methodsByPath(table)
  return (request, reply) => {
    const path = pathOf(request)
    if (path !== '/api' && !path.startsWith('/api/')) return undefined
    const methods = known.filter(({ pattern }) => pattern.test(path)).flatMap((each) => each.methods)
    if (methods.length === 0) throw new AppError('not-found', 'There is nothing at this address.')
    reply.header('allow', [...(methods.includes('GET') ? ['HEAD'] : []), ...methods, 'OPTIONS'].join(', '))
    // Without the headers other pages would need: they may not call.
    if (request.method === 'OPTIONS') return reply.code(204).send()
    throw new AppError('method-not-allowed', `This address does not take ${request.method}.`)
  }
}

export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]!
}

function methodsByPath(table: Readonly<Record<string, Endpoint>>) {
  const byPath = Map.groupBy(Object.values(table), ({ path }) => path)
  return [...byPath].map(([path, endpoints]) => ({
    pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/:\w+/g, '[^/]+')}$`),
    methods: endpoints.map(({ method }): Method => method),
  }))
}
