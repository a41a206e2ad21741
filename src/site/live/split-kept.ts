/** Kept bodies into the journal: split by their source, written in batches, deleted with the commit that holds them. */
import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { isAppError } from '../../domain/errors.ts'
import { faultPoint, SimulatedCrash } from '../../platform/faults.ts'
import type { Queries } from '../../platform/postgres/index.ts'
import type { CapturedRecord } from '../../sources/source.ts'
import type { CaptureCounts, CaptureSession } from '../capture-session.ts'
import type { AttachmentFailure } from '../journal-attachments.ts'
import type { SiteParts } from '../parts.ts'
import { bodyPurpose } from './keep-bodies.ts'
import { isLostForGood, lostMedia } from './lost-media.ts'
import type { OpenRoute } from './open-route.ts'
import { withRouteCapture } from './route-capture.ts'

interface KeptRow {
  readonly id: bigint
  readonly sealed_body: Buffer
  readonly received_at: Date
  readonly attempts: number
}

export interface SplitResult extends CaptureCounts {
  /** Bodies that were due. */
  readonly bodies: number
  /** Bodies that are tried again, by what kept them. */
  readonly later: ReadonlyMap<bigint, string>
  /** What their source threw over bodies that it could not split. */
  readonly failures: readonly unknown[]
}

const nothing = {
  bodies: 0,
  later: new Map(),
  failures: [],
  captured: 0,
  duplicates: 0,
  attachments: 0,
  gaps: 0,
}

const bodiesPerRound = 200
const bytesPerRound = 8 * 1024 * 1024
const mediaLifeMsDefault = 7 * 24 * 60 * 60 * 1000
/** How long after each failed attempt the next one is; the last one repeats. */
const waitsMs = [5_000, 15_000, 60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000] as const

/** Splits what is due of a route, oldest first, as much as makes one round. */
export async function splitKept(parts: SiteParts, open: OpenRoute): Promise<SplitResult> {
  const rows = await dueBodies(parts, open.route.id)
  if (rows.length === 0) return nothing
  const bodyOf = new Map<CapturedRecord, KeptRow>()
  const later = new Map<bigint, string>()
  const failures: unknown[] = []
  const onAttachmentFailure: AttachmentFailure = (record, attachment, error) => {
    const body = bodyOf.get(record)
    const lifeMs = open.live.mediaLifeMs ?? mediaLifeMsDefault
    const isOver = body !== undefined && parts.clock.now() - body.received_at.getTime() >= lifeMs
    if (isLostForGood(error) || isOver) return lostMedia(record, attachment)
    if (body) later.set(body.id, isAppError(error) ? error.code : 'media-not-fetched')
    return { keep: 'later' }
  }
  return withRouteCapture(parts, open, onAttachmentFailure, async (session) => {
    for (const row of rows) {
      // Whoever calls meanwhile has his answer between two bodies.
      await setImmediate()
      const failure = await splitBody(parts, open, session, row, bodyOf)
      if (failure === null) continue
      failures.push(failure.error)
      later.set(row.id, isAppError(failure.error) ? failure.error.code : 'not-split')
    }
    await session.flush((transaction) => settleBodies(parts, transaction, rows, later))
    faultPoint('hooks.split')
    return { bodies: rows.length, later, failures, ...session.counts() }
  })
}

async function dueBodies({ database, clock }: SiteParts, routeId: number): Promise<readonly KeptRow[]> {
  const now = new Date(clock.now())
  const { rows } = await sql<KeptRow>`
    select id, sealed_body, received_at, attempts from site_kept_body
     where id in (
       select id from (
         select id, sum(octet_length(sealed_body)) over (order by id) - octet_length(sealed_body) as bytes_before
           from (select id, sealed_body from site_kept_body
                  where route_id = ${routeId} and next_attempt_at <= ${now} order by id limit ${bodiesPerRound}) as due
       ) as sized where bytes_before < ${bytesPerRound})
     order by id`.execute(database)
  return rows
}

/** A body that its source cannot split is kept and tried again: a corrected release may read it. Answers why, or null. */
async function splitBody(
  parts: SiteParts,
  { live, given, route }: OpenRoute,
  session: CaptureSession,
  row: KeptRow,
  bodyOf: Map<CapturedRecord, KeptRow>,
): Promise<{ readonly error: unknown } | null> {
  try {
    const bytes = await parts.vault.open(bodyPurpose(route), row.sealed_body)
    for await (const found of live.split!(given, { bytes, receivedAt: row.received_at.getTime() })) {
      if (!('gap' in found) && !('closed' in found)) bodyOf.set(found, row)
      await session.add(found, row.received_at.getTime())
    }
    return null
  } catch (error) {
    // What is not the body's fault (the database, the disk) is the round's.
    if (error instanceof SimulatedCrash || session.hasFailed()) throw error
    return { error }
  }
}

async function settleBodies(
  { clock }: SiteParts,
  transaction: Queries,
  rows: readonly KeptRow[],
  later: ReadonlyMap<bigint, string>,
): Promise<void> {
  const done = rows.filter(({ id }) => !later.has(id)).map(({ id }) => id)
  await sql`delete from site_kept_body where id = any(${done}::bigint[])`.execute(transaction)
  for (const row of rows.filter(({ id }) => later.has(id))) {
    const wait = waitsMs[Math.min(row.attempts, waitsMs.length - 1)]!
    await transaction
      .updateTable('site_kept_body')
      .set({
        attempts: row.attempts + 1,
        next_attempt_at: new Date(clock.now() + wait),
        problem_code: later.get(row.id)!,
      })
      .where('id', '=', row.id)
      .execute()
  }
}
