/** Cancelling a run, wherever it runs. */
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { takeBackJobs } from '../platform/jobs/waiting.ts'
import { type Client, createKysely, heldSessionLocks, inTransaction } from '../platform/postgres/index.ts'
import type { Connector } from './connectors.ts'
import type { ConnectorParts } from './parts.ts'
import { runKey, runLockName, runQueueName } from './run-lock.ts'
import { endCancelled } from './run-progress.ts'

type Cancelling = Pick<ConnectorParts, 'pool' | 'clock'>

/**
 * Asks a run to stop after the page at hand; one that no process is working on ends at once. What is staged and
 * imported stays, and the next run goes on from there. A run that has ended stays as it is. Throws `run-not-found`.
 */
export async function cancelRun(
  parts: Cancelling,
  connector: Pick<Connector, 'id' | 'name'>,
  runId: bigint,
  requestedBy: string,
): Promise<void> {
  await inTransaction(parts.pool, async (client) => {
    const found = await client.query<{ state: string }>(
      'select state from import_run where id = $1 and connector_id = $2',
      [runId, connector.id],
    )
    if (found.rowCount === 0)
      throw new AppError('run-not-found', `The connector "${connector.name}" has no run ${runId}.`)
    await endOrAsk(client, parts, connector.id, [runId], requestedBy)
    await appendAudit(createKysely(client), {
      at: parts.clock.now(),
      operation: 'cancel-run',
      target: connector.name,
      outcome: 'succeeded',
      details: { run: String(runId), state: found.rows[0]!.state },
    })
  })
}

/** Cancels whatever waits or runs of a connector, as part of the caller's transaction. */
export async function cancelAllRuns(
  client: Client,
  parts: Cancelling,
  connectorId: number,
  requestedBy: string,
): Promise<void> {
  const open = await client.query<{ id: bigint }>(
    "select id from import_run where connector_id = $1 and state in ('queued', 'running')",
    [connectorId],
  )
  const ids = open.rows.map(({ id }) => id)
  await endOrAsk(client, parts, connectorId, ids, requestedBy)
}

/**
 * A run that waits ends here: a worker that takes it at this moment finds it ended. One that is worked on is asked
 * to; one whose worker is gone ends here too, before the queue gives it to another.
 */
async function endOrAsk(
  client: Client,
  parts: Cancelling,
  connectorId: number,
  runIds: readonly bigint[],
  requestedBy: string,
): Promise<void> {
  const now = new Date(parts.clock.now())
  const asked = await client.query<{ id: bigint; state: string }>(
    `update import_run set cancel_requested_at = coalesce(cancel_requested_at, $2),
                           cancel_requested_by = coalesce(cancel_requested_by, $3), updated_at = $2
      where id = any($1::bigint[]) and state in ('queued', 'running') returning id, state`,
    [runIds, now, requestedBy],
  )
  const isWorkedOn = (await heldSessionLocks(client, [runLockName(connectorId)])).size > 0
  const ending = asked.rows.filter(({ state }) => state === 'queued' || !isWorkedOn)
  if (ending.length === 0) return
  await takeBackJobs(client, runQueueName, runKey(connectorId), { takenToo: !isWorkedOn })
  for (const { id } of ending) await endCancelled(createKysely(client), id, now)
}
