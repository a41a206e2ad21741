/** Everything Holdfast answers over HTTP: the site's feed, the API, the portal, a health check. */
import type { FastifyRequest } from 'fastify'
import { principalOfSession, principalOfToken } from '../access/index.ts'
import { endpoints } from '../api/index.ts'
import type { HttpConfig } from '../platform/config.ts'
import { logEvents } from '../platform/log/events.ts'
import type { Logger } from '../platform/log/logger.ts'
import type { RandomSource } from '../platform/random.ts'
import type { RightOfWay } from '../platform/right-of-way.ts'
import type { SiteParts } from '../site/index.ts'
import type { CallAnswerer } from '../site/live/index.ts'
import type { AnyHandler } from './api-options.ts'
import { registerApi } from './api-routes.ts'
import { allHandlers } from './handlers/index.ts'
import { assertSafeListening } from './listening.ts'
import { createPortalPages } from './portal-pages.ts'
import type { PortalParts } from './portal-parts.ts'
import { registerScim } from './scim/register-scim.ts'
import { nothingThere, type RunningServer, startServer } from './server.ts'
import { registerSiteFeed } from './site-feed.ts'
import { registerSiteHooks } from './site-hooks.ts'
import { answersUnknownApi } from './unknown-address.ts'

export interface HttpParts {
  readonly http: HttpConfig
  readonly log: Logger
  readonly random: RandomSource
  readonly rightOfWay?: RightOfWay
  /** Null where the site runs elsewhere. */
  readonly site: SiteParts | null
  /** Who is called from outside at the site; absent: nobody. */
  readonly calls?: CallAnswerer
  /** Null for a mere site. */
  readonly portal: PortalParts | null
  /** What the build of the portal made. */
  readonly portalFolder: string
}

/** Throws `port-in-use`, `listening-unsafe`, `bad-config` for a certificate that cannot be served with. */
export async function serveHttp(parts: HttpParts): Promise<RunningServer> {
  const { http, log, random, site, portal } = parts
  assertSafeListening(http)
  const pages = portal ? createPortalPages(parts.portalFolder, random) : null
  const unknownApi = answersUnknownApi(portal ? endpoints : {})
  const onFailure = (error: unknown, request?: FastifyRequest) => logFailure(log, error, request)
  return startServer({
    ...http,
    random,
    onFailure,
    onUnknown: async (request, reply) =>
      unknownApi(request, reply) ?? (pages ? pages.answer(request, reply) : nothingThere()),
    mount: (server) => {
      if (site) {
        server.register(async (below) => registerSiteFeed(below, site), { prefix: '/site' })
        server.register(async (below) => registerSiteHooks(below, parts.calls ?? null), { prefix: '/site' })
      }
      pages?.register(server)
      if (portal) {
        const scim = {
          directory: portal.centre,
          doorkeeper: doorkeeperOf(portal),
          publicUrl: http.publicUrl,
          onFailure,
        }
        server.register(async (below) => registerScim(below, scim), { prefix: '/scim/v2' })
      }
      if (portal) {
        registerApi(server, {
          table: endpoints,
          handlers: allHandlers(portal) as unknown as Readonly<Record<string, AnyHandler>>,
          doorkeeper: doorkeeperOf(portal),
          publicUrl: http.publicUrl,
          ...(parts.rightOfWay ? { rightOfWay: parts.rightOfWay } : {}),
          queries: portal.access.queries,
          clock: portal.access.clock,
        })
      }
    },
  })
}

function doorkeeperOf({ access }: PortalParts) {
  return {
    principalOfSession: (token: string) => principalOfSession(access, token),
    principalOfToken: (token: string) => principalOfToken(access, token),
  }
}

/** By the route, which holds no ids, and the correlation id the caller was told. */
function logFailure(log: Logger, error: unknown, request: FastifyRequest | undefined): void {
  if (request === undefined) {
    logEvents.programFailed(log, error)
    return
  }
  const route = request.routeOptions.url ?? 'none'
  logEvents.requestFailed(log, error, { request: request.id, method: request.method, route, status: 500 })
}
