/** In-place archiving as a job: once a day what is due moves, whichever worker takes it. */
import { type InPlaceArchiveParts, lastArchiveRun, runArchive } from '../compliance/in-place-archive/index.ts'
import type { Jobs } from '../platform/jobs/jobs.ts'
import { logEvents } from '../platform/log/events.ts'
import type { Logger } from '../platform/log/logger.ts'
import { type Asking, askRegularly } from './ask-regularly.ts'
import { archiveQueue, sendOnce } from './queues.ts'

const askMs = 60 * 60_000
const firstAskMs = 120_000
const dayMs = 24 * 60 * 60_000

/** Asks every hour; what is due stands in the database alone. */
export function keepArchiveMoved(jobs: Jobs, log: Logger): Asking {
  return askRegularly(log, { firstMs: firstAskMs, everyMs: askMs }, () => sendOnce(jobs, archiveQueue))
}

export async function doArchive(parts: InPlaceArchiveParts, log: Logger): Promise<void> {
  const last = await lastArchiveRun(parts)
  if (last && parts.clock.now() - Date.parse(last.finishedAt) < dayMs) return
  const { moved, coldObjects } = await runArchive(parts, { requestedBy: 'schedule' })
  logEvents.archiveMoved(log, { moved, coldObjects })
}
