/** A raw record: the exact bytes of one message as the source held them, and what is needed to read them. */
import type { Channel } from './message.ts'

/** JSON that is stored beside the records; numbers over 2^53 belong in strings. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/**
 * What all records of one captured file share: its name and SHA-256, the grammar that was decided and on
 * what evidence, the zone, the custodian, the chat's name … Small (under 16 KiB), sealed with the records.
 */
export type RecordContext = { readonly [key: string]: Json }

/** Where in its file a raw record was: 0-based byte offset and 1-based line, or 1-based index in an array. */
export interface RecordPlace {
  readonly offset: number
  readonly line?: number
  readonly index?: number
}

/** A stored attachment as `decode` sees it. */
export interface RecordAttachment {
  readonly name: string
  readonly mediaType: string
  /** The name or id under which the record's bytes refer to it (file name, sdkfileid). */
  readonly reference: string
  readonly bytes: number
  /** Lower-case hex of the content. */
  readonly sha256: string
}

/** A raw record as the centre opens it. */
export interface RawRecord {
  readonly channel: Channel
  readonly bytes: Uint8Array
  readonly place: RecordPlace
  readonly context: RecordContext
  readonly custodian?: string
  readonly attachments: readonly RecordAttachment[]
}
