/** Rows as canonical JSON: the same values give the same bytes, and no value is rounded. */
import { hash } from 'node:crypto'

export type SqlValue = string | number | bigint | Uint8Array | null
/** Values in the order of the columns they were selected by. */
export type Row = readonly SqlValue[]

/** A larger blob is named by its size and SHA-256: thumbnails belong to the record, files do not. */
export const blobBytesMax = 64 * 1024

/** The beginnings of the members, `"name":`, made once per table. */
export function memberNames(columns: readonly string[]): readonly string[] {
  return columns.map((column) => `${JSON.stringify(column)}:`)
}

/** One object; `names` are those of `memberNames`, `from` the first value that belongs to them. NULLs are left out. */
export function rowJson(names: readonly string[], row: Row, from: number): string {
  let json = ''
  for (let index = 0; index < names.length; index++) {
    const value = row[index + from]!
    if (value === null) continue
    json += (json === '' ? '{' : ',') + names[index]! + valueJson(value)
  }
  return json === '' ? '{}' : `${json}}`
}

export function valueJson(value: Exclude<SqlValue, null>): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `{"real":"${value}"}`
  return value.byteLength <= blobBytesMax
    ? `{"base64":"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"}`
    : `{"bytes":${value.byteLength},"sha256":"${hash('sha256', value)}"}`
}

/** About how many bytes a row takes in memory. */
export function rowBytes(row: Row): number {
  let bytes = 16 * row.length
  for (const value of row) {
    if (typeof value === 'string') bytes += value.length
    else if (value instanceof Uint8Array) bytes += value.byteLength
  }
  return bytes
}
