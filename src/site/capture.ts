/**
 * Capture into the journal: what a source yields is made durable and sealed, in batches. A batch is one object,
 * its rows and its sequence numbers in one transaction; a crash leaves at most objects that no row refers to,
 * which the next capture of the account sweeps.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { faultPoint } from '../platform/faults.ts'
import { type Queries, withSessionLock } from '../platform/postgres/index.ts'
import type { CapturedGap, Source } from '../sources/source.ts'
import type { SiteAccount } from './accounts.ts'
import { type CaptureCounts, openSession } from './capture-session.ts'
import type { SiteParts } from './parts.ts'
import { registeredUsers } from './registered-users.ts'

export interface CaptureRequest {
  readonly account: SiteAccount
  readonly source: Source
  readonly files: readonly string[]
  /** The options as given; the source's settings schema checks them. */
  readonly settings: unknown
  /** Called after each durable batch. */
  readonly onProgress?: (counts: CaptureCounts) => void
  /** Called for each gap, also one that was known before: afterwards the site cannot read its sentence. */
  readonly onGap?: (gap: CapturedGap['gap']) => void
  /** The audited principal. */
  readonly actor?: string
}

const lockWaitMs = 200
/** Captures the files, whole or (after a failure in the middle) up to the last durable batch; capturing again completes it. */
export async function capture(parts: SiteParts, request: CaptureRequest): Promise<CaptureCounts> {
  const { account, source } = request
  const settings = source.settings.safeParse(request.settings)
  if (!settings.success) {
    const problems = settings.error.issues.map(
      (issue) => `${issue.path.join('.') || 'options'}: ${issue.message}`,
    )
    throw new AppError('bad-settings', `The options of ${source.name} are wrong: ${problems.join('; ')}.`)
  }
  return whileLocked(parts, account, () => captureLocked(parts, request, settings.data))
}

/** One capture at a time for an account: others wait, so that an unfinished one is always a dead one. */
export async function whileLocked<Result>(
  parts: SiteParts,
  account: SiteAccount,
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  for (;;) {
    signal?.throwIfAborted()
    const done = await withSessionLock(parts.pool, `capture/${account.id}`, async () => ({
      result: await work(),
    }))
    if (done) return done.result
    await delay(lockWaitMs)
  }
}

async function captureLocked(
  parts: SiteParts,
  request: CaptureRequest,
  settings: unknown,
): Promise<CaptureCounts> {
  const { account, source } = request
  await sweepUnfinished(parts, account)
  const captureId = await beginCapture(parts, account, source.name)
  const { onProgress } = request
  const session = await openSession(parts, {
    ...{ account, source: source.name, captureId, routeId: null, batches: 0 },
    ...(onProgress ? { onProgress } : {}),
  })
  const users = (await registeredUsers(parts, account)).filter((user) => user.validTo === null)
  for await (const found of source.capture({ files: request.files, settings, registeredUsers: users })) {
    if ('gap' in found) request.onGap?.(found.gap)
    await session.add(found)
  }
  await session.flush()
  const counts = session.counts()
  await finishCapture(parts, request, captureId, counts)
  return counts
}

async function finishCapture(
  parts: SiteParts,
  { account, source, actor }: CaptureRequest,
  captureId: bigint,
  counts: CaptureCounts,
): Promise<void> {
  const { captured, duplicates, attachments } = counts
  const now = parts.clock.now()
  await parts.database.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('site_capture')
      .set({ finished_at: new Date(now), captured, duplicates, attachments })
      .where('id', '=', captureId)
      .execute()
    await appendAudit(transaction, {
      at: now,
      actor,
      operation: 'capture',
      target: account.name,
      outcome: 'succeeded',
      details: { capture: String(captureId), source: source.name, ...counts },
    })
  })
}

async function beginCapture(parts: SiteParts, account: SiteAccount, source: string): Promise<bigint> {
  const { id } = await parts.database
    .insertInto('site_capture')
    .values({ account_id: account.id, source, started_at: new Date(parts.clock.now()) })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Everything a capture writes lies below this name, so that what a crash left can be found by it. */
export function captureFolder(account: SiteAccount, captureId: bigint): string {
  return `journal/${account.id}/${captureId}`
}

/**
 * Deletes objects of unfinished captures that no row refers to. Its row is held meanwhile and then finished, so a
 * capture that lost its lock unawares and lives cannot commit rows of objects that are gone (see `commitBatch`).
 */
export async function sweepUnfinished(parts: SiteParts, account: SiteAccount): Promise<void> {
  const unfinished = await parts.database
    .selectFrom('site_capture')
    .select('id')
    .where('account_id', '=', account.id)
    .where('finished_at', 'is', null)
    .execute()
  for (const { id } of unfinished) {
    await parts.database.transaction().execute(async (transaction) => {
      await transaction
        .selectFrom('site_capture')
        .select('id')
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirstOrThrow()
      for await (const { name } of parts.objects.list(`${captureFolder(account, id)}/`)) {
        if (!(await isReferred(transaction, name))) await parts.objects.delete(name)
        faultPoint('capture.object-swept')
      }
      await transaction
        .updateTable('site_capture')
        .set({ finished_at: new Date(parts.clock.now()) })
        .where('id', '=', id)
        .execute()
    })
  }
}

async function isReferred(queries: Queries, objectName: string): Promise<boolean> {
  const answer = await sql<{ referred: boolean }>`
    select exists (select from site_segment where object_name = ${objectName})
        or exists (select from site_attachment where object_name = ${objectName}) as referred`.execute(
    queries,
  )
  return answer.rows[0]!.referred
}
