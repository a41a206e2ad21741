/** Runs of connectors as soon as their site has something new, for those that are set so. */
import { setTimeout as delay } from 'node:timers/promises'
import { type ConnectorParts, createArrivalWatch } from '../connector/index.ts'
import { isAppError } from '../domain/errors.ts'
import type { Jobs } from '../platform/jobs/jobs.ts'
import { logEvents } from '../platform/log/events.ts'
import type { Logger } from '../platform/log/logger.ts'
import { sendRun } from './runs.ts'

/** Together with the run itself well under five seconds from capture to search. */
const lookMs = 1_000
/** What a run left where it was is run for again after this long, or when more has come. */
const againMs = 5 * 60_000

/** Looks every second until it is stopped. A run that is at work or about to begin takes what came meanwhile. */
export function runOnArrival(parts: ConnectorParts, jobs: Jobs, log: Logger): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const watch = createArrivalWatch(parts)
  const sent = new Map<number, { readonly lastSequence: number; readonly at: number }>()
  const look = async () => {
    for (const { connector, lastSequence } of await watch.look()) {
      const before = sent.get(connector.id)
      const now = parts.clock.now()
      if (before?.lastSequence === lastSequence && now < before.at + againMs) continue
      try {
        await sendRun(parts, jobs, connector, { kind: 'run', requestedBy: 'arrival' })
        sent.set(connector.id, { lastSequence, at: now })
      } catch (error) {
        if (!isAppError(error, 'connector-running')) throw error
      }
    }
  }
  const keepLooking = async () => {
    while (!stopping.signal.aborted) {
      // A database that is away for a moment is asked again.
      await look().catch((error: unknown) => logEvents.jobQueueTroubled(log, error))
      await delay(lookMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const looking = keepLooking()
  return {
    async stop() {
      stopping.abort()
      await looking
    },
  }
}
