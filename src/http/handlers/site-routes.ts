import type { siteRouteEndpoints } from '../../api/endpoints/site-routes.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { accountById, type SiteAccount } from '../../site/index.ts'
import {
  changeRoute,
  createRoute,
  type LiveParts,
  listRoutes,
  openRoute,
  type Route,
  refuseMachineSettings,
  removeRoute,
  routeForm,
  syncRoute,
  waitingBodies,
} from '../../site/live/index.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

/** A vendor that does not answer is not waited for longer. */
const testMs = 60_000

export function siteRouteHandlers(parts: PortalParts): Handlers<typeof siteRouteEndpoints> {
  const find = async (params: { id: number; route: number }) => {
    const account = await accountById(liveParts(parts), params.id)
    const route = (await listRoutes(liveParts(parts), account)).find(({ id }) => id === params.route)
    if (!route)
      throw new AppError('route-not-found', `"${account.name}" has no such route; look at the list.`)
    return { account, route, source: sourceOf(parts, route.source) }
  }
  const shownOne = async (route: Route) => shown(parts, route, await waitingBodies(liveParts(parts)))
  return {
    listRouteForms: async () =>
      parts.sources.filter(({ live }) => live).map((source) => ({ ...routeForm(source) }) as never),
    async listSiteRoutes({ params }) {
      const account = await accountById(liveParts(parts), params.id)
      const waiting = await waitingBodies(liveParts(parts))
      return (await listRoutes(liveParts(parts), account)).map((route) => shown(parts, route, waiting))
    },
    async createSiteRoute({ params, body }, { principal }) {
      const account = await accountById(liveParts(parts), params.id)
      const source = sourceOf(parts, body.source)
      refuseMachineSettings(source, body.settings)
      return shownOne(await createRoute(liveParts(parts), account, source, body, principal.username))
    },
    async changeSiteRoute({ params, body }, { principal }) {
      const { account, route, source } = await find(params)
      const { version, name, enabled, settings, secret } = body
      if (settings) refuseMachineSettings(source, settings)
      const change = {
        ...(name === undefined ? {} : { name }),
        ...(enabled === undefined ? {} : { enabled }),
        // What was set at the machine stays as it is.
        ...(settings === undefined ? {} : { settings: { ...(route.settings as object), ...settings } }),
        ...(secret === undefined ? {} : { secret }),
      }
      const seen = { ...route, version }
      return shownOne(await changeRoute(liveParts(parts), account, source, seen, change, principal.username))
    },
    async removeSiteRoute({ params }, { principal }) {
      const { account, route } = await find(params)
      await removeRoute(liveParts(parts), account, route, principal.username)
      return { done: true }
    },
    async syncSiteRoute({ params }) {
      const { route } = await find(params)
      const open = await openRoute(liveParts(parts), route, AbortSignal.timeout(testMs))
      return (await syncRoute(liveParts(parts), open!)).map(shownFinding)
    },
    async testSiteRoute({ params }) {
      const { account, route } = await find(params)
      const findings = await findingsOf(parts, account, route)
      await appendAudit(parts.centre.queries, {
        ...{
          at: parts.centre.clock.now(),
          operation: 'test-route',
          target: account.name,
          outcome: 'succeeded',
        },
        details: { route: route.name, problems: findings.filter(({ problem }) => problem !== null).length },
      })
      return findings
    },
  }
}

/** Throws `site-elsewhere`. */
function liveParts({ site, sources, folder }: PortalParts): LiveParts {
  if (site) return { ...site, sources, routesFolder: folder.routes }
  throw new AppError(
    'site-elsewhere',
    'The archiver site does not run in this installation: look after its routes where it runs.',
  )
}

function sourceOf({ sources }: PortalParts, name: string) {
  const found = sources.find((source) => source.name === name && source.live)
  if (found) return found
  throw new AppError('unknown-source', `No source named "${name}" runs by itself in this program.`)
}

async function findingsOf(parts: PortalParts, _account: SiteAccount, route: Route) {
  const open = await openRoute(liveParts(parts), route, AbortSignal.timeout(testMs))
  const findings = (await open?.live.test?.(open.given)) ?? []
  return findings.map(shownFinding)
}

function shownFinding({ check, problem, result }: Awaited<ReturnType<typeof syncRoute>>[number]) {
  return { check, problem: problem ?? null, result: result ?? null }
}

function shown({ sources }: PortalParts, route: Route, waiting: ReadonlyMap<number, number>) {
  const { accountId: _account, address, cursor: _cursor, problem, settings, ...facts } = route
  const live = sources.find(({ name }) => name === route.source)?.live
  return {
    ...facts,
    syncs: live?.sync !== undefined,
    path: live?.receive ? `/hooks/${route.source}/${address}` : null,
    settings: settings as Record<string, unknown>,
    createdAt: route.createdAt.toISOString(),
    lastReceivedAt: route.lastReceivedAt?.toISOString() ?? null,
    lastPulledAt: route.lastPulledAt?.toISOString() ?? null,
    waiting: waiting.get(route.id) ?? 0,
    problem: problem && { ...problem, since: problem.since.toISOString() },
  }
}
