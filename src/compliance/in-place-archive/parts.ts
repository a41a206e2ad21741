import type { ArchiveParts } from '../../archive/index.ts'

/** What in-place archiving works with. */
export type InPlaceArchiveParts = Pick<ArchiveParts, 'pool' | 'queries' | 'objects' | 'clock'>
