/**
 * Transfer: takes pages from the site, has them prepared, and stages each as one segment with its catalogue. The
 * objects come first, then rows and cursor in one transaction; after a crash the next transfer of the same page
 * writes objects of the same names again.
 */
import { contentSealContext, firstBlockIdOf } from '../archive/index.ts'
import { AppError } from '../domain/errors.ts'
import type { PageHeader } from '../domain/feed/contract.ts'
import { faultPoint } from '../platform/faults.ts'
import { type Client, inTransaction } from '../platform/postgres/index.ts'
import { sealBlock } from '../platform/sealing/index.ts'
import { type Connector, familyOfConnector } from './connectors.ts'
import type { FeedClient } from './feed-client.ts'
import type { ConnectorParts, Preparation } from './parts.ts'
import type { PreparedPage } from './prepare-page.ts'
import { feedSegmentName, windowSegmentName } from './staged-objects.ts'
import { type StagedObject, stageAttachments } from './transfer-attachments.ts'

export interface TransferSettings {
  readonly connector: Connector
  readonly runId: bigint
  readonly feed: FeedClient
  readonly preparation: Preparation
  readonly keys: { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array }
  /** Reads again what was captured in this time (ms since 1970 UTC); moves no cursor. */
  readonly window?: { readonly from?: number; readonly to?: number }
  /** Aborted when the run lost its ownership. */
  readonly signal: AbortSignal
}

/** A page in the staging area. The catalogue is kept in memory for an import that follows at once. */
export interface StagedPage {
  readonly id: bigint
  readonly messages: number
  readonly catalogue?: Uint8Array
}

/** Twice as many cost the same time a message and 60 MB more memory (measured); half as many commit too often. */
const recordsPerPage = 2_500
/** While people wait: a page keeps the process and a connection busy for some 20 ms instead of 200. */
const recordsPerSmallPage = 250

/** Stages page after page and yields each once it is durable; prepares the next one meanwhile. */
export async function* transferPages(
  parts: ConnectorParts,
  settings: TransferSettings,
): AsyncGenerator<StagedPage> {
  const { connector, window } = settings
  const reading = parts.random.bytes(4).toString('hex')
  const nameOf = (place: number) =>
    window ? windowSegmentName(connector, settings.runId, reading, place) : feedSegmentName(connector, place)
  let after = window ? 0 : connector.stagedSequence
  let upcoming = fetchAndPrepare(parts, settings, after, nameOf(after))
  for (;;) {
    const { page, header } = await upcoming
    const segmentName = nameOf(after)
    if (header.blocks.length === 0) return
    upcoming = fetchAndPrepare(parts, settings, page.lastSequence, nameOf(page.lastSequence))
    // The promise may fail while this page is still being staged; it is awaited, and its failure seen, above.
    upcoming.catch(() => {})
    settings.signal.throwIfAborted()
    const staged = await stagePage(parts, settings, {
      page,
      segmentName,
      after,
      recordsAfter: header.recordsAfter,
    })
    if (staged) yield staged
    after = page.lastSequence
  }
}

async function fetchAndPrepare(
  parts: ConnectorParts,
  settings: TransferSettings,
  after: number,
  segmentName: string,
): Promise<{ page: PreparedPage; header: PageHeader }> {
  const { connector, window, feed, keys } = settings
  const alone = (await parts.giveWay?.(settings.signal)) ?? true
  const times = window
    ? {
        ...(window.from === undefined ? {} : { from: new Date(window.from).toISOString() }),
        ...(window.to === undefined ? {} : { to: new Date(window.to).toISOString() }),
      }
    : {}
  const { header, body } = await feed.page({
    after,
    family: familyOfConnector(connector),
    limit: parts.feed?.recordsPerPage ?? (alone ? recordsPerPage : recordsPerSmallPage),
    ...times,
  })
  const page = await settings.preparation.prepare({
    header,
    body,
    after,
    segmentName,
    ...keys,
    ...(window ? { window } : {}),
  })
  return { page, header }
}

interface PageToStage {
  readonly page: PreparedPage
  readonly segmentName: string
  readonly after: number
  readonly recordsAfter: number
}

/** Answers null for a page without a wanted record; its cursor moves all the same. */
async function stagePage(
  parts: ConnectorParts,
  settings: TransferSettings,
  staging: PageToStage,
): Promise<StagedPage | null> {
  const { page, segmentName } = staging
  const catalogueKey = parts.random.bytes(32)
  const catalogueName = `${segmentName}.catalogue`
  let objects: readonly StagedObject[] = []
  let lateSha256: Record<string, string> = {}
  if (page.records > 0) {
    await parts.objects.put(segmentName, page.segment)
    faultPoint('transfer.segment-written')
    const sealed = sealBlock(catalogueKey, page.catalogue, contentSealContext(catalogueName, 0), parts.random)
    await parts.objects.put(catalogueName, sealed)
    ;({ objects, lateSha256 } = await stageAttachments(parts, settings, segmentName, page))
    faultPoint('transfer.objects-written')
  }
  const keys = await parts.vault.wrap([
    catalogueKey,
    ...page.blocks.map(({ key }) => key),
    ...objects.map(({ key }) => key),
  ])
  const id = await inTransaction(parts.pool, async (client) => {
    const pageId =
      page.records > 0
        ? await insertPage(client, parts, settings, staging, { keys, objects, lateSha256, catalogueName })
        : null
    await moveCursor(client, parts, settings, staging)
    faultPoint('transfer.before-commit')
    // The objects took their time; an owner that lost its lock meanwhile must not commit over its successor's.
    settings.signal.throwIfAborted()
    return pageId
  })
  faultPoint('transfer.committed')
  return id === null ? null : { id, messages: page.records, catalogue: page.catalogue }
}

interface WrittenObjects {
  readonly keys: readonly Uint8Array[]
  readonly objects: readonly StagedObject[]
  readonly lateSha256: Record<string, string>
  readonly catalogueName: string
}

async function insertPage(
  client: Client,
  parts: ConnectorParts,
  { connector, runId, window }: TransferSettings,
  { page, segmentName }: PageToStage,
  { keys, objects, lateSha256, catalogueName }: WrittenObjects,
): Promise<bigint> {
  const segment = await client.query<{ id: bigint }>(
    'insert into segment (connector_id, object_name, bytes, created_at) values ($1, $2, $3, $4) returning id',
    [connector.id, segmentName, page.segment.byteLength, new Date(parts.clock.now())],
  )
  const segmentId = segment.rows[0]!.id
  const blockKeys = keys.slice(1, 1 + page.blocks.length)
  const firstBlockId = firstBlockIdOf(segmentId)
  await client.query(
    `insert into block (id, segment_id, byte_offset, bytes, records, wrapped_key)
     select $1 + place - 1, $2, byte_offset, bytes, records, wrapped_key
       from unnest($3::bigint[], $4::int[], $5::smallint[], $6::bytea[]) with ordinality
         as new_block (byte_offset, bytes, records, wrapped_key, place)`,
    [
      firstBlockId,
      segmentId,
      page.blocks.map(({ offset }) => offset),
      page.blocks.map(({ bytes }) => bytes),
      page.blocks.map(({ records }) => records),
      blockKeys,
    ],
  )
  const inserted = await client.query<{ id: bigint }>(
    `insert into staged_page (connector_id, run_id, segment_id, first_sequence, last_sequence, first_block_id, messages,
                              catalogue_object, catalogue_wrapped_key, late_sha256, moves_cursor)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id`,
    [
      connector.id,
      runId,
      segmentId,
      page.firstSequence,
      page.lastSequence,
      firstBlockId,
      page.records,
      catalogueName,
      keys[0],
      JSON.stringify(lateSha256),
      window === undefined,
    ],
  )
  const pageId = inserted.rows[0]!.id
  const attachmentKeys = keys.slice(1 + page.blocks.length)
  for (const [place, object] of objects.entries()) {
    // Another page may wait with the same bytes: the last of them keeps the object from being swept.
    const stored = await client.query<{ object_name: string }>(
      `insert into attachment (sha256, bytes, object_name, wrapped_key, staged_page_id)
       values ($1, $2, $3, $4, $5) on conflict (sha256) do update set staged_page_id = excluded.staged_page_id
       where attachment.staged_page_id is not null returning object_name`,
      [Buffer.from(object.sha256, 'hex'), object.bytes, object.name, attachmentKeys[place], pageId],
    )
    // Another message brought the same bytes before: one copy is enough.
    if (stored.rows[0]?.object_name !== object.name)
      await client.query('insert into dead_object (object_name) values ($1)', [object.name])
  }
  return pageId
}

/** The run's row before the connector's, as import locks them: the other order would be a deadlock. */
async function moveCursor(
  client: Client,
  parts: ConnectorParts,
  settings: TransferSettings,
  { page, after, recordsAfter }: PageToStage,
): Promise<void> {
  await client.query(
    `update import_run set transferred = transferred + $2, total = transferred + $2 + $3, updated_at = $4 where id = $1`,
    [settings.runId, page.records, recordsAfter, new Date(parts.clock.now())],
  )
  if (settings.window) return
  const moved = await client.query(
    'update connector set staged_sequence = $2 where id = $1 and staged_sequence = $3',
    [settings.connector.id, page.lastSequence, after],
  )
  if (moved.rowCount !== 1) {
    throw new AppError(
      'interrupted',
      "Another process has taken the run over; look at the connector's status.",
    )
  }
}
