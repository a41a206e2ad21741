/** One e-mail as this source reads it: who wrote what to whom, and the files. Pure; the same at the site and the centre. */

import { type JournalReport, journalReportOf } from './journal-report.ts'
import { firstField, type HeaderField } from './mime/headers.ts'
import { htmlToText } from './mime/html-text.ts'
import { type Part, readParts } from './mime/parts.ts'
import { decodedBytes } from './mime/transfer.ts'
import { decodeText, decodeWords } from './mime/words.ts'

export interface EmailFile {
  /** The part's path; `2/1.3` is part 1.3 of the message within part 2. */
  readonly reference: string
  readonly name: string
  readonly mediaType: string
  readonly encoding: string
  /** Still encoded. */
  readonly body: Buffer
}

export interface Email {
  readonly fields: readonly HeaderField[]
  readonly subject: string
  /** Without angle brackets; `''` where there is none. */
  readonly messageId: string
  readonly inReplyTo: string
  readonly text: string
  readonly files: readonly EmailFile[]
  /** Present where the message came inside a journal report. */
  readonly report?: JournalReport
  readonly notes: readonly string[]
}

const reportsMax = 3
/** One of these is in every e-mail; without any the bytes are something else. */
const telling: ReadonlySet<string> = new Set(['from', 'to', 'date', 'message-id', 'subject', 'sender'])

/** Null where the bytes are no e-mail. */
export function readEmail(bytes: Buffer): Email | null {
  const { root, notes } = readParts(bytes)
  if (!root.fields.some(({ name }) => telling.has(name))) return null
  return emailOf(root, notes, '', 1)
}

function emailOf(root: Part, notes: readonly string[], prefix: string, level: number): Email {
  const report = level <= reportsMax ? journalReportOf(root, prefix) : null
  if (report) {
    const { root: inner, notes: innerNotes } = readParts(report.message)
    const email = emailOf(inner, [...notes, ...innerNotes], `${report.reference}/`, level + 1)
    const recipients = [...report.recipients, ...(email.report?.recipients ?? [])]
    const files = [...email.files, ...report.others.map((part) => fileOf(part, prefix))]
    return { ...email, files, report: { ...report, recipients: [...new Set(recipients)] } }
  }
  const content = contentOf(root, prefix)
  return {
    ...{ fields: root.fields, files: content.files },
    subject: decodeWords(firstField(root.fields, 'subject')).replace(/\s+/g, ' ').trim(),
    messageId: messageIdOf(firstField(root.fields, 'message-id')),
    inReplyTo: messageIdOf(firstField(root.fields, 'in-reply-to')),
    text: content.texts
      .map(({ text }) => text)
      .filter((text) => text !== '')
      .join('\n\n'),
    notes: [...notes, ...content.notes],
  }
}

/** The first id of the field. */
function messageIdOf(field: string): string {
  return (/<([^<>]+)>/.exec(field)?.[1] ?? field).replace(/\s+/g, '').slice(0, 998)
}

interface Content {
  readonly texts: readonly { readonly isPlain: boolean; readonly text: string }[]
  readonly files: readonly EmailFile[]
  readonly notes: readonly string[]
}

function contentOf(part: Part, prefix: string): Content {
  if (part.children.length > 0) {
    const children = part.children.map((child) => contentOf(child, prefix))
    return part.mediaType === 'multipart/alternative' ? alternativeOf(children) : joined(children)
  }
  if (isText(part)) return textOf(part)
  const isEmpty = part.body.length === 0 && part.fileName === ''
  return { texts: [], files: isEmpty ? [] : [fileOf(part, prefix)], notes: [] }
}

function joined(children: readonly Content[]): Content {
  return {
    texts: children.flatMap(({ texts }) => texts),
    files: children.flatMap(({ files }) => files),
    notes: children.flatMap(({ notes }) => notes),
  }
}

/** The same said in several ways: plain text where there is some, else what there is. */
function alternativeOf(children: readonly Content[]): Content {
  const says = (content: Content) => content.texts.some(({ text }) => text !== '')
  const plain = children.find((child) => says(child) && child.texts.some(({ isPlain }) => isPlain))
  const chosen = plain ?? children.findLast(says)
  return { ...joined(children), texts: chosen?.texts ?? [] }
}

function isText({ mediaType, isAttached, fileName }: Part): boolean {
  return (mediaType === 'text/plain' || mediaType === 'text/html') && !isAttached && fileName === ''
}

function textOf(part: Part): Content {
  const { text, isKnown } = decodeText(decodedBytes(part.encoding, part.body), part.charset)
  const isPlain = part.mediaType === 'text/plain'
  const readable = isPlain ? text.replaceAll('\r\n', '\n').trim() : htmlToText(text)
  const notes = isKnown
    ? []
    : [
        `The character set ${JSON.stringify(part.charset.slice(0, 60))} is not known; the text may be misread.`,
      ]
  return { texts: [{ isPlain, text: readable.replaceAll('\0', '\ufffd') }], files: [], notes }
}

function fileOf(part: Part, prefix: string): EmailFile {
  const { path, mediaType, encoding, body } = part
  const isMessage = mediaType === 'message/rfc822'
  const ending = isMessage ? '.eml' : mediaType === 'text/html' ? '.html' : ''
  return {
    ...{ reference: prefix + path, mediaType, encoding, body },
    name: safeName(part.fileName) || `part-${(prefix + path).replaceAll('/', '-')}${ending || '.bin'}`,
  }
}

const nameCharactersMax = 200

/** The last part of what may be a path, without control characters; the ending stays. */
function safeName(name: string): string {
  const last = name
    .slice(-2_000)
    .replace(/[\p{Cc}\ufffd]/gu, '')
    .replace(/^.*[/\\]/s, '')
    .trim()
  if (last === '.' || last === '..') return ''
  const characters = [...last]
  if (characters.length <= nameCharactersMax) return last
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(last)?.[0] ?? ''
  return characters.slice(0, nameCharactersMax - ending.length).join('') + ending
}
