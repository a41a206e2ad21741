import type { GraphClient, GraphClientOptions } from '../delivery/microsoft/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { KeyVault } from '../platform/keys/key-vault.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { RandomSource } from '../platform/random.ts'

/** What the directory works with; handed in by `app.ts`. */
export interface DirectoryParts {
  readonly queries: Queries
  readonly vault: KeyVault
  readonly clock: Clock
  readonly random: RandomSource
  /** How Graph is reached where it matters: tests have a contract server. Else as the settings say. */
  readonly openGraph?: (options: GraphClientOptions) => Pick<GraphClient, 'pages'>
}
