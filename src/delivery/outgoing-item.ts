/** Items as destinations get them: what the catalogue knows, and their content when it is asked for. */
import {
  type ArchiveParts,
  type ContentReader,
  itemIdOf,
  type OpenedAttachment,
  openEmail,
  readAttachment,
} from '../archive/index.ts'
import { itemClassOf } from '../archive/item-class.ts'
import { channelCodes, eventCodes, kindCodes, sentAtOfMessageId } from '../domain/codes.ts'
import { AppError } from '../domain/errors.ts'

export interface OutgoingAttachment {
  /** Its place among the message's attachments. */
  readonly place: number
  readonly name: string
  readonly type: string
  readonly bytes: number
  /** Lower-case hex. */
  readonly sha256: string
}

export interface OutgoingItem {
  /** The item's id: the same for ever, another one in each mailbox. */
  readonly id: string
  /** `<32 hex digits@domain>`, as the e-mail has it: the same in each mailbox. */
  readonly messageId: string
  readonly itemClass: string
  readonly subject: string
  /** ms since 1970 UTC. */
  readonly sentAt: number
  readonly capturedAt: number
  readonly emailBytes: number
  /** Of the e-mail, lower-case hex. */
  readonly emailSha256: string
  /** The e-mail without the bodies of its large attachments, and where those belong. */
  readonly skeleton: Uint8Array
  readonly holes: readonly { readonly offset: number; readonly place: number }[]
  readonly attachments: readonly OutgoingAttachment[]
  /** The e-mail, byte for byte; its hash is checked before the stream ends (`content-damaged`). */
  email(): Promise<AsyncIterable<Uint8Array>>
  /** The content of an attachment, checked alike. */
  attachment(place: number): Promise<OpenedAttachment>
}

export interface ItemKeys {
  readonly messageId: bigint
  readonly mailboxId: number
}

type ItemParts = Pick<ArchiveParts, 'pool' | 'queries' | 'objects' | 'vault'>

interface Row {
  readonly id: bigint
  readonly block_id: bigint
  readonly place: number
  readonly email_bytes: bigint
  readonly sha256: Buffer
  readonly captured_at: Date
  readonly channel: number
  readonly kind: number
  readonly event: number
  readonly subject: string
}

const rowsStatement = `
select id, block_id, place, email_bytes, sha256, captured_at, channel, kind, event, subject
  from message where id = any($1::bigint[])`

/** Items by their keys; one whose record cannot be read is answered as the error that says why. */
export async function outgoingItems(
  parts: ItemParts,
  reader: ContentReader,
  keys: readonly ItemKeys[],
): Promise<(OutgoingItem | AppError)[]> {
  const ids = [...new Set(keys.map(({ messageId }) => messageId))]
  const [{ rows }, attachments] = await Promise.all([
    parts.pool.query<Row>(rowsStatement, [ids]),
    attachmentsOf(parts, ids),
  ])
  const byId = new Map(rows.map((row) => [row.id, row]))
  return Promise.all(
    keys.map(async (key) => {
      const row = byId.get(key.messageId)
      if (!row) return new AppError('item-not-found', `There is no message ${key.messageId}.`)
      try {
        return await outgoingItem(parts, reader, { key, row, attachments: attachments.get(row.id) ?? [] })
      } catch (error) {
        if (error instanceof AppError) return error
        throw error
      }
    }),
  )
}

async function outgoingItem(
  parts: ItemParts,
  reader: ContentReader,
  { key, row, attachments }: { key: ItemKeys; row: Row; attachments: readonly AttachmentRow[] },
): Promise<OutgoingItem> {
  const { email } = await reader.record({ blockId: row.block_id, place: row.place })
  const messageId = email && /^Message-ID: (<[^>\r\n]+>)/m.exec(headOf(email.skeleton))?.[1]
  if (!messageId)
    throw new AppError(
      'content-damaged',
      `The record of message ${row.id} holds no e-mail; run "holdfast verify".`,
    )
  const holes = email.holes.map(({ offset, attachment }) => ({ offset, place: attachment }))
  return {
    id: itemIdOf(row.id, key.mailboxId),
    messageId,
    itemClass: itemClassOf({
      channel: channelCodes.wordOf(row.channel),
      kind: kindCodes.wordOf(row.kind),
      event: eventCodes.wordOf(row.event),
    }),
    subject: row.subject,
    sentAt: sentAtOfMessageId(row.id),
    capturedAt: row.captured_at.getTime(),
    emailBytes: Number(row.email_bytes),
    emailSha256: row.sha256.toString('hex'),
    skeleton: email.skeleton,
    holes,
    attachments: attachments.map(({ place, name, media_type, bytes, sha256 }) => ({
      place,
      name,
      type: media_type,
      bytes: Number(bytes),
      sha256: sha256.toString('hex'),
    })),
    email: async () => (await openEmail(parts, reader, row.id)).stream,
    attachment: (place) => readAttachment(parts, reader, key, place, () => null),
  }
}

function headOf(bytes: Uint8Array): string {
  const skeleton = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = skeleton.indexOf('\r\n\r\n')
  return skeleton.toString('latin1', 0, end < 0 ? skeleton.length : end)
}

interface AttachmentRow {
  readonly message_id: bigint
  readonly place: number
  readonly name: string
  readonly media_type: string
  readonly bytes: bigint
  readonly sha256: Buffer
}

/** Those that a later capture brought, which are no part of the e-mail, included. */
async function attachmentsOf(
  { pool }: ItemParts,
  messageIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, AttachmentRow[]>> {
  const { rows } = await pool.query<AttachmentRow>(
    `select message_id, place, name, media_type, bytes, sha256 from message_attachment
      where message_id = any($1::bigint[]) order by message_id, place`,
    [messageIds],
  )
  return Map.groupBy(rows, ({ message_id }) => message_id)
}
