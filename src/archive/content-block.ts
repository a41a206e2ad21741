/**
 * A content block: about 100 items' e-mails and raw records, compressed and sealed together under a key of
 * their own. Destroying the key destroys them, wherever copies of the object lie. A JSON header with lengths,
 * a line feed, then for each record its e-mail (without large attachments) and its raw bytes.
 */
import { hash } from 'node:crypto'
import type { Channel } from '../domain/message.ts'
import type { RawRecord, RecordAttachment, RecordContext, RecordPlace } from '../domain/record.ts'

/** Where a large attachment's base64 belongs in an e-mail: `offset` in the skeleton, place among the attachments. */
export interface EmailHole {
  readonly offset: number
  readonly attachment: number
}

export interface BlockRecord {
  /** The capture source whose `decode` reads the raw bytes. */
  readonly source: string
  readonly raw: RawRecord
  readonly sequence: number
  readonly capturedAt: number
  readonly messageKey: Uint8Array
  /** Absent where the record could not be decoded. */
  readonly email?: { readonly skeleton: Uint8Array; readonly holes: readonly EmailHole[] }
  /** Of a record that was sealed again: the salt its commitment was made with, in another block. */
  readonly salt?: Uint8Array
}

interface RecordHeader {
  readonly s: number
  readonly c: number
  readonly ch: Channel
  readonly k: string
  readonly r: number
  readonly p: RecordPlace
  readonly u?: string
  readonly a?: readonly RecordAttachment[]
  readonly e?: number
  readonly h?: readonly EmailHole[]
  readonly t?: string
}

interface BlockHeader {
  /** Hex; the commitment salt of a record is derived from it and the record's place. */
  readonly saltSeed: string
  readonly sources: readonly string[]
  readonly contexts: readonly (readonly [source: number, capturedAt: number, context: RecordContext])[]
  readonly records: readonly RecordHeader[]
}

export interface ContentBlock {
  readonly records: readonly BlockRecord[]
  /** Made when it is asked for: who reads a conversation wants one of each block. */
  record(place: number): BlockRecord | undefined
  /** The 32-byte salt of the record's commitment in the integrity log. */
  salt(place: number): Buffer
  readonly saltSeed: Buffer
}

/** More than any block holds; opening one stops there instead of filling the memory. */
export const contentFrameBytesMax = 512 * 1024 * 1024

const lineFeed = 10

export function encodeContentBlock(records: readonly BlockRecord[], saltSeed: Uint8Array): Buffer {
  const sources: string[] = []
  const contexts: [number, number, RecordContext][] = []
  const bodies: Uint8Array[] = []
  const headers = records.map((record): RecordHeader => {
    const { raw, email } = record
    if (email) bodies.push(email.skeleton)
    bodies.push(raw.bytes)
    return {
      s: record.sequence,
      c: contextPlace(sources, contexts, record),
      ch: raw.channel,
      k: Buffer.from(record.messageKey).toString('base64'),
      r: raw.bytes.byteLength,
      p: raw.place,
      ...(raw.custodian === undefined ? {} : { u: raw.custodian }),
      ...(raw.attachments.length === 0 ? {} : { a: raw.attachments }),
      ...(email ? { e: email.skeleton.byteLength } : {}),
      ...(email && email.holes.length > 0 ? { h: email.holes } : {}),
      ...(record.salt ? { t: Buffer.from(record.salt).toString('base64') } : {}),
    }
  })
  const header: BlockHeader = {
    saltSeed: Buffer.from(saltSeed).toString('hex'),
    sources,
    contexts,
    records: headers,
  }
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...bodies])
}

function contextPlace(
  sources: string[],
  contexts: [number, number, RecordContext][],
  record: BlockRecord,
): number {
  const last = contexts.at(-1)
  if (
    last &&
    last[2] === record.raw.context &&
    last[1] === record.capturedAt &&
    sources[last[0]] === record.source
  ) {
    return contexts.length - 1
  }
  let source = sources.indexOf(record.source)
  if (source < 0) source = sources.push(record.source) - 1
  return contexts.push([source, record.capturedAt, record.raw.context]) - 1
}

/** Opens what `encodeContentBlock` made; bytes are views into `frame`. Throws on a frame that does not add up. */
export function decodeContentBlock(frame: Buffer): ContentBlock {
  const end = frame.indexOf(lineFeed)
  const header = JSON.parse(frame.toString('utf8', 0, end)) as BlockHeader
  const starts: number[] = []
  let offset = end + 1
  for (const { e = 0, r } of header.records) {
    starts.push(offset)
    offset += e + r
  }
  if (offset !== frame.byteLength) throw new Error('the block is longer or shorter than its header says')
  const saltSeed = Buffer.from(header.saltSeed, 'hex')
  const record = (place: number) => {
    const start = starts[place]
    return start === undefined ? undefined : recordAt(frame, header, place, start)
  }
  return {
    record,
    get records() {
      return starts.map((_, place) => record(place)!)
    },
    salt(place) {
      const kept = header.records[place]?.t
      return kept === undefined ? commitmentSalt(saltSeed, place) : Buffer.from(kept, 'base64')
    },
    saltSeed,
  }
}

function recordAt(frame: Buffer, header: BlockHeader, place: number, start: number): BlockRecord {
  const { s, c, ch, k, r, p, u, a = [], e, h = [] } = header.records[place]!
  const [source, capturedAt, context] = header.contexts[c]!
  const rawStart = start + (e ?? 0)
  return {
    source: header.sources[source]!,
    sequence: s,
    capturedAt,
    messageKey: Buffer.from(k, 'base64'),
    ...(e === undefined ? {} : { email: { skeleton: frame.subarray(start, rawStart), holes: h } }),
    raw: {
      channel: ch,
      bytes: frame.subarray(rawStart, rawStart + r),
      place: p,
      context,
      ...(u === undefined ? {} : { custodian: u }),
      attachments: a,
    },
  }
}

/**
 * The 32-byte salt of a record's commitment SHA-256(salt ‖ SHA-256(e-mail)) in the integrity log. It lies only
 * here: once the block's key is destroyed nobody can test a guess of the content against the log.
 */
export function commitmentSalt(saltSeed: Uint8Array, place: number): Buffer {
  return hash('sha256', Buffer.concat([saltSeed, Buffer.from(`/${place}`)]), 'buffer')
}

/** What the integrity log commits to: SHA-256(salt ‖ SHA-256(e-mail)), 32 bytes. */
export function commitmentOf(salt: Uint8Array, emailSha256: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([salt, emailSha256]), 'buffer')
}

/** The id of a segment's first block; the others follow it. A segment has at most 8,192. */
export function firstBlockIdOf(segmentId: bigint): bigint {
  return segmentId << 13n
}

/** What the seal of a content block binds besides its bytes. */
export function contentSealContext(objectName: string, byteOffset: number): Buffer {
  return Buffer.from(`holdfast-content-block/1\n${objectName}\n${byteOffset}`)
}
