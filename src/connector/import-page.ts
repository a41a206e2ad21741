/** Import of one staged page: its messages, items, exceptions, counters and the cursor in one transaction. */
import { contentFrameBytesMax, contentSealContext } from '../archive/index.ts'
import type { Mapping } from '../domain/mapping.ts'
import { faultPoint } from '../platform/faults.ts'
import type { Client } from '../platform/postgres/index.ts'
import { decompress, openBlock } from '../platform/sealing/index.ts'
import type { Connector } from './connectors.ts'
import { deleteDeadObjects } from './dead-objects.ts'
import type { Directories } from './directories.ts'
import { type FoundException, recordExceptions, resolveExceptions } from './exceptions.ts'
import { type ImportOutcome, importMessages } from './import-messages.ts'
import { importTransaction } from './import-transaction.ts'
import { linkMessages } from './link-messages.ts'
import type { ConnectorParts } from './parts.ts'
import { requireTransferBases } from './regions.ts'
import type { StagedCatalogue } from './staged-catalogue.ts'
import type { StagedPage } from './transfer.ts'

export interface ImportSettings {
  readonly connector: Connector
  readonly runId: bigint
  readonly mapping: Mapping
  readonly directories: Directories
}

export async function importPage(
  parts: ConnectorParts,
  settings: ImportSettings,
  page: StagedPage,
): Promise<void> {
  const row = await parts.queries
    .selectFrom('staged_page')
    .selectAll()
    .where('id', '=', page.id)
    .executeTakeFirst()
  if (!row) return
  const catalogue = await readCatalogue(parts, row, page.catalogue)
  await importTransaction(parts.pool, async (client) => {
    if (await takePage(client, row.id)) await importInTransaction(client, parts, settings, row, catalogue)
  })
  faultPoint('import.committed')
  await deleteDeadObjects(parts)
}

/**
 * Ends the staging of a page; false where that was done already. An owner that lost its lock unawares may be
 * importing it at the same moment: to import it a second time would find nothing new in it, and let go of the
 * segment that the first import adopted.
 */
async function takePage(client: Client, pageId: bigint): Promise<boolean> {
  const answer = await client.query('delete from staged_page where id = $1', [pageId])
  return answer.rowCount === 1
}

interface StagedRow {
  readonly id: bigint
  readonly segment_id: bigint
  readonly last_sequence: bigint
  readonly first_block_id: bigint
  readonly catalogue_object: string
  readonly catalogue_wrapped_key: Buffer
  readonly late_sha256: unknown
  readonly moves_cursor: boolean
}

async function readCatalogue(
  parts: ConnectorParts,
  row: StagedRow,
  inMemory?: Uint8Array,
): Promise<StagedCatalogue> {
  const name = row.catalogue_object
  const compressed = inMemory ?? (await openCatalogue(parts, name, row.catalogue_wrapped_key))
  return JSON.parse(
    decompress(compressed, { bytesMax: contentFrameBytesMax, name }).toString(),
  ) as StagedCatalogue
}

async function openCatalogue(parts: ConnectorParts, name: string, wrappedKey: Buffer): Promise<Uint8Array> {
  const [key] = await parts.vault.unwrap([wrappedKey])
  return openBlock(key!, await parts.objects.get(name), contentSealContext(name, 0), name)
}

async function importInTransaction(
  client: Client,
  parts: ConnectorParts,
  settings: ImportSettings,
  row: StagedRow,
  catalogue: StagedCatalogue,
): Promise<void> {
  const { connector, runId } = settings
  const now = new Date(parts.clock.now())
  const lateSha256 = row.late_sha256 as Record<string, string>
  const outcome = await importMessages(client, {
    catalogue,
    lateSha256,
    mapping: settings.mapping,
    directories: settings.directories,
    firstBlockId: row.first_block_id,
    feedAccountId: connector.feedAccountId,
    receivedAt: now.toISOString(),
  })
  await linkMessages(client, outcome.newIds)
  const items = outcome.newItems()
  await requireTransferBases(client, connector.id, items, now)
  await parts.onImport?.(client, connector.id, items)
  const exceptions = [...outcome.exceptions, ...catalogue.refusals.map(refusalOf)]
  const origin = { connectorId: connector.id, runId, firstBlockId: row.first_block_id, now }
  const excepted = await recordExceptions(client, parts.vault, origin, exceptions, catalogue, lateSha256)
  await resolveExceptions(client, origin, outcome.settled, exceptions)
  await countOutcome(client, runId, outcome, exceptions, now)
  await adopt(client, connector, row, outcome.imported + outcome.observed + excepted > 0, now)
  faultPoint('import.before-commit')
}

function refusalOf(refusal: StagedCatalogue['refusals'][number]): FoundException {
  return { ...refusal, reason: refusal.refused, catalogueIndex: null }
}

/** The segment belongs to the archive now, or (with nothing in it that anything refers to) to nobody. */
async function adopt(
  client: Client,
  connector: Connector,
  row: StagedRow,
  isNeeded: boolean,
  now: Date,
): Promise<void> {
  await client.query(
    `with unused as (delete from attachment where staged_page_id = $1 and reference_count = 0 returning object_name)
     insert into dead_object (object_name) select $2 union all select object_name from unused`,
    [row.id, row.catalogue_object],
  )
  if (row.moves_cursor) {
    await client.query(
      'update connector set imported_sequence = greatest(imported_sequence, $2) where id = $1',
      [connector.id, row.last_sequence],
    )
  }
  if (isNeeded) {
    await client.query('update segment set adopted_at = $2 where id = $1', [row.segment_id, now])
    return
  }
  await client.query('delete from block where segment_id = $1', [row.segment_id])
  await client.query(
    `with dead as (delete from segment where id = $1 returning object_name)
     insert into dead_object (object_name) select object_name from dead`,
    [row.segment_id],
  )
}

/** Adds a page's outcome to the run's progress. */
export async function countOutcome(
  client: Client,
  runId: bigint,
  outcome: ImportOutcome,
  exceptions: readonly FoundException[],
  now: Date,
): Promise<void> {
  const byReason = Object.fromEntries(
    Map.groupBy(exceptions, ({ reason }) => reason)
      .entries()
      .map(([reason, found]) => [reason, found.length]),
  )
  await client.query(
    `update import_run set
       imported = imported + $2, duplicates = duplicates + $3, items = items + $4, attachments = attachments + $5,
       bytes = bytes + $6, largest_item_bytes = greatest(largest_item_bytes, $7), exceptions = exceptions + $8,
       exceptions_by_reason = (
         select coalesce(jsonb_object_agg(reason, total), '{}') from (
           select reason, sum(number::bigint) as total
             from (select * from jsonb_each_text(exceptions_by_reason) union all select * from jsonb_each_text($9)) as counted (reason, number)
            group by reason) as summed),
       updated_at = $10
     where id = $1`,
    [
      runId,
      outcome.imported,
      outcome.duplicates,
      outcome.items,
      outcome.attachments,
      outcome.bytes,
      outcome.largestItemBytes,
      exceptions.length,
      JSON.stringify(byReason),
      now,
    ],
  )
  if (outcome.imported > 0) await tally(client, runId, outcome.imported, now)
  if (outcome.itemsByMailbox.size === 0) return
  await client.query(
    `insert into import_run_mailbox (run_id, mailbox_id, items)
     select $1, * from unnest($2::int[], $3::bigint[])
     on conflict (run_id, mailbox_id) do update set items = import_run_mailbox.items + excluded.items`,
    [runId, [...outcome.itemsByMailbox.keys()], [...outcome.itemsByMailbox.values()]],
  )
}

/** Counts by quarters of an hour: the finest step in which time zones differ. */
async function tally(client: Client, runId: bigint, imported: number, now: Date): Promise<void> {
  await client.query(
    `insert into import_tally (connector_id, quarter, imported)
     select connector_id, date_bin('15 minutes', $2::timestamptz, timestamptz '2000-01-01 00:00Z'), $3
       from import_run where id = $1
     on conflict (connector_id, quarter) do update set imported = import_tally.imported + excluded.imported`,
    [runId, now, imported],
  )
}
