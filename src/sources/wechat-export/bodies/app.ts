/** What apps share (type 49): quotes, files, links, forwarded chats, transfers, red packets, in whatever notation they came. */
import type { Reference } from '../../../domain/message.ts'
import type { Body } from '../body.ts'
import { fieldsOf, sentence } from '../fields.ts'
import { mediaOf } from '../media.ts'
import { type ForwardedChat, partsOf } from './record.ts'

/** The facts of a shared thing that any notation may give; blank where it does not. */
export interface App {
  readonly type: number
  readonly title: string
  readonly description: string
  readonly url: string
  readonly source: string
  readonly md5: string
  readonly path: string
  readonly bytes: string
  readonly quoted?: Reference
  readonly forwarded?: ForwardedChat | null
  readonly payment?: Payment
}

export interface Payment {
  /** `paysubtype`, as WeChat numbers it. */
  readonly step: string
  readonly amount: string
  readonly memo: string
  readonly payer: string
  readonly receiver: string
  readonly id: string
}

export const blankApp: App = {
  type: 0,
  title: '',
  description: '',
  url: '',
  source: '',
  md5: '',
  path: '',
  bytes: '',
}

/** What kind of link each type is, as shown to the reader. */
const linkLabels: Readonly<Record<number, string>> = {
  0: 'Shared',
  2: 'Image shared',
  3: 'Music',
  4: 'Video link',
  5: 'Link',
  7: 'Shared from an app',
  16: 'Card ticket',
  33: 'Mini program',
  36: 'Mini program',
  50: 'Channel card',
  51: 'Channels video',
  63: 'Channels live stream',
  76: 'Music',
  92: 'Music',
}

/** The message that a shared thing is; null for a type nobody knows. */
export function readApp(app: App): Body | null {
  const { type } = app
  if (type === 57) return quote(app)
  if (type === 6 || type === 74) return file(app)
  if (type === 19 || type === 24 || app.forwarded) return forwarded(app)
  if (type === 2000) return transfer(app)
  if (type === 2001 || type === 2003) return redPacket(app)
  if (type === 8 || type === 15) {
    return { kind: 'sticker', text: 'Sticker', media: [mediaOf('sticker', { md5: app.md5, path: app.path })] }
  }
  if (type === 17) return { kind: 'location', text: 'Live location shared', location: { live: true } }
  if (type === 62) return { kind: 'system', text: app.title || app.description || 'Pat' }
  if (type === 87) return { kind: 'text', text: sentence('Group notice', app.title || app.description) }
  if (type === 1 || type === 53)
    return { kind: 'text', text: app.title || app.description || '(empty message)' }
  return linkLabels[type] === undefined ? null : link(linkLabels[type], app)
}

/** The reply; what it answers is told in `refersTo`. */
function quote(app: App): Body {
  const reply = app.title === '' ? '(reply without text)' : app.title
  return { kind: 'text', text: reply, refersTo: app.quoted ?? { relation: 'replies-to' } }
}

function file(app: App): Body {
  const media = mediaOf('file', { title: app.title, md5: app.md5, path: app.path })
  return {
    kind: 'file',
    text: sentence('File', app.title),
    media: [media],
    fields: fieldsOf(['Size in bytes', app.bytes]),
  }
}

function link(label: string, { title, description, url, source }: App): Body {
  return {
    kind: 'link',
    text: sentence(label, title || description || url),
    fields: fieldsOf(['Description', description], ['Link', url], ['From', source]),
  }
}

function forwarded(app: App): Body {
  const label = app.type === 24 ? 'Note' : 'Forwarded chat'
  const chat = app.forwarded ?? null
  const title = app.title || chat?.title || ''
  if (chat === null) {
    return {
      kind: 'forwarded',
      text: sentence(label, title),
      fields: fieldsOf(['Summary', app.description]),
      notes: ['The export has only the summary of the forwarded messages.'],
    }
  }
  const { parts, media } = partsOf(chat)
  const count = parts.length === 1 ? '1 message' : `${parts.length} messages`
  return { kind: 'forwarded', text: `${sentence(label, title)} (${count})`, parts, media }
}

/** Meaning of `paysubtype` (chatlog and other parsers agree). */
const transferSteps: Readonly<Record<string, string>> = {
  1: 'Transfer sent',
  3: 'Transfer received',
  4: 'Transfer returned',
  5: 'Transfer received',
  7: 'Transfer sent',
}

function transfer(app: App): Body {
  const { payment } = app
  const amount = payment?.amount || app.description
  const label = transferSteps[payment?.step ?? ''] ?? 'Transfer'
  return {
    kind: 'payment',
    text: sentence(label, amount, payment?.memo ?? ''),
    fields: fieldsOf(
      ['Amount', payment?.amount ?? ''],
      ['Memo', payment?.memo ?? ''],
      ['Payer', payment?.payer ?? ''],
      ['Receiver', payment?.receiver ?? ''],
      ['Transfer', payment?.id ?? ''],
      ['Step', payment !== undefined && !(payment.step in transferSteps) ? payment.step : ''],
    ),
  }
}

function redPacket(app: App): Body {
  const { payment } = app
  const wish = payment?.memo || app.title || app.description
  return {
    kind: 'payment',
    text: sentence(app.type === 2003 ? 'Red packet cover' : 'Red packet', wish),
    fields: fieldsOf(['Title', app.title === wish ? '' : app.title], ['Amount', payment?.amount ?? '']),
  }
}
