/** The row of a run: its progress while it works, its report afterwards. */
import { AppError } from '../domain/errors.ts'
import { type AuditOperation, appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { Connector, ConnectorType } from './connectors.ts'
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

export interface RunReport {
  readonly run: string
  readonly connector: string
  readonly type: ConnectorType
  readonly kind: RunRequest['kind']
  readonly state: 'queued' | 'running' | 'succeeded' | 'failed'
  readonly phase: string
  readonly window: { readonly from: string | null; readonly to: string | null }
  /** Records transferred so far of all that this run has to take, as last announced by the site. */
  readonly total: number
  readonly transferred: number
  readonly imported: number
  readonly duplicates: number
  readonly exceptions: { readonly total: number; readonly byReason: Record<string, number> }
  readonly items: number
  /** Items by mailbox address. */
  readonly mailboxes: Record<string, number>
  readonly attachments: number
  readonly bytes: number
  readonly largestItemBytes: number
  /** Sent time of the oldest message that waits as an exception of this connector. */
  readonly oldestWaiting: string | null
  readonly seconds: number
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly failure: { readonly code: string; readonly message: string } | null
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
  readonly connector: string
  readonly request: RunRequest
}

/** What a queued run asks for; null when there is no such run, or nothing left to do of it. */
export async function queuedRun(parts: ConnectorParts, runId: bigint): Promise<QueuedRun | null> {
  const row = await parts.queries
    .selectFrom('import_run')
    .innerJoin('connector', 'connector.id', 'import_run.connector_id')
    .selectAll('import_run')
    .select('connector.name')
    .where('import_run.id', '=', runId)
    .executeTakeFirst()
  if (!row || row.state === 'succeeded') return null
  if (row.state === 'failed' && row.failure_code !== 'interrupted') return null
  const from = row.window_from?.getTime()
  const to = row.window_to?.getTime()
  const window = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  const kind = row.kind as RunRequest['kind']
  const request = { kind, requestedBy: row.requested_by, ...(kind === 'window' ? { window } : {}) }
  return { connector: row.name, request }
}

/** Starts a queued run, or goes on with one whose worker ended. The caller holds the connector's lock. */
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
    .execute()
}

export async function setPhase(parts: ConnectorParts, runId: bigint, phase: string): Promise<void> {
  await parts.queries
    .updateTable('import_run')
    .set({ phase, updated_at: new Date(parts.clock.now()) })
    .where('id', '=', runId)
    .execute()
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
    },
  })
}

/** Only the code and sentence of an AppError are kept: other errors may quote data. */
export async function failRun(parts: ConnectorParts, runId: bigint, error: unknown): Promise<void> {
  const now = new Date(parts.clock.now())
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

/** The report of a run, or of the connector's last one. Throws `run-not-found`. */
export async function runReport(
  parts: Pick<ConnectorParts, 'queries' | 'clock'>,
  connector: Connector,
  runId?: bigint,
): Promise<RunReport> {
  let query = parts.queries.selectFrom('import_run').selectAll().where('connector_id', '=', connector.id)
  if (runId !== undefined) query = query.where('id', '=', runId)
  const row = await query.orderBy('id', 'desc').limit(1).executeTakeFirst()
  if (!row) {
    throw new AppError(
      'run-not-found',
      runId === undefined
        ? `The connector "${connector.name}" has not run yet.`
        : `The connector "${connector.name}" has no run ${runId}.`,
    )
  }
  const mailboxes = await parts.queries
    .selectFrom('import_run_mailbox')
    .innerJoin('mailbox', 'mailbox.id', 'import_run_mailbox.mailbox_id')
    .select(['address', 'items'])
    .where('run_id', '=', row.id)
    .orderBy('address')
    .execute()
  const oldest = await parts.queries
    .selectFrom('import_exception')
    .select((expression) => expression.fn.min('sent_at').as('sent_at'))
    .where('connector_id', '=', connector.id)
    .where('resolved_at', 'is', null)
    .executeTakeFirst()
  const end = row.finished_at?.getTime() ?? parts.clock.now()
  return {
    run: String(row.id),
    connector: connector.name,
    type: connector.type,
    kind: row.kind as RunReport['kind'],
    state: row.state as RunReport['state'],
    phase: row.phase,
    window: { from: row.window_from?.toISOString() ?? null, to: row.window_to?.toISOString() ?? null },
    total: Number(row.total),
    transferred: Number(row.transferred),
    imported: Number(row.imported),
    duplicates: Number(row.duplicates),
    exceptions: {
      total: Number(row.exceptions),
      byReason: row.exceptions_by_reason as Record<string, number>,
    },
    items: Number(row.items),
    mailboxes: Object.fromEntries(mailboxes.map(({ address, items }) => [address, Number(items)])),
    attachments: Number(row.attachments),
    bytes: Number(row.bytes),
    largestItemBytes: Number(row.largest_item_bytes),
    oldestWaiting: oldest?.sent_at?.toISOString() ?? null,
    seconds: row.started_at ? (end - row.started_at.getTime()) / 1000 : 0,
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    failure:
      row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message ?? '' },
  }
}
