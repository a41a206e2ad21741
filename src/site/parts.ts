import type { Clock } from '../platform/clock.ts'
import type { KeyVault } from '../platform/keys/key-vault.ts'
import type { ObjectStore } from '../platform/object-store/object-store.ts'
import type { Pool, Queries } from '../platform/postgres/index.ts'
import type { RandomSource } from '../platform/random.ts'

/** What the archiver site works with. Its vault cannot open what the accounts' public keys seal. */
export interface SiteParts {
  readonly database: Queries
  readonly pool: Pool
  readonly objects: ObjectStore
  readonly vault: KeyVault
  readonly clock: Clock
  readonly random: RandomSource
}
