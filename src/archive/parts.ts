import type { Clock } from '../platform/clock.ts'
import type { KeyVault } from '../platform/keys/key-vault.ts'
import type { ObjectStore } from '../platform/object-store/object-store.ts'
import type { Pool, Queries } from '../platform/postgres/index.ts'

/** What the archive works with. */
export interface ArchiveParts {
  readonly pool: Pool
  readonly queries: Queries
  readonly objects: ObjectStore
  readonly vault: KeyVault
  readonly clock: Clock
}
