/** One record read: when, by whom, what. Used alike at capture and by `decode`. */
import { splitAuthor } from './authors.ts'
import type { HeaderFields } from './grammar.ts'
import { plain } from './marks.ts'

export interface Said {
  /** Without invisible marks; null when nobody said it. */
  readonly author: string | null
  /** Line ends as `\n`, blanks at the end cut off. */
  readonly body: string
}

/** `bodyFrom` is where the header ends in `text`. */
export function readSaid(text: string, bodyFrom: number, colonAuthors: readonly string[]): Said {
  const { author, bodyAt } = splitAuthor(text, bodyFrom, colonAuthors)
  const body = text.slice(bodyAt).trimEnd()
  return {
    author: author === null ? null : plain(author),
    body: body.includes('\r') ? body.replace(/\r\n?/g, '\n') : body,
  }
}

/** Blank lines before the first header belong to its record; this many characters of it they are. */
export function leadingBlankCharacters(text: string): number {
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
