/** The row of a run: its progress while it works, its report afterwards. */
import { AppError } from '../domain/errors.ts'
import type { Connector, ConnectorType } from './connectors.ts'
import type { ConnectorParts } from './parts.ts'

export interface RunRequest {
  /** `run`: everything after the cursor. `window`: what was captured in a time, again. `reprocess`: the exceptions. */
  readonly kind: 'run' | 'window' | 'reprocess'
  readonly window?: { readonly from?: number; readonly to?: number }
  /** The audited principal. */
  readonly requestedBy: string
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
      connector_id: connector.id,
      kind: request.kind,
      state: 'running',
      phase: 'starting',
      window_from: request.window?.from === undefined ? null : new Date(request.window.from),
      window_to: request.window?.to === undefined ? now : new Date(request.window.to),
      requested_by: request.requestedBy,
      created_at: now,
      started_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
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
  await parts.queries
    .updateTable('import_run')
    .set({ state: 'succeeded', phase: 'done', finished_at: now, updated_at: now })
    .where('id', '=', runId)
    .execute()
}

/** Only the code and sentence of an AppError are kept: other errors may quote data. */
export async function failRun(parts: ConnectorParts, runId: bigint, error: unknown): Promise<void> {
  const now = new Date(parts.clock.now())
  const known = error instanceof AppError
  await parts.queries
    .updateTable('import_run')
    .set({
      state: 'failed',
      failure_code: known ? error.code : 'internal',
      failure_message: known
        ? error.message
        : 'The run failed unexpectedly; the log says why. Run it again: it goes on where it stopped.',
      finished_at: now,
      updated_at: now,
    })
    .where('id', '=', runId)
    .execute()
    // A run whose database is gone cannot say so there; the next run marks it.
    .catch(() => {})
}

/** Marks runs of this connector that a killed process left behind. The caller holds the connector's lock. */
export async function abandonRuns(parts: ConnectorParts, connector: Connector): Promise<void> {
  const now = new Date(parts.clock.now())
  const abandoned = await parts.queries
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
    .returning(['id', 'kind'])
    .execute()
  for (const { id, kind } of abandoned) {
    if (kind === 'window') await sweepWindow(parts, connector, id)
  }
}

/** A window's objects carry their run's number, so nobody writes them again: what no row refers to is deleted. */
async function sweepWindow(parts: ConnectorParts, connector: Connector, runId: bigint): Promise<void> {
  for await (const { name } of parts.objects.list(`segments/${connector.id}/run-${runId}/`)) {
    const segmentName = name.replace(/\.(catalogue|attachments\/.*)$/, '')
    const segment = await parts.queries
      .selectFrom('segment')
      .select('id')
      .where('object_name', '=', segmentName)
      .executeTakeFirst()
    if (!segment) await parts.objects.delete(name)
  }
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
