/** One table with all that other tables say of its rows. */
import type { DatabaseSync } from 'node:sqlite'
import { type LinkedTable, openLinked, type ReportUnreadable } from './linked-rows.ts'
import { withinBounds } from './open-database.ts'
import { pageRows } from './page-rows.ts'
import { memberNames, type Row, rowJson, type SqlValue } from './row-json.ts'
import { columnOf, quoted, type Table } from './table-list.ts'

/** One row of the table, with the rows that belong to it. */
export interface Found {
  readonly key: number | bigint
  /** The value of a column, null where the column does not exist. */
  get(column: string): SqlValue
  /** Values of the first row of a linked table. */
  linked(table: string): { get(column: string): SqlValue } | undefined
  linkedAll(table: string): readonly { get(column: string): SqlValue }[]
  /** The linked tables that have rows for it. */
  linkedTables(): readonly string[]
  /** `"row":{…},"linked":{"table":[{…}]}` */
  json(): string
}

export interface ScanPlan {
  readonly table: Table
  /** Names of columns in other tables that hold this table's key, in lower case. */
  readonly linkColumns: readonly string[]
  /** Tables with such a column that are read elsewhere, or say nothing. */
  readonly isLeftOut: (table: string) => boolean
}

export interface ScanReports {
  readonly unreadable: (
    table: string,
    from: number | bigint,
    to: number | bigint | undefined,
    why: string,
  ) => void
  /** Rows of a linked table that belong to no row of the table. */
  readonly orphans: (table: string, count: number) => void
}

export function* scanTable(
  db: DatabaseSync,
  tables: ReadonlyMap<string, Table>,
  plan: ScanPlan,
  reports: ScanReports,
): Generator<Found> {
  const links = linksOf(db, tables, plan, reports.unreadable)
  const scan = {
    at: new Map(plan.table.columns.map((name, index) => [name.toLowerCase(), index + 1])),
    names: memberNames(plan.table.columns),
  }
  for (const page of pageRows(db, plan.table)) {
    if ('unreadable' in page) {
      const { after, before, why } = page.unreadable
      reports.unreadable(plan.table.name, after + 1n, before === undefined ? undefined : before - 1n, why)
      continue
    }
    const keys = page.rows.map((row) => plainKey(row[0] as number | bigint))
    const rows = links.map((link) => ({ link, rows: link.rowsOf(keys) })).filter(({ rows }) => rows.size > 0)
    for (const [index, row] of page.rows.entries()) yield foundRow(scan, row, keys[index]!, rows)
  }
  for (const link of links) reportOrphans(db, link, reports)
}

function linksOf(
  db: DatabaseSync,
  tables: ReadonlyMap<string, Table>,
  { table, linkColumns, isLeftOut }: ScanPlan,
  report: ReportUnreadable,
): LinkedTable[] {
  const links: LinkedTable[] = []
  for (const [name, other] of [...tables].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const column = linkColumns.map((link) => columnOf(other, link)).find((found) => found !== undefined)
    if (other === table || column === undefined || isLeftOut(name)) continue
    const link = openLinked(db, other, column, report)
    if (link !== null) links.push(link)
  }
  return links
}

interface LinkedHere {
  readonly link: LinkedTable
  readonly rows: ReadonlyMap<number | bigint, readonly Row[]>
}

function foundRow(
  { at, names }: { at: ReadonlyMap<string, number>; names: readonly string[] },
  row: Row,
  key: number | bigint,
  others: readonly LinkedHere[],
): Found {
  const own: { readonly link: LinkedTable; readonly rows: readonly Row[] }[] = []
  for (const { link, rows } of others) {
    const mine = rows.get(key)
    if (mine !== undefined) own.push({ link, rows: mine })
  }
  const linkedAll = (table: string) => {
    const entry = own.find(({ link }) => link.table.name === table)
    return entry === undefined ? [] : entry.rows.map((linkedRow) => getter(entry.link.at, linkedRow))
  }
  return {
    key,
    get: (column) => valueAt(at, row, column),
    linkedAll,
    linkedTables: () => own.map(({ link }) => link.table.name),
    linked: (table) => linkedAll(table)[0],
    json() {
      let json = `"row":${rowJson(names, row, 1)}`
      if (own.length > 0) {
        const members = own.map(
          ({ link, rows }) =>
            `${JSON.stringify(link.table.name)}:[${rows.map((one) => rowJson(link.names, one, 1)).join(',')}]`,
        )
        json += `,"linked":{${members.join(',')}}`
      }
      return json
    },
  }
}

function getter(at: ReadonlyMap<string, number>, row: Row): { get(column: string): SqlValue } {
  return { get: (column) => valueAt(at, row, column) }
}

function valueAt(at: ReadonlyMap<string, number>, row: Row, column: string): SqlValue {
  const index = at.get(column)
  return index === undefined ? null : (row[index] ?? null)
}

function plainKey(key: number | bigint): number | bigint {
  const safe = typeof key === 'bigint' && key <= Number.MAX_SAFE_INTEGER && key >= Number.MIN_SAFE_INTEGER
  return safe ? Number(key) : key
}

function reportOrphans(db: DatabaseSync, { table, used }: LinkedTable, reports: ScanReports): void {
  try {
    const row = db
      .prepare(`SELECT count(*) AS count FROM ${quoted(table.name)} NOT INDEXED WHERE ${withinBounds}`)
      .get()
    const count = Number((row as { count: unknown }).count)
    if (count > used()) reports.orphans(table.name, count - used())
  } catch {
    // A table that cannot be counted was reported as unreadable when its rows were.
  }
}
