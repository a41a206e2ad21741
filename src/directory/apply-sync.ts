/** Makes a plan true. */
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { countsOf, type SyncPlan } from './plan.ts'
import { writeMailboxes, writeUsers } from './write-mailboxes.ts'
import { writeSpans } from './write-spans.ts'

export interface ApplyOptions {
  /** Milliseconds since 1970 UTC. */
  readonly now: number
  /** The operation that the log calls it, with what it was done to. */
  readonly audit:
    | { readonly operation: 'sync-directory'; readonly actor?: string | undefined }
    | { readonly operation: 'change-mailbox'; readonly target: string }
}

/**
 * Writes the plan with its audit event, in the caller's transaction, in which the state it was made from was read.
 * The statements are as many whatever the number of people.
 */
export async function applySync(transaction: Queries, plan: SyncPlan, options: ApplyOptions): Promise<void> {
  const now = new Date(options.now)
  const written = await writeMailboxes(transaction, plan.changes, now)
  await writeUsers(transaction, plan, written, now)
  await writeSpans(transaction, written, now)
  await appendAudit(transaction, {
    at: options.now,
    ...options.audit,
    outcome: 'succeeded',
    details: { source: plan.source, ...countsOf(plan), ...closedIds(plan) },
  })
}

/** Ids told in a record, so that it stays one that can be read. */
const idsTold = 200

/** Whose mailbox closed or opened matters to whoever asks later why mail no longer came. */
function closedIds({ changes }: SyncPlan): object {
  const idsOf = (kind: string) =>
    changes.filter((change) => change.kind === kind).map(({ mailboxId }) => mailboxId)
  const [closed, opened] = [idsOf('deactivated'), idsOf('reactivated')]
  return {
    ...(closed.length > 0 ? { closedMailboxes: closed.slice(0, idsTold) } : {}),
    ...(opened.length > 0 ? { openedMailboxes: opened.slice(0, idsTold) } : {}),
  }
}
