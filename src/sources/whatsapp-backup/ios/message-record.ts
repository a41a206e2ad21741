/** A row of `ZWAMESSAGE`: its id wherever else it is captured, what it says in short, what it speaks of. */
import { hash } from 'node:crypto'
import { whatsappMessageId } from '../../formats/whatsapp-message-id.ts'
import { isShared } from '../android/message-record.ts'
import { mediaNameOf, sha256Of } from '../media-facts.ts'
import type { ReadItem, ReadMedia } from '../read-item.ts'
import type { SqlValue } from '../tables/row-json.ts'
import type { Found } from '../tables/scan-table.ts'
import { numberOf, textOf } from '../tables/values.ts'
import type { People, Person } from './people.ts'

const deleted = 14

export function* readIosMessage(found: Found, people: People, own: string): Generator<ReadItem> {
  const chat = people.chat(numberOf(found.get('zchatsession')))
  const member = people.member(numberOf(found.get('zgroupmember')))
  const id = textOf(found.get('zstanzaid'))
  const fromMe = numberOf(found.get('zisfromme')) === 1
  const participant = isShared(chat.jid.jid) ? member?.phone : undefined
  const messageId =
    id === '' ? '' : whatsappMessageId({ remoteJid: chat.jid.phone, id, fromMe, participant, own })
  const isDeleted = numberOf(found.get('zmessagetype')) === deleted
  const quote = isDeleted ? null : quoteOf(found, people)
  yield {
    record: {
      json: `{"table":"ZWAMESSAGE",${found.json()}${memberJson(member)}${quote === null ? '' : `,"quote":${JSON.stringify(quote)}`}}`,
      ...{ key: found.key, chat: chat.number, fingerprint: fingerprintOf(found) },
      messageId: isDeleted && messageId !== '' ? `${messageId}#deleted` : messageId,
      refersTo: isDeleted ? messageId : quote === null ? '' : quotedId(quote, chat.jid, own),
      media: mediaOf(found),
    },
  }
}

function memberJson(member: Person | null): string {
  if (member === null) return ''
  const { jid, phone, name } = member
  return `,"member":${JSON.stringify({ jid, ...(phone === jid ? {} : { phone }), ...(name === '' ? {} : { name }) })}`
}

interface Quote {
  readonly id: string
  readonly writer?: string
}

/**
 * The message that is replied to: metadata begins with `2a`, a length, its id; `32`, a length, who wrote it. (Protobuf
 * fields 5 and 6; that ids are 20 characters there is why tools speak of `2a 14`.)
 */
function quoteOf(found: Found, people: People): Quote | null {
  const metadata = bytesOf(found.linked('ZWAMEDIAITEM')?.get('zmetadata')) ?? bytesOf(found.get('zmetadata'))
  if (metadata === null || metadata[0] !== 0x2a) return null
  const id = metadata.subarray(2, 2 + (metadata[1] ?? 0)).toString('latin1')
  if (!/^[\dA-Za-z-]{8,64}$/.test(id)) return null
  const after = metadata.subarray(2 + id.length)
  const writer = after[0] === 0x32 ? after.subarray(2, 2 + (after[1] ?? 0)).toString('latin1') : ''
  return /^[\d.:]+@[\w.]+$/.test(writer) ? { id, writer: people.person(writer).phone } : { id }
}

/** Without a writer it cannot be told whose the original was in a group; a direct chat has the other party. */
function quotedId({ id, writer }: Quote, chat: Person, own: string): string {
  if (writer === undefined) return ''
  const isOwn = own !== '' && digitsOf(writer) === digitsOf(own)
  return whatsappMessageId({
    ...{ remoteJid: chat.phone, id, fromMe: isOwn, own },
    participant: isShared(chat.jid) ? writer : undefined,
  })
}

function digitsOf(jid: string): string {
  return jid.replace(/[:@].*$/, '').replace(/\D/g, '')
}

function bytesOf(value: SqlValue | undefined): Buffer | null {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : null
}

function fingerprintOf(found: Found): string {
  const media = found.linked('ZWAMEDIAITEM')
  const says = [
    textOf(found.get('ztext')),
    textOf(media?.get('ztitle')),
    textOf(media?.get('zvcardname')),
    textOf(media?.get('zlatitude')),
    textOf(found.get('zgroupeventtype')),
  ]
  return hash('sha256', says.join('\0')).slice(0, 16)
}

function mediaOf(found: Found): ReadMedia | undefined {
  const media = found.linked('ZWAMEDIAITEM')
  const path = textOf(media?.get('zmedialocalpath'))
  if (media === undefined || path === '') return undefined
  const written = textOf(media.get('zvcardstring'))
  const mediaType = /^[\w.+-]+\/[\w.+-]+/.exec(written)?.[0] ?? 'application/octet-stream'
  const isDocument = numberOf(found.get('zmessagetype')) === 8
  const title = isDocument ? textOf(media.get('ztitle')) : ''
  return {
    path,
    mediaType,
    sha256: sha256Of(textOf(media.get('zvcardname'))),
    name: mediaNameOf(title, path, mediaType),
  }
}
