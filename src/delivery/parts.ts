import type { Clock } from '../platform/clock.ts'
import type { CloudName } from '../platform/clouds.ts'
import type { KeyVault } from '../platform/keys/key-vault.ts'
import type { ObjectStore } from '../platform/object-store/object-store.ts'
import type { Pool, Queries } from '../platform/postgres/index.ts'
import type { RandomSource } from '../platform/random.ts'
import type { OpenDestination } from './open-destination.ts'

/** What delivery works with; handed in by `app.ts`. */
export interface DeliveryParts {
  readonly pool: Pool
  readonly queries: Queries
  readonly objects: ObjectStore
  readonly vault: KeyVault
  readonly clock: Clock
  readonly random: RandomSource
  /** The installation's cloud, for a destination at Microsoft that is made without naming one; else worldwide. */
  readonly cloud?: CloudName
  /** How a destination is opened where it matters: tests open contract servers. */
  readonly openDestination?: OpenDestination
}
