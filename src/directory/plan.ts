/** The words of a plan: the directory as it is, and what a sync would do to it. */
import type { DirectoryRecord, DirectorySource } from './record.ts'

/** A user of the source as of the last time. */
export interface KnownUser {
  readonly sourceId: string
  readonly record: DirectoryRecord
  readonly mailboxId: number | null
  readonly gone: boolean
  /** Whether a sync closed his mailbox: only then may a sync open it again. */
  readonly retired: boolean
  readonly problem: string | null
}

export interface Phone {
  readonly kind: 'mobile' | 'business'
  /** E.164 with `+`. */
  readonly phone: string
}

/** What a sync decides of a mailbox. */
export interface MailboxFacts {
  /** Lower case. */
  readonly address: string
  readonly name: string
  /** E.164 with `+`. */
  readonly mobile: string | null
  readonly department: string | null
  readonly active: boolean
  /** All that are its own now, by a source. */
  readonly addresses: readonly string[]
  readonly phones: readonly Phone[]
}

export interface KnownMailbox extends MailboxFacts {
  readonly id: number
  /** Whose user it belongs to; null for one that was added by hand. */
  readonly owner: DirectorySource | null
}

/** The directory, or all of it that has to do with those who were told of. */
export interface DirectoryState {
  readonly users: readonly KnownUser[]
  readonly mailboxes: readonly KnownMailbox[]
}

type FieldValue = string | boolean | null | readonly string[]

export interface FieldChange {
  readonly field: string
  readonly before: FieldValue
  readonly after: FieldValue
}

export type ChangeKind = 'added' | 'changed' | 'deactivated' | 'reactivated'

export interface PlannedChange {
  readonly kind: ChangeKind
  readonly sourceId: string
  /** Null for one that is to be added. */
  readonly mailboxId: number | null
  /** Null for one that is to be added. */
  readonly before: MailboxFacts | null
  readonly facts: MailboxFacts
  readonly fields: readonly FieldChange[]
  /** True where a mailbox without a user of this source comes to have one. */
  readonly adopted: boolean
}

/** Why a user, or one of his addresses, was not taken. */
export interface Conflict {
  readonly sourceId: string
  readonly userName: string
  readonly address: string
  readonly explanation: string
}

export const passedOverReasons = ['no-address', 'unlicensed', 'disabled'] as const

export interface PassedOver {
  readonly sourceId: string
  readonly userName: string
  readonly reason: (typeof passedOverReasons)[number]
}

/** A user whose row is to be written. */
export interface PlannedUser {
  readonly sourceId: string
  readonly record: DirectoryRecord
  readonly gone: boolean
  readonly retired: boolean
  /** The address of a mailbox that is to be added, else the id of the one that is his; null for none. */
  readonly mailbox: { readonly address: string } | { readonly id: number } | null
  readonly problem: string | null
}

export interface SyncPlan {
  readonly source: DirectorySource
  readonly changes: readonly PlannedChange[]
  readonly conflicts: readonly Conflict[]
  readonly passedOver: readonly PassedOver[]
  readonly users: readonly PlannedUser[]
  /** Mailboxes of the source that stay as they are. */
  readonly unchanged: number
}

export interface SyncCounts {
  readonly added: number
  readonly changed: number
  readonly deactivated: number
  readonly reactivated: number
  readonly unchanged: number
  readonly conflicts: number
  readonly passedOver: number
}

export function countsOf({ changes, conflicts, passedOver, unchanged }: SyncPlan): SyncCounts {
  const kinds = Map.groupBy(changes, ({ kind }) => kind)
  const count = (kind: ChangeKind) => kinds.get(kind)?.length ?? 0
  return {
    added: count('added'),
    changed: count('changed'),
    deactivated: count('deactivated'),
    reactivated: count('reactivated'),
    unchanged,
    conflicts: conflicts.length,
    passedOver: passedOver.length,
  }
}
