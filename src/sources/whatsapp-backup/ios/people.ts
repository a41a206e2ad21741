/** Chats, group members and contacts of an iPhone's databases. */
import type { DatabaseSync } from 'node:sqlite'
import type { Json, RecordContext } from '../../source.ts'
import { attempt } from '../android/jids.ts'
import { chatsRememberedMax, type ReadOrder } from '../read-item.ts'
import type { Reports } from '../reports.ts'
import { allowReadingOnly, isDamage, openDatabase } from '../tables/open-database.ts'
import type { SqlValue } from '../tables/row-json.ts'
import { columnOf, listTables, quoted, type Table } from '../tables/table-list.ts'
import { textOf } from '../tables/values.ts'

export interface Person {
  readonly jid: string
  /** The phone's jid of a LID where it is known, else the jid itself. */
  readonly phone: string
  readonly name: string
}

export interface IosChat {
  readonly number: number
  readonly jid: Person
}

export interface People {
  person(jid: string): Person
  /** Of a group, by its row. Null where the message has none. */
  member(row: number): Person | null
  chat(row: number): IosChat
  chatOf(jid: string): IosChat
  fresh(): { readonly context: RecordContext; readonly chat: number }[]
}

const namesMax = 200_000
const peopleMax = 300
const peopleBytesMax = 10 * 1024

export function openPeople(
  db: DatabaseSync,
  tables: ReadonlyMap<string, Table>,
  { context: common, contacts, lids }: ReadOrder,
  reports: Reports,
): People {
  const names = namesFrom(contacts, readContacts, reports)
  const phones = namesFrom(lids, readLids, reports)
  const person = (jid: string): Person => {
    const phone = phones.get(jid) ?? jid
    return { jid, phone, name: names.get(phone) ?? names.get(jid) ?? '' }
  }
  const session = rowLookup(db, tables.get('zwachatsession'), ['zcontactjid', 'zpartnername'])
  const memberRow = rowLookup(db, tables.get('zwagroupmember'), ['zmemberjid', 'zcontactname', 'zfirstname'])
  const members = memberList(db, tables.get('zwagroupmember'))
  let made: { context: RecordContext; chat: number }[] = []
  let count = 0
  const known = new Map<string, IosChat>()
  const remember = (name: string, jid: Person, row: number): IosChat => {
    const before = known.get(name)
    if (before !== undefined) return before
    if (known.size >= chatsRememberedMax) known.clear()
    const chat = { number: count++, jid }
    const shown = jid.name.slice(0, 300)
    const described: Json = {
      jid: jid.jid,
      ...(jid.phone === jid.jid ? {} : { phone: jid.phone }),
      ...(shown === '' ? {} : { name: shown }),
    }
    made.push({
      context: { ...common, chat: described, ...peopleOf(members(row), person) },
      chat: chat.number,
    })
    known.set(name, chat)
    return chat
  }
  return {
    person,
    member(row) {
      const [jid, ...given] = memberRow(row)
      if (jid === undefined || jid === '') return null
      const found = person(jid)
      return { ...found, name: found.name || given.find((name) => name !== '') || '' }
    },
    chat(row) {
      const [jid = '', name = ''] = known.has(`row ${row}`) ? [] : session(row)
      const found = person(jid)
      return remember(`row ${row}`, { ...found, name: name || found.name }, row)
    },
    chatOf: (jid) => remember(jid, person(jid), 0),
    fresh() {
      const since = made
      made = []
      return since
    },
  }
}

function peopleOf(
  jids: readonly string[],
  person: (jid: string) => Person,
): { readonly [key: string]: Json } {
  const people: Json[] = []
  let bytes = 0
  for (const jid of jids) {
    const { phone, name } = person(jid)
    const entry = name === '' ? [phone] : [phone, name.slice(0, 100)]
    bytes += Buffer.byteLength(JSON.stringify(entry)) + 1
    if (bytes > peopleBytesMax || people.length === peopleMax)
      return { people, peopleLeftOut: jids.length - people.length }
    people.push(entry)
  }
  return people.length === 0 ? {} : { people }
}

/** Texts of a row by its key; empty where the row or a column is not there. */
function rowLookup(
  db: DatabaseSync,
  table: Table | undefined,
  columns: readonly string[],
): (row: number) => string[] {
  if (table === undefined) return () => []
  const known = columns.map((name) => columnOf(table, name))
  const select = known
    .map((name, index) => `${name === undefined ? 'NULL' : quoted(name)} AS c${index}`)
    .join(', ')
  const statement = db.prepare(`SELECT ${select} FROM ${quoted(table.name)} WHERE ${quoted(table.key)} = ?`)
  return (row) => {
    const found = row > 0 ? attempt(statement, row) : undefined
    return found === undefined ? [] : columns.map((_, index) => textOf(found[`c${index}`] as SqlValue))
  }
}

function memberList(db: DatabaseSync, table: Table | undefined): (session: number) => string[] {
  if (table === undefined || !columnOf(table, 'zchatsession') || !columnOf(table, 'zmemberjid'))
    return () => []
  const statement = db.prepare(
    `SELECT ZMEMBERJID AS jid FROM ${quoted(table.name)} WHERE ZCHATSESSION = ? ORDER BY ZMEMBERJID LIMIT 1100`,
  )
  return (session) => {
    try {
      const rows = (session > 0 ? statement.all(session) : []) as { jid: unknown }[]
      return [...new Set(rows.map(({ jid }) => jid).filter((jid) => typeof jid === 'string'))] as string[]
    } catch {
      return []
    }
  }
}

type Read = (db: DatabaseSync, tables: ReadonlyMap<string, Table>, found: Map<string, string>) => void

function namesFrom(path: string | undefined, read: Read, { reports }: Reports): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  if (path === undefined) return found
  const db = openDatabase(path, true)
  try {
    const tables = listTables(db)
    allowReadingOnly(db)
    read(db, tables, found)
  } catch (error) {
    if (!isDamage(error)) throw error
    reports.unreadable('contacts', 0, undefined, (error as Error).message)
  } finally {
    db.close()
  }
  return found
}

function readContacts(
  db: DatabaseSync,
  tables: ReadonlyMap<string, Table>,
  found: Map<string, string>,
): void {
  const table = tables.get('zwaaddressbookcontact')
  const name = table && columnOf(table, 'zfullname')
  if (!table || !name) return
  const ids = ['zwhatsappid', 'zlid']
    .map((column) => columnOf(table, column))
    .filter((column) => column !== undefined)
  for (const id of ids) {
    const sql = `SELECT ${quoted(id)} AS jid, substr(${quoted(name)}, 1, 200) AS name FROM ${quoted(table.name)} LIMIT ${namesMax}`
    for (const { jid, name: shown } of db.prepare(sql).iterate() as Iterable<{
      jid?: unknown
      name?: unknown
    }>) {
      if (typeof jid !== 'string' || typeof shown !== 'string' || shown === '') continue
      found.set(jid.includes('@') ? jid : `${jid.replace(/^\+/, '')}@s.whatsapp.net`, shown)
    }
  }
}

/** No description of LID.sqlite is public: the table that has a column of LIDs and one of phones' jids is taken. */
function readLids(db: DatabaseSync, tables: ReadonlyMap<string, Table>, found: Map<string, string>): void {
  for (const table of tables.values()) {
    const lid = table.columns.find((column) => /lid/i.test(column) && !/valid/i.test(column))
    const phone = table.columns.find((column) => /phone|pn|jid|identifier/i.test(column) && column !== lid)
    if (lid === undefined || phone === undefined) continue
    const sql = `SELECT ${quoted(lid)} AS lid, ${quoted(phone)} AS phone FROM ${quoted(table.name)} LIMIT ${namesMax}`
    for (const row of db.prepare(sql).iterate() as Iterable<{ lid?: unknown; phone?: unknown }>) {
      const [from, to] = [textOf(row.lid as SqlValue), textOf(row.phone as SqlValue)]
      if (!/^\d+(?:@lid)?$/.test(from) || !/^\+?\d+(?:@s\.whatsapp\.net)?$/.test(to)) continue
      found.set(from.includes('@') ? from : `${from}@lid`, `${to.replace(/^\+|@.*$/g, '')}@s.whatsapp.net`)
    }
  }
}
