/** All records of an iPhone's WhatsApp databases. */
import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../../domain/errors.ts'
import type { ReadItem, ReadOrder } from '../read-item.ts'
import { type Reports, reportingInto } from '../reports.ts'
import { allowReadingOnly, openDatabase } from '../tables/open-database.ts'
import { type Found, scanTable } from '../tables/scan-table.ts'
import { columnOf, listTables, type Table } from '../tables/table-list.ts'
import { iosCallReader } from './call-record.ts'
import { readIosMessage } from './message-record.ts'
import { openPeople, type People } from './people.ts'

/** Throws AppError `not-a-message-file` where there are no messages. */
export function* readIos(order: ReadOrder): Generator<ReadItem> {
  const reports = reportingInto()
  const db = openDatabase(order.path, order.alone)
  try {
    const tables = listTables(db)
    const table = tables.get('zwamessage')
    if (table === undefined || !columnOf(table, 'zmessagedate'))
      throw new AppError(
        'not-a-message-file',
        'The database has no messages of WhatsApp: it has no table "ZWAMESSAGE".',
      )
    allowReadingOnly(db)
    const own = order.custodian ?? ''
    const context = own === '' ? order.context : { ...order.context, custodian: own }
    const people = openPeople(db, tables, { ...order, context }, reports)
    const read = (found: Found) => readIosMessage(found, people, own)
    yield* readPass({ db, tables, table, linkColumns: ['zmessage'] }, read, people, reports)
    if (order.calls !== undefined) yield* readCalls(order.calls, people, reports)
  } finally {
    db.close()
  }
}

function* readCalls(path: string, people: People, reports: Reports): Generator<ReadItem> {
  const db = openDatabase(path, true)
  try {
    const tables = listTables(db)
    const table = tables.get('zwacdcallevent')
    if (table === undefined) return
    allowReadingOnly(db)
    const read = iosCallReader(db, tables, people)
    yield* readPass({ db, tables, table, linkColumns: ['z1participants'] }, read, people, reports)
  } finally {
    db.close()
  }
}

interface Pass {
  readonly db: DatabaseSync
  readonly tables: ReadonlyMap<string, Table>
  readonly table: Table
  readonly linkColumns: readonly string[]
}

function* readPass(
  { db, tables, table, linkColumns }: Pass,
  read: (found: Found) => Generator<ReadItem>,
  people: People,
  reports: Reports,
): Generator<ReadItem> {
  for (const found of scanTable(
    db,
    tables,
    { table, linkColumns, isLeftOut: () => false },
    reports.reports,
  )) {
    for (const item of read(found)) {
      yield* people.fresh()
      yield item
    }
    yield* reports.take()
  }
  yield* reports.take()
}
