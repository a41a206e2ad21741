/** Reads the directory, plans, guards and applies, in one transaction. */
import { sql } from 'kysely'
import { faultPoint } from '../platform/faults.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { applySync } from './apply-sync.ts'
import type { DirectoryParts } from './parts.ts'
import { countsOf, type SyncPlan } from './plan.ts'
import { planSync } from './plan-sync.ts'
import { readState } from './read-state.ts'
import type { DirectorySource, Said } from './record.ts'
import { assertFewRemovals, tooManyRemovals } from './removals-guard.ts'

export interface SyncOptions {
  /** Shows what would be done, and does nothing. */
  readonly dryRun: boolean
  /** Goes on where more than a fifth of the active mailboxes would be closed. */
  readonly acceptRemovals: boolean
  /** Whom the audit log names; absent: the person who asks. */
  readonly requestedBy?: string
}

export interface SyncOutcome {
  readonly plan: SyncPlan
  readonly applied: boolean
  /** A dry run of what would be refused without `acceptRemovals`. */
  readonly removalsRefused: boolean
}

/** What goes with the effects of a sync, in its transaction. */
export type Alongside = (transaction: Queries) => Promise<void>

type RunParts = Pick<DirectoryParts, 'queries' | 'clock'>

/** Throws `directory-removals-refused`, and what `before` throws; then nothing was changed. */
export async function runSync(
  { queries, clock }: RunParts,
  source: DirectorySource,
  said: Said,
  options: SyncOptions & { readonly before?: Alongside; readonly after?: Alongside },
): Promise<SyncOutcome> {
  return queries.transaction().execute(async (transaction) => {
    if (!options.dryRun) await lockDirectory(transaction)
    await options.before?.(transaction)
    const state = await readState(transaction, source)
    const plan = planSync(source, state, said)
    const removalsRefused = !options.acceptRemovals && tooManyRemovals(state, plan)
    if (options.dryRun) return { plan, applied: false, removalsRefused }
    if (!options.acceptRemovals) assertFewRemovals(state, plan)
    const now = clock.now()
    await applySync(transaction, plan, {
      now,
      audit: { operation: 'sync-directory', actor: options.requestedBy },
    })
    await noteSuccess(transaction, plan, now)
    faultPoint('directory.applied')
    await options.after?.(transaction)
    faultPoint('directory.before-commit')
    return { plan, applied: true, removalsRefused }
  })
}

/**
 * Nobody else changes the directory until the transaction ends: a plan is for the state it was made from. Reading
 * and importing go on: this mode stands in the way of writers of the table only.
 */
export async function lockDirectory(transaction: Queries): Promise<void> {
  await sql`lock table mailbox in share row exclusive mode`.execute(transaction)
}

async function noteSuccess(transaction: Queries, plan: SyncPlan, now: number): Promise<void> {
  const at = new Date(now)
  const noted = {
    ...{ last_run_at: at, last_success_at: at, counts: JSON.stringify(countsOf(plan)) },
    ...{ problem_code: null, problem_message: null, problem_since: null },
  }
  await transaction
    .insertInto('directory_sync')
    .values({ source: plan.source, ...noted })
    .onConflict((conflict) => conflict.column('source').doUpdateSet(noted))
    .execute()
}
