/** What the endpoints work with; handed in by `app.ts`. */
import type { AccessParts } from '../access/index.ts'
import type { ArchiveParts } from '../archive/index.ts'
import type { Connector, ConnectorParts, RunRequest } from '../connector/index.ts'
import type { Message } from '../domain/message.ts'
import type { RawRecord } from '../domain/record.ts'
import type { Config } from '../platform/config.ts'
import type { DataFolder } from '../platform/data-folder.ts'
import type { KeyFileVault } from '../platform/keys/index.ts'
import type { Logger } from '../platform/log/logger.ts'
import type { WaysShown } from '../site/activation/index.ts'
import type { CaptureRequest, SiteParts } from '../site/index.ts'

export interface PortalParts {
  readonly version: string
  readonly config: Config
  readonly folder: DataFolder
  readonly log: Logger
  readonly databaseEmbedded: boolean
  readonly access: AccessParts
  readonly centre: ConnectorParts & ArchiveParts & { readonly vault: KeyFileVault }
  /** Connections for rows found by their keys; see `OpenedDatabase.lookups`. */
  readonly lookups: Pick<ArchiveParts, 'pool' | 'queries'>
  /** Null where the site runs elsewhere: its endpoints then say so. */
  readonly site: (SiteParts & { readonly vault: KeyFileVault }) | null
  /** The ways in for messages. */
  readonly sources: readonly CaptureRequest['source'][]
  /** Decodes a raw record with the source that captured it; null for one that cannot be. */
  readonly decode: (source: string, record: RawRecord) => Message | null
  /** Hands a run to a worker process; answers its id. Throws `connector-running`. */
  readonly sendRun: (connector: Connector, request: RunRequest) => Promise<bigint>
  /** Brings the job queue's schedule in step with the connector's (paused or removed: none). */
  readonly keepSchedule: (connector: Connector) => Promise<void>
  /** The code that links the user's device now, where one waits; absent: none ever. */
  readonly qrText?: WaysShown['qrText']
  /** Has a destination looked at now and every minute, or (`wanted` false) no more. */
  readonly keepDelivery: (destinationId: number, wanted: boolean) => Promise<void>
}
