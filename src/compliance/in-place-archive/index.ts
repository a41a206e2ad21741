export type { InPlaceArchiveParts } from './parts.ts'
export {
  type ArchiveMailbox,
  type ArchivePolicy,
  createArchivePolicy,
  defaultPolicyName,
  disableArchive,
  enableArchive,
  listArchiveMailboxes,
  listArchivePolicies,
  tagItem,
} from './policies.ts'
export type { ArchiveTag, TagKind } from './rules.ts'
export { type ArchiveRun, lastArchiveRun, runArchive } from './run.ts'
