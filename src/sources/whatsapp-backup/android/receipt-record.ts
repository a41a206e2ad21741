/** A row of `receipt_user`: when a message reached one of its recipients, and when he read or played it. */
import { whatsappMessageId, whatsappParty } from '../../formats/whatsapp-message-id.ts'
import type { ReadItem } from '../read-item.ts'
import { keyExpression } from '../tables/table-list.ts'
import { numberOf, textOf } from '../tables/values.ts'
import { attempt } from './jids.ts'
import { isShared, jidsJson, type MessageReader } from './message-record.ts'
import type { AndroidDatabase } from './source-rows.ts'

/** Columns by how far a message came, farthest first, and what that is called. */
export const receiptLevels = [
  ['played_timestamp', 'played'],
  ['read_timestamp', 'read'],
  ['receipt_timestamp', 'delivered'],
] as const

/** The level is part of the id: a message that was read since the last backup is a receipt more, not the same. */
export function receiptReader(android: AndroidDatabase): MessageReader {
  const messages = messageLookup(android)
  return {
    *read(found): Generator<ReadItem> {
      const level = receiptLevels.find(([column]) => numberOf(found.get(column)) > 0)?.[1]
      const message = messages(numberOf(found.get('message_row_id')))
      if (level === undefined || message === undefined) return
      const recipient = android.jids.byRow(numberOf(found.get('receipt_user_jid_row_id')))
      yield {
        record: {
          json: `{"table":"receipt_user",${found.json()}${jidsJson(android, found, ['receipt_user_jid_row_id'])},"parent":${message.json}}`,
          ...{ key: found.key, chat: message.chat, refersTo: message.id, fingerprint: level },
          messageId: `${message.id}#${level}/${recipient ? whatsappParty(recipient.phone) : textOf(found.get('receipt_user_jid_row_id'))}`,
        },
      }
    },
  }
}

function messageLookup({ db, tables, jids, chats, own }: AndroidDatabase) {
  const table = tables.get('message')
  if (table === undefined) return () => undefined
  const statement = db.prepare(
    `SELECT key_id, from_me, chat_row_id, sender_jid_row_id FROM message WHERE ${keyExpression(table)} = ?`,
  )
  return (row: number): { id: string; chat: number; json: string } | undefined => {
    const found =
      row > 0 ? (attempt(statement, row) as Record<string, number | string> | undefined) : undefined
    if (found === undefined || typeof found.key_id !== 'string' || found.key_id === '') return undefined
    const chat = chats.byRow(numberOf(found.chat_row_id))
    const fromMe = numberOf(found.from_me) === 1
    const participant = isShared(chat.jid.jid)
      ? jids.byRow(numberOf(found.sender_jid_row_id))?.phone
      : undefined
    const id = whatsappMessageId({ remoteJid: chat.jid.phone, id: found.key_id, fromMe, participant, own })
    return { id, chat: chat.number, json: JSON.stringify({ key_id: found.key_id, from_me: fromMe ? 1 : 0 }) }
  }
}
