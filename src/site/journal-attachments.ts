/** Attachments on their way into the journal: hashed and sealed while they stream. */
import { createHash } from 'node:crypto'
import { type FramedAttachment, framedAttachmentBytesMax } from '../domain/feed/block-frame.ts'
import { faultPoint, SimulatedCrash } from '../platform/faults.ts'
import { createChunkSealer, throughChunks } from '../platform/sealing/index.ts'
import type { CapturedAttachment, CapturedGap, CapturedRecord } from '../sources/source.ts'
import type { SiteParts } from './parts.ts'

export interface StoredAttachment {
  readonly framed: FramedAttachment
  /** Bytes it adds to its record's block. */
  readonly framedBytes: number
  /** The sealed object, for attachments too large for the block. */
  readonly object?: { readonly name: string; readonly sealedBytes: number }
}

/**
 * What becomes of a record whose attachment could not be read: it is journalled `without` it, with the gap that says so,
 * or not now but `later`.
 */
export type AttachmentFailure = (
  record: CapturedRecord,
  attachment: CapturedAttachment,
  error: unknown,
) => { readonly keep: 'without' | 'later'; readonly gap?: CapturedGap }

/**
 * Stores the attachments of one record, in order; null: the record waits for later. Without an answer to failures a
 * stream that fails fails the capture: the file is damaged.
 */
export async function storeAttachments(
  parts: SiteParts,
  batch: {
    readonly account: { readonly id: number }
    readonly captureId: bigint
    readonly onAttachmentFailure?: AttachmentFailure
  },
  record: CapturedRecord,
): Promise<StoredAttachment[] | null> {
  const stored: StoredAttachment[] = []
  for (const attachment of record.attachments) {
    const folder = `journal/${batch.account.id}/${batch.captureId}/attachments`
    try {
      stored.push(await storeAttachment(parts, folder, attachment))
    } catch (error) {
      if (error instanceof SimulatedCrash || !batch.onAttachmentFailure) throw error
      if (batch.onAttachmentFailure(record, attachment, error).keep === 'later') return null
    }
  }
  return stored
}

async function storeAttachment(
  parts: SiteParts,
  folder: string,
  attachment: CapturedAttachment,
): Promise<StoredAttachment> {
  const digest = createHash('sha256')
  const chunks = (await attachment.open())[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const head: Buffer[] = []
  let bytes = 0
  const readOn = async function* () {
    yield* head
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      digest.update(next.value)
      bytes += next.value.byteLength
      yield next.value
    }
  }
  let ended = false
  while (!ended && bytes <= framedAttachmentBytesMax) {
    const next = await chunks.next()
    if (next.done) {
      ended = true
    } else {
      digest.update(next.value)
      bytes += next.value.byteLength
      head.push(next.value)
    }
  }
  const facts = { name: attachment.name, mediaType: attachment.mediaType, reference: attachment.reference }
  if (ended) {
    const framed = { ...facts, bytes, sha256: digest.digest('hex'), content: Buffer.concat(head) }
    return { framed, framedBytes: bytes }
  }
  const key = parts.random.bytes(32)
  const name = `${folder}/${parts.random.bytes(16).toString('hex')}`
  const sealedBytes = await parts.objects.putStream(
    name,
    throughChunks(createChunkSealer({ key, random: parts.random }), readOn()),
  )
  faultPoint('capture.attachment-written')
  const framed = { ...facts, bytes, sha256: digest.digest('hex'), object: name, key: key.toString('base64') }
  return { framed, framedBytes: 0, object: { name, sealedBytes } }
}
