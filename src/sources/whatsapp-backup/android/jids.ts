/** Whom the row ids of a database stand for. Everything is looked up when it is needed and kept in bounds. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { columnOf, quoted, type Table } from '../tables/table-list.ts'

export interface Jid {
  /** As WhatsApp writes it, `447700900001@s.whatsapp.net`, `9876@lid`, `1203…@g.us`. */
  readonly jid: string
  /** The phone's jid of a LID, where the database knows it; else the jid itself. */
  readonly phone: string
  readonly name: string
}

export interface Jids {
  /** Null for 0, -1, NULL and rows that are not there. */
  byRow(row: number): Jid | null
  byJid(jid: string): Jid
  /** `{"jid":…,"phone":…,"name":…}` for a record's `jids`. */
  json(row: number): string | null
}

const rememberedMax = 20_000

/** `names`: of contacts by jid. */
export function openJids(
  db: DatabaseSync,
  tables: ReadonlyMap<string, Table>,
  names: (jid: string) => string,
): Jids {
  const jidOfRow = jidLookup(db, tables)
  const phoneOfLid = lidLookup(db, tables)
  const rows = remembered<number, Jid | null>((row) => {
    const jid = row > 0 ? jidOfRow(row) : ''
    return jid === '' ? null : described(jid, phoneOfLid?.byRow(row) ?? '')
  })
  const described = (jid: string, mapped: string): Jid => {
    const phone = mapped === '' ? jid : mapped
    return { jid, phone, name: names(phone) || (phone === jid ? '' : names(jid)) }
  }
  const others = remembered<string, Jid>((jid) => described(jid, phoneOfLid?.byJid(jid) ?? ''))
  const texts = remembered<number, string | null>((row) => {
    const found = rows(row)
    if (found === null) return null
    const { jid, phone, name } = found
    return JSON.stringify({ jid, ...(phone === jid ? {} : { phone }), ...(name === '' ? {} : { name }) })
  })
  return { byRow: rows, byJid: others, json: texts }
}

/** A look-up whose answers are kept, a bounded number of them. */
export function remembered<Key, Value>(look: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>()
  return (key) => {
    const before = known.get(key)
    if (before !== undefined || known.has(key)) return before as Value
    const value = look(key)
    if (known.size >= rememberedMax) known.clear()
    known.set(key, value)
    return value
  }
}

function jidLookup(db: DatabaseSync, tables: ReadonlyMap<string, Table>): (row: number) => string {
  const table = tables.get('jid')
  const raw = table && columnOf(table, 'raw_string')
  const [user, server] = table ? [columnOf(table, 'user'), columnOf(table, 'server')] : []
  if (!table || (!raw && !(user && server))) return () => ''
  const value = raw ? quoted(raw) : 'NULL'
  const whole = user && server ? `${quoted(user)} || '@' || ${quoted(server)}` : 'NULL'
  const statement = db.prepare(
    `SELECT ${value} AS raw, ${whole} AS whole FROM "jid" WHERE ${quoted(table.key)} = ?`,
  )
  return (row) => {
    const found = attempt(statement, row)
    const jid = found?.raw ?? found?.whole
    return typeof jid === 'string' ? jid : ''
  }
}

function lidLookup(db: DatabaseSync, tables: ReadonlyMap<string, Table>) {
  const map = tables.get('jid_map')
  const jid = tables.get('jid')
  if (
    !map ||
    !jid ||
    !columnOf(map, 'lid_row_id') ||
    !columnOf(map, 'jid_row_id') ||
    !columnOf(jid, 'raw_string')
  )
    return null
  const phones = `SELECT p.raw_string AS phone FROM jid_map m JOIN jid p ON p.${quoted(jid.key)} = m.jid_row_id`
  const byRow = db.prepare(`${phones} WHERE m.lid_row_id = ?`)
  const byJid = db.prepare(
    `${phones} JOIN jid l ON l.${quoted(jid.key)} = m.lid_row_id WHERE l.raw_string = ? LIMIT 1`,
  )
  const phoneOf = (found: Record<string, unknown> | undefined) =>
    typeof found?.phone === 'string' ? found.phone : ''
  return {
    byRow: (row: number) => phoneOf(attempt(byRow, row)),
    byJid: (text: string) => (text.endsWith('@lid') ? phoneOf(attempt(byJid, text)) : ''),
  }
}

/** A row that cannot be read is one that is not there: whoever it stood for stays a number. */
export function attempt(
  statement: StatementSync,
  ...values: (number | bigint | string)[]
): Record<string, unknown> | undefined {
  try {
    return statement.get(...values) as Record<string, unknown> | undefined
  } catch {
    return undefined
  }
}
