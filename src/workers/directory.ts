/** Syncs of the directory as jobs: sent when one is due, done by whichever worker is free. */
import { type DirectoryParts, syncIsDue, syncOnSchedule } from '../directory/index.ts'
import { isAppError } from '../domain/errors.ts'
import type { Job, Jobs } from '../platform/jobs/jobs.ts'
import type { Logger } from '../platform/log/logger.ts'
import { type Asking, askRegularly } from './ask-regularly.ts'
import { directoryQueue, sendOnce } from './queues.ts'

/** How soon a source that was set up is asked. */
const lookMs = 60_000

/**
 * Sends a sync whenever one is due, now and looking every minute. Whether one is due stands in the directory's own
 * settings alone, so that there is no schedule which a process that died could have left behind or not begun.
 */
export function keepDirectorySynced(parts: DirectoryParts, jobs: Jobs, log: Logger): Asking {
  return askRegularly(log, { firstMs: 0, everyMs: lookMs }, () => sendDueSync(parts, jobs))
}

/** Asks for a sync where one is due; nothing where that is asked for already. */
export async function sendDueSync(parts: DirectoryParts, jobs: Jobs): Promise<void> {
  if (await syncIsDue(parts)) await sendOnce(jobs, directoryQueue)
}

/** Does what a job asks for, where it is still due; `stopping` ends it while it reads, and it is due again. */
export async function doSync(parts: DirectoryParts, job: Job, stopping: AbortSignal): Promise<void> {
  if (!(await syncIsDue(parts))) return
  try {
    await syncOnSchedule(parts, AbortSignal.any([job.signal, stopping]))
  } catch (error) {
    if (isAppError(error) && passing.has(error.code)) return
    throw error
  }
}

/** The source was removed, was synced by a person at the same time, or the process stops. */
const passing: ReadonlySet<string> = new Set(['directory-not-set-up', 'changed-meanwhile', 'interrupted'])
