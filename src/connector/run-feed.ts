/**
 * Tells whoever listens of every connector whose run moved. The database is asked about once a second, once for all
 * listeners of this process and not at all while nobody listens: so it makes no difference which process runs.
 */
import { listConnectors } from './connectors.ts'
import { type ConnectorOverview, connectorOverviews } from './overview.ts'
import type { ConnectorParts } from './parts.ts'

type ReadingParts = Pick<ConnectorParts, 'pool' | 'queries' | 'clock'>

export interface RunFeed {
  /**
   * At first every connector, then each that has moved; undefined now and then, to keep the connection alive. A
   * listener too slow to take each step gets the newest. Ends with the signal.
   */
  follow(signal: AbortSignal): AsyncIterable<ConnectorOverview | undefined>
}

export interface RunFeedOptions {
  readonly pollMs?: number
  readonly quietMs?: number
  /** Told of a look that failed; the next one is tried all the same. */
  readonly onFailure?: (error: unknown) => void
}

interface Listener {
  /** What waits to be taken, by connector. */
  readonly waiting: Map<number, ConnectorOverview>
  wake: () => void
}

export function createRunFeed(parts: ReadingParts, options: RunFeedOptions = {}): RunFeed {
  const { pollMs = 1_000, quietMs = 15_000 } = options
  const listeners = new Set<Listener>()
  let seen = new Map<number, string>()
  let polling = false

  const look = async () => {
    const connectors = await listConnectors(parts)
    const overviews = await connectorOverviews(parts, connectors)
    const now = new Map<number, string>()
    for (const overview of overviews) {
      const marks = marksOf(overview)
      now.set(overview.id, marks)
      if (seen.get(overview.id) === marks) continue
      for (const listener of listeners) listener.waiting.set(overview.id, overview)
    }
    seen = now
    for (const listener of listeners) if (listener.waiting.size > 0) listener.wake()
  }

  const poll = async () => {
    if (polling) return
    polling = true
    while (listeners.size > 0) {
      await look().catch((error) => options.onFailure?.(error))
      await new Promise((resolve) => setTimeout(resolve, pollMs))
    }
    polling = false
  }

  return {
    async *follow(signal) {
      const listener: Listener = { waiting: new Map(), wake: () => {} }
      const wakeUp = () => listener.wake()
      signal.addEventListener('abort', wakeUp)
      try {
        const overviews = await connectorOverviews(parts, await listConnectors(parts))
        for (const overview of overviews) listener.waiting.set(overview.id, overview)
        if (!polling) seen = new Map(overviews.map((overview) => [overview.id, marksOf(overview)]))
        listeners.add(listener)
        void poll()
        while (!signal.aborted) {
          const [next] = listener.waiting.values()
          if (next) listener.waiting.delete(next.id)
          if (next) yield next
          else if (!(await somethingComes(listener, signal, quietMs)) && !signal.aborted) yield undefined
        }
      } finally {
        listeners.delete(listener)
        signal.removeEventListener('abort', wakeUp)
      }
    },
  }
}

/** False when nothing came for so long. */
function somethingComes(listener: Listener, signal: AbortSignal, quietMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), quietMs)
    listener.wake = () => {
      clearTimeout(timer)
      resolve(true)
    }
    if (signal.aborted || listener.waiting.size > 0) listener.wake()
  })
}

/** What makes it worth telling: everything but the clock. */
function marksOf({ lastRun, ...overview }: ConnectorOverview): string {
  if (lastRun === null) return JSON.stringify(overview)
  const { seconds: _seconds, rate: _rate, ...report } = lastRun
  return JSON.stringify([overview, report])
}
