/** The phone's history (`HistorySync`): each message with the bytes it has there, and the calls the library leaves out. */
import { inflateSync } from 'node:zlib'
import { fieldsOf } from './protocol.ts'

export interface HistoryPart {
  readonly kind: 'message' | 'call'
  /** A `WebMessageInfo` or a `CallLogRecord`. */
  readonly bytes: Uint8Array
  readonly chat: string
  readonly chatName: string
  /** The phone's jid of a chat that has a LID, or the other way round. */
  readonly chatAlt: string
}

export interface History {
  readonly type: number
  /** 0 where none is given. */
  readonly chunk: number
  /** Percent; null where none is given. */
  readonly progress: number | null
  readonly parts: readonly HistoryPart[]
}

const inflatedBytesMax = 512 * 1024 * 1024

/** Of the blob as it came, or inflated. Throws for bytes that are no history. */
export function readHistory(blob: Uint8Array): History {
  const bytes = blob[0] === 0x78 ? inflateSync(blob, { maxOutputLength: inflatedBytesMax }) : blob
  let [type, chunk, progress]: [number, number, number | null] = [0, 0, null]
  const parts: HistoryPart[] = []
  for (const { id, value } of fieldsOf(bytes)) {
    if (id === 1 && typeof value === 'number') type = value
    else if (id === 5 && typeof value === 'number') chunk = value
    else if (id === 6 && typeof value === 'number') progress = value
    else if (id === 2 && typeof value !== 'number') parts.push(...partsOfConversation(value))
    // Statuses of contacts: messages of no conversation.
    else if (id === 3 && typeof value !== 'number')
      parts.push({ kind: 'message', bytes: value, chat: 'status@broadcast', chatName: '', chatAlt: '' })
    else if (id === callLogField && typeof value !== 'number')
      parts.push({ kind: 'call', bytes: value, chat: '', chatName: '', chatAlt: '' })
  }
  return { type, chunk, progress, parts }
}

const callLogField = 13

function partsOfConversation(bytes: Uint8Array): HistoryPart[] {
  let [chat, chatName, chatAlt] = ['', '', '']
  const messages: Uint8Array[] = []
  for (const { id, value } of fieldsOf(bytes)) {
    if (typeof value === 'number') continue
    if (id === 1) chat = textOf(value)
    else if (id === 13) chatName = textOf(value)
    else if (id === 2) messages.push(...messagesOf(value))
    else if (/^\d{5,20}@(?:lid|s\.whatsapp\.net)$/.test(shortText(value))) chatAlt = shortText(value)
  }
  return messages.map((message) => ({ kind: 'message', bytes: message, chat, chatName, chatAlt }))
}

function messagesOf(bytes: Uint8Array): Uint8Array[] {
  return [...fieldsOf(bytes)].flatMap(({ id, value }) =>
    id === 1 && typeof value !== 'number' ? [value] : [],
  )
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8')
}

function shortText(bytes: Uint8Array): string {
  return bytes.byteLength > 60 ? '' : textOf(bytes)
}
