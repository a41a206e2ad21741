/** A table page by page in the order of its key. What cannot be read is told; the rest goes on. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { isDamage } from './open-database.ts'
import { type Row, rowBytes, type SqlValue } from './row-json.ts'
import { keyExpression, quoted, type Table } from './table-list.ts'

/** Rows begin with their key; the values follow in the order of the table's columns. */
export type Page =
  | { readonly rows: readonly Row[] }
  /** Rows with keys above `after` and below `before` (undefined: to the end) cannot be read. */
  | {
      readonly unreadable: {
        readonly after: bigint
        readonly before: bigint | undefined
        readonly why: string
      }
    }

const pageRowsMax = 500
const pageBytesMax = 16 * 1024 * 1024
/** A table with more broken places is read no further. */
const brokenPlacesMax = 1_000
const lowestKey = -(2n ** 63n)

/** Throws Error where the keys do not rise: pages of the file point to each other in a circle. */
export function* pageRows(db: DatabaseSync, table: Table): Generator<Page> {
  const read = rowReader(db, table)
  const nextKey = keyReader(db, table)
  let [after, limit, broken] = [lowestKey, pageRowsMax, 0]
  for (;;) {
    const rows = read(after, limit)
    if ('problem' in rows) {
      limit = limit > 1 ? Math.ceil(limit / 8) : 0
      if (limit > 0) continue
      const before = ++broken > brokenPlacesMax ? undefined : nextReadable(nextKey, after)
      yield { unreadable: { after, before: before ?? undefined, why: rows.problem } }
      if (before === undefined || before === null) return
      ;[after, limit] = [before - 1n, 1]
      continue
    }
    if (rows.length === 0) return
    after = lastKey(rows, after, table)
    yield { rows }
    limit = Math.min(pageRowsMax, limit * 4)
  }
}

function lastKey(rows: readonly Row[], after: bigint, { name }: Table): bigint {
  let last = after
  for (const row of rows) {
    const key = BigInt(row[0] as number | bigint)
    if (key <= last) throw new Error(`the rows of ${name} do not rise: key ${key} follows ${last}`)
    last = key
  }
  return last
}

type Read = (after: bigint, limit: number) => readonly Row[] | { readonly problem: string }

/** Rows above a key. Integers that a double cannot hold come as BigInt, and then all of that page. */
function rowReader(db: DatabaseSync, table: Table): Read {
  const key = keyExpression(table)
  const columns = [key, ...table.columns.map(quoted)].join(', ')
  const sql = `SELECT ${columns} FROM ${quoted(table.name)} NOT INDEXED WHERE ${key} > ? ORDER BY ${key} LIMIT ?`
  const [narrow, wide] = [rowsBy(db, sql, false), rowsBy(db, sql, true)]
  return (after, limit) => {
    try {
      return collect(narrow, after, limit)
    } catch (error) {
      if (!isOutOfRange(error)) return problemOf(error)
    }
    try {
      return collect(wide, after, limit)
    } catch (error) {
      return problemOf(error)
    }
  }
}

function collect(rowsOf: RowsBy, after: bigint, limit: number): readonly Row[] {
  const rows: Row[] = []
  let bytes = 0
  rowsOf([after, limit], (row) => {
    bytes += rowBytes(row)
    if (bytes > pageBytesMax && rows.length > 0) return false
    rows.push(row)
    return true
  })
  return rows
}

/** The lowest key above `after`, null at the end; throws where the table cannot be read there. */
function keyReader(db: DatabaseSync, table: Table): (after: bigint) => bigint | null {
  const key = keyExpression(table)
  const sql = `SELECT ${key} FROM ${quoted(table.name)} NOT INDEXED WHERE ${key} > ? ORDER BY ${key} LIMIT 1`
  const statement = arrays(db, sql, true)
  return (after) => {
    const row = statement.get(after) as unknown as readonly SqlValue[] | undefined
    return row === undefined ? null : (row[0] as bigint)
  }
}

/**
 * The key to go on with after a broken place: the row after the one that is too large, or, where a page of the file is
 * broken, the first that a search in growing and then halved steps can reach. Null where nothing more can be reached.
 */
function nextReadable(nextKey: (after: bigint) => bigint | null, after: bigint): bigint | null {
  const attempt = (from: bigint): bigint | null | 'broken' => {
    try {
      return nextKey(from)
    } catch {
      return 'broken'
    }
  }
  const own = attempt(after)
  if (own === null) return null
  if (own !== 'broken') {
    const following = attempt(own)
    if (following !== 'broken') return following
    after = own
  }
  let [low, high] = [0n, 0n]
  const from = after < 0n ? 0n : after
  for (let step = 1n; step < 2n ** 62n; step *= 2n) {
    const there = attempt(from + step)
    if (there === null) return null
    if (there !== 'broken') {
      high = step
      break
    }
    low = step
  }
  if (high === 0n) return null
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    const there = attempt(from + middle)
    if (there === 'broken') low = middle
    else high = middle
  }
  const found = attempt(from + high)
  return found === 'broken' ? null : found
}

export function arrays(db: DatabaseSync, sql: string, bigInts: boolean): StatementSync {
  const statement = db.prepare(sql)
  statement.setReturnArrays(true)
  statement.setReadBigInts(bigInts)
  return statement
}

/** Runs a question; `take` answers whether it wants more rows. */
export type RowsBy = (values: readonly (number | bigint)[], take: (row: Row) => boolean) => void

/** After an error the statement is made anew: the next use of the old one would throw that error again. */
export function rowsBy(db: DatabaseSync, sql: string, bigInts: boolean): RowsBy {
  let statement: StatementSync | undefined
  return (values, take) => {
    try {
      statement ??= arrays(db, sql, bigInts)
      for (const row of statement.iterate(...values) as Iterable<unknown> as Iterable<Row>) {
        if (!take(row)) return
      }
    } catch (error) {
      statement = undefined
      throw error
    }
  }
}

export function isOutOfRange(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_OUT_OF_RANGE'
}

function problemOf(error: unknown): { readonly problem: string } {
  if (!isDamage(error)) throw error
  return { problem: (error as Error).message }
}
