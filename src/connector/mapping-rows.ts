/** The custom mapping of a connector: its rows, replaced as a whole and given out again. */
import type { MappingRow } from '../domain/mapping-file.ts'
import { phoneDigits } from '../domain/phone.ts'
import { csvByteOrderMark, csvLine } from '../domain/spreadsheet-safe.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { Connector } from './connectors.ts'
import { mappingRowsOf } from './load-mapping.ts'
import type { ConnectorParts } from './parts.ts'

/** Replaces the custom mapping; messages imported before stay where they are, exceptions wait for a reprocess. */
export async function replaceMapping(
  parts: ConnectorParts,
  connector: Connector,
  rows: readonly MappingRow[],
  actor?: string,
): Promise<void> {
  await parts.queries.transaction().execute(async (transaction) => {
    const { mapping_version } = await transaction
      .updateTable('connector')
      .set((expression) => ({ mapping_version: expression('mapping_version', '+', 1) }))
      .where('id', '=', connector.id)
      .returning('mapping_version')
      .executeTakeFirstOrThrow()
    await transaction.deleteFrom('connector_mapping').where('connector_id', '=', connector.id).execute()
    await insertMapping(transaction, connector.id, rows)
    await appendAudit(transaction, {
      at: parts.clock.now(),
      actor,
      operation: 'replace-mapping',
      target: connector.name,
      outcome: 'succeeded',
      details: { version: mapping_version, rows: rows.length },
    })
  })
}

export async function insertMapping(
  queries: Queries,
  connectorId: number,
  rows: readonly MappingRow[],
): Promise<void> {
  const mailboxes = await queries.selectFrom('mailbox').select(['id', 'address']).execute()
  const ids = new Map(mailboxes.map(({ id, address }) => [address, id]))
  for (let from = 0; from < rows.length; from += 1_000) {
    await queries
      .insertInto('connector_mapping')
      .values(
        rows.slice(from, from + 1_000).map((row) => ({
          connector_id: connectorId,
          row_number: row.row,
          phone: row.phone,
          mailbox_id: ids.get(row.mailboxAddress)!,
          valid_from: row.validFrom === undefined ? null : new Date(row.validFrom),
          valid_to: row.validTo === undefined ? null : new Date(row.validTo),
        })),
      )
      .execute()
  }
}

const dayMs = 86_400_000

/**
 * The mapping as the CSV it can be uploaded as again. `safe` writes numbers as digits without `+`, as the Microsoft
 * 365 connectors have them: with it a spreadsheet would take them for formulas, and an apostrophe before it would
 * no longer be a number. Audited as a download.
 */
export async function exportMapping(
  { queries, clock }: ConnectorParts,
  connector: Connector,
  safe: boolean,
): Promise<string> {
  const rows = await mappingRowsOf(queries, connector)
  await appendAudit(queries, {
    at: clock.now(),
    operation: 'export-mapping',
    target: connector.name,
    outcome: 'succeeded',
    details: { rows: rows.length, safe },
  })
  const day = (ms: number | undefined) => (ms === undefined ? '' : new Date(ms).toISOString().slice(0, 10))
  const lines = rows.map((row) =>
    csvLine(
      [
        safe ? phoneDigits(row.phone) : row.phone,
        row.mailboxAddress,
        day(row.validFrom),
        day(row.validTo === undefined ? undefined : row.validTo - dayMs),
      ],
      safe,
    ),
  )
  const header = csvLine(['External User ID', 'Microsoft 365 User Mailbox', 'Valid From', 'Valid To'], safe)
  return [csvByteOrderMark, header, ...lines].join('')
}
