/** What an export lacks, for the gap ledger. Explanations name files and lines, never words or ids of people. */
import type { GapReason } from '../../domain/gap-reasons.ts'
import type { CapturedGap, RecordPlace } from '../source.ts'
import type { Media } from './media.ts'

export interface Gaps {
  damaged(place: RecordPlace, problem: string): void
  missing(place: RecordPlace, media: Media): void
  mismatch(place: RecordPlace, media: Media): void
  /** Gaps of single messages since the last call. */
  take(): CapturedGap[]
  /** Gaps of the file as a whole, at its end. */
  conclude(facts: { readonly cutOff: boolean; readonly damagedText: number }): CapturedGap[]
}

/** So many of each are told one by one; every message says which of its own is missing. */
const namedMax = 100

export function createGaps(file: string): Gaps {
  let found: CapturedGap[] = []
  let [damaged, missing, omitted] = [0, 0, 0]
  const add = (reason: GapReason, explanation: string, place?: RecordPlace): void => {
    found.push({ gap: { reason, explanation, ...(place === undefined ? {} : { place }) } })
  }
  const take = () => {
    const taken = found
    found = []
    return taken
  }
  return {
    take,
    damaged(place, problem) {
      damaged++
      if (damaged > namedMax) return
      add('damaged-record', `${file}, ${placeText(place)}: ${problem}; it was kept as it stands.`, place)
    },
    missing(place, media) {
      if (!media.named) {
        omitted++
        return
      }
      missing++
      if (missing > namedMax) return
      const explanation = `${file}, ${placeText(place)}: "${media.name}" is not among the files beside the export.`
      add('media-not-found', explanation, place)
    },
    mismatch(place, { name }) {
      const explanation = `${file}, ${placeText(place)}: the file found for "${name}" has another MD5 than the message says; it was captured as it is.`
      add('media-hash-mismatch', explanation, place)
    },
    conclude({ cutOff, damagedText }) {
      if (damaged > namedMax) add('damaged-record', `${file} has ${damaged - namedMax} more damaged records.`)
      if (missing > namedMax) {
        add('media-not-found', `${file} names ${missing - namedMax} more files that are not beside it.`)
      }
      if (omitted > 0) add('media-omitted', `${file} was exported without media: ${omitted} are left out.`)
      if (damagedText > 0) {
        add('damaged-text', `${file} has ${damagedText} records with damaged characters.`)
      }
      if (cutOff)
        add('file-cut-off', `${file} ends within its list of messages: whatever followed is not there.`)
      return take()
    },
  }
}

/** `line 12` or `message 3`. */
export function placeText({ line, index }: RecordPlace): string {
  return line === undefined ? `message ${index ?? 1}` : `line ${line}`
}
