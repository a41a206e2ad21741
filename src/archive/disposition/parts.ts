import type { RandomSource } from '../../platform/random.ts'
import type { LogParts } from '../log/parts.ts'

/** What disposition works with: it seals what lives on anew, and enters what went into the integrity log. */
export interface DispositionParts extends LogParts {
  readonly random: RandomSource
}
