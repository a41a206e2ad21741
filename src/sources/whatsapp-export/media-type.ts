/** What kind of message and which media type a file name of an export stands for. */
import type { MessageKind } from '../../domain/message.ts'

export type MediaKind = Extract<
  MessageKind,
  'image' | 'video' | 'voice' | 'audio' | 'sticker' | 'contact' | 'file'
>

/** Extensions WhatsApp writes, and the documents people send most. */
const mediaTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  heic: 'image/heic',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  '3gp': 'video/3gpp',
  mkv: 'video/x-matroska',
  webm: 'video/webm',
  opus: 'audio/ogg',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  amr: 'audio/amr',
  wav: 'audio/wav',
  caf: 'audio/x-caf',
  vcf: 'text/vcard',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  htm: 'text/html',
  html: 'text/html',
  xml: 'application/xml',
  json: 'application/json',
  rtf: 'application/rtf',
  eml: 'message/rfc822',
  msg: 'application/vnd.ms-outlook',
  ics: 'text/calendar',
  zip: 'application/zip',
  rar: 'application/vnd.rar',
  '7z': 'application/x-7z-compressed',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xlsm: 'application/vnd.ms-excel.sheet.macroenabled.12',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
  pages: 'application/vnd.apple.pages',
  numbers: 'application/vnd.apple.numbers',
  key: 'application/vnd.apple.keynote',
  apk: 'application/vnd.android.package-archive',
}

/** The media type by extension, `application/octet-stream` when the extension says nothing. */
export function mediaTypeOf(name: string): string {
  return mediaTypes[extensionOf(name)] ?? 'application/octet-stream'
}

/**
 * The kind by WhatsApp's own naming first (`PTT-` voice note, `STK-` sticker, `DOC-` a picture sent as a
 * document stays a document), then by extension. WhatsApp records voice notes as Opus.
 */
export function mediaKindOf(name: string): MediaKind {
  const type = mediaTypeOf(name)
  if (/^DOC-/.test(name)) return type === 'text/vcard' ? 'contact' : 'file'
  if (/^STK-|-STICKER-/.test(name) || type === 'image/webp') return 'sticker'
  if (/^PTT-/.test(name) || /\.opus$/i.test(name)) return 'voice'
  if (type === 'text/vcard') return 'contact'
  if (type.startsWith('image/')) return 'image'
  if (type.startsWith('video/')) return 'video'
  return type.startsWith('audio/') ? 'audio' : 'file'
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase()
}
