import type { ArchiveParts } from '../parts.ts'

/** What the log works with. */
export interface LogParts extends ArchiveParts {
  /** Where the day's checkpoint is timestamped (RFC 3161), and where checkpoints are copied to. */
  readonly log?: LogSettings
}

export interface LogSettings {
  readonly timestampUrl: string | null
  readonly witnessFolder: string | null
}
