import { type CsvTable, readCsv } from './csv.ts'
import { normaliseEmail } from './email-address.ts'
import { normalisePhone, phoneMatchKey } from './phone.ts'
import { phoneProblem } from './registered-users.ts'

/** One row of a custom mapping: who holds a number, and when. */
export interface MappingRow {
  /** As a spreadsheet numbers it; explanations speak of it. */
  readonly row: number
  /** E.164 with `+`. */
  readonly phone: string
  /** Lower case. */
  readonly mailboxAddress: string
  /** Milliseconds UTC of the first moment of `Valid From`; absent: since ever. */
  readonly validFrom?: number
  /** Milliseconds UTC of the first moment after `Valid To`; absent: for ever. */
  readonly validTo?: number
}

const columns = [
  { name: 'External User ID', required: true },
  { name: 'Microsoft 365 User Mailbox', aliases: ['User Mailbox', 'Mailbox'], required: true },
  { name: 'Valid From' },
  { name: 'Valid To' },
] as const
type ColumnName = (typeof columns)[number]['name']

/** The file people download, fill in and upload. The two first columns are those of the Microsoft 365 connectors. */
export const mappingTemplate = `${columns.map((column) => column.name).join(',')}\r\n+44 7700 900123,ada@example.com,2026-01-01,2026-12-31\r\n`

/**
 * Reads a custom mapping: `External User ID,Microsoft 365 User Mailbox[,Valid From,Valid To]`.
 * The id is a phone number with its country code, with or without `+`, spaces allowed. Dates are
 * `2026-03-31`; `Valid From` is the first day and `Valid To` the last day, both in UTC. A number may stand in
 * several rows only when their days do not overlap.
 * @param mailboxAddresses lower-case addresses of the mailbox directory; a row must name one of them.
 * @throws AppError `bad-mapping` with every problem, row by row; then nothing of the file is taken.
 */
export function parseMapping(
  content: Uint8Array | string,
  mailboxAddresses: ReadonlySet<string>,
  file = 'mapping.csv',
): MappingRow[] {
  const table = readCsv(content, { file, columns, code: 'bad-mapping' })
  const rows = table.rows.map((row) => readRow(row.row, row.values, mailboxAddresses, table))
  const complete = rows.filter((row) => row !== null)
  refuseOverlaps(complete, table)
  table.refuseProblems()
  return complete
}

function readRow(
  row: number,
  values: Readonly<Record<ColumnName, string>>,
  mailboxAddresses: ReadonlySet<string>,
  table: CsvTable<ColumnName>,
): MappingRow | null {
  const phone = normalisePhone(values['External User ID'])
  if (phone === null) table.addProblem(row, 'External User ID', phoneProblem(values['External User ID']))
  const mailboxAddress = readMailbox(row, values['Microsoft 365 User Mailbox'], mailboxAddresses, table)
  const validFrom = readDay(row, 'Valid From', values['Valid From'], table)
  const lastDay = readDay(row, 'Valid To', values['Valid To'], table)
  if (validFrom !== undefined && lastDay !== undefined && lastDay < validFrom) {
    table.addProblem(row, 'Valid To', 'is before Valid From')
  }
  const datesWrong =
    (values['Valid From'] !== '' && validFrom === undefined) ||
    (values['Valid To'] !== '' && lastDay === undefined)
  if (phone === null || mailboxAddress === null || datesWrong) return null
  return {
    row,
    phone,
    mailboxAddress,
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(lastDay === undefined ? {} : { validTo: lastDay + dayMs }),
  }
}

function readMailbox(
  row: number,
  value: string,
  mailboxAddresses: ReadonlySet<string>,
  table: CsvTable<ColumnName>,
): string | null {
  const address = normaliseEmail(value)
  if (address === null) {
    table.addProblem(
      row,
      'Microsoft 365 User Mailbox',
      value === '' ? 'is empty' : `"${value}" is not an e-mail address`,
    )
  } else if (!mailboxAddresses.has(address)) {
    table.addProblem(row, 'Microsoft 365 User Mailbox', `${address} is not a mailbox of the directory`)
  }
  return address
}

const dayMs = 86_400_000

/** Milliseconds UTC of the day's first moment; undefined when empty or wrong (then a problem is added). */
function readDay(
  row: number,
  column: ColumnName,
  value: string,
  table: CsvTable<ColumnName>,
): number | undefined {
  if (value === '') return undefined
  const ms = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN
  // Date.parse rolls 31 February over into March; a real day reads back the same.
  if (!Number.isNaN(ms) && new Date(ms).toISOString().startsWith(value)) return ms
  table.addProblem(row, column, `"${value}" is not a date such as 2026-03-31`)
  return undefined
}

/** A number held twice at one time would put one person's messages into another's mailbox. */
function refuseOverlaps(rows: readonly MappingRow[], table: CsvTable<ColumnName>): void {
  const rowsOfPhone = Map.groupBy(rows, (row) => phoneMatchKey(row.phone))
  for (const held of rowsOfPhone.values()) {
    if (held.length < 2) continue
    const byStart = held.toSorted((a, b) => startOf(a) - startOf(b) || a.row - b.row)
    for (const [index, next] of byStart.entries()) {
      const before = byStart.slice(0, index).find((one) => endOf(one) > startOf(next))
      if (before === undefined) continue
      const [first, second] = before.row < next.row ? [before, next] : [next, before]
      table.addProblem(second.row, 'External User ID', overlapProblem(first, second))
    }
  }
}

function overlapProblem(first: MappingRow, second: MappingRow): string {
  const dated = [first, second].some((row) => row.validFrom !== undefined || row.validTo !== undefined)
  return dated
    ? `is the same number as in row ${first.row}, and their days overlap`
    : `is the same number as in row ${first.row}; give both rows Valid From and Valid To if it changed hands`
}

function startOf(row: MappingRow): number {
  return row.validFrom ?? Number.NEGATIVE_INFINITY
}

function endOf(row: MappingRow): number {
  return row.validTo ?? Number.POSITIVE_INFINITY
}
