/** What destinations and their ledgers look like to people and programs. */
import { openCentre, type Platform } from '../app.ts'
import {
  type AccessCheck,
  type DeliveryException,
  type DeliveryStatus,
  type Destination,
  deliveryStatus,
  destinationByName,
  lastReconciliation,
  listDeliveryExceptions,
  listDestinations,
  type Reconciliation,
  testDestination,
} from '../delivery/index.ts'
import { auditLook, type Context } from './context.ts'
import { factsText } from './output.ts'
import { shownTime } from './times.ts'

/** A destination as JSON shows it: without numbers that mean something only inside the database. */
export function destinationFacts({ id: _id, connectors, ...facts }: Destination) {
  return { ...facts, connectors: connectors.map(({ name }) => name) }
}

export function destinationText(destination: ReturnType<typeof destinationFacts>): string {
  const { problem } = destination
  return factsText({
    name: destination.name,
    kind: destination.kind,
    connectors: destination.connectors.join(', ') || 'none',
    state: destination.pausedAt === null ? 'delivers' : `paused since ${shownTime(destination.pausedAt)}`,
    'last delivered': shownTime(destination.lastDeliveredAt),
    problem: problem && `${problem.reason}: ${problem.message}`,
    'next try': problem && shownTime(problem.nextTryAt),
  })
}

export async function list({ output }: Context, platform: Platform): Promise<void> {
  const destinations = await listDestinations(platform)
  await output.list(destinations.map(destinationFacts), [
    { title: 'name', of: (row) => row.name },
    { title: 'kind', of: (row) => row.kind },
    { title: 'connectors', of: (row) => row.connectors.join(', ') },
    { title: 'last delivered (UTC)', of: (row) => shownTime(row.lastDeliveredAt) },
    { title: 'problem', of: (row) => (row.pausedAt === null ? (row.problem?.reason ?? '') : 'paused') },
  ])
}

export async function showStatus({ output }: Context, platform: Platform, name?: string): Promise<void> {
  const all =
    name === undefined ? await listDestinations(platform) : [await destinationByName(platform, name)]
  const statuses = []
  for (const destination of all) statuses.push(await statusOf(platform, destination))
  if (name !== undefined) return output.document(statuses[0]!, statusText)
  await output.list(statuses, [
    { title: 'name', of: (row) => row.name },
    { title: 'waiting', of: (row) => row.waiting + row.sending },
    { title: 'confirmed', of: (row) => row.confirmed },
    { title: 'refused', of: (row) => row.refused },
    { title: 'given up', of: (row) => row.givenUp },
    { title: 'mailboxes held', of: (row) => row.heldMailboxes.length },
    { title: 'problem', of: (row) => row.problem?.reason ?? '' },
  ])
}

type Status = ReturnType<typeof destinationFacts> &
  DeliveryStatus & { readonly reconciliation: Reconciliation | null }

async function statusOf(platform: Platform, destination: Destination): Promise<Status> {
  return {
    ...destinationFacts(destination),
    ...(await deliveryStatus({ pool: platform.database.pool }, destination)),
    reconciliation: await lastReconciliation(platform, destination),
  }
}

function statusText(status: Status): string {
  const counts = factsText({
    waiting: status.waiting + status.sending,
    confirmed: status.confirmed,
    'without some attachments': status.reduced,
    refused: status.refused,
    'given up': status.givenUp,
  })
  const held = status.heldMailboxes.map(
    ({ mailbox, reason, message, waiting }) => `${mailbox} (${reason}, ${waiting} waiting): ${message}`,
  )
  return [destinationText(status), counts, ...held, reconciliationText(status.reconciliation)]
    .filter((text) => text !== '')
    .join('\n\n')
}

export function reconciliationText(found: Reconciliation | null): string {
  if (found === null) return ''
  const { same, missing, changed, doubled, extra, open, again } = found
  const counts = factsText({
    ...{ 'compared at': shownTime(found.at), same, missing, changed, doubled, extra, open },
    again,
  })
  const shown = found.differences
    .slice(0, 50)
    .map(
      ({ difference, mailbox, messageId, detail }) =>
        `${difference}: ${messageId ?? '-'} in ${mailbox}: ${detail}`,
    )
  const unread = found.unread.map(({ mailbox, message }) => `not looked into: ${mailbox}: ${message}`)
  return [counts, ...shown, ...unread].join('\n')
}

export async function showExceptions({ output }: Context, platform: Platform, name: string): Promise<void> {
  const destination = await destinationByName(platform, name)
  await auditLook(platform, { operation: 'view-delivery', target: name })
  const found: DeliveryException[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listDeliveryExceptions({ pool: platform.database.pool }, destination, {
      cursor,
      limit: 1_000,
    })
    found.push(...page.items)
    if (page.next === null) break
    cursor = page.next
  }
  await output.list(found, [
    { title: 'item', of: (row) => row.item },
    { title: 'mailbox', of: (row) => row.mailbox },
    { title: 'state', of: (row) => row.state },
    { title: 'reason', of: (row) => row.reason },
    { title: 'what to do', of: (row) => row.message },
  ])
}

export async function test(
  { output }: Context,
  platform: Platform,
  name: string,
  mailbox: string | null,
): Promise<void> {
  const centre = await openCentre(platform)
  const checks = await testDestination(centre, await destinationByName(centre, name), mailbox)
  await output.document({ ok: checks.every(({ ok }) => ok), checks }, () => checksText(checks))
}

export function checksText(checks: readonly AccessCheck[]): string {
  return checks
    .map(({ what, ok, remedy }) => `${ok ? 'ok  ' : 'FAIL'}  ${what}${ok ? '' : `: ${remedy}`}`)
    .join('\n')
}
