import type { ConnectorParts } from '../connector/index.ts'

/** What coverage is read from; handed in by the doors. */
export interface CoverageParts extends Pick<ConnectorParts, 'pool' | 'queries' | 'clock'> {
  /** Whether the archiver site lies in this database too; else its users are known from the last run only. */
  readonly siteIsHere: boolean
}
