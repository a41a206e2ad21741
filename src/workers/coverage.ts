/** Coverage as a job: every few minutes one worker asks the sites, attests days that are due, and tells alerts. */
import { clearTimeout, setTimeout } from 'node:timers'
import { parseItemId } from '../archive/index.ts'
import type { ConnectorParts } from '../connector/index.ts'
import { type FindWord, keepCoverage, type SendAlertMail } from '../coverage/index.ts'
import type { Job, Jobs } from '../platform/jobs/jobs.ts'
import { logEvents } from '../platform/log/events.ts'
import type { Logger } from '../platform/log/logger.ts'
import type { Pool } from '../platform/postgres/index.ts'
import { parseQuery, searchItems } from '../search/index.ts'
import { coverageQueue } from './queues.ts'

/** How often sites are asked; alerts are about half hours and days. */
const lookMs = 5 * 60_000
/** A process that starts has more urgent things to do, and one that is started often still looks. */
const firstLookMs = 60_000

export interface CoverageJobParts extends ConnectorParts {
  /** Absent where this installation sends no mail. */
  readonly sendAlertMail?: SendAlertMail
}

/** Asks for a look every few minutes, whichever worker then takes it. What is due stands in the database alone. */
export function keepCoverageLooked(jobs: Jobs, log: Logger): { stop(): Promise<void> } {
  const look = () =>
    sendCoverage(jobs).catch((error: unknown) => {
      // A database that is away for a moment is asked again in some minutes.
      logEvents.jobQueueTroubled(log, error)
    })
  let looking: Promise<unknown> = Promise.resolve()
  let timer = setTimeout(next, firstLookMs)
  function next(): void {
    looking = looking.then(look)
    timer = setTimeout(next, lookMs)
  }
  return {
    stop: async () => {
      clearTimeout(timer)
      await looking
    },
  }
}

/** Nothing where a look is asked for already. */
export async function sendCoverage(jobs: Jobs): Promise<void> {
  await jobs.send(coverageQueue.name, {}, { singletonKey: 'coverage' })
}

/** One look; an account whose site is away does not keep the others. */
export async function doCoverage(
  parts: CoverageJobParts,
  log: Logger,
  job: Job,
  stopping: AbortSignal,
): Promise<void> {
  const { sendAlertMail } = parts
  const counts = await keepCoverage(parts, {
    findWord: wordFinder(parts.pool),
    ...(sendAlertMail ? { sendMail: sendAlertMail } : {}),
    signal: AbortSignal.any([job.signal, stopping]),
    onFailure: (account, error) => logEvents.coverageFailed(log, error, { account }),
  })
  logEvents.coverageKept(log, counts)
}

/** Finds messages by the search that people use. */
export function wordFinder(pool: Pool): FindWord {
  return async (word) => {
    const { items } = await searchItems(pool, parseQuery(`"${word}"`, { now: 0 }), { limit: 10 })
    return items.map(({ id }) => parseItemId(id).messageId)
  }
}
