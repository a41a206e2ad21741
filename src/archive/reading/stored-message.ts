/** A message as the catalogue has it, and its record decoded. */
import type { Message } from '../../domain/message.ts'
import type { RawRecord } from '../../domain/record.ts'
import type { Queryable } from '../../platform/postgres/pool.ts'
import type { ContentReader } from '../content.ts'
import type { BlockRecord } from '../content-block.ts'

/** Decodes a raw record with the source that captured it; null for one that cannot be. */
export type DecodeRecord = (source: string, record: RawRecord) => Message | null

export interface ReadingParts {
  /** For rows found by their keys; may keep its plans. */
  readonly db: Queryable
  /** For what is found by the search index; must plan for the values asked for. */
  readonly searches: Queryable
  readonly reader: ContentReader
  readonly decode: DecodeRecord
}

export interface MessageRow {
  readonly id: bigint
  readonly channel: number
  readonly kind: number
  readonly event: number
  readonly offset_minutes: number
  readonly latest_minutes: number | null
  readonly block_id: bigint
  readonly place: number
  readonly message_key: Buffer
  readonly refers_to_key: Buffer | null
  readonly sender_id: number | null
  readonly participant_id: number | null
  readonly identity_type: number | null
  readonly identity_value: string | null
  readonly participant_name: string | null
  /** The mailbox's own mobile, to know its person by where the mapping names nobody. */
  readonly mobile: string | null
}

/** The record that a message was first captured as. Throws `content-damaged`. */
export async function messageRecord(
  { db, reader }: Pick<ReadingParts, 'db' | 'reader'>,
  messageId: bigint,
): Promise<BlockRecord> {
  const { rows } = await db.query<Pick<MessageRow, 'block_id' | 'place'>>(
    'select block_id, place from message where id = $1',
    [messageId],
  )
  const { block_id, place } = rows[0]!
  return reader.record({ blockId: block_id, place })
}

export async function decodedMessage(
  { reader, decode }: Pick<ReadingParts, 'reader' | 'decode'>,
  { block_id, place }: Pick<MessageRow, 'block_id' | 'place'>,
): Promise<Message | null> {
  const { source, raw } = await reader.record({ blockId: block_id, place })
  return decode(source, raw)
}
