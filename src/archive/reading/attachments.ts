/** The bytes of an attachment, whole or a piece of it, wherever they lie. */
import { hash } from 'node:crypto'
import { AppError } from '../../domain/errors.ts'
import { inlineAttachment, withDigest } from '../../email/index.ts'
import type { Queryable } from '../../platform/postgres/pool.ts'
import { openRange } from '../../platform/sealing/index.ts'
import type { ContentPlace, ContentReader } from '../content.ts'
import { openAttachment } from '../content.ts'
import type { ItemKey } from '../item-id.ts'
import type { ArchiveParts } from '../parts.ts'

export interface OpenedAttachment {
  readonly name: string
  readonly type: string
  /** Of all of it. */
  readonly bytes: number
  readonly sha256: string
  /** The piece that was asked for, or all of it: then its SHA-256 is checked before the stream ends. */
  readonly content: AsyncIterable<Uint8Array>
}

/** Both ends included, within the attachment. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

type AttachmentParts = Pick<ArchiveParts, 'pool' | 'queries' | 'objects' | 'vault'>

interface AttachmentRow {
  readonly name: string
  readonly media_type: string
  readonly bytes: bigint
  readonly sha256: Buffer
  readonly object_name: string | null
  readonly wrapped_key: Buffer | null
}

/**
 * Opens the attachment at a place of an item that may be read. `rangeOf` is asked for the piece once the length is
 * known; null is all. Throws `item-not-found` for a place that has none, `content-damaged`.
 */
export async function readAttachment(
  parts: AttachmentParts,
  reader: ContentReader,
  { messageId }: Pick<ItemKey, 'messageId'>,
  place: number,
  rangeOf: (bytes: number, type: string) => ByteRange | null,
): Promise<OpenedAttachment & { readonly range: ByteRange | null }> {
  const row = await attachmentRow(parts.pool, messageId, place)
  const bytes = Number(row.bytes)
  const range = rangeOf(bytes, row.media_type)
  const facts = { name: row.name, type: row.media_type, bytes, sha256: row.sha256.toString('hex'), range }
  if (row.object_name === null || row.wrapped_key === null) {
    const content = await smallContent(parts.pool, reader, messageId, place, row)
    return { ...facts, content: once(range ? content.subarray(range.from, range.to + 1) : content) }
  }
  if (!range) {
    return { ...facts, content: checked(await openAttachment(parts, messageId, place), facts) }
  }
  const [key] = await parts.vault.unwrap([row.wrapped_key])
  const name = row.object_name
  return {
    ...facts,
    content: openRange((piece) => parts.objects.getStream(name, piece), {
      key: key!,
      name,
      plainBytes: bytes,
      offset: range.from,
      length: range.to - range.from + 1,
    }),
  }
}

async function attachmentRow(db: Queryable, messageId: bigint, place: number): Promise<AttachmentRow> {
  const { rows } = await db.query<AttachmentRow>(
    `select name, media_type, message_attachment.bytes, message_attachment.sha256, object_name, wrapped_key
       from message_attachment left join attachment on attachment.id = attachment_id
      where message_id = $1 and place = $2`,
    [messageId, place],
  )
  if (!rows[0]) throw new AppError('item-not-found', `The item has no attachment ${place}.`)
  return rows[0]
}

/**
 * A small attachment lies in the e-mail of its message, or in that of a later observation which brought what the
 * first capture lacked. Its hash says which of a record's attachments it is.
 */
async function smallContent(
  db: Queryable,
  reader: ContentReader,
  messageId: bigint,
  place: number,
  row: AttachmentRow,
): Promise<Buffer> {
  for (const where of await recordsOf(db, messageId)) {
    const { email } = await reader.record(where)
    if (!email) continue
    const own = inlineAttachment(email.skeleton, place)
    if (own && isContent(own, row)) return own
    for (let other = 0; ; other++) {
      const content = inlineAttachment(email.skeleton, other)
      if (!content) break
      if (isContent(content, row)) return content
    }
  }
  throw new AppError(
    'content-damaged',
    `Attachment ${place} of message ${messageId} is not in its record; run "holdfast verify".`,
  )
}

function isContent(content: Buffer, row: AttachmentRow): boolean {
  return content.length === Number(row.bytes) && hash('sha256', content, 'buffer').equals(row.sha256)
}

async function recordsOf(db: Queryable, messageId: bigint): Promise<ContentPlace[]> {
  const { rows } = await db.query<{ block_id: bigint; place: number }>(
    `select block_id, place from (
       select 0 as nth, block_id, place, 0::bigint as sequence from message where id = $1
       union all select 1, block_id, place, sequence from observation where message_id = $1
     ) as record order by nth, sequence`,
    [messageId],
  )
  return rows.map(({ block_id, place }) => ({ blockId: block_id, place }))
}

async function* once(content: Buffer): AsyncGenerator<Uint8Array> {
  yield content
}

async function* checked(
  source: AsyncIterable<Uint8Array>,
  expected: { readonly name: string; readonly sha256: string },
): AsyncGenerator<Uint8Array> {
  const { stream, digest } = withDigest(source)
  yield* stream
  if (digest().sha256 !== expected.sha256)
    throw new AppError(
      'content-damaged',
      'The attachment is not what was stored: its SHA-256 differs. Restore its object from a backup.',
    )
}
