/** The log of a connector: one line a run, newest first (as a person looks for what happened last), as CSV. */
import { csvByteOrderMark, csvLine } from '../domain/spreadsheet-safe.ts'
import type { ConnectorParts } from './parts.ts'
import { listRuns, type Reported, type RunReport } from './run-report.ts'

const columns: readonly (readonly [string, (run: RunReport) => string | number | null])[] = [
  ['Run', ({ run }) => run],
  ['Kind', ({ kind }) => kind],
  ['State', ({ state }) => state],
  ['RequestedBy', ({ requestedBy }) => requestedBy],
  ['Created', ({ createdAt }) => createdAt],
  ['Started', ({ startedAt }) => startedAt],
  ['Finished', ({ finishedAt }) => finishedAt],
  ['Seconds', ({ seconds }) => seconds],
  ['WindowFrom', ({ window }) => window.from],
  ['WindowTo', ({ window }) => window.to],
  ['RecordsRead', ({ transferred }) => transferred],
  // The name that the log of a Microsoft 365 connector has for it.
  ['RecordsSaved', ({ imported }) => imported],
  ['Duplicates', ({ duplicates }) => duplicates],
  ['Exceptions', ({ exceptions }) => exceptions.total],
  ['ExceptionsByReason', ({ exceptions }) => reasonsText(exceptions.byReason)],
  ['MailboxItems', ({ items }) => items],
  ['Attachments', ({ attachments }) => attachments],
  ['Bytes', ({ bytes }) => bytes],
  ['LargestItemBytes', ({ largestItemBytes }) => largestItemBytes],
  ['FailureCode', ({ failure }) => failure?.code ?? null],
  ['Failure', ({ failure }) => failure?.message ?? null],
]

function reasonsText(byReason: Readonly<Record<string, number>>): string {
  return Object.entries(byReason)
    .map(([reason, count]) => `${reason}: ${count}`)
    .join(' | ')
}

const runsPerPage = 500

/** The lines in pieces of a page each. `safe` defuses what a spreadsheet would run as a formula. */
export async function* runLogLines(
  parts: Pick<ConnectorParts, 'pool' | 'queries' | 'clock'>,
  connector: Reported,
  safe = true,
): AsyncGenerator<Buffer> {
  const header = columns.map(([title]) => title)
  yield Buffer.from(csvByteOrderMark + csvLine(header, safe))
  for (let before: bigint | undefined; ; ) {
    const page = await listRuns(parts, connector, {
      limit: runsPerPage,
      ...(before === undefined ? {} : { before }),
    })
    const lines = page.map((run) =>
      csvLine(
        columns.map(([, of]) => of(run)),
        safe,
      ),
    )
    if (lines.length > 0) yield Buffer.from(lines.join(''))
    if (page.length < runsPerPage) return
    before = BigInt(page.at(-1)!.run)
  }
}
