/** Reading what was stored: blocks, e-mails and attachments, every seal and hash checked on the way. */
import { AppError } from '../domain/errors.ts'
import { emailStream, withDigest } from '../email/index.ts'
import { createChunkOpener, decompress, openBlock, throughChunks } from '../platform/sealing/index.ts'
import { createBlockRows, type ReadBlockRow } from './block-rows.ts'
import {
  type BlockRecord,
  type ContentBlock,
  contentFrameBytesMax,
  contentSealContext,
  decodeContentBlock,
} from './content-block.ts'
import type { ArchiveParts } from './parts.ts'

type ContentParts = Pick<ArchiveParts, 'queries' | 'objects' | 'vault'>

/** Where a record lies. */
export interface ContentPlace {
  readonly blockId: bigint
  readonly place: number
}

export interface ContentReader {
  /** Throws `object-not-found`, `content-damaged` or `key-missing` (the content was disposed of). */
  block(blockId: bigint): Promise<ContentBlock>
  record(where: ContentPlace): Promise<BlockRecord>
}

/** Bounds of what a reader keeps: blocks of small messages by their number, blocks full of attachments by their bytes. */
const rememberedDefault = { blocks: 64, bytes: 64 * 1024 * 1024 }

interface RememberedBlock {
  readonly opened: Promise<ContentBlock>
  /** 0 until it is open. */
  bytes: number
}

/** A reader that keeps the last blocks it opened: neighbours in a conversation mostly lie in one block. */
export function createContentReader(parts: ContentParts, keep = rememberedDefault): ContentReader {
  const remembered = new Map<bigint, RememberedBlock>()
  const rowOf = createBlockRows(parts)
  let bytes = 0
  const forget = (blockId: bigint) => {
    bytes -= remembered.get(blockId)?.bytes ?? 0
    remembered.delete(blockId)
  }
  const forgetOldest = () => {
    while (remembered.size > 1 && (remembered.size > keep.blocks || bytes > keep.bytes))
      forget(remembered.keys().next().value!)
  }
  const open = (blockId: bigint): RememberedBlock => {
    const opened = readBlock(parts, rowOf, blockId)
    const entry: RememberedBlock = { opened: opened.then(({ block }) => block), bytes: 0 }
    opened.then(
      ({ frameBytes }) => {
        if (remembered.get(blockId) !== entry) return
        entry.bytes = frameBytes
        bytes += frameBytes
        forgetOldest()
      },
      () => {
        if (remembered.get(blockId) === entry) remembered.delete(blockId)
      },
    )
    return entry
  }
  const block = (blockId: bigint) => {
    const entry = remembered.get(blockId) ?? open(blockId)
    // The one used last is forgotten last.
    remembered.delete(blockId)
    remembered.set(blockId, entry)
    forgetOldest()
    return entry.opened
  }
  return {
    block,
    record: async ({ blockId, place }) => {
      const record = (await block(blockId)).record(place)
      if (!record)
        throw new AppError(
          'content-damaged',
          `Block ${blockId} has no record ${place}; run "holdfast verify".`,
        )
      return record
    },
  }
}

async function readBlock(
  { objects, vault }: ContentParts,
  rowOf: ReadBlockRow,
  blockId: bigint,
): Promise<{ readonly block: ContentBlock; readonly frameBytes: number }> {
  const row = await rowOf(blockId)
  if (!row) throw new AppError('object-not-found', `The content block ${blockId} is not in the catalogue.`)
  const offset = Number(row.byte_offset)
  const [sealed, [key]] = await Promise.all([
    objects.get(row.object_name, { offset, length: row.bytes }),
    vault.unwrap([row.wrapped_key]),
  ])
  const name = `${row.object_name} at ${offset}`
  const frame = openBlock(key!, sealed, contentSealContext(row.object_name, offset), name)
  const plain = decompress(frame, { bytesMax: contentFrameBytesMax, name })
  return { block: decodeContentBlock(plain), frameBytes: plain.byteLength }
}

export interface StoredEmail {
  readonly stream: AsyncIterable<Uint8Array>
  readonly bytes: number
}

/**
 * The e-mail of a message, byte for byte, rebuilt around its large attachments. The SHA-256 is computed while
 * it streams; a difference ends the stream with `content-damaged` before its last bytes are believed.
 */
export async function openEmail(
  parts: ContentParts,
  reader: ContentReader,
  messageId: bigint,
): Promise<StoredEmail> {
  const row = await parts.queries
    .selectFrom('message')
    .select(['block_id', 'place', 'email_bytes', 'sha256'])
    .where('id', '=', messageId)
    .executeTakeFirst()
  if (!row) throw new AppError('item-not-found', `There is no message ${messageId}.`)
  const { email } = await reader.record({ blockId: row.block_id, place: row.place })
  if (!email)
    throw new AppError(
      'content-damaged',
      `The record of message ${messageId} holds no e-mail; run "holdfast verify".`,
    )
  const holes = email.holes.map(({ offset, attachment }) => ({ offset, attachmentIndex: attachment }))
  const whole = emailStream(email.skeleton, holes, (place) => openAttachment(parts, messageId, place))
  return {
    bytes: Number(row.email_bytes),
    stream: checked(whole, row.sha256, Number(row.email_bytes), messageId),
  }
}

async function* checked(
  source: AsyncIterable<Uint8Array>,
  sha256: Buffer,
  bytes: number,
  messageId: bigint,
): AsyncGenerator<Uint8Array> {
  const { stream, digest } = withDigest(source)
  yield* stream
  const found = digest()
  if (found.sha256 !== sha256.toString('hex') || found.bytes !== bytes) {
    throw new AppError(
      'content-damaged',
      `The e-mail of message ${messageId} is not what was stored: its SHA-256 differs. Restore its segment from a backup.`,
    )
  }
}

/** The content of a large attachment of a message, by its place among the message's attachments. */
export async function openAttachment(
  parts: ContentParts,
  messageId: bigint,
  place: number,
): Promise<AsyncIterable<Uint8Array>> {
  const row = await parts.queries
    .selectFrom('message_attachment')
    .innerJoin('attachment', 'attachment.id', 'message_attachment.attachment_id')
    .select(['object_name', 'wrapped_key'])
    .where('message_id', '=', messageId)
    .where('place', '=', place)
    .executeTakeFirst()
  if (!row)
    throw new AppError(
      'object-not-found',
      `Attachment ${place} of message ${messageId} is not stored as an object.`,
    )
  return openStored(parts, row)
}

/** Where the content of a large attachment lies, and its key. */
export interface StoredAttachment {
  readonly object_name: string
  readonly wrapped_key: Buffer
}

export async function openStored(
  { vault, objects }: Pick<ContentParts, 'vault' | 'objects'>,
  { object_name, wrapped_key }: StoredAttachment,
): Promise<AsyncIterable<Uint8Array>> {
  const [key] = await vault.unwrap([wrapped_key])
  return throughChunks(
    createChunkOpener({ key: key!, name: object_name }),
    await objects.getStream(object_name),
  )
}
