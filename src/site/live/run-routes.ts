/** Runs all routes of the site: splits what was kept, pulls what is due, keeps listeners listening. */
import { setTimeout as delay } from 'node:timers/promises'
import { isAppError } from '../../domain/errors.ts'
import { logEvents } from '../../platform/log/events.ts'
import type { Logger } from '../../platform/log/logger.ts'
import { takeSessionLock } from '../../platform/postgres/index.ts'
import type { CaptureCounts } from '../capture-session.ts'
import type { BodyKeeper } from './keep-bodies.ts'
import { type LiveParts, type OpenRoute, openRoute, withUsersOfNow } from './open-route.ts'
import { pullRoute } from './pull-route.ts'
import { clearProblem, noteProblem, notePulled } from './route-problems.ts'
import { listRoutes, type Route } from './routes.ts'
import { splitKept } from './split-kept.ts'

export interface RouteRunner {
  /** A body was kept, or a call asked for a pull: the route is looked at now. */
  wake(routeId: number, what: 'split' | 'pull'): void
  /** Lets each route finish the batch at hand. */
  stop(): Promise<void>
}

export interface RunnerOptions {
  readonly parts: LiveParts
  readonly keeper: BodyKeeper
  readonly log: Logger
  /** New records of an account are in the journal. */
  readonly onCaptured?: (accountId: number) => void
}

const lookMs = 1_000
const ownerWaitMs = 2_000
const pullEveryMinutesDefault = 5
/** After a pull, a listener or the opening of a route failed, and doubling up to the last. */
const retryMs = { first: 5_000, last: 5 * 60_000 } as const

interface Running {
  readonly version: number
  readonly open: OpenRoute
  readonly stop: AbortController
  readonly busy: Map<Work, Promise<void>>
  readonly due: Map<Work, number>
  readonly failures: Map<Work, number>
}

/** A route that could not be opened as it was then: its secret is sealed by a lost key, a setting is none any more. */
interface Refused {
  readonly version: number
  readonly failures: number
  readonly due: number
}

type Work = 'split' | 'pull' | 'listen'

/** One process runs the routes; others stand by for when it is gone. */
export function startRoutes(options: RunnerOptions): RouteRunner {
  const stopping = new AbortController()
  const woken = new Map<number, Set<'split' | 'pull'>>()
  let wakeUp = () => {}
  const rest = async (ms: number) => {
    const early = new Promise<void>((resolve) => {
      wakeUp = resolve
    })
    await Promise.race([early, delay(ms, undefined, { signal: stopping.signal }).catch(() => {})])
  }
  const running = new Map<number, Running>()
  const refused = new Map<number, Refused>()
  const takeWoken = (id: number) => {
    const works = woken.get(id) ?? new Set()
    woken.delete(id)
    return works
  }

  const whileOwner = async (lost: AbortSignal) => {
    while (!stopping.signal.aborted && !lost.aborted) {
      // A database that is away for a moment is asked again.
      await look(options, running, refused, takeWoken, () => wakeUp()).catch((error: unknown) =>
        logEvents.routesTroubled(options.log, error),
      )
      if (woken.size === 0) await rest(lookMs)
    }
    await stopAll(running)
  }
  const run = async () => {
    while (!stopping.signal.aborted) {
      const lock = await takeSessionLock(options.parts.pool, 'live-routes', 'exclusive').catch(() => null)
      if (lock === null) await rest(ownerWaitMs)
      else await whileOwner(lock.signal).finally(() => lock.release().catch(() => {}))
    }
  }
  const done = run()
  return {
    wake(routeId, what) {
      woken.set(routeId, (woken.get(routeId) ?? new Set()).add(what))
      wakeUp()
    },
    async stop() {
      stopping.abort()
      wakeUp()
      await done
    },
  }
}

async function look(
  options: RunnerOptions,
  running: Map<number, Running>,
  refused: Map<number, Refused>,
  takeWoken: (id: number) => ReadonlySet<'split' | 'pull'>,
  again: () => void,
): Promise<void> {
  const { parts } = options
  const routes = await listRoutes(parts)
  for (const [id, one] of running) {
    const now = routes.find((route) => route.id === id)
    if (now?.version === one.version) continue
    one.stop.abort()
    await Promise.allSettled(one.busy.values())
    running.delete(id)
  }
  const waiting = await routesWithBodies(parts)
  for (const route of routes) {
    const one = running.get(route.id) ?? (await begin(options, refused, route))
    if (!one) continue
    running.set(route.id, one)
    const woken = takeWoken(route.id)
    const current: Running = { ...one, open: { ...one.open, route } }
    if (one.open.live.split && (waiting.has(route.id) || woken.has('split')))
      start(options, current, 'split', again)
    if (!route.enabled) continue
    if (one.open.live.pull && (woken.has('pull') || isPullDue(parts.clock.now(), one, route)))
      start(options, current, 'pull', again)
    if (one.open.live.listen) start(options, current, 'listen', again)
  }
}

/** Null where it cannot be opened, or could not lately: a route that was changed meanwhile is tried at once. */
async function begin(
  { parts, log }: RunnerOptions,
  refused: Map<number, Refused>,
  route: Route,
): Promise<Running | null> {
  const last = refused.get(route.id)
  if (last?.version === route.version && parts.clock.now() < last.due) return null
  const stop = new AbortController()
  try {
    const open = await openRoute(parts, route, stop.signal)
    refused.delete(route.id)
    if (!open) return null
    return { version: route.version, open, stop, busy: new Map(), due: new Map(), failures: new Map() }
  } catch (error) {
    const failures = (last?.version === route.version ? last.failures : 0) + 1
    refused.set(route.id, { version: route.version, failures, due: parts.clock.now() + retryAfter(failures) })
    await troubled(parts, log, route, error)
    return null
  }
}

function retryAfter(failures: number): number {
  return Math.min(retryMs.first * 2 ** (failures - 1), retryMs.last)
}

async function routesWithBodies({ database, clock }: LiveParts): Promise<ReadonlySet<number>> {
  const rows = await database
    .selectFrom('site_kept_body')
    .select('route_id')
    .distinct()
    .where('next_attempt_at', '<=', new Date(clock.now()))
    .execute()
  return new Set(rows.map((row) => row.route_id))
}

function isPullDue(now: number, one: Running, route: Route): boolean {
  const everyMs = (one.open.live.pullEveryMinutes ?? pullEveryMinutesDefault) * 60_000
  return now >= (route.lastPulledAt?.getTime() ?? 0) + everyMs
}

/** Begins the work where it is not at work already and its last failure is long enough ago. */
function start(options: RunnerOptions, one: Running, work: Work, again: () => void): void {
  const { parts, log } = options
  if (one.busy.has(work) || parts.clock.now() < (one.due.get(work) ?? 0)) return
  const doing = does[work](options, one.open)
    .then(async (counts) => {
      one.failures.delete(work)
      if (one.open.route.problem !== null && work !== 'split') await clearProblem(parts, one.open.route)
      if (counts.captured > 0) options.onCaptured?.(one.open.account.id)
    })
    .catch(async (error: unknown) => {
      if (one.stop.signal.aborted) return
      const failures = (one.failures.get(work) ?? 0) + 1
      one.failures.set(work, failures)
      one.due.set(work, parts.clock.now() + retryAfter(failures))
      await troubled(parts, log, one.open.route, error)
    })
    .finally(() => {
      one.busy.delete(work)
      again()
    })
  one.busy.set(work, doing)
}

const nothing: CaptureCounts = { captured: 0, duplicates: 0, attachments: 0, gaps: 0 }

const does: Readonly<Record<Work, (options: RunnerOptions, open: OpenRoute) => Promise<CaptureCounts>>> = {
  split: async ({ parts, log }, open) => {
    const { later, failures, ...counts } = await splitKept(parts, await withUsersOfNow(parts, open))
    if (failures.length > 0) await troubled(parts, log, open.route, failures[0])
    // Where the route also asks or listens, its problem may be that: then success there clears it.
    else if (open.route.problem !== null && !open.live.pull && !open.live.listen)
      await clearProblem(parts, open.route)
    if (later.size > 0)
      logEvents.bodiesLeft(log, {
        route: open.route.id,
        bodies: later.size,
        codes: [...new Set(later.values())],
      })
    return counts
  },
  pull: async ({ parts }, open) => {
    const counts = await pullRoute(parts, await withUsersOfNow(parts, open))
    await notePulled(parts, open.route)
    return counts
  },
  listen: async ({ keeper }, open) => {
    await open.live.listen!({ ...open.given, keep: (body) => keeper.keep(open.route, body) })
    return nothing
  },
}

async function troubled(parts: LiveParts, log: Logger, route: Route, error: unknown): Promise<void> {
  logEvents.routeFailed(log, error, {
    route: route.id,
    source: route.source,
    code: isAppError(error) ? error.code : 'failed',
  })
  await noteProblem(parts, route, error).catch(() => {})
}

async function stopAll(running: Map<number, Running>): Promise<void> {
  for (const { stop } of running.values()) stop.abort()
  for (const { busy } of running.values()) await Promise.allSettled(busy.values())
  running.clear()
}
