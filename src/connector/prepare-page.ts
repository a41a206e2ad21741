/**
 * The computing part of transfer, free of input and output: a page of sealed journal blocks becomes a segment of
 * sealed content blocks and the catalogue of its messages. Runs in a thread of its own beside the database.
 */
import {
  type BlockRecord,
  contentFrameBytesMax,
  contentSealContext,
  encodeContentBlock,
} from '../archive/index.ts'
import { AppError } from '../domain/errors.ts'
import { type FramedRecord, openBlockFrame } from '../domain/feed/block-frame.ts'
import { blockSealContext, type PageHeader } from '../domain/feed/contract.ts'
import type { Mapping } from '../domain/mapping.ts'
import type { Message, Participant } from '../domain/message.ts'
import { type ComposedEmail, composeEmail } from '../email/index.ts'
import type { RandomSource } from '../platform/random.ts'
import { compress, decompress, openBlock, openWithPrivateKey, sealBlock } from '../platform/sealing/index.ts'
import type { DecodeResult } from '../sources/source.ts'
import { type CatalogueBuilder, createCatalogue } from './catalogue.ts'

export interface PageInput {
  readonly header: PageHeader
  /** The blocks' ciphertexts one after the other. */
  readonly body: Uint8Array
  /** Records up to this sequence are known already. */
  readonly after: number
  /** Only records captured in this window, ms since 1970 UTC; from inclusive, to exclusive. */
  readonly window?: { readonly from?: number; readonly to?: number }
  /** 32 bytes, X25519. */
  readonly privateKey: Uint8Array
  readonly publicKey: Uint8Array
  /** Name the segment will have in the object store: its seals bind it. */
  readonly segmentName: string
}

export interface PreparedBlock {
  readonly offset: number
  readonly bytes: number
  readonly records: number
  readonly key: Uint8Array
}

/** An e-mail with large attachments, whose bytes and hash are complete only once those have been streamed. */
export interface PendingEmail {
  /** Index into the catalogue's messages. */
  readonly message: number
  readonly skeleton: Uint8Array
  readonly holes: ComposedEmail['holes']
}

export interface PreparedPage {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly records: number
  readonly segment: Uint8Array
  readonly blocks: readonly PreparedBlock[]
  /** Compressed JSON of a `StagedCatalogue`, not sealed yet. */
  readonly catalogue: Uint8Array
  readonly pending: readonly PendingEmail[]
}

export interface PrepareOptions {
  readonly decode: (source: string, record: FramedRecord) => DecodeResult
  /** Domain of addresses and Message-IDs of ours. */
  readonly emailDomain: string
  /** For the e-mail addresses of registered users at the time of each message. */
  readonly directory: Mapping
  readonly attachmentBytesMax: number
  readonly random: RandomSource
}

const recordsPerBlock = 100
const blockBytesMax = 8 * 1024 * 1024

export function preparePage(input: PageInput, options: PrepareOptions): PreparedPage {
  const catalogue = createCatalogue()
  const segment = createSegment(input.segmentName, options.random)
  const pending: PendingEmail[] = []
  let records = 0
  let firstSequence = 0
  for (const { sequence, record } of openPage(input)) {
    records += 1
    if (records === 1) firstSequence = sequence
    const { place, email } = prepareRecord(segment, catalogue, sequence, record, options)
    if (email && email.holes.length > 0) {
      pending.push({ message: place, skeleton: Buffer.from(email.skeleton), holes: email.holes })
    }
  }
  const last = input.header.blocks.at(-1)
  const sealed = segment.close()
  return {
    firstSequence,
    lastSequence: last ? last.firstSequence + last.records - 1 : input.after,
    records,
    segment: sealed.segment,
    blocks: sealed.blocks,
    catalogue: compress(Buffer.from(JSON.stringify(catalogue.content(sealed.saltSeeds)))),
    pending,
  }
}

/** Opens the journal blocks, checks their seals and yields the records that are wanted, in order. */
function* openPage(input: PageInput): Iterable<{ sequence: number; record: FramedRecord }> {
  const { header, body, after, window } = input
  const keys = new Map(
    Object.entries(header.keys).map(([object, sealed]) => [
      object,
      openWithPrivateKey(input.privateKey, Buffer.from(sealed, 'base64'), object),
    ]),
  )
  let offset = 0
  for (const block of header.blocks) {
    const sealed = body.subarray(offset, offset + block.bytes)
    offset += block.bytes
    const key = keys.get(block.object)
    if (!key)
      throw new AppError(
        'site-answer-invalid',
        `The site's page lacks the key of ${block.object}; run again.`,
      )
    const bytesMax = contentFrameBytesMax
    const frame = decompress(openBlock(key, sealed, blockSealContext(block), block.object), {
      bytesMax,
      name: block.object,
    })
    let sequence = block.firstSequence
    for (const record of openBlockFrame(frame)) {
      if (sequence > after && isInWindow(record.capturedAt, window)) yield { sequence, record }
      sequence += 1
    }
  }
}

function isInWindow(capturedAt: number, window: PageInput['window']): boolean {
  return capturedAt >= (window?.from ?? -Infinity) && capturedAt < (window?.to ?? Infinity)
}

function prepareRecord(
  segment: Segment,
  catalogue: CatalogueBuilder,
  sequence: number,
  record: FramedRecord,
  options: PrepareOptions,
): { place: number; email?: ComposedEmail } {
  const result = withinCalendar(options.decode(record.source, record))
  const refusal = result.decoded ? tooLarge(record, options.attachmentBytesMax) : result
  const email = result.decoded ? compose(result.message, record, options) : undefined
  const where = segment.add({
    source: record.source,
    sequence,
    capturedAt: record.capturedAt,
    messageKey: record.messageKey,
    raw: { ...record, attachments: record.attachments.map(factsOf) },
    ...(email ? { email: { skeleton: email.skeleton, holes: email.holes.map(holeOf) } } : {}),
  })
  const staged = { sequence, where, record }
  if (!result.decoded || refusal) {
    const sentAt = result.decoded ? result.message.sentAt.utc : null
    return {
      place: catalogue.refuse(staged, refusal?.reason ?? 'undecodable', refusal?.explanation ?? '', sentAt),
    }
  }
  return { place: catalogue.add(staged, result.message, email!), ...(email ? { email } : {}) }
}

/** The catalogue keeps times from 1970 to 2108; a message of another time cannot be filed, so a person must look at it. */
const calendarEndMs = Date.UTC(2109, 0, 1)
function withinCalendar(result: DecodeResult): DecodeResult {
  if (!result.decoded) return result
  const { utc, text } = result.message.sentAt
  if (utc >= 0 && utc < calendarEndMs) return result
  const explanation = `Its time "${text}" lies outside the years 1970 to 2108; check the date order or calendar it was captured with.`
  return { decoded: false, reason: 'undecodable', explanation }
}

function tooLarge(
  record: FramedRecord,
  bytesMax: number,
): { reason: 'attachment-too-large'; explanation: string } | undefined {
  const large = record.attachments.find((attachment) => attachment.bytes > bytesMax)
  if (!large) return undefined
  return {
    reason: 'attachment-too-large',
    explanation: `An attachment of ${large.bytes} bytes is over the configured ceiling of ${bytesMax}; raise HOLDFAST_ATTACHMENT_BYTES_MAX and run again with --from and --to.`,
  }
}

function compose(message: Message, record: FramedRecord, options: PrepareOptions): ComposedEmail {
  const people = message.sender ? [message.sender, ...message.recipients] : message.recipients
  return composeEmail({
    message,
    messageKey: record.messageKey,
    domain: options.emailDomain,
    participants: people.map((participant) =>
      composeParticipant(participant, message.sentAt.utc, options.directory),
    ),
    attachments: message.attachments.map((attachment) => {
      const framed = record.attachments.find((candidate) => candidate.sha256 === attachment.sha256)
      return { ...attachment, ...(framed && 'content' in framed ? { content: framed.content } : {}) }
    }),
  })
}

function composeParticipant(participant: Participant, at: number, directory: Mapping) {
  const { email, name } = directory.mapIdentity(participant.identity, at)
  return {
    participant,
    displayName: participant.name ?? name ?? participant.identity.value,
    ...(email === undefined ? {} : { email }),
  }
}

function factsOf({ name, mediaType, reference, bytes, sha256 }: FramedRecord['attachments'][number]) {
  return { name, mediaType, reference, bytes, sha256 }
}

function holeOf(hole: ComposedEmail['holes'][number]) {
  return { offset: hole.offset, attachment: hole.attachmentIndex }
}

interface Segment {
  add(record: BlockRecord): { block: number; place: number }
  close(): { segment: Buffer; blocks: PreparedBlock[]; saltSeeds: Uint8Array[] }
}

/** Gathers records into blocks and seals each under a random key of its own. */
function createSegment(name: string, random: RandomSource): Segment {
  const sealed: Buffer[] = []
  const blocks: PreparedBlock[] = []
  const saltSeeds: Uint8Array[] = []
  let open: BlockRecord[] = []
  let openBytes = 0
  let offset = 0

  const seal = () => {
    if (open.length === 0) return
    const key = random.bytes(32)
    const saltSeed = random.bytes(32)
    const frame = encodeContentBlock(open, saltSeed)
    const bytes = sealBlock(key, compress(frame), contentSealContext(name, offset), random)
    blocks.push({ offset, bytes: bytes.byteLength, records: open.length, key })
    sealed.push(bytes)
    saltSeeds.push(saltSeed)
    offset += bytes.byteLength
    open = []
    openBytes = 0
  }

  return {
    add(record) {
      open.push(record)
      openBytes += record.raw.bytes.byteLength + (record.email?.skeleton.byteLength ?? 0)
      const where = { block: blocks.length, place: open.length - 1 }
      if (open.length >= recordsPerBlock || openBytes >= blockBytesMax) seal()
      return where
    },
    close() {
      seal()
      return { segment: Buffer.concat(sealed), blocks, saltSeeds }
    },
  }
}
