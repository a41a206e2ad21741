import type { Clock } from '../platform/clock.ts'
import type { KeyVault } from '../platform/keys/key-vault.ts'
import type { Pool, Queries } from '../platform/postgres/index.ts'
import type { RandomSource } from '../platform/random.ts'

/** What signing in and rights work with; handed in by `app.ts`. */
export interface AccessParts {
  readonly pool: Pool
  readonly queries: Queries
  /** The centre's: secrets of authenticator apps and of the sign-in provider are sealed by it. */
  readonly vault: KeyVault
  readonly clock: Clock
  readonly random: RandomSource
}
