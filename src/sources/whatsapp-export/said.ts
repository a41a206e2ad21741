/** One record read: when, by whom, what. Used alike at capture and by `decode`. */
import { splitAuthor } from './authors.ts'
import type { Grammar, HeaderFields } from './grammar.ts'
import { encryptionNotice, groupNotice } from './phrases.ts'

export interface Said {
  /** Without invisible marks; null when nobody said it. */
  readonly author: string | null
  /** Line ends as `\n`, blanks at the end cut off. */
  readonly body: string
}

/** `headerEnd` is where the header ends in `text`. */
export function readSaid(text: string, headerEnd: number, colonAuthors: readonly string[]): Said {
  const { author, bodyAt } = splitAuthor(text, headerEnd, colonAuthors)
  return { author, body: readBodyText(text, bodyAt) }
}

export function readBodyText(text: string, bodyAt: number): string {
  const body = text.slice(bodyAt).trimEnd()
  return body.includes('\r') ? body.replace(/\r\n?/g, '\n') : body
}

/** Whether a header stands only if no more text follows: without a name, in no words of WhatsApp's that we know. */
export function isProvisional(platform: Grammar['platform'], author: string | null, rest: string): boolean {
  return platform === 'android' && author === null && !groupNotice.test(rest) && !encryptionNotice.test(rest)
}

/** Blank lines before the first header belong to its record; this many characters of it they are. */
export function leadingBlankCharacters(text: string): number {
  const first = text.charCodeAt(0)
  if (first > 0x20 && first !== 0xfeff && first !== 0xa0) return 0
  return /^\s*\n/.exec(text)?.[0].length ?? 0
}

/** The header of a whole record, or null for text without one; `end` counts from the record's start. */
export function readRecordHeader(
  text: string,
  readFields: (line: string) => HeaderFields | null,
): HeaderFields | null {
  const direct = readFields(text)
  if (direct !== null) return direct
  const blank = leadingBlankCharacters(text)
  const fields = blank === 0 ? null : readFields(text.slice(blank))
  return fields === null ? null : { ...fields, end: fields.end + blank }
}
