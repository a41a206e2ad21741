export { type BackupCheck, type BackupResult, backUp, checkBackup } from './back-up.ts'
export type { BackupParts } from './parts.ts'
export { type Replay, type ReplayedHold, type ReplayOptions, type ReplayParts, replayLog } from './replay.ts'
export {
  dispositionSuspension,
  type RestoreResult,
  restore,
  resumeDisposition,
  type Suspension,
  suspensionName,
} from './restore.ts'
