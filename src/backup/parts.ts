import type { LogParts } from '../archive/log/index.ts'
import type { RandomSource } from '../platform/random.ts'
import type { Secret } from '../platform/secret.ts'

/** What backup and restore work with. */
export interface BackupParts extends LogParts {
  readonly random: RandomSource
  /** The owner of the tables: only he can put them back. Null where this installation does not know him. */
  readonly ownerUrl: Secret | null
}
