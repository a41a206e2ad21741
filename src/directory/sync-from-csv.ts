/** A file of mailboxes as a source: what it names is added and changed; who is missing goes only where told so. */
import type { MailboxRow } from '../domain/mailboxes.ts'
import type { DirectoryParts } from './parts.ts'
import type { Said } from './record.ts'
import { runSync, type SyncOptions, type SyncOutcome } from './run-sync.ts'

export interface CsvSyncOptions extends SyncOptions {
  /** Whether the file names everybody: who was in an earlier one and is not in this has then disappeared. */
  readonly complete: boolean
}

/** Rows as `parseMailboxes` gives them. Throws `directory-removals-refused`. */
export function syncFromCsv(
  parts: Pick<DirectoryParts, 'queries' | 'clock'>,
  rows: readonly MailboxRow[],
  options: CsvSyncOptions,
): Promise<SyncOutcome> {
  return runSync(parts, 'csv', saidByRows(rows, options.complete), options)
}

function saidByRows(rows: readonly MailboxRow[], complete: boolean): Said {
  return {
    complete,
    removed: [],
    users: rows.map(({ address, name, mobile, department, active }) => ({
      sourceId: address,
      record: {
        ...{ userName: address, mail: address, name, enabled: active },
        ...{ mobile: mobile ?? null, department: department ?? null },
      },
    })),
  }
}
