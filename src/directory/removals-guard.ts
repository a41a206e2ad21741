/** Stops a sync that would close too much at once: a filter set wrongly at the source looks like a firm that left. */
import { AppError } from '../domain/errors.ts'
import { countsOf, type DirectoryState, type SyncPlan } from './plan.ts'

export const removalsGuard = { share: 0.2, count: 5 } as const

/** Throws `directory-removals-refused` where more than a fifth of the active mailboxes, and more than five, would close. */
export function assertFewRemovals(state: DirectoryState, plan: SyncPlan): void {
  if (!tooManyRemovals(state, plan)) return
  const { deactivated } = countsOf(plan)
  const active = activeOf(state)
  throw new AppError(
    'directory-removals-refused',
    `This would deactivate ${deactivated} of ${active} active mailboxes, more than a fifth, so nothing was changed. ` +
      'Look at what a dry run shows ("holdfast directory sync --dry-run"); where it is right, add --accept-removals.',
    { details: { deactivated, active } },
  )
}

export function tooManyRemovals(state: DirectoryState, plan: SyncPlan): boolean {
  const { deactivated } = countsOf(plan)
  return deactivated > removalsGuard.count && deactivated > removalsGuard.share * activeOf(state)
}

function activeOf({ mailboxes }: DirectoryState): number {
  return mailboxes.filter(({ active }) => active).length
}
