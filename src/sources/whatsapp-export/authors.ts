/**
 * Where the author ends and the body begins. The header's rest is `Name: body`, but a name may itself
 * contain a colon (`Dan: Ops`), and a system line has no name at all.
 */
import { beginsMarked, plain } from './marks.ts'

export interface SplitLine {
  /** As written, without invisible marks; null for a line nobody said. */
  readonly author: string | null
  /** Index at which the body begins. */
  readonly bodyAt: number
}

const authorCharactersMax = 120
const everyQuote = /["“”„«»「」]/g

/**
 * Splits what follows a header. `colonAuthors` are the names with a colon inside that the file was found to
 * have. A prefix with an unclosed quotation mark (`Ana changed the subject to "Budget: May"`) is no name.
 */
export function splitAuthor(line: string, from: number, colonAuthors: readonly string[]): SplitLine {
  const systemLine = { author: null, bodyAt: from }
  if (beginsMarked(line, from)) return systemLine
  for (const author of colonAuthors) {
    if (line.startsWith(`${author}: `, from)) return { author, bodyAt: from + author.length + 2 }
  }
  const at = firstColon(line, from)
  const author = at < 0 ? null : nameOf(line.slice(from, at))
  return author === null ? systemLine : { author, bodyAt: Math.min(at + 2, line.length) }
}

const names = new Map<string, string | null>()
const cachedNamesMax = 5000

/** The name that stands before a colon, or null when it is none. The few names of a chat come again and again. */
function nameOf(written: string): string | null {
  let name = names.get(written)
  if (name === undefined) {
    name = unclosedQuote(written) ? null : plain(written) || null
    if (names.size >= cachedNamesMax) names.clear()
    names.set(written, name)
  }
  return name
}

function unclosedQuote(text: string): boolean {
  return (text.match(everyQuote)?.length ?? 0) % 2 === 1
}

/** The first `: `, or a colon that ends the line (an empty body whose blank an editor cut off). */
function firstColon(line: string, from: number): number {
  const newline = line.indexOf('\n', from)
  const lineEnd = newline < 0 ? line.length : newline
  const at = line.indexOf(': ', from)
  if (at >= 0 && at < lineEnd) return at - from <= authorCharactersMax ? at : -1
  const trimmed = line.slice(from, Math.min(lineEnd, from + authorCharactersMax)).trimEnd()
  return trimmed.endsWith(':') && lineEnd - from <= authorCharactersMax ? from + trimmed.length - 1 : -1
}

export interface AuthorEvidence {
  /** Takes in one authored line. */
  add(line: string, from: number): void
  /** Names with a colon inside: every line of that first word goes on with the same second one. */
  colonAuthors(): string[]
  /** All names, without invisible marks, in order of appearance. */
  authors(): string[]
}

interface Prefix {
  lines: number
  /** What all lines of this first word begin with, up to a colon and blank. */
  common: string
}

/** Fewer lines than these prove nothing: anybody may begin two messages with the same word and a colon. */
const provingLines = 3
const prefixesMax = 5000
/** Numbers are whole names; nobody's name continues after one. */
const phoneLike = /^[^\w+]*\+?[\d\s().-]+[^\w]*$/

export function createAuthorEvidence(): AuthorEvidence {
  const prefixes = new Map<string, Prefix>()
  return {
    add(line, from) {
      const at = line.indexOf(': ', from)
      if (at < 0 || at - from > authorCharactersMax) return
      const first = line.slice(from, at)
      const prefix = prefixes.get(first)
      if (prefix === undefined) {
        if (prefixes.size < prefixesMax) prefixes.set(first, { lines: 1, common: longest(line, from) })
        return
      }
      prefix.lines++
      if (prefix.common.length > first.length + 2 && !line.startsWith(prefix.common, from)) {
        prefix.common = shared(prefix.common, line.slice(from, from + prefix.common.length))
      }
    },
    colonAuthors: () => [...prefixes].filter(provesColon).map(([, { common }]) => common.slice(0, -2)),
    authors: () =>
      [...prefixes].map((entry) => plain(provesColon(entry) ? entry[1].common.slice(0, -2) : entry[0])),
  }
}

function provesColon([first, { lines, common }]: [string, Prefix]): boolean {
  return lines >= provingLines && common.length > first.length + 2 && !phoneLike.test(first)
}

/** Up to the last `: ` a name could reach. */
function longest(line: string, from: number): string {
  const newline = line.indexOf('\n', from)
  const reach = Math.min(newline < 0 ? line.length : newline, from + authorCharactersMax)
  const head = line.slice(from, reach)
  return head.slice(0, head.lastIndexOf(': ') + 2)
}

/** The longest beginning of both that ends in `: `. */
function shared(a: string, b: string): string {
  let length = 0
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length++
  return a.slice(0, a.lastIndexOf(': ', length - 2) + 2)
}
