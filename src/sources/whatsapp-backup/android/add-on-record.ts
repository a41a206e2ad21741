/** A row of `message_add_on`: a reaction, a vote in a poll, or what else was added to a message later. */
import { hash } from 'node:crypto'
import { whatsappMessageId } from '../../formats/whatsapp-message-id.ts'
import type { ReadItem } from '../read-item.ts'
import { columnOf, keyExpression, quoted } from '../tables/table-list.ts'
import { numberOf, textOf } from '../tables/values.ts'
import { attempt } from './jids.ts'
import { isShared, jidsJson, type MessageReader } from './message-record.ts'
import type { AndroidDatabase } from './source-rows.ts'

export function addOnReader(android: AndroidDatabase): MessageReader {
  const parents = parentLookup(android)
  const options = optionLookup(android)
  return {
    *read(found): Generator<ReadItem> {
      const id = textOf(found.get('key_id'))
      const chat = android.chats.byRow(numberOf(found.get('chat_row_id')))
      const idOf = idIn(android, chat.jid)
      const parent = parents(numberOf(found.get('parent_message_row_id')))
      const voted = found
        .linkedAll('message_add_on_poll_vote_selected_option')
        .map((vote) => options(numberOf(vote.get('message_poll_option_id'))))
      const says = [textOf(found.linked('message_add_on_reaction')?.get('reaction')), ...voted]
      const more = voted.length === 0 ? '' : `,"options":${JSON.stringify(voted)}`
      yield {
        record: {
          json: `{"table":"message_add_on",${found.json()}${jidsJson(android, found)}${parent === undefined ? '' : `,"parent":${JSON.stringify(parent)}`}${more}}`,
          ...{ key: found.key, chat: chat.number, fingerprint: hash('sha256', says.join('\0')).slice(0, 16) },
          messageId: id === '' ? '' : idOf(id, found.get('from_me'), found.get('sender_jid_row_id')),
          refersTo: parent === undefined ? '' : idOf(parent.key_id, parent.from_me, parent.sender_jid_row_id),
        },
      }
    },
  }
}

function idIn({ jids, own }: AndroidDatabase, chat: { readonly jid: string; readonly phone: string }) {
  return (id: string, fromMe: unknown, senderRow: unknown) => {
    const participant = isShared(chat.jid)
      ? jids.byRow(numberOf(senderRow as number | null))?.phone
      : undefined
    return whatsappMessageId({ remoteJid: chat.phone, id, fromMe: Number(fromMe) === 1, participant, own })
  }
}

export interface ParentKey {
  readonly key_id: string
  readonly from_me: number
  readonly sender_jid_row_id: number
  /** What the original says, for showing. */
  readonly text_data?: string
}

const quotedCharactersMax = 300

function parentLookup({ db, tables }: AndroidDatabase): (row: number) => ParentKey | undefined {
  const table = tables.get('message')
  const wanted = ['key_id', 'from_me', 'sender_jid_row_id', 'text_data']
  if (table === undefined || wanted.some((name) => columnOf(table, name) === undefined))
    return () => undefined
  const columns = wanted.slice(0, 3).map(quoted).join(', ')
  const statement = db.prepare(
    `SELECT ${columns}, substr(text_data, 1, ${quotedCharactersMax}) AS text_data FROM message WHERE ${keyExpression(table)} = ?`,
  )
  return (row) => {
    const found = row > 0 ? attempt(statement, row) : undefined
    if (found === undefined || typeof found.key_id !== 'string') return undefined
    return {
      key_id: found.key_id,
      from_me: Number(found.from_me) || 0,
      sender_jid_row_id: Number(found.sender_jid_row_id) || 0,
      ...(typeof found.text_data === 'string' ? { text_data: found.text_data } : {}),
    }
  }
}

/** The words of a poll's option. */
function optionLookup({ db, tables }: AndroidDatabase): (row: number) => string {
  const table = tables.get('message_poll_option')
  if (table === undefined || columnOf(table, 'option_name') === undefined) return (row) => `option ${row}`
  const statement = db.prepare(
    `SELECT option_name FROM message_poll_option WHERE ${keyExpression(table)} = ?`,
  )
  return (row) => textOf(attempt(statement, row)?.option_name as string | undefined) || `option ${row}`
}
