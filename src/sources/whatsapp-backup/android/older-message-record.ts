/** A row of `messages`, the one table of WhatsApp before 2022 (and beside the newer ones while a phone moves over). */
import { whatsappMessageId } from '../../formats/whatsapp-message-id.ts'
import { mediaNameOf, sha256Of } from '../media-facts.ts'
import type { ReadItem, ReadMedia } from '../read-item.ts'
import { memberNames, type Row, rowJson } from '../tables/row-json.ts'
import type { Found } from '../tables/scan-table.ts'
import { keyExpression, quoted } from '../tables/table-list.ts'
import { numberOf, textOf } from '../tables/values.ts'
import { attempt } from './jids.ts'
import {
  fingerprintOf,
  isPlaceholder,
  isShared,
  jidsJson,
  type MessageReader,
  mediaOf,
} from './message-record.ts'
import type { AndroidDatabase } from './source-rows.ts'

const deleted = 15

export function olderMessageReader(android: AndroidDatabase): MessageReader {
  const isInNewer = newerLookup(android)
  const quotes = quoteLookup(android)
  return {
    *read(found): Generator<ReadItem> {
      if (isPlaceholder(found) || isInNewer(found)) return
      const quote = quotes(numberOf(found.get('quoted_row_id')))
      const participant = textOf(found.get('remote_resource'))
      const chat = android.chats.byJid(textOf(found.get('key_remote_jid')))
      const { messageId, refersTo } = eventOf(android, found, quote?.key)
      const person = participant === '' ? '' : `,"participant":${personJson(android, participant)}`
      yield {
        record: {
          json: `{"table":"messages",${found.json()}${jidsJson(android, found)}${person}${quote === undefined ? '' : `,"quote":${quote.json}`}}`,
          ...{ key: found.key, chat: chat.number, messageId, refersTo, fingerprint: fingerprintOf(found) },
          media: mediaOf(found) ?? olderMediaOf(found),
        },
      }
    },
  }
}

interface QuotedKey {
  readonly chat: string
  readonly fromMe: boolean
  readonly id: string
  readonly participant: string
}

function eventOf({ jids, own }: AndroidDatabase, found: Found, quote: QuotedKey | undefined) {
  const id = textOf(found.get('key_id'))
  if (id === '') return { messageId: '', refersTo: '' }
  const idOf = ({ chat, fromMe, id, participant }: QuotedKey) =>
    whatsappMessageId({
      ...{ remoteJid: jids.byJid(chat).phone, id, fromMe, own },
      participant: isShared(chat) && participant !== '' ? jids.byJid(participant).phone : undefined,
    })
  const messageId = idOf({
    chat: textOf(found.get('key_remote_jid')),
    fromMe: numberOf(found.get('key_from_me')) === 1,
    id,
    participant: textOf(found.get('remote_resource')),
  })
  if (numberOf(found.get('media_wa_type')) === deleted)
    return { messageId: `${messageId}#deleted`, refersTo: messageId }
  return { messageId, refersTo: quote === undefined || quote.id === '' ? '' : idOf(quote) }
}

function personJson({ jids }: AndroidDatabase, text: string): string {
  const { jid, phone, name } = jids.byJid(text)
  return JSON.stringify({ jid, ...(phone === jid ? {} : { phone }), ...(name === '' ? {} : { name }) })
}

function olderMediaOf(found: Found): ReadMedia | undefined {
  const sha256 = sha256Of(textOf(found.get('media_hash')))
  const mediaType = textOf(found.get('media_mime_type')).split(';')[0]!.trim()
  if (sha256 === '' && mediaType === '') return undefined
  const type = mediaType || 'application/octet-stream'
  return { path: '', sha256, mediaType: type, name: mediaNameOf(textOf(found.get('media_name')), '', type) }
}

/** Whether the newer table has the row already: phones keep the row's number when they move over. */
function newerLookup({ db, tables }: AndroidDatabase): (found: Found) => boolean {
  const table = tables.get('message')
  if (table === undefined) return () => false
  const statement = db.prepare(`SELECT key_id FROM message WHERE ${keyExpression(table)} = ?`)
  return (found) => {
    const there = attempt(statement, found.key)?.key_id
    return there !== undefined && there === found.get('key_id')
  }
}

function quoteLookup({ db, tables }: AndroidDatabase) {
  const table = tables.get('messages_quotes')
  if (table === undefined) return () => undefined
  const statement = db.prepare(
    `SELECT ${table.columns.map(quoted).join(', ')} FROM messages_quotes WHERE ${keyExpression(table)} = ?`,
  )
  const names = memberNames(table.columns)
  return (row: number): { key: QuotedKey; json: string } | undefined => {
    const found = row > 0 ? attempt(statement, row) : undefined
    if (found === undefined) return undefined
    const values = table.columns.map((name) => found[name] ?? null) as Row
    const text = (name: string) => textOf(values[table.columns.indexOf(name)])
    const key = {
      chat: text('key_remote_jid'),
      fromMe: text('key_from_me') === '1',
      id: text('key_id'),
      participant: text('remote_resource'),
    }
    return { key, json: rowJson(names, values, 0) }
  }
}
