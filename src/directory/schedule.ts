/** When Microsoft Graph is asked without anybody asking: soon after it was set up, and then each night. */

import { isAppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { noteProblem, settingsVersion } from './note-problem.ts'
import type { DirectoryParts } from './parts.ts'
import { type GraphSyncOutcome, syncFromGraph } from './sync-from-graph.ts'

const dayMs = 24 * 60 * 60_000

/** Half past one in the morning, UTC, of every day: milliseconds after midnight. */
const nightlyMs = 90 * 60_000

/**
 * Whether Graph is set up, and has not been asked since it was set up or since the last night's time. A sync that
 * failed counts as asked, so that what is wrong at the source is tried once a night and not once a minute.
 */
export async function syncIsDue({
  queries,
  clock,
}: Pick<DirectoryParts, 'queries' | 'clock'>): Promise<boolean> {
  const row = await queries
    .selectFrom('directory_sync')
    .select('last_run_at')
    .where('source', '=', 'graph')
    .where('settings', 'is not', null)
    .executeTakeFirst()
  if (!row) return false
  return row.last_run_at === null || row.last_run_at.getTime() < lastNightly(clock.now())
}

function lastNightly(now: number): number {
  return Math.floor((now - nightlyMs) / dayMs) * dayMs + nightlyMs
}

/**
 * A sync as the schedule does it: never with more removals than the guard allows, and audited as the schedule's own,
 * also where it fails. Throws what `syncFromGraph` throws.
 */
export async function syncOnSchedule(parts: DirectoryParts, signal: AbortSignal): Promise<GraphSyncOutcome> {
  const options = { ...{ dryRun: false, acceptRemovals: false }, requestedBy: 'schedule', signal }
  const version = await settingsVersion(parts)
  try {
    return await syncFromGraph(parts, options)
  } catch (error) {
    // What nobody foresaw has to wait for the next night too.
    if (!isAppError(error)) await noteProblem(parts, version, unforeseen)
    if (!isAppError(error, 'interrupted')) await auditFailure(parts, error)
    throw error
  }
}

const unforeseen = {
  code: 'internal',
  message: 'The sync failed for a reason that was not foreseen; the log of the worker says more.',
} as const

async function auditFailure({ queries, clock }: DirectoryParts, error: unknown): Promise<void> {
  await appendAudit(queries, {
    ...{ at: clock.now(), actor: 'schedule', operation: 'sync-directory' },
    outcome: isAppError(error) ? 'refused' : 'failed',
    details: { source: 'graph', code: isAppError(error) ? error.code : 'internal' },
  })
}
