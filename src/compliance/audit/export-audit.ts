import { csvByteOrderMark, csvLine } from '../../domain/spreadsheet-safe.ts'
import type { Queries } from '../../platform/postgres/index.ts'
import { type AuditRecord, auditRecords } from './audit-log.ts'
import type { AuditFilter } from './filter.ts'
import { purviewRecordOf } from './purview-record.ts'

export interface AuditExportForm {
  /** `purview`: JSON lines in the form of Microsoft 365's audit log. */
  readonly form: 'csv' | 'jsonl' | 'purview'
  /** Defuses what a spreadsheet would calculate; of CSV only. */
  readonly safe: boolean
  /** The last record that belongs to it: `auditLogEnd`. */
  readonly end: bigint
}

/** All records that match as a file, newest first; one page of them is in memory at a time. */
export async function* exportAuditRecords(
  queries: Queries,
  filter: AuditFilter,
  { form, safe, end }: AuditExportForm,
): AsyncGenerator<Buffer> {
  if (form === 'csv') yield Buffer.from(csvByteOrderMark + csvLine(columns, safe))
  for await (const records of auditRecords(queries, filter, end)) {
    yield Buffer.from(records.map((record) => lineOf(record, form, safe)).join(''))
  }
}

function lineOf(record: AuditRecord, form: AuditExportForm['form'], safe: boolean): string {
  if (form === 'csv') return csvLineOf(record, safe)
  return `${JSON.stringify(form === 'purview' ? purviewRecordOf(record) : record)}\n`
}

const columns = [
  ...['Record', 'Time (UTC)', 'Operation', 'Outcome', 'Actor', 'Actor type', 'Client IP', 'Session'],
  ...['Correlation', 'Target', 'Details'],
]

function csvLineOf(record: AuditRecord, safe: boolean): string {
  const { id, at, operation, outcome, actor, actorType, clientIp, sessionId, correlationId, target } = record
  const what = [id, at, operation, outcome, actor, actorType, clientIp, sessionId, correlationId, target]
  return csvLine([...what, JSON.stringify(record.details)], safe)
}
