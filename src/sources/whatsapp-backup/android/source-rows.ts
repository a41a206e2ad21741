/** What every pass over an Android database is given. */
import type { DatabaseSync } from 'node:sqlite'
import type { ScanReports } from '../tables/scan-table.ts'
import type { Table } from '../tables/table-list.ts'
import type { Chats } from './chats.ts'
import type { Jids } from './jids.ts'

export interface AndroidDatabase {
  readonly db: DatabaseSync
  readonly tables: ReadonlyMap<string, Table>
  readonly jids: Jids
  readonly chats: Chats
  /** E.164 or a jid, empty where nobody knows whose phone it is. */
  readonly own: string
  readonly reports: ScanReports
}
