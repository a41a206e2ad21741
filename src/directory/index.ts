export { type DirectoryHealth, directoryHealth } from './health.ts'
export type { DirectoryParts } from './parts.ts'
export {
  type ChangeKind,
  type Conflict,
  countsOf,
  type PassedOver,
  type PlannedChange,
  type SyncCounts,
  type SyncPlan,
} from './plan.ts'
export { type DirectoryRecord, type DirectorySource, directoryRecord } from './record.ts'
export { releaseMailbox } from './release.ts'
export type { SyncOutcome } from './run-sync.ts'
export { syncIsDue, syncOnSchedule } from './schedule.ts'
export {
  changePushedUser,
  createPushedUser,
  deletePushedUser,
  findPushedUsers,
  type PushedUser,
  pushedUser,
  type UserSearch,
} from './scim-users.ts'
export {
  type GraphSettings,
  graphSettings,
  removeGraphSource,
  setGraphSource,
} from './settings.ts'
export { type DirectoryStatus, readDirectory } from './status.ts'
export { syncFromCsv } from './sync-from-csv.ts'
export { type GraphSyncOutcome, syncFromGraph } from './sync-from-graph.ts'
export { type SyncReport, syncReport } from './tell-sync.ts'
