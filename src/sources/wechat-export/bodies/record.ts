/** Forwarded chats: WeChat's `recordinfo`, in XML or as chatlog prints it in JSON, becomes parts that nest. */
import type { MessageKind, MessagePart } from '../../../domain/message.ts'
import { isRaw, objectOf, objectsOf, type Raw, textOf } from '../../formats/raw-json.ts'
import { type Media, type MediaKind, mediaOf } from '../media.ts'
import { attributeOf, childOf, childrenOf, parseXml, textAt, type XmlElement } from '../xml.ts'

/** One forwarded message, in either notation. */
interface RecordItem {
  readonly dataType: string
  readonly sender: string
  readonly time: string
  readonly description: string
  readonly title: string
  readonly link: string
  readonly md5: string
  readonly nested: ForwardedChat | null
}

export interface ForwardedChat {
  readonly title: string
  readonly description: string
  readonly items: readonly RecordItem[]
  /** How many were left out because the chat is longer or deeper than what is read. */
  readonly leftOut: number
}

export interface ForwardedParts {
  readonly parts: readonly MessagePart[]
  readonly media: readonly Media[]
}

/** Forwarded chats nest as deep as people forward them; past these a part keeps its title and no more. */
const depthMax = 20
const itemsMax = 2_000

/** Kinds by `datatype` (facts: chatlog's and other parsers' tables). */
const kinds: Readonly<Record<string, MessageKind>> = {
  1: 'text',
  2: 'image',
  3: 'voice',
  4: 'video',
  5: 'link',
  6: 'location',
  8: 'file',
  16: 'contact',
  17: 'forwarded',
  19: 'link',
  22: 'link',
  23: 'link',
  29: 'link',
  32: 'link',
  36: 'link',
  37: 'sticker',
}
const mediaKinds: Partial<Record<MessageKind, MediaKind>> = {
  image: 'image',
  voice: 'voice',
  video: 'video',
  file: 'file',
  sticker: 'sticker',
}
const labels: Partial<Record<MessageKind, string>> = {
  image: 'Image',
  voice: 'Voice message',
  video: 'Video',
  file: 'File',
  sticker: 'Sticker',
  location: 'Location',
  contact: 'Contact card',
  forwarded: 'Forwarded chat',
  link: 'Link',
}

/** From `recorditem`, whose text is XML of its own, or from a `recordinfo` element; null when it cannot be read. */
export function forwardedOfXml(holder: XmlElement | null, depth = 0): ForwardedChat | null {
  if (holder === null || depth > depthMax) return null
  const inside = holder.name.toLowerCase() === 'recordinfo' ? holder : childOf(holder, 'recordinfo')
  const info = inside ?? parseXml(holder.text)
  if (info === null || info.name.toLowerCase() !== 'recordinfo') return null
  const found = childrenOf(childOf(info, 'datalist'), 'dataitem')
  return {
    title: textAt(info, 'title'),
    description: textAt(info, 'desc'),
    items: found.slice(0, itemsMax).map((item) => itemOfXml(item, depth)),
    leftOut: Math.max(0, found.length - itemsMax),
  }
}

function itemOfXml(item: XmlElement, depth: number): RecordItem {
  return {
    dataType: attributeOf(item, 'datatype'),
    sender: textAt(item, 'sourcename'),
    time: textAt(item, 'sourcetime'),
    description: textAt(item, 'datadesc'),
    title: textAt(item, 'datatitle'),
    link: textAt(item, 'link') || textAt(item, 'weburlitem', 'link'),
    md5: textAt(item, 'fullmd5'),
    nested: forwardedOfXml(childOf(item, 'recordxml'), depth + 1),
  }
}

/** From chatlog's `recordInfo`, which has the XML's names with capitals. */
export function forwardedOfJson(info: unknown, depth = 0): ForwardedChat | null {
  if (!isRaw(info) || depth > depthMax) return null
  const found = objectsOf(objectOf(info, 'DataList'), 'DataItems')
  if (found.length === 0 && textOf(info, 'Title') === '') return null
  return {
    title: textOf(info, 'Title'),
    description: textOf(info, 'Desc'),
    items: found.slice(0, itemsMax).map((item) => itemOfJson(item, depth)),
    leftOut: Math.max(0, found.length - itemsMax),
  }
}

function itemOfJson(item: Raw, depth: number): RecordItem {
  return {
    dataType: textOf(item, 'DataType'),
    sender: textOf(item, 'SourceName'),
    time: textOf(item, 'SourceTime'),
    description: textOf(item, 'DataDesc'),
    title: textOf(item, 'DataTitle'),
    link: textOf(item, 'Link'),
    md5: textOf(item, 'FullMD5'),
    nested: forwardedOfJson(objectOf(item, 'RecordXML').RecordInfo, depth + 1),
  }
}

/** The messages as parts, and all files they name. */
export function partsOf(chat: ForwardedChat): ForwardedParts {
  const media: Media[] = []
  const parts = chat.items.map((item) => partOf(item, media))
  if (chat.leftOut > 0) {
    const text = `${chat.leftOut} more messages are not shown; the source's own record has them.`
    parts.push({ kind: 'system', text })
  }
  return { parts, media }
}

function partOf(item: RecordItem, media: Media[]): MessagePart {
  const kind = kinds[item.dataType] ?? 'unknown'
  const file = fileOf(kind, item)
  if (file !== null) media.push(file)
  const nested = item.nested === null ? null : partsOf(item.nested)
  if (nested !== null) media.push(...nested.media)
  return {
    kind,
    ...(item.sender === '' ? {} : { senderName: item.sender }),
    ...(item.time === '' ? {} : { sentAtText: item.time }),
    text: wordsOf(kind, item),
    ...(file === null ? {} : { attachmentNames: [file.name] }),
    ...(nested === null ? {} : { parts: nested.parts }),
  }
}

function fileOf(kind: MessageKind, { title, md5 }: RecordItem): Media | null {
  const mediaKind = mediaKinds[kind]
  return mediaKind === undefined ? null : mediaOf(mediaKind, { title, md5 })
}

function wordsOf(kind: MessageKind, item: RecordItem): string {
  const title = item.title || item.nested?.title || ''
  const said = [title, item.description, item.link].filter((words) => words !== '')
  if (kind === 'text') return item.description || title || '(empty message)'
  const label = labels[kind] ?? `Message of type ${item.dataType || '?'}`
  return said.length === 0 ? label : `${label}: ${[...new Set(said)].join('\n')}`
}
