export { type Compaction, type CompactParts, compact } from './compact.ts'
export { type DisposeOptions, dispose } from './dispose.ts'
export type { DispositionParts } from './parts.ts'
export {
  createDispositionRun,
  type DispositionRun,
  type DispositionState,
  dispositionRun,
  listDispositionRuns,
  type NewDispositionRun,
  unfinishedDispositions,
} from './runs.ts'
