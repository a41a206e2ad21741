/** What the records of one chat share: who it is with, its name, who belongs to it. */
import type { DatabaseSync } from 'node:sqlite'
import type { Json, RecordContext } from '../../source.ts'
import { chatsRememberedMax } from '../read-item.ts'
import type { SqlValue } from '../tables/row-json.ts'
import { columnOf, quoted, type Table } from '../tables/table-list.ts'
import { numberOf, textOf } from '../tables/values.ts'
import { attempt, type Jid, type Jids } from './jids.ts'

export interface Chat {
  readonly number: number
  readonly jid: Jid
  readonly context: RecordContext
}

export interface Chats {
  byRow(row: number): Chat
  byJid(jid: string): Chat
  /** Contexts that were made since the last call. */
  fresh(): { readonly context: RecordContext; readonly chat: number }[]
}

/** A context stays under 16 KiB; a group of a thousand members has its first few hundred in it, and says so. */
const peopleBytesMax = 10 * 1024
const peopleMax = 1_100
const nowhere: Jid = { jid: '', phone: '', name: '' }

/** `common`: what every context begins with. */
export function openChats(
  db: DatabaseSync,
  tables: ReadonlyMap<string, Table>,
  jids: Jids,
  common: RecordContext,
): Chats {
  const chatOfRow = chatLookup(db, tables)
  const membersOf = memberLookup(db, tables)
  let made: { context: RecordContext; chat: number }[] = []
  let count = 0
  const make = (jid: Jid, jidRow: number, subject: string): Chat => {
    const number = count++
    const context = {
      ...common,
      chat: chatContext(jid, subject),
      ...peopleOf(membersOf(jidRow, jid.jid), jids),
    }
    made.push({ context, chat: number })
    return { number, jid, context }
  }
  // One memory for both, so that what is forgotten is older than the last `chatsRememberedMax` that were made.
  const known = new Map<string, Chat>()
  const remember = (name: string, first: () => Chat): Chat => {
    const before = known.get(name)
    if (before !== undefined) return before
    if (known.size >= chatsRememberedMax) known.clear()
    const chat = first()
    known.set(name, chat)
    return chat
  }
  return {
    byRow: (row) =>
      remember(`row ${row}`, () => {
        const { jidRow, subject } = chatOfRow(row)
        return make(jids.byRow(jidRow) ?? nowhere, jidRow, subject)
      }),
    byJid: (jid) => remember(jid, () => make(jids.byJid(jid), 0, '')),
    fresh() {
      if (made.length === 0) return made
      const since = made
      made = []
      return since
    },
  }
}

function chatContext({ jid, phone, name }: Jid, subject: string): Json {
  const shown = (subject || name).slice(0, 300)
  return { jid, ...(phone === jid ? {} : { phone }), ...(shown === '' ? {} : { name: shown }) }
}

function peopleOf(members: readonly string[], jids: Jids): { readonly [key: string]: Json } {
  const people: Json[] = []
  let bytes = 0
  for (const member of members) {
    const { phone, name } = jids.byJid(member)
    const person = name === '' ? [phone] : [phone, name.slice(0, 100)]
    bytes += Buffer.byteLength(JSON.stringify(person)) + 1
    if (bytes > peopleBytesMax) return { people, peopleLeftOut: members.length - people.length }
    people.push(person)
  }
  return people.length === 0 ? {} : { people }
}

function chatLookup(db: DatabaseSync, tables: ReadonlyMap<string, Table>) {
  const table = tables.get('chat')
  const jidRow = table && columnOf(table, 'jid_row_id')
  if (!table || !jidRow) return () => ({ jidRow: 0, subject: '' })
  const subject = columnOf(table, 'subject')
  const statement = db.prepare(
    `SELECT ${quoted(jidRow)} AS jid_row, ${subject ? quoted(subject) : 'NULL'} AS subject FROM "chat" WHERE ${quoted(table.key)} = ?`,
  )
  return (row: number) => {
    const found = attempt(statement, row)
    return { jidRow: numberOf(found?.jid_row as SqlValue), subject: textOf(found?.subject as SqlValue) }
  }
}

/** Members of a group at the time of the backup, as jids; by row in newer databases, by text in older ones. */
function memberLookup(db: DatabaseSync, tables: ReadonlyMap<string, Table>) {
  const [users, older, jid] = ['group_participant_user', 'group_participants', 'jid'].map((name) =>
    tables.get(name),
  )
  const byRow =
    users &&
    jid &&
    columnOf(users, 'group_jid_row_id') &&
    columnOf(users, 'user_jid_row_id') &&
    columnOf(jid, 'raw_string')
      ? db.prepare(
          `SELECT j.raw_string AS jid FROM group_participant_user u JOIN jid j ON j.${quoted(jid.key)} = u.user_jid_row_id
           WHERE u.group_jid_row_id = ? ORDER BY j.raw_string LIMIT ${peopleMax}`,
        )
      : null
  const byText =
    older && columnOf(older, 'gjid') && columnOf(older, 'jid')
      ? db.prepare(`SELECT jid FROM group_participants WHERE gjid = ? ORDER BY jid LIMIT ${peopleMax}`)
      : null
  return (row: number, group: string): string[] => {
    if (!group.endsWith('@g.us')) return []
    try {
      const rows = [...(byRow?.all(row) ?? []), ...(byText?.all(group) ?? [])] as { jid: unknown }[]
      const members = rows.map((one) => one.jid).filter((one) => typeof one === 'string' && one.includes('@'))
      return [...new Set(members as string[])]
    } catch {
      return []
    }
  }
}
