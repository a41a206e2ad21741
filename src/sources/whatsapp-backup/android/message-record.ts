/** A row of `message`: its id wherever else it is captured, what it says in short, what it speaks of. */
import { hash } from 'node:crypto'
import { whatsappMessageId } from '../../formats/whatsapp-message-id.ts'
import { mediaNameOf, sha256Of } from '../media-facts.ts'
import type { ReadItem, ReadMedia } from '../read-item.ts'
import type { Found } from '../tables/scan-table.ts'
import { keyExpression } from '../tables/table-list.ts'
import { numberOf, textOf } from '../tables/values.ts'
import { attempt, remembered } from './jids.ts'
import type { AndroidDatabase } from './source-rows.ts'

/** Types of `message_type` whose row is no message but what became of one. */
const waiting = 11
const deleted = new Set([15, 64])
const viewOnceTypes = new Set([42, 43, 82])

export interface MessageReader {
  read(found: Found): Iterable<ReadItem>
}

export function messageReader(android: AndroidDatabase): MessageReader {
  const isInCallLog = callLookup(android)
  const parents = parentLookup(android)
  return {
    read(found) {
      if (isPlaceholder(found)) return []
      const isBare = found.linkedTables().length === 0
      // The call log has the same call with its length and parties; this row comes along with it.
      if (!isBare && isInCallLog(numberOf(found.linked('message_call_log')?.get('call_log_row_id'))))
        return []
      const key = keyOf(android, found)
      const album = isBare
        ? ''
        : parents(numberOf(found.linked('message_association')?.get('parent_message_row_id')))
      const more = jidsJson(android, found) + (album === '' ? '' : `,"album":${JSON.stringify(album)}`)
      const { messageId, refersTo } = eventOf(android, found, key)
      const record = {
        json: `{"table":"message",${found.json()}${more}}`,
        ...{ key: found.key, chat: key.chat.number, messageId, refersTo, fingerprint: fingerprintOf(found) },
        media: isBare ? undefined : mediaOf(found),
      }
      const gaps: ReadItem[] = []
      if (numberOf(found.get('message_type')) === waiting) gaps.push(waitingGap(key))
      if (isViewOnce(found) && !found.linked('message_media')?.get('file_path')) gaps.push(viewOnceGap(key))
      return [{ record }, ...gaps]
    },
  }
}

/** WhatsApp begins its tables with a row that is no message: key `-1`, no chat, no text. */
export function isPlaceholder(found: Found): boolean {
  if (found.get('key_id') !== '-1') return false
  const remote = found.get('key_remote_jid')
  const nowhere = remote === null ? numberOf(found.get('chat_row_id')) <= 0 : remote === '-1'
  return nowhere && !found.get('text_data') && !found.get('data')
}

/** What the protocol calls the message; for an edited or deleted one, the event that did it. */
function keyOf({ jids, chats, own }: AndroidDatabase, found: Found) {
  const chat = chats.byRow(numberOf(found.get('chat_row_id')))
  const participant = jids.byRow(numberOf(found.get('sender_jid_row_id')))?.phone
  const fromMe = numberOf(found.get('from_me')) === 1
  const idOf = (id: string) =>
    whatsappMessageId({
      remoteJid: chat.jid.phone,
      id,
      fromMe,
      own,
      participant: isShared(chat.jid.jid) ? participant : undefined,
    })
  return { id: textOf(found.get('key_id')), idOf, chat }
}

type Key = ReturnType<typeof keyOf>

/** Chats in which a message needs a writer besides the chat. */
export function isShared(jid: string): boolean {
  return /@(?:g\.us|broadcast|newsletter|temp)$/.test(jid)
}

function eventOf(android: AndroidDatabase, found: Found, key: Key): { messageId: string; refersTo: string } {
  const { id, idOf } = key
  if (id === '') return { messageId: '', refersTo: '' }
  const type = numberOf(found.get('message_type'))
  const revoked = found.linked('message_revoked')
  if (revoked !== undefined || deleted.has(type)) return deletion(android, found, key)
  const edit = found.linked('message_edit_info')
  if (edit !== undefined) {
    const original = textOf(edit.get('original_key_id')) || id
    const own = original === id ? `${idOf(id)}#edited/${textOf(edit.get('edited_timestamp'))}` : idOf(id)
    return { messageId: own, refersTo: idOf(original) }
  }
  if (type === waiting) return { messageId: `${idOf(id)}#waiting`, refersTo: '' }
  return { messageId: idOf(id), refersTo: quotedId(android, found) }
}

/** The row has the deletion's own key, and `revoked_key_id` that of what was deleted; older ones have one key for both. */
function deletion({ jids, chats, own }: AndroidDatabase, found: Found, { id, idOf }: Key) {
  const revoked = found.linked('message_revoked')
  const original = textOf(revoked?.get('revoked_key_id')) || id
  if (original === id) return { messageId: `${idOf(id)}#deleted`, refersTo: idOf(id) }
  const admin = jids.byRow(numberOf(revoked?.get('admin_jid_row_id')))
  const chat = chats.byRow(numberOf(found.get('chat_row_id'))).jid
  const messageId =
    admin === null
      ? idOf(id)
      : whatsappMessageId({ remoteJid: chat.phone, id, fromMe: false, participant: admin.phone, own })
  return { messageId, refersTo: idOf(original) }
}

/** The id of the message that is quoted. */
function quotedId({ jids, chats, own }: AndroidDatabase, found: Found): string {
  const quoted = found.linked('message_quoted')
  const id = textOf(quoted?.get('key_id'))
  if (quoted === undefined || id === '') return ''
  const parent = numberOf(quoted.get('parent_message_chat_row_id')) || numberOf(found.get('chat_row_id'))
  const chat = chats.byRow(parent).jid
  const participant = jids.byRow(numberOf(quoted.get('sender_jid_row_id')))?.phone
  const fromMe = numberOf(quoted.get('from_me')) === 1
  return whatsappMessageId({
    remoteJid: chat.phone,
    id,
    fromMe,
    own,
    participant: isShared(chat.jid) ? participant : undefined,
  })
}

/** What a message says, without what changes from one backup to the next; the same for the older table. */
export function fingerprintOf(found: Found): string {
  const media = found.linked('message_media')
  const place = found.linked('message_location')
  const says = [
    textOf(found.get('text_data')) || textOf(found.get('data')),
    textOf(media?.get('media_caption')) || textOf(found.get('media_caption')),
    textOf(media?.get('file_hash')) || textOf(found.get('media_hash')),
    textOf(place?.get('latitude')) || textOf(found.get('latitude')),
    textOf(found.linked('message_system')?.get('action_type')),
    found
      .linkedAll('message_vcard')
      .map((card) => textOf(card.get('vcard')))
      .join(''),
  ]
  return hash('sha256', says.join('\0')).slice(0, 16)
}

export function mediaOf(found: Found): ReadMedia | undefined {
  const media = found.linked('message_media')
  if (media === undefined) return undefined
  const path = textOf(media.get('file_path'))
  const sha256 = sha256Of(textOf(media.get('file_hash')))
  if (path === '' && sha256 === '') return undefined
  const mediaType = textOf(media.get('mime_type')).split(';')[0]!.trim() || 'application/octet-stream'
  const name = mediaNameOf(textOf(media.get('media_name')), path, mediaType)
  return { path, sha256, mediaType, name, ...(isViewOnce(found) ? { viewOnce: true } : {}) }
}

function isViewOnce(found: Found): boolean {
  return (
    viewOnceTypes.has(numberOf(found.get('message_type'))) ||
    found.linked('message_view_once_media') !== undefined
  )
}

function viewOnceGap({ id, idOf }: Key): ReadItem {
  return {
    gap: {
      ...{ reason: 'view-once', key: idOf(id) },
      explanation: `Message ${id} was to be seen once: its picture or film is not on the phone any more.`,
    },
  }
}

const jidColumns = /jid_row_id$|^business_owner_jid$|^seller_jid$/
const jidColumnsOfTable = remembered((columns: readonly string[]) =>
  columns.filter((name) => jidColumns.test(name)).map((name) => name.toLowerCase()),
)

/** `,"jids":{…}`: whom the row ids in the record's rows stand for. */
export function jidsJson(
  { jids, tables }: AndroidDatabase,
  found: Found,
  ofRow = ['sender_jid_row_id'],
): string {
  const rows = new Set(ofRow.map((column) => numberOf(found.get(column))))
  for (const table of found.linkedTables())
    for (const column of jidColumnsOfTable(tables.get(table.toLowerCase())?.columns ?? []))
      for (const linked of found.linkedAll(table)) rows.add(numberOf(linked.get(column)))
  let json = ''
  for (const row of rows) {
    const text = row > 0 ? jids.json(row) : null
    if (text !== null) json += `${json === '' ? '' : ','}"${row}":${text}`
  }
  return json === '' ? '' : `,"jids":{${json}}`
}

function waitingGap({ id, idOf }: Key): ReadItem {
  const messageId = idOf(id)
  return {
    gap: {
      ...{ reason: 'undecryptable', key: messageId, messageId },
      explanation: `The phone could not decrypt message ${id} when it made the backup ("Waiting for this message").`,
    },
  }
}

/** Whether a row of the call log exists. */
function callLookup({ db, tables }: AndroidDatabase): (row: number) => boolean {
  const table = tables.get('call_log')
  if (table === undefined || !tables.has('message_call_log')) return () => false
  const statement = db.prepare(`SELECT 1 FROM call_log WHERE ${keyExpression(table)} = ?`)
  return (row) => row > 0 && attempt(statement, row) !== undefined
}

/** The key of the message that an album's picture belongs to. */
function parentLookup({ db, tables }: AndroidDatabase): (row: number) => string {
  const table = tables.get('message')
  if (table === undefined || !tables.has('message_association')) return () => ''
  const statement = db.prepare(`SELECT key_id FROM message WHERE ${keyExpression(table)} = ?`)
  return (row) => (row > 0 ? textOf(attempt(statement, row)?.key_id as string | undefined) : '')
}
