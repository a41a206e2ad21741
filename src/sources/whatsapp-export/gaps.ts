/** What an export itself says it lacks, for the gap ledger. Explanations name files, never words or numbers of people. */
import type { GapReason } from '../../domain/gap-reasons.ts'
import type { CapturedGap, RecordPlace } from '../source.ts'
import type { Body } from './body.ts'
import type { ChatContext } from './context.ts'
import type { ChatFile } from './input-file.ts'

export interface Gaps {
  see(body: Body, attachmentFound: boolean, place: RecordPlace): void
  pending(): boolean
  /** Gaps of single messages since the last call. */
  take(): CapturedGap[]
  /** Gaps of the file as a whole, at its end. */
  conclude(context: ChatContext): CapturedGap[]
}

/** So many missing files are told one by one; every message says which of its own is missing. */
const missingNamedMax = 100

export function createGaps(chat: ChatFile): Gaps {
  const file = chat.innerFile ?? chat.file
  let found: CapturedGap[] = []
  let [notExported, omitted, missing] = [0, 0, 0]
  const add = (reason: GapReason, explanation: string, place?: RecordPlace): void => {
    found.push({ gap: { reason, explanation, ...(place === undefined ? {} : { place }) } })
  }
  const take = (): CapturedGap[] => {
    const taken = found
    found = []
    return taken
  }
  return {
    see(body, attachmentFound, place) {
      if (body.form === 'not-exported' || body.form === 'view-once') notExported++
      if (body.form === 'omitted') omitted++
      if (body.form === 'attachment' && !attachmentFound) {
        missing++
        if (missing <= missingNamedMax) {
          add('attachment-missing', `${file} names ${body.name}, which is not in the export.`, place)
        }
      }
      if (body.form === 'waiting') {
        add('message-not-delivered', `${file} has a message that the phone was still waiting for.`, place)
      }
    },
    pending: () => found.length > 0,
    take,
    conclude(context) {
      const unnamed = missing - missingNamedMax
      if (unnamed > 0)
        add('attachment-missing', `${file} names ${unnamed} more files that are not in the export.`)
      if (omitted > 0) add('media-omitted', `${file} was exported without media: ${omitted} are left out.`)
      if (notExported > 0) {
        add(
          'not-exported',
          `${file} stands in for ${notExported} calls or view-once messages by an empty line.`,
        )
      }
      if (context.damagedLines !== undefined) {
        add('damaged-text', `${file} has ${context.damagedLines} lines with damaged characters.`)
      }
      for (const { name, bytes } of chat.mediaGiven ? chat.media.unreferenced() : []) {
        add('unreferenced-media', `${chat.file} holds ${name} (${bytes} bytes), which no message names.`)
      }
      return take()
    },
  }
}
