/** The custom mapping of a connector: its rows, replaced as a whole and given out again. */
import { normaliseEmail } from '../domain/email-address.ts'
import { AppError } from '../domain/errors.ts'
import type { MappingRow } from '../domain/mapping-file.ts'
import { normalisePhone, phoneDigits, phoneMatchKey } from '../domain/phone.ts'
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

/**
 * Maps one number to a mailbox and leaves the rest of the mapping as it is. A row of that number which holds for all
 * times is replaced; one with days is not touched, since which days are meant nobody said. Throws `bad-mapping`.
 */
export async function mapParticipant(
  parts: ConnectorParts,
  connector: Connector,
  { externalUserId, mailbox }: { readonly externalUserId: string; readonly mailbox: string },
): Promise<void> {
  const phone = normalisePhone(externalUserId)
  if (phone === null)
    throw new AppError(
      'bad-mapping',
      'That is no phone number; write it with its country code, 44 for example.',
    )
  await parts.queries.transaction().execute(async (transaction) => {
    const mailboxId = await mailboxIdOf(transaction, mailbox)
    // The connector's row first: whoever replaces the whole mapping at this moment waits, or is waited for.
    const { mapping_version } = await transaction
      .updateTable('connector')
      .set((expression) => ({ mapping_version: expression('mapping_version', '+', 1) }))
      .where('id', '=', connector.id)
      .returning('mapping_version')
      .executeTakeFirstOrThrow()
    const rows = await mappingRowsOf(transaction, connector)
    const same = rows.filter((row) => phoneMatchKey(row.phone) === phoneMatchKey(phone))
    if (same.some(({ validFrom, validTo }) => validFrom !== undefined || validTo !== undefined))
      throw new AppError(
        'bad-mapping',
        `Row ${same[0]!.row} of the mapping of "${connector.name}" has this number for certain days; change the file and upload it again.`,
      )
    const row_number = same[0]?.row ?? Math.max(1, ...rows.map(({ row }) => row)) + 1
    await transaction
      .deleteFrom('connector_mapping')
      .where('connector_id', '=', connector.id)
      .where('row_number', '=', row_number)
      .execute()
    await transaction
      .insertInto('connector_mapping')
      .values({ connector_id: connector.id, row_number, phone, mailbox_id: mailboxId })
      .execute()
    await appendAudit(transaction, {
      at: parts.clock.now(),
      operation: 'replace-mapping',
      target: connector.name,
      outcome: 'succeeded',
      details: { version: mapping_version, added: 1, replaced: same.length },
    })
  })
}

async function mailboxIdOf(queries: Queries, written: string): Promise<number> {
  const address = normaliseEmail(written)
  const found =
    address === null
      ? undefined
      : await queries.selectFrom('mailbox').select('id').where('address', '=', address).executeTakeFirst()
  if (found) return found.id
  throw new AppError(
    'mailbox-not-found',
    'There is no mailbox of this address in the directory; add it there first, or choose another.',
  )
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
