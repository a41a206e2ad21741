/**
 * The first reading of a chat's text: encoding, grammar, date order with its evidence, who writes, whether
 * it is a group. Nothing is kept but these findings, so memory does not grow with the file.
 */
import { createHash } from 'node:crypto'
import { AppError } from '../../domain/errors.ts'
import { createAuthorEvidence, type SplitLine, splitAuthor } from './authors.ts'
import { readBody } from './body.ts'
import { createDateOrderEvidence, type DecidedOrder } from './date-order.ts'
import { codecOf, createEncodingEvidence, type Encoding } from './encoding.ts'
import { compileGrammar, detectGrammar, type Grammar } from './grammar.ts'
import type { DateOrder } from './local-time.ts'
import { beginsMarked, plain } from './marks.ts'
import { encryptionNotice, groupNotice } from './phrases.ts'
import { createRecordCutter } from './records.ts'
import { isProvisional } from './said.ts'

export interface Survey {
  readonly encoding: Encoding
  readonly damagedLines: number
  readonly textSha256: string
  readonly grammar: Grammar
  readonly dates: DecidedOrder
  readonly authors: readonly string[]
  readonly colonAuthors: readonly string[]
  readonly marked: boolean
  readonly group: boolean
  /** The chat's name as iOS writes it over the first notice, if it does. */
  readonly nameInside: string | null
}

export type ReadText = () => AsyncIterable<Buffer>

/**
 * Reads the text twice (bytes, then lines). Throws AppError `not-a-chat-export`, `unsupported-encoding`,
 * `ambiguous-date-order` or `bad-settings`, each naming `file`.
 */
export async function surveyText(
  file: string,
  read: ReadText,
  dateOrder: DateOrder | undefined,
): Promise<Survey> {
  const { encoding, damagedLines, textSha256, head } = await inspectBytes(file, read)
  const codec = codecOf(encoding)
  const grammar = grammarOfHead(codec.decode(head, 0, head.length), file)
  const findings = createFindings(grammar)
  const cutter = createRecordCutter(codec, findings.readHeader)
  for await (const chunk of read()) exhaust(cutter.push(chunk))
  exhaust(cutter.end())
  return { encoding, damagedLines, textSha256, grammar, ...findings.conclude(file, dateOrder) }
}

/** The findings are made line by line; the records themselves are of no interest yet. */
function exhaust(records: Iterable<unknown>): void {
  for (const _ of records);
}

const headBytes = 64 * 1024

async function inspectBytes(
  file: string,
  read: ReadText,
): Promise<{ encoding: Encoding; damagedLines: number; textSha256: string; head: Buffer }> {
  const hash = createHash('sha256')
  const evidence = createEncodingEvidence()
  let head: Buffer = Buffer.alloc(0)
  for await (const chunk of read()) {
    hash.update(chunk)
    evidence.add(chunk)
    if (head.length < headBytes) head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)])
  }
  return { ...evidence.decide(file), textSha256: hash.digest('hex'), head }
}

/** Lines of foreign text that may stand before the first header. */
const leadingLinesMax = 50

/**
 * The grammar of the first line, where every export has a header. Only a file with foreign text in front is
 * judged by the shape most of its first lines have.
 */
export function grammarOfHead(head: string, file: string): Grammar {
  const lines = head.split('\n').filter((line) => plain(line) !== '')
  const first = lines[0] === undefined ? null : detectGrammar(lines[0])
  if (first !== null) return first
  const votes = new Map<string, { grammar: Grammar; lines: number }>()
  for (const [index, line] of lines.entries()) {
    if (index >= leadingLinesMax && votes.size === 0) break
    const grammar = detectGrammar(line)
    if (grammar === null) continue
    const key = JSON.stringify(grammar)
    votes.set(key, { grammar, lines: (votes.get(key)?.lines ?? 0) + 1 })
  }
  const [best] = [...votes.values()].sort((a, b) => b.lines - a.lines)
  if (best !== undefined) return best.grammar
  throw notAChatExport(file)
}

export function notAChatExport(file: string): AppError {
  return new AppError(
    'not-a-chat-export',
    `${file} is not a WhatsApp chat export: no line of it begins with a date and time as WhatsApp writes them.`,
    { details: { file } },
  )
}

type Conclusions = Pick<Survey, 'dates' | 'authors' | 'colonAuthors' | 'marked' | 'group' | 'nameInside'>

interface Findings {
  readonly readHeader: Parameters<typeof createRecordCutter>[1]
  conclude(file: string, dateOrder: DateOrder | undefined): Conclusions
}

/** The notice that names the chat is among the first lines, or cut off with the oldest messages. */
const noticeLinesMax = 5

function createFindings(grammar: Grammar): Findings {
  const readFields = compileGrammar(grammar)
  const dates = createDateOrderEvidence(grammar)
  const authors = createAuthorEvidence()
  let [headers, marked, groupNoticed] = [0, false, false]
  let nameInside: string | null = null

  const addNotice = (author: string | null, body: string): void => {
    if (groupNotice.test(body)) groupNoticed = true
    const named = author !== null && headers <= noticeLinesMax && encryptionNotice.test(body)
    if (named && nameInside === null) nameInside = author
  }
  const addLine = (line: string, from: number, { author, bodyAt }: SplitLine): void => {
    if (beginsMarked(line, bodyAt)) marked = true
    if (author === null) addNotice(null, line.slice(from))
    else if (grammar.platform === 'ios' && beginsMarked(line, bodyAt) && isNotice(line.slice(bodyAt))) {
      addNotice(author, line.slice(bodyAt))
    } else authors.add(line, from)
  }

  return {
    readHeader(line) {
      const fields = readFields(line)
      if (fields === null || !dates.add(fields, line)) return null
      headers++
      const split = splitAuthor(line, fields.end, [])
      addLine(line, fields.end, split)
      const provisional = isProvisional(grammar.platform, split.author, line)
      return { localMillis: 0, ...split, provisional }
    },
    conclude(file, dateOrder) {
      if (headers === 0) throw notAChatExport(file)
      const names = [...new Set(authors.authors())]
      return {
        dates: dates.decide(file, dateOrder),
        authors: names,
        colonAuthors: authors.colonAuthors(),
        marked,
        group: groupNoticed || names.length > 2,
        nameInside,
      }
    },
  }
}

function isNotice(body: string): boolean {
  const about = { platform: 'ios', marked: true, authored: true, hasMedia: () => false } as const
  return readBody(body.trimEnd(), about).form === 'system'
}
