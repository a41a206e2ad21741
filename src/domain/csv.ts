import { CsvError, parse } from 'csv-parse/sync'
import { decodeText } from './decode-text.ts'
import { AppError, type ErrorCode } from './errors.ts'

/** A column of an operator's file. Its header is matched without regard to case, spaces and `_`. */
export interface CsvColumn<Name extends string = string> {
  readonly name: Name
  /** Other headers that mean the same. */
  readonly aliases?: readonly string[]
  readonly required?: boolean
}

export interface CsvRow<Name extends string = string> {
  /** As a spreadsheet numbers it: the header is row 1, and empty rows count. */
  readonly row: number
  /** Trimmed; an absent column or cell is the empty string. */
  readonly values: Readonly<Record<Name, string>>
}

export interface CsvProblem {
  readonly row: number
  /** The column's name, or empty when the whole row is meant. */
  readonly column: string
  /** A clause that follows "row 3, mobile". Never carries a phone number: problems may be logged. */
  readonly message: string
}

export interface CsvOptions<Name extends string> {
  /** The file's name, for messages. */
  readonly file: string
  readonly columns: readonly CsvColumn<Name>[]
  /** The code its problems are reported under; `bad-csv` unless told. */
  readonly code?: ErrorCode
}

export interface CsvTable<Name extends string> {
  readonly rows: readonly CsvRow<Name>[]
  /** Adds what the reader of the rows finds wrong. */
  readonly addProblem: (row: number, column: Name | '', message: string) => void
  /** Throws one AppError with all problems, when there are any. Call it before using anything. */
  readonly refuseProblems: () => void
}

/**
 * Reads a CSV file as operators have them: with or without byte order mark, in any of the encodings of
 * `decodeText`, separated by comma, semicolon or tab, quoted or not, columns in any order.
 * The file is taken whole or not at all: problems are collected with their row and column, the reader of the
 * rows adds its own, and `refuseProblems` reports them together.
 * @throws AppError (`options.code`) at once when the header is wrong, since no row can then be understood.
 */
export function readCsv<Name extends string>(
  content: Uint8Array | string,
  options: CsvOptions<Name>,
): CsvTable<Name> {
  const problems: CsvProblem[] = []
  const text = typeof content === 'string' ? content : decodeText(content, options.file)
  const { records, firstRow } = splitRecords(text, problems, options)
  const header = readHeader(records[0] ?? [], firstRow, options)
  const rows: CsvRow<Name>[] = []
  for (const [index, record] of records.entries()) {
    if (index === 0 || record.every((cell) => cell === '')) continue
    const row = firstRow + index
    if (record.slice(header.length).some((cell) => cell !== '')) {
      const message = `has ${record.length} values where the header has ${header.length}; put quotes around a value that contains the separator`
      problems.push({ row, column: '', message })
      continue
    }
    rows.push({ row, values: rowValues(record, header, options.columns) })
  }
  return {
    rows,
    addProblem: (row, column, message) => problems.push({ row, column, message }),
    refuseProblems: () => {
      if (problems.length > 0) throw csvError(problems, options)
    },
  }
}

interface SplitFile {
  readonly records: readonly (readonly string[])[]
  readonly firstRow: number
}

function splitRecords<Name extends string>(
  text: string,
  problems: CsvProblem[],
  options: CsvOptions<Name>,
): SplitFile {
  const hint = /^\ufeff?sep=(.)\r?\n/i.exec(text)
  const body = hint === null ? text.replace(/^\ufeff/, '') : text.slice(hint[0].length)
  const firstRow = hint === null ? 1 : 2
  const delimiter = hint?.[1] ?? delimiterOf(body)
  try {
    const records = parse(body, { delimiter, relax_column_count: true }) as string[][]
    return { records: records.map((record) => record.map(cleanCell)), firstRow }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    problems.push({ row: quoteErrorLine(error) + firstRow - 1, column: '', message: quoteProblem(error) })
    throw csvError(problems, options)
  }
}

/** Whichever separator is most frequent in the header, outside quotes. */
function delimiterOf(text: string): string {
  const header = (/^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(text)?.[0] ?? '').replace(/"(?:[^"]|"")*"/g, '')
  const count = (delimiter: string) => header.split(delimiter).length
  return [';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best), ',')
}

/** Spreadsheets and chat programs leave hard spaces and direction marks around what people paste. */
function cleanCell(cell: string): string {
  return cell.replace(
    /^[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+|[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+$/g,
    '',
  )
}

function quoteErrorLine(error: CsvError): number {
  const lines = (error as { lines?: unknown }).lines
  return typeof lines === 'number' ? lines : 1
}

function quoteProblem(error: CsvError): string {
  return error.code === 'CSV_QUOTE_NOT_CLOSED'
    ? 'or a row above it opens a quote (") that is never closed'
    : 'has a quote (") inside a value; write it twice ("") and put quotes around the whole value'
}

/** For each cell of the header the column it is. */
function readHeader<Name extends string>(
  cells: readonly string[],
  row: number,
  options: CsvOptions<Name>,
): readonly (Name | null)[] {
  const problems: CsvProblem[] = []
  const header = cells.map((cell) => columnOf(cell, options.columns))
  for (const [index, name] of header.entries()) {
    const cell = cells[index]!
    if (name === null && cell !== '') problems.push({ row, column: cell, message: 'is not a known column' })
    if (name !== null && header.indexOf(name) !== index) {
      problems.push({ row, column: cell, message: 'is there twice' })
    }
  }
  for (const column of options.columns) {
    if (column.required === true && !header.includes(column.name)) {
      problems.push({ row, column: column.name, message: 'is missing from the header' })
    }
  }
  if (problems.length > 0) throw csvError(problems, options, headerAdvice(options.columns))
  // Trailing empty header cells are what spreadsheets leave behind, not columns.
  while (header.length > 0 && header.at(-1) === null) header.pop()
  return header
}

function columnOf<Name extends string>(cell: string, columns: readonly CsvColumn<Name>[]): Name | null {
  const wanted = headerKey(cell)
  const column = columns.find((one) =>
    [one.name, ...(one.aliases ?? [])].some((name) => headerKey(name) === wanted),
  )
  return column?.name ?? null
}

function headerKey(header: string): string {
  return header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_*-]/g, '')
}

function headerAdvice(columns: readonly CsvColumn[]): string {
  const names = columns.map((column) =>
    column.required === true ? column.name : `${column.name} (optional)`,
  )
  return ` The header must name the columns: ${names.join(', ')}.`
}

function rowValues<Name extends string>(
  record: readonly string[],
  header: readonly (Name | null)[],
  columns: readonly CsvColumn<Name>[],
): Record<Name, string> {
  const values = {} as Record<Name, string>
  for (const { name } of columns) values[name] = record[header.indexOf(name)] ?? ''
  return values
}

/** How many problems the sentence spells out; `details.problems` has them all. */
const problemsShownMax = 5

function csvError(problems: readonly CsvProblem[], options: CsvOptions<string>, advice = ''): AppError {
  const inOrder = problems.toSorted((a, b) => a.row - b.row)
  const shown = inOrder.slice(0, problemsShownMax).map(problemText).join('; ')
  const more = inOrder.length > problemsShownMax ? `; and ${inOrder.length - problemsShownMax} more` : ''
  return new AppError(
    options.code ?? 'bad-csv',
    `${options.file} was refused and nothing of it was taken: ${shown}${more}.${advice}`,
    { details: { file: options.file, problems: inOrder } },
  )
}

function problemText({ row, column, message }: CsvProblem): string {
  return column === '' ? `row ${row} ${message}` : `row ${row}, ${column}: ${message}`
}
