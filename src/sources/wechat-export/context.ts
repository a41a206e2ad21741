/** What all records of one chat in one file share, sealed beside them: enough to read any of them again. */
import { z } from 'zod'
import type { RecordContext } from '../source.ts'
import { encodings } from './encoding.ts'
import { formats } from './format.ts'
import { textOrders } from './rows/text.ts'

const person = z.object({ id: z.string().optional(), name: z.string().optional() })

const chatContext = z.object({
  file: z.string(),
  fileSha256: z.string(),
  /** Whoever holds an export can write what he likes into it: it proves nothing by itself. */
  verification: z.literal('unverified'),
  format: z.enum(formats),
  encoding: z.enum(encodings),
  /** Columns of a CSV. */
  columns: z.array(z.string()).optional(),
  text: z.object({ order: z.enum(textOrders), blankBefore: z.boolean() }).optional(),
  /** Year or day that was given for times that lack it. */
  date: z.string().optional(),
  zone: z.string(),
  zoneGiven: z.boolean(),
  custodian: z.string().optional(),
  custodianName: z.string().optional(),
  /** Names in the file that stand for the owner of the export. */
  ownNames: z.array(z.string()),
  owner: person.optional(),
  chat: z.object({
    id: z.string().optional(),
    name: z.string(),
    group: z.boolean(),
    /** The other party of a direct chat. */
    partner: person.optional(),
    /** Those whom the export lists, as far as there is room. */
    members: z.array(person),
    membersLeftOut: z.number().optional(),
  }),
})
export type ChatContext = Readonly<z.infer<typeof chatContext>>

/** The context as stored; absent values left out. */
export function toRecordContext(context: ChatContext): RecordContext {
  return JSON.parse(JSON.stringify(context)) as RecordContext
}

const known = new WeakMap<RecordContext, ChatContext | null>()

/** The stored context, or null when it is not one of ours. */
export function readRecordContext(context: RecordContext): ChatContext | null {
  let read = known.get(context)
  if (read === undefined) {
    read = chatContext.safeParse(context).data ?? null
    known.set(context, read)
  }
  return read
}
