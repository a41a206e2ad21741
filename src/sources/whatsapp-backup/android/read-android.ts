/** All records of an Android database, pass by pass, and what could not be read. */
import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../../domain/errors.ts'
import type { RecordContext } from '../../source.ts'
import type { ReadItem, ReadOrder } from '../read-item.ts'
import { reportingInto } from '../reports.ts'
import { allowReadingOnly, openDatabase } from '../tables/open-database.ts'
import { type ScanPlan, scanTable } from '../tables/scan-table.ts'
import { columnOf, listTables, type Table } from '../tables/table-list.ts'
import { addOnReader } from './add-on-record.ts'
import { callReader } from './call-record.ts'
import { openChats } from './chats.ts'
import { contactNames } from './contacts.ts'
import { openJids } from './jids.ts'
import { type MessageReader, messageReader } from './message-record.ts'
import { olderMessageReader } from './older-message-record.ts'
import { ownerOf } from './owner.ts'
import { receiptReader } from './receipt-record.ts'
import type { AndroidDatabase } from './source-rows.ts'

interface Pass {
  readonly table: string
  /** Columns without which the table is another program's. */
  readonly needs: readonly string[]
  readonly linkColumns: readonly string[]
  readonly isLeftOut: (table: string) => boolean
  readonly reader: (android: AndroidDatabase) => MessageReader
}

const messageLinks = ['message_row_id', 'child_message_row_id']

/** Receipts have a pass of their own; search indexes and the sums for streaming say nothing that was said. */
const isNoPartOfMessage = (table: string) =>
  /^(?:receipt|message_ftsv2|labeled_messages_fts|message_add_on|message_streaming_sidecar|messages_links|media_refs)/.test(
    table,
  )

const passes: readonly Pass[] = [
  {
    ...{ table: 'messages', needs: ['key_remote_jid', 'key_id', 'timestamp'], linkColumns: messageLinks },
    ...{ isLeftOut: isNoPartOfMessage, reader: olderMessageReader },
  },
  {
    ...{
      table: 'message',
      needs: ['chat_row_id', 'key_id', 'from_me', 'timestamp'],
      linkColumns: messageLinks,
    },
    ...{ isLeftOut: isNoPartOfMessage, reader: messageReader },
  },
  {
    ...{
      table: 'message_add_on',
      needs: ['key_id', 'parent_message_row_id'],
      linkColumns: ['message_add_on_row_id'],
    },
    ...{ isLeftOut: (table: string) => table.startsWith('message_add_on_receipt'), reader: addOnReader },
  },
  {
    ...{ table: 'call_log', needs: ['call_id', 'timestamp'], linkColumns: ['call_log_row_id'] },
    ...{ isLeftOut: () => false, reader: callReader },
  },
  {
    ...{ table: 'receipt_user', needs: ['message_row_id'], linkColumns: [], isLeftOut: () => true },
    reader: receiptReader,
  },
]

/** Throws AppError `not-a-message-file` where there are no messages, `damaged-database` where nothing can be read. */
export function* readAndroid(order: ReadOrder): Generator<ReadItem> {
  const db = openDatabase(order.path, order.alone)
  try {
    const tables = listTables(db)
    const present = passes.filter((pass) => isPresent(tables.get(pass.table), pass))
    if (!present.some(({ table }) => table.startsWith('message')))
      throw new AppError(
        'not-a-message-file',
        'The database has no messages of WhatsApp: it has no table "message".',
      )
    allowReadingOnly(db)
    yield* readPasses(order, db, tables, present)
  } finally {
    db.close()
  }
}

function* readPasses(
  order: ReadOrder,
  db: DatabaseSync,
  tables: ReadonlyMap<string, Table>,
  present: readonly Pass[],
): Generator<ReadItem> {
  const reports = reportingInto()
  const names = order.contacts === undefined ? () => '' : contactNames(order.contacts, reports)
  const jids = openJids(db, tables, names)
  const { own, context } = ownerOf(db, tables, jids, order)
  const chats = openChats(db, tables, jids, { ...order.context, ...context } as RecordContext)
  const android = { db, tables, jids, chats, own, reports: reports.reports }
  for (const pass of present) {
    const reader = pass.reader(android)
    const plan: ScanPlan = { ...pass, table: tables.get(pass.table)! }
    // While a phone moves over, both tables of messages share what is linked: the newer one alone knows what belongs to nobody.
    const isOlder =
      pass.table === 'messages' || (pass.table === 'message' && present[0]!.table === 'messages')
    const passReports = isOlder ? { ...reports.reports, orphans: () => {} } : reports.reports
    for (const found of scanTable(db, tables, plan, passReports)) {
      for (const item of reader.read(found)) {
        yield* chats.fresh()
        yield item
      }
      yield* reports.take()
    }
    yield* reports.take()
  }
}

function isPresent(table: Table | undefined, { needs }: Pass): boolean {
  return table !== undefined && needs.every((name) => columnOf(table, name) !== undefined)
}
