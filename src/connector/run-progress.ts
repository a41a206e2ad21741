/** The row of a run while it works: whoever asks reads its progress and its report there (`run-report.ts`). */
import { AppError, isAppError } from '../domain/errors.ts'
import { type AuditOperation, appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { Connector } from './connectors.ts'
import type { ConnectorParts } from './parts.ts'

export interface RunRequest {
  /** `run`: everything after the cursor. `window`: what was captured in a time, again. `reprocess`: the exceptions. */
  readonly kind: 'run' | 'window' | 'reprocess'
  readonly window?: { readonly from?: number; readonly to?: number }
  /** The audited principal. */
  readonly requestedBy: string
  /** Told the run's id as soon as there is one, so that somebody may watch its row. */
  readonly onBegin?: (runId: bigint) => void
  /** Aborted to stop after the page at hand; the next run goes on from there. */
  readonly signal?: AbortSignal
}

export async function beginRun(
  parts: ConnectorParts,
  connector: Connector,
  request: RunRequest,
): Promise<bigint> {
  const now = new Date(parts.clock.now())
  const { id } = await parts.queries
    .insertInto('import_run')
    .values({
      ...newRun(connector, request, now),
      state: 'running',
      phase: 'starting',
      started_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** The row of a run that a worker is to do; `queries` is the transaction that sends the job. */
export async function queueRun(
  queries: Queries,
  connector: Connector,
  request: RunRequest,
  now: Date,
): Promise<bigint> {
  const { id } = await queries
    .insertInto('import_run')
    .values({ ...newRun(connector, request, now), state: 'queued', phase: 'queued' })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

function newRun(connector: Connector, request: RunRequest, now: Date) {
  return {
    connector_id: connector.id,
    kind: request.kind,
    window_from: request.window?.from === undefined ? null : new Date(request.window.from),
    window_to: request.window?.to === undefined ? now : new Date(request.window.to),
    requested_by: request.requestedBy,
    created_at: now,
    updated_at: now,
  }
}

export interface QueuedRun {
  readonly connectorId: number
  readonly request: RunRequest
}

/** What a queued run asks for; null when there is no such run, or nothing left to do of it. */
export async function queuedRun(parts: ConnectorParts, runId: bigint): Promise<QueuedRun | null> {
  const row = await parts.queries
    .selectFrom('import_run')
    .innerJoin('connector', 'connector.id', 'import_run.connector_id')
    .selectAll('import_run')
    .where('import_run.id', '=', runId)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (!row || row.state === 'succeeded' || row.state === 'cancelled') return null
  if (row.state === 'failed' && row.failure_code !== 'interrupted') return null
  const from = row.window_from?.getTime()
  const to = row.window_to?.getTime()
  const window = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  const kind = row.kind as RunRequest['kind']
  const request = { kind, requestedBy: row.requested_by, ...(kind === 'window' ? { window } : {}) }
  return { connectorId: row.connector_id, request }
}

/** Starts a queued run, or goes on with one whose worker ended; not one that was cancelled. The caller holds the connector's lock. */
export async function adoptRun(parts: ConnectorParts, runId: bigint): Promise<void> {
  const now = new Date(parts.clock.now())
  await parts.queries
    .updateTable('import_run')
    .set((expression) => ({
      state: 'running',
      phase: 'starting',
      started_at: expression.fn.coalesce('started_at', expression.val(now)),
      updated_at: now,
      finished_at: null,
      failure_code: null,
      failure_message: null,
    }))
    .where('id', '=', runId)
    .where('state', '<>', 'cancelled')
    .execute()
}

/** Ends a run that never began, because another process runs the connector. */
export async function refuseQueued(parts: ConnectorParts, runId: bigint, error: AppError): Promise<void> {
  const now = new Date(parts.clock.now())
  await parts.queries
    .updateTable('import_run')
    .set({
      state: 'failed',
      failure_code: error.code,
      failure_message: error.message,
      finished_at: now,
      updated_at: now,
    })
    .where('id', '=', runId)
    .where('state', '=', 'queued')
    .execute()
}

export async function setPhase(parts: ConnectorParts, runId: bigint, phase: string): Promise<void> {
  await parts.queries
    .updateTable('import_run')
    .set({ phase, updated_at: new Date(parts.clock.now()) })
    .where('id', '=', runId)
    .execute()
}

/** Throws `run-cancelled` when somebody asked to cancel the run, in whatever process. Asked between pages. */
export async function stopIfCancelled(parts: ConnectorParts, runId: bigint): Promise<void> {
  const { cancel_requested_at } = await parts.queries
    .selectFrom('import_run')
    .select('cancel_requested_at')
    .where('id', '=', runId)
    .executeTakeFirstOrThrow()
  if (cancel_requested_at !== null)
    throw new AppError('run-cancelled', 'The run was cancelled; the next run goes on where it stopped.')
}

export async function finishRun(parts: ConnectorParts, runId: bigint): Promise<void> {
  const now = new Date(parts.clock.now())
  await parts.queries.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('import_run')
      .set({ state: 'succeeded', phase: 'done', finished_at: now, updated_at: now })
      .where('id', '=', runId)
      .execute()
    await auditRun(transaction, runId, now, 'succeeded')
  })
}

async function auditRun(
  transaction: Queries,
  runId: bigint,
  now: Date,
  outcome: 'succeeded' | 'failed',
  how: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const run = await transaction
    .selectFrom('import_run')
    .innerJoin('connector', 'connector.id', 'import_run.connector_id')
    .select([
      'name',
      'kind',
      'requested_by',
      'transferred',
      'imported',
      'items',
      'exceptions',
      'failure_code',
    ])
    .where('import_run.id', '=', runId)
    .executeTakeFirstOrThrow()
  const { transferred, imported, items, exceptions } = run
  const counts = Object.entries({ transferred, imported, items, exceptions })
  const operation: AuditOperation = run.kind === 'reprocess' ? 'reprocess-exceptions' : 'run-connector'
  await appendAudit(transaction, {
    at: now.getTime(),
    actor: run.requested_by,
    operation,
    target: run.name,
    outcome,
    details: {
      run: String(runId),
      kind: run.kind,
      ...Object.fromEntries(counts.map(([name, count]) => [name, Number(count)])),
      ...(run.failure_code === null ? {} : { failure: run.failure_code }),
      ...how,
    },
  })
}

/** Ends a run that somebody cancelled, with what it did until then; false where it had ended otherwise. */
export async function endCancelled(transaction: Queries, runId: bigint, now: Date): Promise<boolean> {
  const ended = await transaction
    .updateTable('import_run')
    .set({ state: 'cancelled', phase: 'done', finished_at: now, updated_at: now })
    .where('id', '=', runId)
    .where('state', 'in', ['queued', 'running'])
    .returning('id')
    .executeTakeFirst()
  if (!ended) return false
  await auditRun(transaction, runId, now, 'succeeded', { state: 'cancelled' })
  return true
}

/** Only the code and sentence of an AppError are kept: other errors may quote data. */
export async function failRun(parts: ConnectorParts, runId: bigint, error: unknown): Promise<void> {
  const now = new Date(parts.clock.now())
  if (isAppError(error, 'run-cancelled')) {
    await parts.queries
      .transaction()
      .execute((transaction) => endCancelled(transaction, runId, now))
      .catch(() => {})
    return
  }
  const known = error instanceof AppError
  const failure = {
    state: 'failed',
    failure_code: known ? error.code : 'internal',
    failure_message: known
      ? error.message
      : 'The run failed unexpectedly; the log says why. Run it again: it goes on where it stopped.',
    finished_at: now,
    updated_at: now,
  }
  await parts.queries
    .transaction()
    .execute(async (transaction) => {
      await transaction.updateTable('import_run').set(failure).where('id', '=', runId).execute()
      await auditRun(transaction, runId, now, 'failed')
    })
    // A run whose database is gone cannot say so there; the next run marks it.
    .catch(() => {})
}

/** Marks runs of this connector that a killed process left behind. The caller holds the connector's lock. */
export async function abandonRuns(
  parts: ConnectorParts,
  connector: Connector,
  but: bigint | null = null,
): Promise<void> {
  const now = new Date(parts.clock.now())
  await parts.queries
    .updateTable('import_run')
    .set({
      state: 'failed',
      failure_code: 'interrupted',
      failure_message: 'The process that ran it ended; the next run went on where it stopped.',
      finished_at: now,
      updated_at: now,
    })
    .where('connector_id', '=', connector.id)
    .where('state', '=', 'running')
    .where('id', '<>', but ?? 0n)
    .execute()
}
