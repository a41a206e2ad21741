/** The port: a place outside that takes copies of items. */
import type { FolderName } from '../domain/message.ts'
import type { OutgoingItem } from './outgoing-item.ts'

export const destinationKinds = ['exchange-online', 'imap', 'smtp-journal'] as const
export type DestinationKind = (typeof destinationKinds)[number]

/** A folder of a mailbox at the destination. */
export interface Target {
  /** Address of the mailbox in the directory. */
  readonly address: string
  readonly folder: FolderName
}

/**
 * Why an item was not taken:
 * - `item-too-large`: over the destination's limit even without its attachments;
 * - `item-refused`: the server says no to this item;
 * - `item-changed`: read back, it is not what was sent (a draft, other times, class, sizes);
 * - `item-lost`: accepted, and then not there;
 * - `content-damaged`: our own copy fails its hash; see `holdfast verify`;
 * - `destination-removed`: it still waited when the destination was removed.
 */
export const refusalReasons = [
  'item-too-large',
  'item-refused',
  'item-changed',
  'item-lost',
  'content-damaged',
  'destination-removed',
] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** An attachment over the destination's limit: it stays here, the copy says so. */
export interface LeftOut {
  readonly name: string
  readonly bytes: number
  /** Lower-case hex. */
  readonly sha256: string
}

/** What became of one item. `confirmed` is said only of what was read back from the destination. */
export type Outcome =
  | { readonly state: 'confirmed'; readonly receipt: string; readonly leftOut?: readonly LeftOut[] }
  | { readonly state: 'refused'; readonly reason: RefusalReason; readonly message: string }
  /**
   * The server cannot now; `afterMs` is its own `Retry-After` where it gave one. `uncertain`: it may have done it all
   * the same, so that it is looked for before it is sent again.
   */
  | {
      readonly state: 'later'
      readonly afterMs: number | null
      readonly message: string
      readonly uncertain?: boolean
    }

/** An item that was there already. */
export interface Found {
  readonly receipt: string
  readonly leftOut?: readonly LeftOut[]
}

/** An item as it lies in a folder of the destination. */
export interface Held {
  /** `<…>`; null for something without one. */
  readonly messageId: string | null
  readonly receipt: string
  /** Length of the e-mail where the destination knows it, else null. */
  readonly bytes: number | null
  /** When it was sent, ms since 1970 UTC, or null. */
  readonly sentAt: number | null
  /** What is not as delivered (`is a draft`, `has another class`); empty for what is. */
  readonly faults: readonly string[]
}

export interface OpenFolder {
  /**
   * Delivers items and reads them back; one outcome for each, in their order. Throws `DeliveryProblem` where the
   * mailbox or the whole destination fails; whatever was being sent is then uncertain, and looked for with `find`.
   */
  deliver(items: readonly OutgoingItem[], signal: AbortSignal): Promise<Outcome[]>
  /**
   * Which of the items are there already and whole, by item id; null where a destination cannot be looked into. Half
   * of a copy that was never confirmed may be taken away.
   */
  find(items: readonly OutgoingItem[]): Promise<ReadonlyMap<string, Found> | null>
  /** Everything in the folder; null where a destination cannot be looked into. */
  list(): AsyncIterable<Held> | null
  /** Gives connections back. The folder is not used after. */
  close(): Promise<void>
}

export interface AccessCheck {
  readonly what: string
  readonly ok: boolean
  /** What to do; empty when `ok`. */
  readonly remedy: string
}

export interface Delivery {
  /** Items a call of `deliver` gets at most, and the bytes of their e-mails together (a larger one comes alone). */
  readonly batch: { readonly items: number; readonly bytes: number }
  /** Mailboxes that may be open at once. */
  readonly mailboxesAtOnce: number
  /** Opens a mailbox's folder, made if it is not there. Throws `DeliveryProblem`. */
  open(target: Target, signal: AbortSignal): Promise<OpenFolder>
  /** Tries sign-in, permissions and, where given, one mailbox, without changing anything. Never throws. */
  test(address: string | null): Promise<AccessCheck[]>
  close(): Promise<void>
}
