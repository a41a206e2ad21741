/** Names of the objects that transfer writes, and the sweeping of those whose transfer did not live to commit. */
import type { Connector } from './connectors.ts'
import type { ConnectorParts } from './parts.ts'

type Numbered = Pick<Connector, 'id'>

/** The segment of the page after `after`. Its catalogue and attachments begin with the same name. */
export function feedSegmentName({ id }: Numbered, after: number): string {
  return `segments/${id}/feed/${place(after)}`
}

/**
 * The same for a window that is read again. `reading` is another one each time: a run that is taken up again
 * reads from the start, and must not write over what its first try staged.
 */
export function windowSegmentName({ id }: Numbered, runId: bigint, reading: string, after: number): string {
  return `${windowFolder(id, runId)}${reading}/${place(after)}`
}

function windowFolder(connectorId: number, runId: bigint): string {
  return `segments/${connectorId}/run-${runId}/`
}

function place(after: number): string {
  return String(after).padStart(12, '0')
}

/**
 * Deletes what earlier runs wrote and no row names: of the page after the cursor, and of window runs that ended
 * since the last one that succeeded. The caller holds the connector's lock.
 */
export async function sweepUnstaged(
  parts: ConnectorParts,
  connector: Connector,
  runId: bigint,
): Promise<void> {
  await sweep(parts, feedSegmentName(connector, connector.stagedSequence))
  for (const id of await unfinishedWindows(parts, connector, runId))
    await sweep(parts, windowFolder(connector.id, id))
}

async function unfinishedWindows(
  { queries }: ConnectorParts,
  connector: Connector,
  runId: bigint,
): Promise<bigint[]> {
  const last = await queries
    .selectFrom('import_run')
    .select((expression) => expression.fn.max('finished_at').as('at'))
    .where('connector_id', '=', connector.id)
    .where('state', '=', 'succeeded')
    .executeTakeFirst()
  const rows = await queries
    .selectFrom('import_run')
    .select('id')
    .where('connector_id', '=', connector.id)
    .where('kind', '=', 'window')
    .where((expression) =>
      expression.or([
        expression('id', '=', runId),
        expression.and([
          expression('state', '=', 'failed'),
          expression('finished_at', '>=', last?.at ?? new Date(0)),
        ]),
      ]),
    )
    .execute()
  return rows.map(({ id }) => id)
}

async function sweep({ queries, objects }: ConnectorParts, prefix: string): Promise<void> {
  for await (const { name } of objects.list(prefix)) {
    const segmentName = name.replace(/\.(catalogue|attachments\/.*)$/, '')
    const segment = await queries
      .selectFrom('segment')
      .select('id')
      .where('object_name', '=', segmentName)
      .executeTakeFirst()
    const attachment = await queries
      .selectFrom('attachment')
      .select('id')
      .where('object_name', '=', name)
      .executeTakeFirst()
    if (!segment && !attachment) await objects.delete(name)
  }
}
