import type { DestinationFacts, destinationEndpoints } from '../../api/endpoints/destinations.ts'
import { connectorById } from '../../connector/index.ts'
import {
  attachConnector,
  changeDestination,
  createDestination,
  type Destination,
  deliveryStatus,
  destinationById,
  detachConnector,
  lastReconciliation,
  listDeliveryExceptions,
  listDestinations,
  pauseDestination,
  reconcile,
  removeDestination,
  resumeDestination,
  retryDelivery,
  testDestination,
  tryDestination,
} from '../../delivery/index.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { asDestinationRefusal } from './destination-refusal.ts'

type DestinationHandlers = Handlers<typeof destinationEndpoints>

export function destinationHandlers(parts: PortalParts): DestinationHandlers {
  return { ...lookingHandlers(parts), ...changingHandlers(parts), ...deliveringHandlers(parts) }
}

function lookingHandlers(
  parts: PortalParts,
): Pick<
  DestinationHandlers,
  'listDestinations' | 'readDestination' | 'listDeliveryExceptions' | 'tryDestination' | 'testDestination'
> {
  const { centre } = parts
  const audited = (target: string, ok: boolean) =>
    appendAudit(centre.queries, {
      at: centre.clock.now(),
      operation: 'test-destination',
      target,
      outcome: 'succeeded',
      details: { ok },
    })
  return {
    async listDestinations() {
      return Promise.all((await listDestinations(centre)).map((one) => factsOf(parts, one)))
    },
    readDestination: async ({ params }) => factsById(parts, params.id),
    async listDeliveryExceptions({ params, query }) {
      const destination = await destinationById(centre, params.id)
      const { items, next } = await listDeliveryExceptions(centre, destination, query)
      await appendAudit(centre.queries, {
        at: centre.clock.now(),
        operation: 'view-delivery',
        target: destination.name,
        outcome: 'succeeded',
        details: { items: items.map(({ item }) => item) },
      })
      return { items: [...items], next }
    },
    async tryDestination({ body: { mailbox, ...given } }) {
      const checks = await tryDestination(centre, given, mailbox ?? null)
      await audited(
        given.kind,
        checks.every(({ ok }) => ok),
      )
      return { checks }
    },
    async testDestination({ params, body }) {
      const destination = await destinationById(centre, params.id)
      const checks = await testDestination(centre, destination, body.mailbox ?? null)
      await audited(
        destination.name,
        checks.every(({ ok }) => ok),
      )
      return { checks }
    },
  }
}

function changingHandlers(
  parts: PortalParts,
): Pick<
  DestinationHandlers,
  | 'createDestination'
  | 'changeDestination'
  | 'pauseDestination'
  | 'resumeDestination'
  | 'removeDestination'
  | 'attachConnector'
  | 'detachConnector'
> {
  const { centre, keepDelivery } = parts
  return {
    async createDestination({ body }) {
      const made = await createDestination(centre, body)
      await keepDelivery(made.id, true)
      return factsOf(parts, made)
    },
    async changeDestination({ params, body: { version, ...change } }) {
      const changed = await changeDestination(
        centre,
        await destinationById(centre, params.id),
        version,
        change,
      )
      await keepDelivery(changed.id, changed.pausedAt === null)
      return factsOf(parts, changed)
    },
    async pauseDestination({ params }) {
      const paused = await pauseDestination(centre, await destinationById(centre, params.id))
      await keepDelivery(paused.id, false)
      return factsOf(parts, paused)
    },
    async resumeDestination({ params }) {
      const resumed = await resumeDestination(centre, await destinationById(centre, params.id))
      await keepDelivery(resumed.id, true)
      return factsOf(parts, resumed)
    },
    async removeDestination({ params }) {
      const removed = await removeDestination(centre, await destinationById(centre, params.id))
      await keepDelivery(params.id, false)
      return removed
    },
    async attachConnector({ params, body }) {
      const destination = await destinationById(centre, params.id)
      const { id, name } = await connectorById(centre, params.connector)
      await attachConnector(centre, destination, {
        connectorId: id,
        connectorName: name,
        history: body.history,
      })
      await keepDelivery(destination.id, destination.pausedAt === null)
      return factsById(parts, params.id)
    },
    async detachConnector({ params }) {
      const destination = await destinationById(centre, params.id)
      const { id, name } = await connectorById(centre, params.connector)
      await detachConnector(centre, destination, { connectorId: id, connectorName: name })
      return factsById(parts, params.id)
    },
  }
}

function deliveringHandlers(
  parts: PortalParts,
): Pick<DestinationHandlers, 'deliverNow' | 'retryDelivery' | 'reconcileDestination'> {
  const { centre, keepDelivery } = parts
  return {
    async deliverNow({ params }) {
      const { id, name, pausedAt } = await destinationById(centre, params.id)
      await appendAudit(centre.queries, {
        at: centre.clock.now(),
        operation: 'run-delivery',
        target: name,
        outcome: 'succeeded',
        details: { destination: id },
      })
      await keepDelivery(id, pausedAt === null)
      return { done: true }
    },
    async retryDelivery({ params, body }) {
      const destination = await destinationById(centre, params.id)
      await retryDelivery(centre, destination, body.mailbox?.toLowerCase() ?? null)
      await keepDelivery(destination.id, destination.pausedAt === null)
      return factsById(parts, params.id)
    },
    async reconcileDestination({ params, body }, { signal }) {
      const destination = await destinationById(centre, params.id)
      const found = await reconcile(centre, destination, { again: body.again, signal }).catch(
        asDestinationRefusal,
      )
      if (found.again > 0) await keepDelivery(destination.id, destination.pausedAt === null)
      return { ...found, differences: [...found.differences], unread: [...found.unread] }
    },
  }
}

async function factsById(parts: PortalParts, id: number): Promise<DestinationFacts> {
  return factsOf(parts, await destinationById(parts.centre, id))
}

async function factsOf({ centre }: PortalParts, destination: Destination): Promise<DestinationFacts> {
  const [status, reconciliation] = await Promise.all([
    deliveryStatus(centre, destination),
    lastReconciliation(centre, destination),
  ])
  return {
    ...destination,
    ...status,
    connectors: [...destination.connectors],
    heldMailboxes: [...status.heldMailboxes],
    reconciliation: reconciliation && {
      ...reconciliation,
      differences: [...reconciliation.differences],
      unread: [...reconciliation.unread],
    },
  }
}
