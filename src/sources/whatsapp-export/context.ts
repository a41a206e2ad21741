/**
 * What all records of one chat file share, sealed beside them: enough for `decode` to read any single
 * record again, and for a reader to see on what evidence it was read.
 */
import { z } from 'zod'
import type { RecordContext } from '../source.ts'
import { encodings } from './encoding.ts'
import { dateOrders } from './local-time.ts'

const grammar = z.object({
  platform: z.enum(['ios', 'android']),
  close: z.enum(['bracket', 'dash', 'colon']),
  timeFirst: z.boolean(),
  dateSeparator: z.enum(['/', '.', '-', 'cjk']),
  firstDigits: z.union([z.literal(2), z.literal(4)]),
  thirdDigits: z.union([z.literal(2), z.literal(4)]),
  comma: z.boolean(),
  word: z.string(),
  timeSeparator: z.enum([':', '.', 'h']),
  seconds: z.boolean(),
  meridiem: z.enum(['none', 'before', 'after']),
})

const chatContext = z.object({
  /** Name of the file that was given, and of the text inside it when it was a zip. */
  file: z.string(),
  fileSha256: z.string(),
  innerFile: z.string().optional(),
  textSha256: z.string(),
  /** A user can write what he likes into an export: it proves nothing by itself. */
  verification: z.literal('unverified'),
  encoding: z.enum(encodings),
  damagedLines: z.number().optional(),
  grammar,
  dateOrder: z.enum(dateOrders),
  dateOrderRule: z.string(),
  firstLocalMillis: z.number(),
  zones: z.string(),
  zoneGiven: z.boolean(),
  custodian: z.string().optional(),
  custodianName: z.string().optional(),
  custodianAliases: z.array(z.string()),
  chat: z.string(),
  chatFrom: z.enum(['setting', 'inner-file-name', 'inside', 'file-name', 'fallback']),
  group: z.boolean(),
  /** At most 500 names and 6,000 characters. */
  authors: z.array(z.string()),
  authorCount: z.number(),
  colonAuthors: z.array(z.string()),
  /** The file has WhatsApp's own marks (U+200E). */
  marked: z.boolean(),
})
export type ChatContext = Readonly<z.infer<typeof chatContext>>

/** The context as stored; absent values left out. */
export function toRecordContext(context: ChatContext): RecordContext {
  return Object.fromEntries(
    Object.entries(context).filter(([, value]) => value !== undefined),
  ) as RecordContext
}

/** The stored context, or null when it is not one of ours. */
export function readRecordContext(context: RecordContext): ChatContext | null {
  const parsed = chatContext.safeParse(context)
  return parsed.success ? parsed.data : null
}

const authorsMax = 500
const authorCharactersTotalMax = 6000

/** As many authors as the context has room for. */
export function cappedAuthors(authors: readonly string[]): string[] {
  const kept: string[] = []
  let characters = 0
  for (const author of authors) {
    characters += author.length
    if (kept.length >= authorsMax || characters > authorCharactersTotalMax) break
    kept.push(author)
  }
  return kept
}
