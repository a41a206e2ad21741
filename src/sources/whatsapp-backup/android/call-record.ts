/** A row of the call log, with its participants and the message that stands for it in the chat. */
import { hash } from 'node:crypto'
import { whatsappCallId } from '../../formats/whatsapp-message-id.ts'
import type { ReadItem } from '../read-item.ts'
import { memberNames, type Row, rowJson } from '../tables/row-json.ts'
import type { Found } from '../tables/scan-table.ts'
import { keyExpression, quoted } from '../tables/table-list.ts'
import { numberOf, textOf } from '../tables/values.ts'
import { attempt } from './jids.ts'
import { jidsJson, type MessageReader } from './message-record.ts'
import type { AndroidDatabase } from './source-rows.ts'

const jidColumns = ['jid_row_id', 'group_jid_row_id', 'call_creator_device_jid_row_id']

export function callReader(android: AndroidDatabase): MessageReader {
  const messages = messageLookup(android)
  return {
    *read(found): Generator<ReadItem> {
      const id = textOf(found.get('call_id'))
      const message = messages(numberOf(found.linked('message_call_log')?.get('message_row_id')))
      const chat =
        android.jids.byRow(numberOf(found.get('group_jid_row_id'))) ??
        android.jids.byRow(numberOf(found.get('jid_row_id')))
      yield {
        record: {
          json: `{"table":"call_log",${found.json()}${jidsJson(android, found, jidColumns)}${message}}`,
          ...{ key: found.key, chat: android.chats.byJid(chat?.jid ?? '').number, refersTo: '' },
          messageId: id === '' ? '' : whatsappCallId(id),
          fingerprint: fingerprintOf(found),
        },
      }
    },
  }
}

/** A scheduled or linked call gets its length later than its row: then it is another observation, not the same. */
function fingerprintOf(found: Found): string {
  const says = ['timestamp', 'duration', 'call_result', 'video_call'].map((name) => textOf(found.get(name)))
  return hash('sha256', says.join('\0')).slice(0, 16)
}

/** `,"message":{…}`: the row of the chat that stands for the call. */
function messageLookup({ db, tables }: AndroidDatabase): (row: number) => string {
  const table = tables.get('message')
  if (table === undefined) return () => ''
  const statement = db.prepare(
    `SELECT ${table.columns.map(quoted).join(', ')} FROM message WHERE ${keyExpression(table)} = ?`,
  )
  const names = memberNames(table.columns)
  return (row) => {
    const found = row > 0 ? attempt(statement, row) : undefined
    if (found === undefined) return ''
    return `,"message":${rowJson(names, table.columns.map((name) => found[name] ?? null) as Row, 0)}`
  }
}
