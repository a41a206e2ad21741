/** A small database as WhatsApp keeps it on an Android phone (`msgstore.db`): one chat. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface PhoneMessage {
  readonly id: string
  readonly fromMe: boolean
  readonly atMs: number
  readonly text: string
}

const tables = `
  create table jid (_id integer primary key, user text, server text, raw_string text);
  create table chat (_id integer primary key, jid_row_id integer, subject text);
  create table message (
    _id integer primary key, chat_row_id integer, from_me integer, key_id text, sender_jid_row_id integer,
    status integer, timestamp integer, received_timestamp integer, message_type integer, text_data text, sort_id integer);
  create table message_media (message_row_id integer primary key, file_path text, mime_type text, media_caption text);
  create table call_log (
    _id integer primary key, jid_row_id integer, from_me integer, call_id text, timestamp integer, video_call integer,
    duration integer, call_result integer);`

/** The file's bytes. `other` is the digits of whose chat it is. */
export function makePhoneDatabase(other: string, messages: readonly PhoneMessage[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-demo-'))
  try {
    const file = join(folder, 'msgstore.db')
    const database = new DatabaseSync(file)
    database.exec(tables)
    const jid = `${other}@s.whatsapp.net`
    database.prepare('insert into jid values (1, ?, ?, ?)').run(other, 's.whatsapp.net', jid)
    database.exec('insert into chat values (1, 1, null)')
    const insert = database.prepare('insert into message values (?, 1, ?, ?, null, 5, ?, ?, 0, ?, ?)')
    for (const [place, { id, fromMe, atMs, text }] of messages.entries())
      insert.run(place + 1, Number(fromMe), id, atMs, atMs, text, place + 1)
    const called = messages.at(-1)!.atMs + 60_000
    database.prepare("insert into call_log values (1, 1, 0, 'call:LQ07', ?, 0, 95, 5)").run(called)
    database.close()
    return readFileSync(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
