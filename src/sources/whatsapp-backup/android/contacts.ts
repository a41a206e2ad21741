/** The names of wa.db: what the phone's owner calls people, and what they call themselves. */
import type { Reports } from '../reports.ts'
import { allowReadingOnly, isDamage, openDatabase } from '../tables/open-database.ts'
import { columnOf, listTables, quoted } from '../tables/table-list.ts'

const contactsMax = 200_000
const nameCharactersMax = 200

/** A phone's own name for a contact comes first, then the verified name of a business, then what they call themselves. */
const nameColumns = ['display_name', 'verified_name', 'wa_name', 'nickname', 'given_name'] as const

/** By jid. A file that is damaged is reported, and what could be read of it used. */
export function contactNames(path: string, { reports }: Reports): (jid: string) => string {
  const names = new Map<string, string>()
  try {
    readNames(path, names)
  } catch (error) {
    if (!isDamage(error)) throw error
    reports.unreadable('wa_contacts', 0, undefined, (error as Error).message)
  }
  return (jid) => names.get(jid) ?? ''
}

function readNames(path: string, names: Map<string, string>): void {
  const db = openDatabase(path, true)
  try {
    const tables = listTables(db)
    allowReadingOnly(db)
    for (const [name, columns] of [
      ['wa_contacts', nameColumns],
      ['wa_vnames', ['verified_name']],
    ] as const) {
      const table = tables.get(name)
      const known = table ? columns.filter((column) => columnOf(table, column) !== undefined) : []
      if (table === undefined || known.length === 0 || columnOf(table, 'jid') === undefined) continue
      const best = known.map((column) => `NULLIF(substr(${quoted(column)}, 1, ${nameCharactersMax}), '')`)
      const sql = `SELECT jid, COALESCE(${[...best, 'NULL'].join(', ')}) AS name FROM ${quoted(table.name)} NOT INDEXED LIMIT ${contactsMax}`
      for (const row of db.prepare(sql).iterate()) {
        const { jid, name: found } = row as { jid: unknown; name: unknown }
        if (typeof jid === 'string' && typeof found === 'string' && !names.has(jid)) names.set(jid, found)
      }
    }
  } finally {
    db.close()
  }
}
