/** What a source hands to the journal: records, gaps, and gaps that are open no more. */
import type { Readable } from 'node:stream'
import type { GapReason } from '../domain/gap-reasons.ts'
import type { Channel } from '../domain/message.ts'
import type { RecordContext, RecordPlace } from '../domain/record.ts'

/**
 * What makes a record the same record when it is captured again.
 * - `vendor-id`: the vendor gives an id. `messageId` names the message (the same for every observer);
 *   `observer` separates the observations of one message (the custodian's phone or user id), empty if none.
 *   `fingerprint` digests what the message says, without what may change when it is fetched again: vendors do
 *   give one id to different messages, and then neither may be lost. `sharedId` is the id by which other sources know
 *   the message, where this vendor's id holds it: records of both are then observations of one message.
 * - `content`: an export, which has no ids. `ordinal` counts identical (localTime, author, body) and
 *   `authorlessOrdinal` identical (localTime, body), both from 0 within the file.
 * - `bytes`: nothing could be read (a malformed line): the exact bytes are the identity.
 */
export type RecordIdentity =
  | {
      readonly type: 'vendor-id'
      readonly messageId: string
      readonly observer: string
      readonly fingerprint: string
      readonly sharedId?: string
    }
  | {
      readonly type: 'content'
      readonly custodian: string
      readonly chat: string
      readonly localTime: string
      readonly author: string
      readonly body: string
      readonly ordinal: number
      readonly authorlessOrdinal: number
    }
  | { readonly type: 'bytes'; readonly custodian: string }

/** An attachment as found at capture. `open` streams its bytes; it is called at most once, in order. */
export interface CapturedAttachment {
  readonly name: string
  readonly mediaType: string
  /** The name or id under which the record's bytes refer to it (file name, sdkfileid). */
  readonly reference: string
  /** Bytes, when known before reading. */
  readonly size?: number
  open(): Promise<Readable>
}

export interface CapturedRecord {
  readonly channel: Channel
  /** The exact bytes of one message as the source holds them. Read only; may be a view into a larger buffer. */
  readonly bytes: Uint8Array
  readonly place: RecordPlace
  /** The same object for all records of one file. */
  readonly context: RecordContext
  readonly identity: RecordIdentity
  /** Normalised identity value of the registered user this was captured from (`+447700900001`), if one. */
  readonly custodian?: string
  readonly attachments: readonly CapturedAttachment[]
  /**
   * The vendor's id of an earlier message that this one speaks of (quote, edit, deletion, reaction). One that the site
   * never saw is a gap, which closes by itself when that message is captured.
   */
  readonly refersTo?: string
  /** The same by the id that other sources know it by, where that is another one. */
  readonly refersToSharedId?: string
  /** The conversation's id, where it can be told before decoding: approved exclusions name conversations. */
  readonly conversation?: string
}

/** Something the source knows it did not get. Becomes a row of the gap ledger. */
export interface CapturedGap {
  readonly gap: {
    readonly reason: GapReason
    readonly explanation: string
    readonly place?: RecordPlace
    /**
     * What makes it the same gap when it is found again; absent: reason and explanation. A gap that was closed does not
     * open again: what happens repeatedly (a connection lost) has its time in the key.
     */
    readonly key?: string
    /** It closes by itself when a message with this vendor's id is captured by any route of the account. */
    readonly messageId?: string
    /** Normalised identity of the registered user whom it concerns, if one. */
    readonly custodian?: string
  }
}

/**
 * A gap that is open no more: `key` as it was reported, `by` a sentence that says what closed it. It may come before its
 * gap, which then never opens. Without a key all open gaps of the reason close that the route opened (for the custodian,
 * where one is named).
 */
export interface CapturedClosure {
  readonly closed: {
    readonly reason: GapReason
    readonly key?: string
    readonly by: string
    readonly custodian?: string
  }
}

export interface RegisteredUserFacts {
  readonly name: string
  /** E.164 with `+`. */
  readonly mobile: string
  readonly email: string
  readonly wecomUserid?: string
}
