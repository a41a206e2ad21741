import type { ArchiveParts } from '../../archive/index.ts'
import type { DecodeRecord } from '../../archive/reading/index.ts'

/** What supervision works with; `decode` is handed in, as archive reading has it. */
export interface SupervisionParts extends ArchiveParts {
  readonly decode: DecodeRecord
}

/** What keeps policies; no message is read. */
export type PolicyParts = Pick<ArchiveParts, 'pool' | 'queries' | 'clock'>
