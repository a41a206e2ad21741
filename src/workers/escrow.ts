/** The escrow of keys as a job: what is new every hour, all locks once a day. */
import { type EscrowParts, lastFullSync, syncEscrow } from '../archive/escrow/index.ts'
import type { Jobs } from '../platform/jobs/jobs.ts'
import { logEvents } from '../platform/log/events.ts'
import type { Logger } from '../platform/log/logger.ts'
import { type Asking, askRegularly } from './ask-regularly.ts'
import { escrowQueue, sendOnce } from './queues.ts'

const askMs = 60 * 60_000
const firstAskMs = 90_000
const dayMs = 24 * 60 * 60_000

export interface EscrowJobParts {
  /** Null, or absent, where there is no escrow. */
  readonly openEscrow?: () => Promise<EscrowParts | null>
}

/** Asks every hour; what is due stands in the database alone. */
export function keepEscrowSynced(jobs: Jobs, log: Logger): Asking {
  return askRegularly(log, { firstMs: firstAskMs, everyMs: askMs }, () => sendOnce(jobs, escrowQueue))
}

export async function doEscrow(parts: EscrowJobParts, log: Logger, signal: AbortSignal): Promise<void> {
  const escrow = (await parts.openEscrow?.()) ?? null
  if (escrow === null) return
  const last = await lastFullSync(escrow)
  const locks = last === null || escrow.clock.now() - Date.parse(last) >= dayMs
  const { copied, relocked, deleted, waiting } = await syncEscrow(escrow, { locks, signal })
  logEvents.escrowSynced(log, { copied, relocked, deleted, waiting })
}
