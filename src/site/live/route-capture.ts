/** A route's writing into the journal: one capture a day, reopened for each batch under the account's capture lock. */
import { sql } from 'kysely'
import { appendAudit } from '../../platform/audit/audit.ts'
import { sweepUnfinished, whileLocked } from '../capture.ts'
import { type CaptureSession, openSession } from '../capture-session.ts'
import type { AttachmentFailure } from '../journal-attachments.ts'
import type { SiteParts } from '../parts.ts'
import type { OpenRoute } from './open-route.ts'

/** A batch is computed in one go, and callers wait meanwhile for their answers: small ones keep them short. */
const recordsPerBatch = 400

/** Does `work` with an open session; what it has flushed stays, whatever happens afterwards. */
export async function withRouteCapture<Result>(
  parts: SiteParts,
  open: OpenRoute,
  onAttachmentFailure: AttachmentFailure,
  work: (session: CaptureSession) => Promise<Result>,
): Promise<Result> {
  const { account, route } = open
  return whileLocked(
    parts,
    account,
    async () => {
      await sweepUnfinished(parts, account)
      const capture = await reopenCapture(parts, open)
      const session = await openSession(parts, {
        ...{ account, source: route.source, captureId: capture.id, routeId: route.id },
        ...{ batches: capture.batches, recordsPerBatch, onAttachmentFailure },
      })
      let finished = false
      try {
        const result = await work(session)
        finished = true
        return result
      } finally {
        await closeCapture(parts, capture.id, session, finished)
      }
    },
    open.given.signal,
  )
}

async function reopenCapture(
  parts: SiteParts,
  { account, route }: OpenRoute,
): Promise<{ id: bigint; batches: number }> {
  const now = new Date(parts.clock.now())
  const reopened = await sql<{ id: bigint; batches: number }>`
    update site_capture set finished_at = null
     where id = (select max(id) from site_capture where route_id = ${route.id}
                  and started_at >= date_trunc('day', ${now}::timestamptz, 'UTC'))
     returning id, batches`.execute(parts.database)
  if (reopened.rows[0]) return reopened.rows[0]
  return parts.database.transaction().execute(async (transaction) => {
    const made = await transaction
      .insertInto('site_capture')
      .values({ account_id: account.id, source: route.source, route_id: route.id, started_at: now })
      .returning(['id', 'batches'])
      .executeTakeFirstOrThrow()
    await appendAudit(transaction, {
      ...{ at: now.getTime(), actor: undefined, operation: 'capture', target: account.name },
      outcome: 'succeeded',
      details: { capture: String(made.id), source: route.source, route: route.name, begun: true },
    })
    return made
  })
}

/** One that failed stays unfinished: the next capture of the account sweeps what it left. */
async function closeCapture(
  parts: SiteParts,
  id: bigint,
  session: CaptureSession,
  finished: boolean,
): Promise<void> {
  const { captured, duplicates, attachments } = session.counts()
  await parts.database
    .updateTable('site_capture')
    .set({
      captured: sql<bigint>`captured + ${captured}`,
      duplicates: sql<bigint>`duplicates + ${duplicates}`,
      attachments: sql<bigint>`attachments + ${attachments}`,
      ...(finished ? { finished_at: new Date(parts.clock.now()) } : {}),
    })
    .where('id', '=', id)
    .execute()
}
