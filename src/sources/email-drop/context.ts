/** What `decode` is told besides the bytes: where the e-mail came from, and how it is to be read. Under 16 KiB. */
import { z } from 'zod'
import type { RecordContext } from '../../domain/record.ts'
import type { ReadingSettings } from './settings.ts'

const text = z.string().catch('')
const list = z.array(z.string()).catch([])

const contextSchema = z.object({
  reading: z
    .object({
      participantHeaders: list,
      conversationHeader: text,
      phoneDomains: list,
      archiveAddresses: list,
    })
    .catch({ participantHeaders: [], conversationHeader: '', phoneDomains: [], archiveAddresses: [] }),
  /** Lines that begin with `From ` are quoted there. */
  mbox: z.boolean().catch(false),
  /** ISO 8601: when a server took the e-mail. Stands in for a Date that cannot be read. */
  receivedAt: text,
  manifest: z
    .object({ participants: text, time: text, sha256: text })
    .catch({ participants: '', time: '', sha256: '' }),
})
export type EmailContext = z.infer<typeof contextSchema>

export function readContext(context: RecordContext): EmailContext {
  return contextSchema.parse(context)
}

/** The settings that decide how an e-mail is read, as its context carries them. */
export function readingOf(settings: ReadingSettings): RecordContext {
  const { participantHeaders, conversationHeader, phoneDomains, archiveAddresses } = settings
  return {
    reading: {
      ...{ participantHeaders, phoneDomains, archiveAddresses },
      ...(conversationHeader === undefined ? {} : { conversationHeader }),
    },
  }
}

/** A name of the outside world, at a length that fits. */
export function contextName(name: string): string {
  return name.length <= 500 ? name : `${name.slice(0, 249)}…${name.slice(-250)}`
}
