/** How much of a mailbox one application may use: sliding windows that are filled and never overrun. */
import type { Clock } from '../../platform/clock.ts'

export interface BudgetLimits {
  readonly requests: number
  readonly requestsWindowMs: number
  /** Bytes of the bodies of POST, PUT and PATCH. */
  readonly uploadBytes: number
  readonly uploadWindowMs: number
  readonly requestsAtOnce: number
}

/** Outlook's limits for each application and mailbox, from the "Microsoft Graph throttling limits" page. */
export const documentedLimits: BudgetLimits = {
  requests: 10_000,
  requestsWindowMs: 10 * 60_000,
  uploadBytes: 150_000_000,
  uploadWindowMs: 5 * 60_000,
  requestsAtOnce: 4,
}

export interface Demand {
  readonly requests: number
  readonly bytes: number
}

export interface MailboxBudget {
  /** Waits for its turn, first come first served. The answer is called once when the requests have ended. */
  acquire(demand: Demand, signal?: AbortSignal): Promise<() => void>
  /** Lets nothing begin for so long: the server said `Retry-After`. */
  pause(waitMs: number): void
  /** Nothing runs, waits, or is remembered: it may be forgotten. */
  idle(): boolean
}

interface Waiting {
  readonly demand: Demand
  readonly go: () => void
}

/**
 * A request counts from its start until a whole window after its end: whenever the server counted it was in
 * between, so that no window of the server's can hold more than the limit, however long requests travel.
 */
export function createMailboxBudget(clock: Clock, limits: BudgetLimits = documentedLimits): MailboxBudget {
  const requests = createWindow(clock, limits.requests, limits.requestsWindowMs)
  const bytes = createWindow(clock, limits.uploadBytes, limits.uploadWindowMs)
  const queue: Waiting[] = []
  let running = 0
  let pausedUntil = 0
  let timer: NodeJS.Timeout | undefined

  return {
    acquire: async (demand, signal) => {
      signal?.throwIfAborted()
      await new Promise<void>((resolve, reject) => {
        const stop = () => {
          leave(waiting)
          reject(signal!.reason as Error)
        }
        const go = () => {
          signal?.removeEventListener('abort', stop)
          resolve()
        }
        const waiting = { demand, go }
        signal?.addEventListener('abort', stop, { once: true })
        queue.push(waiting)
        admit()
      })
      let ended = false
      return () => {
        if (ended) return
        ended = true
        running -= demand.requests
        requests.end(demand.requests)
        bytes.end(demand.bytes)
        admit()
      }
    },
    pause: (waitMs) => {
      pausedUntil = Math.max(pausedUntil, clock.now() + waitMs)
    },
    idle: () => running === 0 && queue.length === 0 && requests.empty() && bytes.empty(),
  }

  function leave(waiting: Waiting): void {
    const at = queue.indexOf(waiting)
    if (at >= 0) queue.splice(at, 1)
    admit()
  }

  function admit(): void {
    clearTimeout(timer)
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const { demand } = next
      if (running > 0 && running + demand.requests > limits.requestsAtOnce) return
      const waitMs = Math.max(
        pausedUntil - clock.now(),
        requests.waitMs(demand.requests),
        bytes.waitMs(demand.bytes),
      )
      if (waitMs > 0) {
        // Where only what still runs is in the way, its end calls `admit` again.
        if (waitMs < Number.POSITIVE_INFINITY) timer = setTimeout(admit, waitMs)
        return
      }
      queue.shift()
      running += demand.requests
      requests.begin(demand.requests)
      bytes.begin(demand.bytes)
      next.go()
    }
  }
}

interface Span {
  readonly from: number
  until: number
  weight: number
}

/** Amounts of the last `windowMs`. Ends that lie close together are remembered as one, at the later time. */
function createWindow(clock: Clock, limit: number, windowMs: number) {
  const granuleMs = windowMs / 500
  const spans: Span[] = []
  let remembered = 0
  let running = 0

  return {
    begin: (weight: number) => {
      running += weight
    },
    end: (weight: number) => {
      running -= weight
      if (weight === 0) return
      remembered += weight
      const now = clock.now()
      // One more millisecond, because a clock gives whole ones.
      const until = now + windowMs + 1
      const last = spans.at(-1)
      if (last && now - last.from < granuleMs) Object.assign(last, { until, weight: last.weight + weight })
      else spans.push({ from: now, until, weight })
    },
    /** How long until so much more fits: 0 for now, infinity while only requests that still run are in the way. */
    waitMs: (weight: number) => {
      const now = clock.now()
      forget(now)
      // What is larger than the whole limit goes when nothing else is counted.
      const room = Math.max(0, limit - weight)
      let over = remembered + running - room
      if (weight === 0 || over <= 0) return 0
      for (const span of spans) {
        over -= span.weight
        if (over <= 0) return Math.max(1, span.until - now)
      }
      return Number.POSITIVE_INFINITY
    },
    empty: () => {
      forget(clock.now())
      return running === 0 && spans.length === 0
    },
  }

  function forget(now: number): void {
    while (spans[0] && spans[0].until <= now) remembered -= spans.shift()!.weight
  }
}

/** The budgets of all mailboxes; those that have nothing left to remember are let go. */
export function createMailboxBudgets(
  clock: Clock,
  limits?: BudgetLimits,
): (mailbox: string) => MailboxBudget {
  const budgets = new Map<string, MailboxBudget>()
  const keptMax = 256
  return (mailbox) => {
    const key = mailbox.toLowerCase()
    const known = budgets.get(key)
    if (known) return known
    if (budgets.size >= keptMax) for (const [name, budget] of budgets) if (budget.idle()) budgets.delete(name)
    const budget = createMailboxBudget(clock, limits)
    budgets.set(key, budget)
    return budget
  }
}
