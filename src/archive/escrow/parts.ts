import type { EscrowStore } from '../../platform/escrow-store/escrow-store.ts'
import type { RandomSource } from '../../platform/random.ts'
import type { LogParts } from '../log/parts.ts'

/** What the escrow works with. */
export interface EscrowParts extends LogParts {
  readonly random: RandomSource
  readonly escrow: EscrowStore
  /** The officer's X25519 public key: whose private half nobody has who runs this archive. */
  readonly officerKey: Uint8Array
}
