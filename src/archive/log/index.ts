export { lastLoggedAuditId } from './audit-batches.ts'
export { type BundleManifest, type BundleRange, verifierPath, writeBundle } from './bundle.ts'
export {
  type Checkpoint,
  lastCheckpoint,
  logKey,
  openNote,
  readCheckpoint,
  signCheckpoint,
} from './checkpoint.ts'
export { type DayCheckpoint, lastTimestamp, type SignedDay, signDay } from './day.ts'
export { type Integrated, integrate, noteMissingItems, openTiles, withLogStill } from './integrate.ts'
export { leafHash, rootOf } from './merkle.ts'
export { type LogKind, type LogNote, logCopy, logKinds, logLine, noteLogEntries } from './note.ts'
export type { LogParts, LogSettings } from './parts.ts'
export {
  type DisposalProof,
  describeLog,
  type ItemProof,
  type LogProblem,
  type ProvenEntry,
  proveDisposal,
  proveItem,
} from './proof.ts'
export { readStoredLog, type StoredLog } from './stored-log.ts'
export { logFolder } from './tiles.ts'
export { type BundleVerification, provenEntry, verifyBundleFolder } from './verify-bundle.ts'
