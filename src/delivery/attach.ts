/** Which connectors deliver to which destinations. */
import { createKysely, inTransaction, type Queries } from '../platform/postgres/index.ts'
import { auditDestination } from './audit-destination.ts'
import { type Destination, destinationById } from './destinations.ts'
import { hasDestinations, lockDestinationsOf, noteHistory } from './ledger.ts'
import type { DeliveryParts } from './parts.ts'

export interface Attaching {
  readonly connectorId: number
  readonly connectorName: string
  /** Also what was imported before. */
  readonly history: boolean
}

/** Lets a connector deliver to a destination from now on, and with `history` all it has imported. Answers how many items wait because of it. */
export async function attachConnector(
  parts: DeliveryParts,
  destination: Destination,
  { connectorId, connectorName, history }: Attaching,
): Promise<number> {
  const now = new Date(parts.clock.now())
  return inTransaction(parts.pool, async (client) => {
    await lockDestinationsOf(client, connectorId)
    await client.query(
      'insert into connector_destination (connector_id, destination_id, added_at) values ($1, $2, $3) on conflict do nothing',
      [connectorId, destination.id, now],
    )
    const waiting = history
      ? await noteHistory(client, { connectorId, destinationId: destination.id, now })
      : 0
    await auditDestination(createKysely(client), parts, 'attach-destination', destination.name, {
      destination: destination.id,
      connector: connectorId,
      connectorName,
      history,
      waiting,
    })
    return waiting
  })
}

/** Lets a connector that is being made deliver to destinations, in that transaction. Throws `destination-not-found`. */
export async function attachNewConnector(
  transaction: Queries,
  parts: Pick<DeliveryParts, 'clock'>,
  connector: { readonly id: number; readonly name: string },
  destinationIds: readonly number[],
): Promise<void> {
  for (const id of new Set(destinationIds)) {
    const { name } = await destinationById({ queries: transaction }, id)
    await transaction
      .insertInto('connector_destination')
      .values({
        connector_id: connector.id,
        destination_id: id,
        added_at: new Date(parts.clock.now()),
      })
      .execute()
    const details = {
      destination: id,
      connector: connector.id,
      connectorName: connector.name,
      history: false,
    }
    await auditDestination(transaction, parts, 'attach-destination', name, details)
  }
}

/** Ends that a connector delivers to a destination; what waits is still delivered. */
export async function detachConnector(
  parts: DeliveryParts,
  destination: Destination,
  { connectorId, connectorName }: Pick<Attaching, 'connectorId' | 'connectorName'>,
): Promise<void> {
  await parts.queries.transaction().execute(async (transaction) => {
    await transaction
      .deleteFrom('connector_destination')
      .where('connector_id', '=', connectorId)
      .where('destination_id', '=', destination.id)
      .execute()
    const details = { destination: destination.id, connector: connectorId, connectorName }
    await auditDestination(transaction, parts, 'detach-destination', destination.name, details)
  })
}

/** Ids of a connector's destinations that are neither removed nor paused. */
export async function destinationsOf(
  { pool }: Pick<DeliveryParts, 'pool'>,
  connectorId: number,
): Promise<number[]> {
  if (!(await hasDestinations(pool, connectorId))) return []
  const { rows } = await pool.query<{ id: number }>(
    `select destination.id from connector_destination join destination on destination.id = destination_id
      where connector_id = $1 and removed_at is null and paused_at is null order by destination.id`,
    [connectorId],
  )
  return rows.map(({ id }) => id)
}
