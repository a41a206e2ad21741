/** CSV as we write it: RFC 4180, and so that a spreadsheet that opens it runs nothing of what people wrote. */

/** UTF-8's byte order mark: without it Excel takes a CSV for the machine's old code page. Goes before the first line. */
export const csvByteOrderMark = '\ufeff'

export type CsvCell = string | number | bigint | boolean | null | undefined

/**
 * What could be read as the beginning of a formula: `= + - @` and their full-width forms (which Excel takes too),
 * at the start of a cell or of what a spreadsheet that separates cells by semicolons or tabs would take for one.
 */
const formulaStart =
  /(^|[;\t\r\n])((?:[^\S\t\r\n]|[\u200b-\u200f\u202a-\u202e\u2060-\u2069])*[=+\-@\uff1d\uff0b\uff0d\uff20])/gu

/**
 * The value with an apostrophe before whatever a spreadsheet would calculate, a phone number in international
 * form included. Shown as text, executed by nothing; the value is no longer byte for byte what it was.
 */
export function spreadsheetSafe(value: string): string {
  const defused = value.replace(formulaStart, "$1'$2")
  // A cell that begins with a control character is trimmed to what follows it by some programs.
  return /^[\t\r\n]/.test(defused) ? `'${defused}` : defused
}

/** One line of a CSV, CRLF included. `safe` defuses formulas in texts; numbers stay numbers. */
export function csvLine(values: readonly CsvCell[], safe: boolean): string {
  return `${values.map((value) => csvCell(value, safe)).join(',')}\r\n`
}

function csvCell(value: CsvCell, safe: boolean): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  const text = safe ? spreadsheetSafe(value) : value
  return /[",;\t\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}
