/** The two structured notations of what apps share: WeChat's `appmsg` XML, and chatlog's `contents`. */
import type { Reference } from '../../../domain/message.ts'
import { isRaw, type Raw, textOf } from '../../formats/raw-json.ts'
import { childOf, parseXml, textAt, type XmlElement } from '../xml.ts'
import { type App, blankApp } from './app.ts'
import { forwardedOfJson, forwardedOfXml } from './record.ts'

/** From `<appmsg>`. `typeHint` counts when the XML has no type. */
export function appOfXml(appmsg: XmlElement, typeHint: number): App {
  const type = Number(textAt(appmsg, 'type'))
  return {
    ...blankApp,
    type: Number.isSafeInteger(type) && textAt(appmsg, 'type') !== '' ? type : typeHint,
    title: textAt(appmsg, 'title') || textAt(appmsg, 'finderfeed', 'desc'),
    description: textAt(appmsg, 'des') || textAt(appmsg, 'patmsg', 'records', 'record', 'templete'),
    url: textAt(appmsg, 'url') || textAt(appmsg, 'finderfeed', 'medialist', 'media', 'url'),
    source: textAt(appmsg, 'sourcedisplayname') || textAt(appmsg, 'finderfeed', 'nickname'),
    md5: textAt(appmsg, 'md5'),
    bytes: textAt(appmsg, 'appattach', 'totallen'),
    forwarded: forwardedOfXml(childOf(appmsg, 'recorditem')),
    ...quotedInXml(childOf(appmsg, 'refermsg')),
    ...paymentInXml(childOf(appmsg, 'wcpayinfo')),
  }
}

function quotedInXml(refer: XmlElement | null): { readonly quoted?: Reference } {
  if (refer === null) return {}
  const id = textAt(refer, 'svrid')
  return {
    quoted: {
      relation: 'replies-to',
      ...(isServerId(id) ? { vendorId: id } : {}),
      ...quoteOf(quotedWords(textAt(refer, 'content'), textAt(refer, 'type')), textAt(refer, 'displayname')),
    },
  }
}

/** What a quoted message says: its text, or the title in its XML, or its kind. */
function quotedWords(content: string, type: string): string {
  if (!content.trimStart().startsWith('<')) return content
  const xml = parseXml(content)
  const title = textAt(childOf(xml, 'appmsg') ?? xml, 'title')
  return title || quotedKinds[type] || content
}

const quotedKinds: Readonly<Record<string, string>> = {
  3: 'Image',
  34: 'Voice message',
  42: 'Contact card',
  43: 'Video',
  47: 'Sticker',
  48: 'Location',
}

function quoteOf(text: string, name: string): { quotedText?: string; quotedSenderName?: string } {
  return {
    ...(text === '' ? {} : { quotedText: text }),
    ...(name === '' ? {} : { quotedSenderName: name }),
  }
}

function paymentInXml(pay: XmlElement | null): Pick<App, 'payment'> {
  if (pay === null) return {}
  return {
    payment: {
      step: textAt(pay, 'paysubtype'),
      amount: textAt(pay, 'feedesc'),
      memo: textAt(pay, 'pay_memo') || textAt(pay, 'sendertitle') || textAt(pay, 'receivertitle'),
      payer: textAt(pay, 'payer_username'),
      receiver: textAt(pay, 'receiver_username'),
      id: textAt(pay, 'transferid') || textAt(pay, 'transcationid'),
    },
  }
}

/** From chatlog's `contents`, beside which `content` has the text of quotes and transfers. */
export function appOfContents(contents: Raw, content: string, type: number): App {
  const refer = contents.refer
  return {
    ...blankApp,
    type,
    title: type === 57 ? content : textOf(contents, 'title'),
    description: textOf(contents, 'desc'),
    url: textOf(contents, 'url'),
    md5: textOf(contents, 'md5'),
    path: textOf(contents, 'path'),
    forwarded: forwardedOfJson(contents.recordInfo),
    ...(isRaw(refer) ? { quoted: quotedInJson(refer) } : {}),
  }
}

function quotedInJson(refer: Raw): Reference {
  const inner = isRaw(refer.contents) ? textOf(refer.contents, 'title') : ''
  const words = textOf(refer, 'content') || inner || quotedKinds[textOf(refer, 'type')] || ''
  return { relation: 'replies-to', ...quoteOf(words, textOf(refer, 'senderName') || textOf(refer, 'sender')) }
}

/** WeChat's server ids are 64-bit numbers; short ones are a tool's own count and name nothing elsewhere. */
export function isServerId(id: string): boolean {
  return /^[1-9]\d{9,19}$/.test(id)
}
