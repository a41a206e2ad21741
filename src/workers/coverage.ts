/** Coverage as a job: every few minutes one worker asks the sites, attests days that are due, and tells alerts. */
import { parseItemId } from '../archive/index.ts'
import type { ConnectorParts } from '../connector/index.ts'
import { type FindWord, keepCoverage, type SendAlertMail } from '../coverage/index.ts'
import type { Job, Jobs } from '../platform/jobs/jobs.ts'
import { logEvents } from '../platform/log/events.ts'
import type { Logger } from '../platform/log/logger.ts'
import type { Pool } from '../platform/postgres/index.ts'
import { parseQuery, searchItems } from '../search/index.ts'
import { type Asking, askRegularly } from './ask-regularly.ts'
import { coverageQueue, sendOnce } from './queues.ts'

/** How often sites are asked; alerts are about half hours and days. */
const lookMs = 5 * 60_000
/** A process that starts has more urgent things to do, and one that is started often still looks. */
const firstLookMs = 60_000

export interface CoverageJobParts extends ConnectorParts {
  /** Absent where this installation sends no mail. */
  readonly sendAlertMail?: SendAlertMail
}

/** Asks for a look every few minutes, whichever worker then takes it. What is due stands in the database alone. */
export function keepCoverageLooked(jobs: Jobs, log: Logger): Asking {
  return askRegularly(log, { firstMs: firstLookMs, everyMs: lookMs }, () => sendCoverage(jobs))
}

/** Nothing where a look is asked for already. */
export async function sendCoverage(jobs: Jobs): Promise<void> {
  await sendOnce(jobs, coverageQueue)
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
