/** Texts that are attached: notes, tables, cards. Of all else, rules see name, type and size only. */
import type { ContentReader } from '../../archive/index.ts'
import { bareType, readAttachment } from '../../archive/reading/index.ts'
import { decodeText } from '../../domain/decode-text.ts'
import { isAppError } from '../../domain/errors.ts'
import type { LookedText } from './message.ts'
import type { SupervisionParts } from './parts.ts'

export interface AttachmentRow {
  readonly place: number
  readonly name: string
  readonly mediaType: string
}

const textTypes = new Set(['text/plain', 'text/csv', 'text/vcard', 'text/x-vcard'])
const textNames = /\.(?:txt|csv|vcf)$/i
/** A longer one is looked at as far as this; whoever sends a novel sends it with its beginning. */
const bytesMax = 1_048_576
const lineFeed = 0x0a

/** The texts of a message's attachments, or 'unreadable' where one of them is damaged. */
export async function attachmentTexts(
  parts: SupervisionParts,
  reader: ContentReader,
  messageId: bigint,
  attachments: readonly AttachmentRow[],
): Promise<LookedText[] | 'unreadable'> {
  const texts: LookedText[] = []
  for (const { place, name, mediaType } of attachments) {
    if (!textTypes.has(bareType(mediaType)) && !textNames.test(name)) continue
    try {
      const text = await textOf(parts, reader, messageId, place)
      if (text.trim() !== '') texts.push({ at: `attachment ${place}`, text })
    } catch (error) {
      // A picture that calls itself a text.
      if (isAppError(error, 'unsupported-encoding')) continue
      if (isAppError(error, 'content-damaged') || isAppError(error, 'object-not-found')) return 'unreadable'
      throw error
    }
  }
  return texts
}

async function textOf(
  parts: SupervisionParts,
  reader: ContentReader,
  messageId: bigint,
  place: number,
): Promise<string> {
  const { bytes, content } = await readAttachment(parts, reader, { messageId }, place, (whole) =>
    whole > bytesMax ? { from: 0, to: bytesMax - 1 } : null,
  )
  const pieces: Uint8Array[] = []
  for await (const piece of content) pieces.push(piece)
  const read = Buffer.concat(pieces)
  // Cut at a line's end: half a character would make all of it another encoding.
  const end = bytes > bytesMax ? read.lastIndexOf(lineFeed) + 1 || read.length : read.length
  return decodeText(read.subarray(0, end), `attachment ${place}`)
}
