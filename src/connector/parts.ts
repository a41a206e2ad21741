import type { RegisteredUser } from '../domain/mapping.ts'
import type { Clock } from '../platform/clock.ts'
import type { KeyVault } from '../platform/keys/key-vault.ts'
import type { ObjectStore } from '../platform/object-store/object-store.ts'
import type { Client, Pool, Queries } from '../platform/postgres/index.ts'
import type { RandomSource } from '../platform/random.ts'
import type { PageInput, PreparedPage } from './prepare-page.ts'

/** What the connector works with; handed in by `app.ts`. */
export interface ConnectorParts {
  readonly pool: Pool
  readonly queries: Queries
  readonly objects: ObjectStore
  readonly vault: KeyVault
  readonly clock: Clock
  readonly random: RandomSource
  /** Starts the computing half of transfer: in a thread of its own, or (in tests) in this one. */
  readonly startPreparation: (directory: PreparationDirectory) => Promise<Preparation>
  /**
   * Called before each page: waits while people wait for answers of this process, and answers false where they still
   * do, so that the page should be a small one. Absent: never.
   */
  readonly giveWay?: (signal: AbortSignal) => Promise<boolean>
  /** What else an import does with its new items, set-based, in its transaction: delivery notes what waits. */
  readonly onImport?: (client: Client, connectorId: number, items: NewItems) => Promise<void>
  /**
   * Called after each page's commit, once at a time, while the next page is imported; what it does must bear being done by
   * another process, or later.
   */
  readonly afterImport?: () => Promise<void>
  /** How the feed is read where it matters: tests take small pages, and do not wait for a site that is gone. */
  readonly feed?: FeedReading
}

/** Items that an import added: one message and one mailbox at each place. */
export interface NewItems {
  readonly messageIds: readonly bigint[]
  readonly mailboxIds: readonly number[]
}

export interface FeedReading {
  /** Default 5,000. */
  readonly recordsPerPage?: number
  /** Wait before the first retry, doubled each time. Default 500 ms. */
  readonly retryWaitMs?: number
}

/** What preparation knows of people: enough to put registered users' addresses into e-mails. */
export interface PreparationDirectory {
  readonly registeredUsers: readonly RegisteredUser[]
}

export interface Preparation {
  prepare(page: PageInput): Promise<PreparedPage>
  close(): Promise<void>
}
