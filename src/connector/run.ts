/**
 * A run of a connector: transfer and import side by side, each resumable by itself. Who runs holds a session lock
 * of the database, so a killed owner frees it; the run's row tells its progress to anybody who asks.
 */
import { AppError, isAppError } from '../domain/errors.ts'
import { faultPoint } from '../platform/faults.ts'
import { withSessionLock } from '../platform/postgres/index.ts'
import {
  type Connector,
  connectorById,
  connectorByName,
  familyOfConnector,
  openFeed,
  requirePrivateKey,
} from './connectors.ts'
import type { SignedInAccount } from './create-connector.ts'
import { deleteDeadObjects } from './dead-objects.ts'
import { createDirectories } from './directories.ts'
import { keptCatalogues, recordExceptions, resolveExceptions } from './exceptions.ts'
import type { FeedClient } from './feed-client.ts'
import { importMessages } from './import-messages.ts'
import { countOutcome, type ImportSettings, importPage } from './import-page.ts'
import { importTransaction } from './import-transaction.ts'
import { linkMessages } from './link-messages.ts'
import { loadMapping, registeredUsersOf, storeRegisteredUsers } from './load-mapping.ts'
import type { ConnectorParts } from './parts.ts'
import { requireTransferBases } from './regions.ts'
import { runLockName } from './run-lock.ts'
import {
  abandonRuns,
  adoptRun,
  beginRun,
  failRun,
  finishRun,
  queuedRun,
  type RunRequest,
  refuseQueued,
  setPhase,
  stopIfCancelled,
} from './run-progress.ts'
import { sweepUnstaged } from './staged-objects.ts'
import { type StagedPage, type TransferSettings, transferPages } from './transfer.ts'

/** Staged pages that transfer may be ahead of import: bounds what is held in memory. */
const pagesAheadMax = 2

/**
 * Runs the connector now, in this process. Answers the run's id; its report tells the rest.
 * Throws `connector-running` where another process runs it, and whatever made the run fail (recorded with it):
 * what was staged and imported by then stays, and the next run goes on from there.
 */
export async function runConnector(
  parts: ConnectorParts,
  name: string,
  request: RunRequest,
): Promise<bigint> {
  return runLocked(parts, await connectorByName(parts, name), request, null)
}

/**
 * Does a run that `queueRun` noted, or goes on with it where an earlier try ended. Answers without doing
 * anything when it is finished already. Throws as `runConnector` does.
 */
export async function continueRun(parts: ConnectorParts, runId: bigint, signal?: AbortSignal): Promise<void> {
  const queued = await queuedRun(parts, runId)
  if (!queued) return
  const request = { ...queued.request, ...(signal ? { signal } : {}) }
  try {
    await runLocked(parts, await connectorById(parts, queued.connectorId), request, runId)
  } catch (error) {
    if (isAppError(error, 'connector-running')) await refuseQueued(parts, runId, error)
    throw error
  }
}

/** What a schedule asks for; nothing while the connector is paused. Throws as `runConnector` does. */
export async function runScheduled(
  parts: ConnectorParts,
  connectorId: number,
  signal: AbortSignal,
): Promise<void> {
  const connector = await connectorById(parts, connectorId)
  if (connector.pausedAt !== null) return
  await runLocked(parts, connector, { kind: 'run', requestedBy: 'schedule', signal }, null)
}

async function runLocked(
  parts: ConnectorParts,
  connector: Connector,
  request: RunRequest,
  queued: bigint | null,
): Promise<bigint> {
  const { name } = connector
  const finished = await withSessionLock(parts.pool, runLockName(connector.id), async (owned) => {
    await abandonRuns(parts, connector, queued)
    if (queued !== null) await adoptRun(parts, queued)
    const current = await connectorById(parts, connector.id)
    const runId = queued ?? (await beginRun(parts, current, request))
    request.onBegin?.(runId)
    const signal = request.signal ? AbortSignal.any([owned, request.signal]) : owned
    try {
      await stopIfCancelled(parts, runId)
      await work(parts, current, runId, request, signal)
      await finishRun(parts, runId)
    } catch (cause) {
      const error = request.signal?.aborted ? stopped(cause) : cause
      await failRun(parts, runId, error)
      throw error
    }
    return runId
  })
  if (finished === null) {
    throw new AppError(
      'connector-running',
      `The connector "${name}" is running in another process; wait for it or look with "connector status ${name}".`,
    )
  }
  return finished
}

function stopped(cause: unknown): AppError {
  return new AppError('interrupted', 'The run was stopped; the next run goes on where it stopped.', { cause })
}

async function work(
  parts: ConnectorParts,
  connector: Connector,
  runId: bigint,
  request: RunRequest,
  signal: AbortSignal,
): Promise<void> {
  await deleteDeadObjects(parts)
  if (request.kind === 'reprocess') {
    await refreshUsersIfReachable(parts, connector)
    await reprocess(parts, connector, runId)
    return
  }
  const feed = await openFeed(parts, connector)
  await setPhase(parts, runId, 'signing-in')
  const { publicKey, account } = await feed.signIn()
  const privateKey = await requirePrivateKey(parts, Buffer.from(publicKey, 'base64'), account)
  await noteAccount(parts, connector, { name: account, publicKey: Buffer.from(publicKey, 'base64') })
  await storeRegisteredUsers(parts.queries, connector, await feed.registeredUsers())
  const preparation = await parts.startPreparation({
    registeredUsers: await registeredUsersOf(parts.queries, connector),
  })
  try {
    const importing = await importSettings(parts, connector, runId)
    await importLeftOver(parts, importing)
    await sweepUnstaged(parts, connector, runId)
    await setPhase(parts, runId, 'transferring-and-importing')
    const { window } = request
    const keys = { publicKey: Buffer.from(publicKey, 'base64'), privateKey }
    await transferAndImport(
      parts,
      { connector, runId, feed, preparation, keys, signal, ...(window ? { window } : {}) },
      importing,
    )
  } catch (error) {
    // A site that went away does not take back the pages before; they are searched as quickly as others.
    if (!signal.aborted) await settleIndex(parts).catch(() => {})
    throw error
  } finally {
    await preparation.close()
  }
  await setPhase(parts, runId, 'settling')
  await settleIndex(parts)
  await acknowledge(parts, feed, connector)
}

/** Of connectors made before it was noted; the same ever after. */
async function noteAccount(
  { queries }: ConnectorParts,
  { feedAccountId }: Connector,
  { name, publicKey }: SignedInAccount,
): Promise<void> {
  await queries
    .updateTable('feed_account')
    .set({ account: name, public_key: publicKey })
    .where('id', '=', feedAccountId)
    .where('account', 'is', null)
    .execute()
}

async function importSettings(
  parts: ConnectorParts,
  connector: Connector,
  runId: bigint,
): Promise<ImportSettings> {
  const mapping = await loadMapping(parts.queries, connector)
  return { connector, runId, mapping, directories: createDirectories(parts.pool) }
}

/** Pages that an earlier run staged and did not live to import. */
async function importLeftOver(parts: ConnectorParts, settings: ImportSettings): Promise<void> {
  const pages = await parts.queries
    .selectFrom('staged_page')
    .select(['id', 'messages'])
    .where('connector_id', '=', settings.connector.id)
    .orderBy('id')
    .execute()
  if (pages.length > 0) await setPhase(parts, settings.runId, 'importing-left-over')
  for (const page of pages) {
    await importPage(parts, settings, page)
    await parts.afterImport?.()
    await stopIfCancelled(parts, settings.runId)
  }
}

/**
 * Import follows transfer in order, at most `pagesAheadMax` pages behind, and what comes after an import goes on beside
 * the next page's. A failure of any ends all.
 */
async function transferAndImport(
  parts: ConnectorParts,
  transfer: TransferSettings,
  importing: ImportSettings,
): Promise<void> {
  const waiting: Promise<void>[] = []
  let last: Promise<void> = Promise.resolve()
  let after: Promise<unknown> = Promise.resolve()
  const enqueue = (page: StagedPage) => {
    last = last.then(() => importPage(parts, importing, page))
    after = Promise.all([last, after]).then(() => parts.afterImport?.())
    // Their failure is seen where the queue is awaited; until then it must not count as unhandled.
    last.catch(() => {})
    after.catch(() => {})
    waiting.push(last)
  }
  try {
    for await (const page of transferPages(parts, transfer)) {
      enqueue(page)
      await stopIfCancelled(parts, importing.runId)
      if (waiting.length >= pagesAheadMax) await waiting.shift()
    }
    await Promise.all([...waiting, after])
  } catch (error) {
    await Promise.allSettled([...waiting, after])
    throw error
  }
}

/** Clears the index's pending entries and refreshes statistics for the months that changed, also those of a run that died. */
async function settleIndex(parts: ConnectorParts): Promise<void> {
  const months = await parts.pool.query<{ year: number; month: number }>(
    `select substring(relname from 9 for 4)::int as year, substring(relname from 14 for 2)::int as month
       from pg_class join pg_inherits on inhrelid = oid
      where inhparent = 'message'::regclass and pg_stat_get_mod_since_analyze(oid) > 0`,
  )
  for (const { year, month } of months.rows)
    await parts.pool.query('select settle_month($1, $2)', [year, month])
  faultPoint('run.settled')
}

async function acknowledge(parts: ConnectorParts, feed: FeedClient, { id }: Connector): Promise<void> {
  const connector = await connectorById(parts, id)
  const { rowCount } = await parts.pool.query('select 1 from feed_accounts_kept() as kept where kept = $1', [
    connector.feedAccountId,
  ])
  await feed.acknowledge(familyOfConnector(connector), connector.importedSequence, rowCount === 1)
  faultPoint('run.acknowledged')
}

/** Reprocessing works without the site; when it answers, people registered since are found too. */
async function refreshUsersIfReachable(parts: ConnectorParts, connector: Connector): Promise<void> {
  try {
    const feed = await openFeed(parts, connector, { retries: 0 })
    await storeRegisteredUsers(parts.queries, connector, await feed.registeredUsers())
  } catch (error) {
    if (!isAppError(error, 'site-unreachable') && !isAppError(error, 'site-answer-invalid')) throw error
  }
}

/** Imports what is kept of the connector's exceptions under today's mapping and directory. */
async function reprocess(parts: ConnectorParts, connector: Connector, runId: bigint): Promise<void> {
  await setPhase(parts, runId, 'reprocessing')
  const settings = await importSettings(parts, connector, runId)
  for await (const { id, firstBlockId, catalogue } of keptCatalogues(parts.queries, parts.vault, connector)) {
    await importTransaction(parts.pool, async (client) => {
      const now = new Date(parts.clock.now())
      const outcome = await importMessages(client, {
        catalogue,
        lateSha256: {},
        mapping: settings.mapping,
        directories: settings.directories,
        firstBlockId,
        feedAccountId: connector.feedAccountId,
        receivedAt: now.toISOString(),
      })
      await linkMessages(client, outcome.newIds)
      const items = outcome.newItems()
      await requireTransferBases(client, connector.id, items, now)
      await parts.onImport?.(client, connector.id, items)
      const origin = { connectorId: connector.id, runId, firstBlockId, now, keptIn: id }
      await recordExceptions(client, parts.vault, origin, outcome.exceptions, catalogue, {})
      await resolveExceptions(client, origin, outcome.settled, outcome.exceptions)
      await countOutcome(client, runId, outcome, outcome.exceptions, now)
      faultPoint('reprocess.before-commit')
    })
    await parts.afterImport?.()
    await stopIfCancelled(parts, runId)
  }
  await settleIndex(parts)
}
