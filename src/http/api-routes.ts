/** Makes every endpoint of the contract's table a route: nothing here knows any of them by name. */
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler, RouteOptions } from 'fastify'
import type { Principal } from '../access/index.ts'
import type { Endpoint } from '../api/index.ts'
import { AppError } from '../domain/errors.ts'
import { answerCall, refuseCall } from './answer-call.ts'
import { type ApiOptions, standardLimits } from './api-options.ts'
import { assertAllowed, principalOf } from './call.ts'
import type { AuditedCall } from './call-audit.ts'
import { takeStreams } from './upload-body.ts'

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null
  }
}

export function registerApi(server: FastifyInstance, options: ApiOptions): void {
  server.register(async (api) => {
    await api.register(cookie)
    await api.register(rateLimit, { global: false, errorResponseBuilder: tooMany })
    api.decorateRequest('principal', null)
    const limit = limiters(api, options)
    const makeRoute = (scope: FastifyInstance, name: string, endpoint: Endpoint) =>
      scope.route(routeOf(options, { name, endpoint }, limit))
    const routes = Object.entries(options.table)
    api.register(async (scope) => {
      scope.removeContentTypeParser('text/plain')
      for (const [name, endpoint] of routes) if (endpoint.body !== 'bytes') makeRoute(scope, name, endpoint)
    })
    api.register(async (scope) => {
      takeStreams(scope)
      for (const [name, endpoint] of routes) if (endpoint.body === 'bytes') makeRoute(scope, name, endpoint)
    })
  })
}

interface Limiters {
  readonly signIns: onRequestAsyncHookHandler
  readonly requests: onRequestAsyncHookHandler
}

/** Each counts over all the routes that it stands before. */
function limiters(api: FastifyInstance, { limits }: ApiOptions): Limiters {
  const { signInsPerMinute, requestsPerMinute } = { ...standardLimits, ...limits }
  const keyOf = ({ principal, ip }: FastifyRequest) =>
    principal === null ? ip : (principal.session?.id ?? `token of ${principal.userId}`)
  const perMinute = { timeWindow: 60_000 }
  return {
    signIns: api.rateLimit({ ...perMinute, max: signInsPerMinute }) as onRequestAsyncHookHandler,
    requests: api.rateLimit({
      ...perMinute,
      max: requestsPerMinute,
      keyGenerator: keyOf,
    }) as onRequestAsyncHookHandler,
  }
}

function routeOf(options: ApiOptions, call: Omit<AuditedCall, 'params'>, limit: Limiters): RouteOptions {
  const { name, endpoint } = call
  const { doorkeeper, publicUrl, clock } = options
  const handler = options.handlers[name]
  if (!handler) throw new Error(`no handler answers ${name}`)
  const signsIn = endpoint.access === 'anybody' && endpoint.method !== 'GET'
  return {
    method: endpoint.method,
    url: endpoint.path,
    exposeHeadRoute: endpoint.method === 'GET' && endpoint.answer !== 'events',
    // All of it before a body is read: nobody who may not call makes us take anything from him.
    onRequest: [
      async (request) => {
        request.principal = await principalOf(request, doorkeeper, publicUrl)
      },
      signsIn ? limit.signIns : limit.requests,
      async (request) => {
        try {
          assertAllowed(endpoint, request.principal, request, { publicUrl, now: clock.now() })
        } catch (error) {
          await refuseCall(options, { ...call, params: request.params }, request, error)
          throw error
        }
      },
    ],
    handler: (request, reply) =>
      answerCall(options, { ...call, params: request.params }, handler, request, reply),
  }
}

function tooMany(_request: FastifyRequest, { after }: { readonly after: string }): AppError {
  return new AppError('too-many-requests', `These are too many requests. Try again in ${after}.`)
}
