/**
 * The plaintext of a journal block: the records of one capture as the site seals them and the centre opens
 * them. A JSON header, a line feed, then the records' bytes one after the other. A record's sequence is the
 * block's first sequence plus its place in the block, so that it can be allotted after the bytes are framed.
 * A record's bytes are followed by those of its small attachments.
 */
import type { Channel } from '../message.ts'
import type { RawRecord, RecordAttachment, RecordContext, RecordPlace } from '../record.ts'

/**
 * An attachment of a framed record. A small one lies in the frame; of a large one the frame says where the
 * site holds its sealed bytes and which key opens them.
 */
export type FramedAttachment = RecordAttachment &
  (
    | { readonly content: Uint8Array }
    | {
        /** Id under which the feed serves the sealed bytes. */
        readonly object: string
        /** Base64 of the 32-byte content key. It travels only inside the sealed block. */
        readonly key: string
      }
  )

/** Attachments up to this size travel inside their record's block. */
export const framedAttachmentBytesMax = 64 * 1024

export interface FramedRecord extends RawRecord {
  /** The capture source whose `decode` reads the bytes. */
  readonly source: string
  /** 16 bytes: the same for every observation of one message. */
  readonly messageKey: Uint8Array
  /** Milliseconds since 1970 UTC. */
  readonly capturedAt: number
  readonly attachments: readonly FramedAttachment[]
}

interface RecordHeader {
  /** Index into `contexts`. */
  readonly c: number
  readonly ch: Channel
  readonly k: string
  readonly n: number
  readonly p: RecordPlace
  readonly u?: string
  readonly a?: readonly (RecordAttachment & { readonly object?: string; readonly key?: string })[]
}

interface BlockHeader {
  readonly source: string
  readonly capturedAt: number
  readonly contexts: readonly RecordContext[]
  readonly records: readonly RecordHeader[]
}

const lineFeed = 10

/** Frames the records of one block; all of one source and one moment of capture. */
export function frameBlock(records: readonly FramedRecord[]): Buffer {
  const first = records[0]
  if (!first) throw new Error('a block holds at least one record')
  const contexts: RecordContext[] = []
  const headers = records.map((record): RecordHeader => {
    let c = contexts.indexOf(record.context)
    if (c < 0) c = contexts.push(record.context) - 1
    return {
      c,
      ch: record.channel,
      k: Buffer.from(record.messageKey).toString('base64'),
      n: record.bytes.byteLength,
      p: record.place,
      ...(record.custodian === undefined ? {} : { u: record.custodian }),
      ...(record.attachments.length === 0 ? {} : { a: record.attachments.map(withoutContent) }),
    }
  })
  const header: BlockHeader = {
    source: first.source,
    capturedAt: first.capturedAt,
    contexts,
    records: headers,
  }
  const bodies = records.flatMap((record) => [record.bytes, ...record.attachments.flatMap(contentOf)])
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...bodies])
}

function withoutContent(attachment: FramedAttachment): RecordAttachment {
  if (!('content' in attachment)) return attachment
  const { content: _, ...facts } = attachment
  return facts
}

function contentOf(attachment: FramedAttachment): Uint8Array[] {
  return 'content' in attachment ? [attachment.content] : []
}

/** Opens what `frameBlock` made. The records' bytes are views into `frame`. Throws on a frame that does not add up. */
export function openBlockFrame(frame: Buffer): FramedRecord[] {
  const end = frame.indexOf(lineFeed)
  const header = JSON.parse(frame.toString('utf8', 0, end)) as BlockHeader
  let offset = end + 1
  const take = (length: number) => {
    offset += length
    return frame.subarray(offset - length, offset)
  }
  const records = header.records.map((record): FramedRecord => {
    const bytes = take(record.n)
    const context = header.contexts[record.c]
    if (!context) throw new Error('a record of the block names a context that is not there')
    return {
      source: header.source,
      capturedAt: header.capturedAt,
      channel: record.ch,
      bytes,
      place: record.p,
      context,
      messageKey: Buffer.from(record.k, 'base64'),
      ...(record.u === undefined ? {} : { custodian: record.u }),
      attachments: (record.a ?? []).map(({ object, key, ...facts }) =>
        object === undefined || key === undefined
          ? { ...facts, content: take(facts.bytes) }
          : { ...facts, object, key },
      ),
    }
  })
  if (offset !== frame.byteLength) throw new Error('the block is longer or shorter than its header says')
  return records
}
