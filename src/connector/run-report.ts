/**
 * What a run did, or does at this moment: read from its row, so that it is the same in every process, after a reload
 * and after a restart. A row whose process died still says `running`: who holds the connector's lock, and what
 * waits in the job queue, tells the truth about it.
 */
import { AppError } from '../domain/errors.ts'
import { workerIsUp } from '../platform/jobs/liveness.ts'
import { unfinishedKeys } from '../platform/jobs/waiting.ts'
import { heldSessionLocks, type Queries } from '../platform/postgres/index.ts'
import type { Connector, ConnectorType } from './connectors.ts'
import type { ConnectorParts } from './parts.ts'
import { runKey, runLockName, runQueueName } from './run-lock.ts'
import type { RunRequest } from './run-progress.ts'

/** `queued` also while a run that lost its worker waits for the next; `cancelling` until the page at hand is done. */
export type RunState = 'queued' | 'running' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled'

export interface RunReport {
  readonly run: string
  readonly connector: string
  readonly type: ConnectorType
  readonly kind: RunRequest['kind']
  readonly state: RunState
  readonly phase: string
  readonly window: { readonly from: string | null; readonly to: string | null }
  /** Who asked for it; `schedule` when nobody did. */
  readonly requestedBy: string
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
  /** Messages a second over those seconds. */
  readonly rate: number
  readonly createdAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly failure: { readonly code: string; readonly message: string } | null
}

type ReadingParts = Pick<ConnectorParts, 'pool' | 'queries' | 'clock'>
/** What of a connector a report names. */
export type Reported = Pick<Connector, 'id' | 'name' | 'type'>

/** The report of a run, or of the connector's last one. Throws `run-not-found`. */
export async function runReport(
  parts: ReadingParts,
  connector: Reported,
  runId?: bigint,
): Promise<RunReport> {
  let query = runRows(parts.queries).where('connector_id', '=', connector.id)
  if (runId !== undefined) query = query.where('id', '=', runId)
  const rows = await query.orderBy('id', 'desc').limit(1).execute()
  const [report] = await reportsOf(parts, [connector], rows)
  if (report) return report
  throw new AppError(
    'run-not-found',
    runId === undefined
      ? `The connector "${connector.name}" has not run yet.`
      : `The connector "${connector.name}" has no run ${runId}.`,
  )
}

/** The last run of each connector that has one, by connector id. */
export async function lastReports(
  parts: ReadingParts,
  connectors: readonly Reported[],
): Promise<Map<number, RunReport>> {
  if (connectors.length === 0) return new Map()
  const rows = await runRows(parts.queries)
    .distinctOn('connector_id')
    .where(
      'connector_id',
      'in',
      connectors.map(({ id }) => id),
    )
    .orderBy('connector_id')
    .orderBy('id', 'desc')
    .execute()
  const reports = await reportsOf(parts, connectors, rows)
  return new Map(rows.map((row, place) => [row.connector_id, reports[place]!]))
}

/** The runs of a connector, newest first, those before `before`. */
export async function listRuns(
  parts: ReadingParts,
  connector: Reported,
  page: { readonly before?: bigint; readonly limit: number },
): Promise<RunReport[]> {
  let query = runRows(parts.queries).where('connector_id', '=', connector.id)
  if (page.before !== undefined) query = query.where('id', '<', page.before)
  return reportsOf(parts, [connector], await query.orderBy('id', 'desc').limit(page.limit).execute())
}

function runRows(queries: Queries) {
  return queries.selectFrom('import_run').selectAll()
}
export type RunRow = Awaited<ReturnType<ReturnType<typeof runRows>['execute']>>[number]

/** In the order of the rows. */
async function reportsOf(
  parts: ReadingParts,
  connectors: readonly Reported[],
  found: readonly RunRow[],
): Promise<RunReport[]> {
  if (found.length === 0) return []
  const rows = await withSignsOfLife(parts, found)
  const [mailboxes, oldest] = await Promise.all([
    itemsByMailbox(
      parts.queries,
      rows.map(({ row }) => row.id),
    ),
    oldestWaiting(
      parts.queries,
      connectors.map(({ id }) => id),
    ),
  ])
  const connectorOf = new Map(connectors.map((connector) => [connector.id, connector]))
  return rows.map(({ row, standing }) => ({
    ...reportOf(row, standing, parts.clock.now()),
    connector: connectorOf.get(row.connector_id)!.name,
    type: connectorOf.get(row.connector_id)!.type,
    mailboxes: mailboxes.get(row.id) ?? {},
    oldestWaiting: oldest.get(row.connector_id) ?? null,
  }))
}

interface Standing {
  readonly state: RunState
  readonly phase: string
  readonly failure: RunReport['failure']
  /** When a run whose process died last moved. */
  readonly endedAt: Date | null
}

/**
 * Whether what looks alive is. Its lock is let go after the row says how it ended, so a row that still says
 * `running` when the lock was seen free, and is read again, belongs to nobody.
 */
async function withSignsOfLife(
  parts: ReadingParts,
  rows: readonly RunRow[],
): Promise<{ row: RunRow; standing: Standing }[]> {
  const open = rows.filter(isOpen)
  if (open.length === 0) return rows.map((row) => ({ row, standing: told(row) }))
  const [held, waiting, workerUp] = await Promise.all([
    heldSessionLocks(
      parts.pool,
      open.map((row) => runLockName(row.connector_id)),
    ),
    unfinishedKeys(parts.pool, runQueueName),
    workerIsUp(parts.pool),
  ])
  const again = await runRows(parts.queries)
    .where(
      'id',
      'in',
      open.map(({ id }) => id),
    )
    .execute()
  const now = new Map(again.map((row) => [row.id, row]))
  return rows.map((read) => {
    const row = now.get(read.id) ?? read
    if (!isOpen(row) || !isOpen(read)) return { row, standing: told(row) }
    const signs = {
      held: held.has(runLockName(row.connector_id)),
      waiting: waiting.has(runKey(row.connector_id)),
      workerUp,
    }
    return { row, standing: standingOf(row, read, signs) }
  })
}

function isOpen({ state }: RunRow): boolean {
  return state === 'queued' || state === 'running'
}

interface Signs {
  readonly held: boolean
  readonly waiting: boolean
  readonly workerUp: boolean
}

function standingOf(row: RunRow, read: RunRow, { held, waiting, workerUp }: Signs): Standing {
  // It began after the first look: the lock seen then was not its own.
  if (row.state !== read.state) return told(row)
  if (row.state === 'running' && held) return told(row)
  if (waiting) {
    const calm = row.state === 'running' ? 'interrupted' : 'queued'
    return { state: 'queued', phase: workerUp ? calm : 'waiting-for-worker', failure: null, endedAt: null }
  }
  return { state: 'failed', phase: row.phase, failure: interruptedFailure, endedAt: row.updated_at }
}

export const interruptedFailure = {
  code: 'interrupted',
  message: 'The process that ran it ended; run the connector again: it goes on where it stopped.',
} as const

function told(row: RunRow): Standing {
  const failure =
    row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message ?? '' }
  const cancelling = row.state === 'running' && row.cancel_requested_at !== null
  const state = cancelling ? 'cancelling' : (row.state as RunState)
  return { state, phase: row.phase, failure, endedAt: null }
}

function reportOf(
  row: RunRow,
  standing: Standing,
  now: number,
): Omit<RunReport, 'connector' | 'type' | 'mailboxes' | 'oldestWaiting'> {
  const finishedAt = row.finished_at ?? standing.endedAt
  const end = finishedAt?.getTime() ?? now
  const seconds = row.started_at ? Math.max(0, (end - row.started_at.getTime()) / 1000) : 0
  const messages = row.kind === 'reprocess' ? row.imported + row.duplicates : row.transferred
  return {
    run: String(row.id),
    kind: row.kind as RunReport['kind'],
    state: standing.state,
    phase: standing.phase,
    window: { from: row.window_from?.toISOString() ?? null, to: row.window_to?.toISOString() ?? null },
    requestedBy: row.requested_by,
    total: Number(row.total),
    transferred: Number(row.transferred),
    imported: Number(row.imported),
    duplicates: Number(row.duplicates),
    exceptions: {
      total: Number(row.exceptions),
      byReason: row.exceptions_by_reason as Record<string, number>,
    },
    items: Number(row.items),
    attachments: Number(row.attachments),
    bytes: Number(row.bytes),
    largestItemBytes: Number(row.largest_item_bytes),
    seconds,
    rate: seconds > 0 ? Number(messages) / seconds : 0,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    failure: standing.failure,
  }
}

async function itemsByMailbox(
  queries: Queries,
  runIds: readonly bigint[],
): Promise<Map<bigint, Record<string, number>>> {
  const rows = await queries
    .selectFrom('import_run_mailbox')
    .innerJoin('mailbox', 'mailbox.id', 'import_run_mailbox.mailbox_id')
    .select(['run_id', 'address', 'items'])
    .where('run_id', 'in', runIds)
    .orderBy('address')
    .execute()
  const byRun = new Map<bigint, Record<string, number>>()
  for (const { run_id, address, items } of rows) {
    const counts = byRun.get(run_id) ?? {}
    byRun.set(run_id, counts)
    counts[address] = Number(items)
  }
  return byRun
}

async function oldestWaiting(
  queries: Queries,
  connectorIds: readonly number[],
): Promise<Map<number, string>> {
  const rows = await queries
    .selectFrom('import_exception')
    .select(['connector_id', (expression) => expression.fn.min('sent_at').as('sent_at')])
    .where('connector_id', 'in', connectorIds)
    .where('resolved_at', 'is', null)
    .groupBy('connector_id')
    .execute()
  return new Map(rows.flatMap((row) => (row.sent_at ? [[row.connector_id, row.sent_at.toISOString()]] : [])))
}
