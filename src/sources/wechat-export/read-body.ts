/** What a row says: by its XML where it has one, else by its type, else by the words its tool put. */

import { textOf } from '../formats/raw-json.ts'
import { type App, blankApp, readApp } from './bodies/app.ts'
import { appOfContents, isServerId } from './bodies/app-notations.ts'
import { durationNotice, readCallWords } from './bodies/call.ts'
import { messageXmlIn, readMessageXml } from './bodies/message-xml.ts'
import { type Placeholder, placeholderIn } from './bodies/placeholder.ts'
import { isRecallNotice, recall } from './bodies/system.ts'
import type { Body } from './body.ts'
import { sentence, stringFields } from './fields.ts'
import { type MediaKind, mediaOf } from './media.ts'
import type { Row } from './row.ts'
import { recallCode, type WechatType } from './wechat-types.ts'

/** Types of messages that are text for a reader but name their kind (formats without types leave the number 0). */
const textCodes = new Set([0, 1])
const systemCodes = new Set([10000, recallCode, 9999])

/** Never throws: what nobody knows becomes kind `unknown` with all it has as labelled lines. */
export function readBody(row: Row): Body {
  return withMessageId(withReply(read(row), row), row)
}

function read(row: Row): Body {
  const content = withoutSpeaker(row)
  const xml = textCodes.has(row.type.code) && row.type.word !== '' ? null : messageXmlIn(content)
  const fromXml = xml === null ? null : readMessageXml(xml, row)
  return fromXml ?? readWords(row, content) ?? unknown(row)
}

/** In groups WeChat's own tables write `wxid:` and a line break before what others say. */
const speaker = /^([A-Za-z0-9_@-]{1,64}):\r?\n/

export function withoutSpeaker({ content, sender }: Row): string {
  const found = speaker.exec(content)
  const isSender = found !== null && (found[1] === sender?.id || found[1]!.startsWith('wxid_'))
  return isSender ? content.slice(found[0].length) : content
}

function readWords(row: Row, content: string): Body | null {
  const { type } = row
  if (systemCodes.has(type.code) || (type.code === 0 && row.sender === null)) return system(type, content)
  const placeholder = placeholderIn(content)
  if (type.code === 1) return { kind: 'text', text: content.trim() === '' ? '(empty message)' : content }
  if (type.code === 0) return untyped(row, content, placeholder)
  const facts = { title: placeholder?.title ?? '', content, placeholder }
  return type.code === 49 ? shared(row, facts) : simple(row, type, facts)
}

function system(type: WechatType, content: string): Body {
  if (type.code === recallCode || isRecallNotice(content)) return recall(content, '')
  return { kind: 'system', text: content.trim() || 'System message' }
}

/** Formats without types: only wordings that tools make, whole, are taken for more than text. */
function untyped(row: Row, content: string, placeholder: Placeholder | null): Body {
  if (durationNotice.test(content.trim())) return readCallWords(content)
  if (placeholder !== null && (placeholder.rest === '' || placeholder.type.sub === 19)) {
    const typed = { ...row, type: placeholder.type }
    const facts = { title: placeholder.title, content, placeholder }
    const body = placeholder.type.code === 49 ? shared(typed, facts) : simple(typed, placeholder.type, facts)
    if (body !== null) return body
  }
  return chatlogQuote(content) ?? { kind: 'text', text: content.trim() === '' ? '(empty message)' : content }
}

interface Facts {
  readonly title: string
  readonly content: string
  readonly placeholder: Placeholder | null
}

const mediaKinds: Readonly<Record<number, readonly [MediaKind, string]>> = {
  3: ['image', 'Image'],
  34: ['voice', 'Voice message'],
  43: ['video', 'Video'],
  62: ['video', 'Video'],
  47: ['sticker', 'Sticker'],
}

function simple(row: Row, { code }: WechatType, { title, content, placeholder }: Facts): Body | null {
  const media = mediaKinds[code]
  if (media !== undefined) {
    const [kind, text] = media
    return { kind, text, media: [mediaOf(kind, { ...foundIn(row, placeholder), title })] }
  }
  const words = placeholder === null ? content : title || placeholder.rest
  if (code === 42 || code === 66) return { kind: 'contact', text: sentence('Contact card', words) }
  if (code === 48) {
    return {
      kind: 'location',
      text: sentence('Location', words),
      location: words === '' ? {} : { title: words },
    }
  }
  // chatlog and others write "[语音通话]" for every call, so the word tells nothing of voice or video.
  if (code === 50) return readCallWords(words)
  return null
}

/** Where the file is and its MD5, from whichever place the format keeps them. */
function foundIn(row: Row, placeholder: Placeholder | null): { path?: string; md5?: string } {
  const contents = row.contents ?? {}
  const path =
    row.path ||
    ['path', 'imgfile', 'videofile', 'voice'].map((key) => textOf(contents, key)).find((one) => one !== '')
  const md5 = textOf(contents, 'rawmd5') || textOf(contents, 'md5') || md5In(placeholder?.link ?? '')
  return { ...(path ? { path } : {}), ...(md5 === '' ? {} : { md5 }) }
}

/** chatlog's text links its own server: `http://host/image/MD5,path`. */
function md5In(link: string): string {
  return /\/(?:image|video|file|voice)\/([0-9a-f]{32})(?:[,/?]|$)/i.exec(link)?.[1] ?? ''
}

/** What apps share, from chatlog's `contents` or from a tool's words. */
function shared(row: Row, { title, content, placeholder }: Facts): Body | null {
  const { sub } = row.type
  if (row.contents !== undefined) {
    const app = appOfContents(row.contents, content, sub)
    return readApp({ ...app, path: row.path ?? app.path, ...paymentIn(sub, content) })
  }
  const { path = '', md5 = '' } = foundIn(row, placeholder)
  const isLink = /^https?:/i.test(placeholder?.link ?? '') && sub !== 6
  const app: App = {
    ...blankApp,
    type: sub,
    title: placeholder === null ? content : title,
    description: placeholder?.rest ?? '',
    url: isLink ? placeholder!.link : '',
    path,
    md5,
    ...paymentIn(sub, content),
  }
  return sub === 57 ? (chatlogQuote(content) ?? readApp(app)) : readApp(app)
}

const transferSteps: Readonly<Record<string, string>> = { 发送: '1', 接收: '3', 退还: '4' }

/** `[转账|发送 ￥1.00](货款)` */
function paymentIn(sub: number, content: string): Pick<App, 'payment'> {
  const placeholder = sub === 2000 || sub === 2001 ? placeholderIn(content) : null
  if (placeholder === null) return {}
  const found = /^(发送|接收|退还)?\s*(.*)$/.exec(placeholder.title)
  const [, step = '', rest = ''] = found ?? []
  const isMoney = /\d/.test(rest)
  return {
    payment: {
      step: transferSteps[step] ?? '',
      amount: isMoney ? rest : '',
      memo: placeholder.link || placeholder.rest || (isMoney ? '' : rest),
      payer: '',
      receiver: '',
      id: '',
    },
  }
}

const quoteLine = /^> ?/

/** chatlog's text of a quote: `> NAME(wxid) TIME`, the quoted lines after `> `, then the reply. */
function chatlogQuote(content: string): Body | null {
  const lines = content.split('\n')
  const end = lines.findIndex((line) => !quoteLine.test(line))
  if (end < 1) return null
  const [head = '', ...quoted] = lines.slice(0, end).map((line) => line.replace(quoteLine, ''))
  const named = /^(.{1,64}?)(?:\([^()]{0,64}\))? (?:\d{4}-)?\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.exec(head)
  if (named === null && head !== '[引用]') return null
  const said = quoted.join('\n').trim()
  return {
    kind: 'text',
    text: lines.slice(end).join('\n').trim() || '(reply without text)',
    refersTo: {
      relation: 'replies-to',
      ...(said === '' ? {} : { quotedText: said }),
      ...(named === null ? {} : { quotedSenderName: named[1]! }),
    },
  }
}

function unknown(row: Row): Body {
  const { word, code } = row.type
  const label = word || String(code)
  const words = row.content.trim()
  return {
    kind: 'unknown',
    text: words === '' ? `Message of type ${label}` : words,
    fields: [{ label: 'Type', value: label }, ...stringFields(row.contents ?? {}, 'contents')],
    notes: ['This type of message is not known; it is shown as the export has it.'],
  }
}

/** Formats that say beside the text what it replies to. */
function withReply(body: Body, { replyTo }: Row): Body {
  if (replyTo === undefined || body.refersTo?.vendorId !== undefined) return body
  if (body.refersTo !== undefined && body.refersTo.relation !== 'replies-to') return body
  return { ...body, refersTo: { ...body.refersTo, relation: 'replies-to', vendorId: replyTo } }
}

/** WeChat writes the notice of a recall over the message, under its id: so the notice's own id names the original. */
function withMessageId(body: Body, { messageId }: Row): Body {
  const { refersTo } = body
  if (refersTo?.relation !== 'recalls' || refersTo.vendorId !== undefined) return body
  if (messageId === undefined || !isServerId(messageId)) return body
  return { ...body, refersTo: { ...refersTo, vendorId: messageId } }
}
