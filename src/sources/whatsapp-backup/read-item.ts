/** What the reading thread hands over: records and gaps, and once per chat what its records share. */
import type { GapReason } from '../../domain/gap-reasons.ts'
import type { RecordContext } from '../source.ts'

/** The reader knows so many chats at a time; whoever takes its items has to keep as many, the last ones. */
export const chatsRememberedMax = 2_000

/** A file the record speaks of. */
export interface ReadMedia {
  /** As the phone writes it, relative to WhatsApp's folder. */
  readonly path: string
  /** Lower-case hex of the content, or empty. */
  readonly sha256: string
  readonly name: string
  readonly mediaType: string
  /** Phones delete it when it was seen. */
  readonly viewOnce?: true
}

export interface ReadRecord {
  readonly json: string
  /** Of the row. */
  readonly key: number | bigint
  /** The chat's contexts are numbered as they first come. */
  readonly chat: number
  /** Empty where the row has no id: its bytes are its identity. */
  readonly messageId: string
  readonly fingerprint: string
  readonly refersTo: string
  readonly media?: ReadMedia | undefined
}

export interface ReadGap {
  readonly reason: GapReason
  readonly explanation: string
  readonly key: string
  readonly messageId?: string
}

export type ReadItem =
  | { readonly record: ReadRecord }
  | { readonly gap: ReadGap }
  | { readonly context: RecordContext; readonly chat: number }

/** What the thread is told to read. */
export interface ReadOrder {
  readonly app: 'android' | 'iphone'
  /** The database of messages. */
  readonly path: string
  /** Nothing lies beside it that belongs to it. */
  readonly alone: boolean
  /** `wa.db`, or on iPhones ContactsV2.sqlite. */
  readonly contacts?: string
  /** On iPhones CallHistory.sqlite. */
  readonly calls?: string
  /** On iPhones LID.sqlite. */
  readonly lids?: string
  /** E.164 of whose phone it is, where known. */
  readonly custodian?: string
  /** What every context begins with. */
  readonly context: RecordContext
}
