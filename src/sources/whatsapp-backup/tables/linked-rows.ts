/** Rows of other tables that belong to the rows of a page. */
import type { DatabaseSync } from 'node:sqlite'
import { isDamage, withinBounds } from './open-database.ts'
import { arrays, isOutOfRange, type RowsBy, rowsBy } from './page-rows.ts'
import { memberNames, type Row, rowBytes } from './row-json.ts'
import { keyExpression, quoted, type Table } from './table-list.ts'

export interface LinkedTable {
  readonly table: Table
  /** The column that holds the key of the row it belongs to. */
  readonly column: string
  readonly names: readonly string[]
  /** Index of a column in a row, which begins with the link. */
  readonly at: ReadonlyMap<string, number>
  /** Rows by the key they belong to. Asked with rising keys, each range once. */
  rowsOf(keys: readonly (number | bigint)[]): ReadonlyMap<number | bigint, readonly Row[]>
  /** Rows that were handed out so far. */
  used(): number
}

/** All rows of one page may take so much; what goes beyond is reported, not read. */
const linkedBytesMax = 32 * 1024 * 1024
/** One message has few rows in any table; poll options are the most. */
const rowsPerKeyMax = 2_000

export type ReportUnreadable = (
  table: string,
  from: number | bigint,
  to: number | bigint,
  why: string,
) => void

/** Null where the table has no rows. */
export function openLinked(
  db: DatabaseSync,
  table: Table,
  column: string,
  report: ReportUnreadable,
): LinkedTable | null {
  const [link, key] = [quoted(column), keyExpression(table)]
  const columns = table.columns.filter((name) => name !== column)
  const select = `SELECT ${[link, ...columns.map(quoted)].join(', ')} FROM ${quoted(table.name)}`
  const range = `${select} WHERE ${link} >= ? AND ${link} <= ? ORDER BY ${link}, ${key}`
  try {
    if (db.prepare(`SELECT 1 FROM ${quoted(table.name)} LIMIT 1`).get() === undefined) return null
  } catch (error) {
    if (!isDamage(error)) throw error
    report(table.name, 0, 0, (error as Error).message)
    return null
  }
  const seeks = isIndexed(db, range)
  const reader = seeks
    ? rangeReader(db, range)
    : orderedReader(db, `${select} WHERE ${withinBounds} ORDER BY ${link}, ${key}`)
  let used = 0
  return {
    ...{ table, column, names: memberNames(columns) },
    at: new Map(columns.map((name, index) => [name.toLowerCase(), index + 1])),
    used: () => used,
    rowsOf(keys) {
      const grouped = group(readSafely(reader, keys, seeks, table.name, report), table.name, report)
      for (const key of keys) used += grouped.get(key)?.length ?? 0
      return grouped
    },
  }
}

type RangeReader = (from: number | bigint, to: number | bigint) => readonly Row[]

/** The whole range at once; where that fails, key by key, so that one broken row costs no other. */
function readSafely(
  read: RangeReader,
  keys: readonly (number | bigint)[],
  seeks: boolean,
  name: string,
  report: ReportUnreadable,
): readonly Row[] {
  const [first, last] = [keys[0]!, keys.at(-1)!]
  try {
    return read(first, last)
  } catch (error) {
    if (!isDamage(error) && !(error instanceof RowsTooLarge)) throw error
    if (!seeks || keys.length === 1) {
      report(name, first, last, (error as Error).message)
      return []
    }
  }
  const middle = keys.length >> 1
  return [
    ...readSafely(read, keys.slice(0, middle), seeks, name, report),
    ...readSafely(read, keys.slice(middle), seeks, name, report),
  ]
}

function group(rows: readonly Row[], name: string, report: ReportUnreadable): Map<number | bigint, Row[]> {
  const grouped = new Map<number | bigint, Row[]>()
  for (const row of rows) {
    const key = row[0] as number | bigint
    const plain = typeof key === 'bigint' && key <= Number.MAX_SAFE_INTEGER ? Number(key) : key
    const own = grouped.get(plain)
    if (own === undefined) grouped.set(plain, [row])
    else if (own.length < rowsPerKeyMax) own.push(row)
    else if (own.length === rowsPerKeyMax) report(name, key, key, `more than ${rowsPerKeyMax} rows`)
  }
  return grouped
}

class RowsTooLarge extends Error {}

function rangeReader(db: DatabaseSync, sql: string): RangeReader {
  const [narrow, wide] = [rowsBy(db, sql, false), rowsBy(db, sql, true)]
  const collect = (rowsOf: RowsBy, from: number | bigint, to: number | bigint) => {
    const rows: Row[] = []
    let bytes = 0
    rowsOf([from, to], (row) => {
      bytes += rowBytes(row)
      if (bytes > linkedBytesMax) throw new RowsTooLarge('the rows are too large to be read')
      rows.push(row)
      return true
    })
    return rows
  }
  return (from, to) => {
    try {
      return collect(narrow, from, to)
    } catch (error) {
      if (isOutOfRange(error)) return collect(wide, from, to)
      throw error
    }
  }
}

/** Without an index SQLite sorts the table once; its rows are taken as the pages come by. */
function orderedReader(db: DatabaseSync, sql: string): RangeReader {
  let rows: Iterator<Row> | undefined
  let waiting: Row | undefined
  let failed = false
  const next = (): Row | undefined => {
    try {
      rows ??= (arrays(db, sql, true).iterate() as Iterable<unknown> as Iterable<Row>)[Symbol.iterator]()
      const { done, value } = rows.next()
      return done ? undefined : value
    } catch (error) {
      failed = true
      throw error
    }
  }
  return (from, to) => {
    const found: Row[] = []
    let bytes = 0
    while (!failed) {
      waiting ??= next()
      if (waiting === undefined) break
      const key = waiting[0]
      // Texts and blobs sort after all numbers: they are no keys.
      if (typeof key === 'bigint' ? key > to : key !== null && typeof key !== 'number') break
      if (typeof key === 'bigint' && key >= from) {
        bytes += rowBytes(waiting)
        if (bytes > linkedBytesMax) throw new RowsTooLarge('the rows are too large to be read')
        found.push(waiting)
      }
      waiting = undefined
    }
    return found
  }
}

function isIndexed(db: DatabaseSync, sql: string): boolean {
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(0, 0) as { detail?: unknown }[]
  return plan.some(({ detail }) => typeof detail === 'string' && detail.startsWith('SEARCH'))
}
