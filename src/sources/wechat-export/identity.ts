/** What makes a message the same message when an export of the same chat is captured again. */
import { hash } from 'node:crypto'
import type { RecordIdentity } from '../source.ts'
import { isServerId } from './bodies/app-notations.ts'
import type { Body } from './body.ts'
import type { ChatContext } from './context.ts'
import type { Ordinals } from './ordinals.ts'
import { conversationOf } from './people.ts'
import { type Row, timeMs } from './row.ts'

/**
 * The id by which the message is known, or undefined. WeChat's server ids (64 bits) are the same for everybody;
 * what is shorter is a tool's own and is bound to the conversation. 0 is what WeChat gives notices of its own.
 * A recall has the id of what it recalls, since WeChat writes it over it, and so gets one beside it.
 */
export function vendorIdOf(row: Row, body: Body, context: ChatContext): string | undefined {
  const { messageId } = row
  if (messageId === undefined || /^0*$/.test(messageId)) return undefined
  const id = scopedId(messageId, context)
  return body.refersTo?.relation === 'recalls' ? `${id}~recall` : id
}

/** The id a reference names, in the same space as `vendorIdOf`. */
export function scopedId(id: string, context: ChatContext): string {
  return isServerId(id) ? id : `${conversationOf(context).id}~${id}`
}

/** The identity of a message: by its id, else by its chat, time, author and content. */
export function identityOf(row: Row, body: Body, context: ChatContext, ordinals: Ordinals): RecordIdentity {
  const vendorId = vendorIdOf(row, body, context)
  const custodian = context.custodian ?? ''
  const atMs = timeMs(row)
  if (vendorId !== undefined) {
    const fingerprint = fingerprintOf(atMs, body)
    return { type: 'vendor-id', messageId: vendorId, observer: custodian, fingerprint }
  }
  const chat = context.chat.id ?? context.chat.name
  const author = row.sender?.id ?? row.sender?.name ?? ''
  const contents = row.contents === undefined ? '' : JSON.stringify(row.contents)
  const content = [`${row.type.code}/${row.type.sub}`, row.content, row.path ?? '', contents].join('\n')
  return {
    type: 'content',
    custodian,
    chat,
    localTime: new Date(atMs).toISOString().slice(0, 19),
    author,
    body: content,
    ordinal: ordinals.next(atMs, ['author', chat, author, content]),
    authorlessOrdinal: ordinals.next(atMs, ['any', chat, content]),
  }
}

/**
 * What all tools say alike: the kind, the words of texts and recalls, and the second within a quarter of an hour (which
 * is the same in every time zone, so a zone that was given wrongly once makes no second message). 16 hex digits.
 */
function fingerprintOf(atMs: number, { kind, text, refersTo }: Body): string {
  const words = kind === 'text' || kind === 'system' ? text : ''
  const said = JSON.stringify([Math.floor(atMs / 1000) % 900, kind, refersTo?.relation ?? '', words])
  return hash('sha256', said, 'hex').slice(0, 16)
}
