/** The tables and columns that exist: schemas differ from one release of WhatsApp to the next. */
import type { DatabaseSync } from 'node:sqlite'

export interface Table {
  readonly name: string
  /** Plain columns in alphabetical order; generated ones, which compute, are left out. */
  readonly columns: readonly string[]
  /** What rows are ordered by: the INTEGER PRIMARY KEY, else `rowid`. */
  readonly key: string
}

/** WhatsApp has some 300 tables of at most 60 columns. */
const tablesMax = 2_000
const columnsMax = 400

/** By name, in lower case. Views and virtual tables are none. Throws what SQLite throws. */
export function listTables(db: DatabaseSync): Map<string, Table> {
  const found = db
    .prepare(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' LIMIT ${tablesMax}`,
    )
    .all() as { name: unknown; sql: unknown }[]
  const tables = new Map<string, Table>()
  for (const { name, sql } of found) {
    if (typeof name !== 'string' || typeof sql !== 'string' || /^\s*create\s+virtual/i.test(sql)) continue
    const table = readColumns(db, name)
    if (table !== null) tables.set(name.toLowerCase(), table)
  }
  return tables
}

interface ColumnFacts {
  readonly name: string
  readonly type: string
  readonly pk: number
  readonly hidden: number
}

/** Null for a table whose columns SQLite cannot tell, or that has no rowid. */
function readColumns(db: DatabaseSync, name: string): Table | null {
  try {
    const facts = db.prepare(`PRAGMA table_xinfo(${quoted(name)})`).all() as unknown as ColumnFacts[]
    const plain = facts.filter(({ hidden }) => hidden === 0).slice(0, columnsMax)
    const keys = facts.filter(({ pk }) => pk > 0)
    const isRowid = keys.length === 1 && keys[0]!.type.toUpperCase() === 'INTEGER'
    const key = isRowid ? keys[0]!.name : 'rowid'
    db.prepare(`SELECT ${key === 'rowid' ? key : quoted(key)} FROM ${quoted(name)} LIMIT 0`).all()
    return { name, columns: plain.map((column) => column.name).sort(byCodeUnit), key }
  } catch {
    return null
  }
}

/** The column as the table writes it, whatever its case. */
export function columnOf(table: Table, name: string): string | undefined {
  return table.columns.find((column) => column.toLowerCase() === name)
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The expression that selects the key. */
export function keyExpression({ key }: Table): string {
  return key === 'rowid' ? key : quoted(key)
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
