import type { DispositionParts } from '../../archive/disposition/index.ts'

/** What retention works with. */
export type RetentionParts = DispositionParts
