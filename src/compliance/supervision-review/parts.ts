import type { ArchiveParts } from '../../archive/index.ts'
import type { RandomSource } from '../../platform/random.ts'

/** What review works with; it reads no message. */
export type ReviewParts = Pick<ArchiveParts, 'pool' | 'clock' | 'vault'> & { readonly random: RandomSource }
