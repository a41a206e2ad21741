/** Looking at import exceptions: page by page, counted, or all as CSV. */
import { channelCodes } from '../domain/codes.ts'
import { csvByteOrderMark, csvLine } from '../domain/spreadsheet-safe.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { Connector } from './connectors.ts'
import type { ExceptionReason } from './exceptions.ts'

export { type ExceptionReason, exceptionReasons } from './exceptions.ts'

export interface ImportException {
  readonly id: string
  readonly reason: ExceptionReason
  readonly explanation: string
  readonly sequence: number
  readonly channel: string
  readonly sentAt: string | null
  readonly capturedAt: string
  readonly foundAt: string
}

export interface ExceptionPage {
  readonly after?: bigint
  readonly limit: number
  readonly reason?: ExceptionReason | undefined
}

/** Open exceptions of a connector, oldest first. */
export async function listExceptions(
  queries: Queries,
  connector: Pick<Connector, 'id'>,
  page: ExceptionPage,
): Promise<ImportException[]> {
  let query = queries
    .selectFrom('import_exception')
    .selectAll()
    .where('connector_id', '=', connector.id)
    .where('resolved_at', 'is', null)
    .where('id', '>', page.after ?? 0n)
  if (page.reason !== undefined) query = query.where('reason', '=', page.reason)
  const rows = await query.orderBy('id').limit(page.limit).execute()
  return rows.map((row) => ({
    id: String(row.id),
    reason: row.reason as ExceptionReason,
    explanation: row.explanation,
    sequence: Number(row.sequence),
    channel: channelCodes.wordOf(row.channel),
    sentAt: row.sent_at?.toISOString() ?? null,
    capturedAt: row.captured_at.toISOString(),
    foundAt: row.found_at.toISOString(),
  }))
}

/** Open exceptions by reason. */
export async function countExceptions(
  queries: Queries,
  connector: Pick<Connector, 'id'>,
): Promise<Record<string, number>> {
  const rows = await queries
    .selectFrom('import_exception')
    .select(['reason', (expression) => expression.fn.countAll<bigint>().as('count')])
    .where('connector_id', '=', connector.id)
    .where('resolved_at', 'is', null)
    .groupBy('reason')
    .execute()
  return Object.fromEntries(rows.map(({ reason, count }) => [reason, Number(count)]))
}

const linesPerPage = 1_000

/** All open exceptions as the lines of a CSV, oldest first. `safe` defuses formulas. */
export async function* exceptionLines(
  queries: Queries,
  connector: Pick<Connector, 'id'>,
  safe: boolean,
): AsyncGenerator<Buffer> {
  yield Buffer.from(
    csvByteOrderMark +
      csvLine(['Id', 'Reason', 'Explanation', 'Sequence', 'Channel', 'Sent', 'Captured', 'Found'], safe),
  )
  for (let after = 0n; ; ) {
    const page = await listExceptions(queries, connector, { after, limit: linesPerPage })
    const lines = page.map((one) =>
      csvLine(
        [
          ...[one.id, one.reason, one.explanation, one.sequence, one.channel],
          ...[one.sentAt, one.capturedAt, one.foundAt],
        ],
        safe,
      ),
    )
    if (lines.length > 0) yield Buffer.from(lines.join(''))
    if (page.length < linesPerPage) return
    after = BigInt(page.at(-1)!.id)
  }
}
