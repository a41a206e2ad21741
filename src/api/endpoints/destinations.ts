/** Destinations: where copies of items are delivered to, and what became of each. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'
import { done, emailAddress, idParams, pageOf, pageQuery, rowId, time, version } from '../values.ts'
import { connectorRoles } from './connectors.ts'

export const destinationKinds = ['exchange-online', 'imap', 'smtp-journal'] as const
/** As the adapter of the kind checks them; a refusal (`bad-settings`) names the field. */
const settings = z.record(z.string().max(100), z.json())
const secret = z.record(z.string().max(100), z.json())

export const accessCheck = z.object({ what: z.string(), ok: z.boolean(), remedy: z.string() })

export const reconciliationFacts = z.object({
  at: time,
  mailboxes: z.int(),
  same: z.int(),
  missing: z.int(),
  changed: z.int(),
  doubled: z.int(),
  extra: z.int(),
  open: z.int(),
  again: z.int(),
  /** The first thousand. */
  differences: z.array(
    z.object({
      mailbox: z.string(),
      folder: z.string(),
      difference: z.enum(['missing', 'changed', 'doubled', 'extra']),
      messageId: z.string().nullable(),
      detail: z.string(),
    }),
  ),
  unread: z.array(z.object({ mailbox: z.string(), message: z.string() })),
})
export type ReconciliationFacts = z.infer<typeof reconciliationFacts>

export const destinationFacts = z.object({
  id: z.int(),
  name: z.string(),
  kind: z.enum(destinationKinds),
  settings: z.record(z.string(), z.unknown()),
  connectors: z.array(z.object({ id: z.int(), name: z.string() })),
  createdAt: time,
  pausedAt: time.nullable(),
  lastDeliveredAt: time.nullable(),
  /** Why nothing can be delivered now. */
  problem: z
    .object({ reason: z.string(), message: z.string(), since: time, nextTryAt: time.nullable() })
    .nullable(),
  version,
  waiting: z.int(),
  sending: z.int(),
  confirmed: z.int(),
  /** Confirmed without all of their attachments. */
  reduced: z.int(),
  refused: z.int(),
  givenUp: z.int(),
  oldestOpen: time.nullable(),
  heldMailboxes: z.array(
    z.object({
      mailbox: z.string(),
      reason: z.string(),
      message: z.string(),
      since: time,
      tries: z.int(),
      nextTryAt: time.nullable(),
      waiting: z.int(),
    }),
  ),
  reconciliation: reconciliationFacts.nullable(),
})
export type DestinationFacts = z.infer<typeof destinationFacts>

export const deliveryExceptionFacts = z.object({
  item: z.string(),
  mailbox: z.string(),
  folder: z.string(),
  state: z.enum(['refused', 'given-up']),
  reason: z.string(),
  message: z.string(),
  tries: z.int(),
  at: time,
})
export type DeliveryExceptionFacts = z.infer<typeof deliveryExceptionFacts>

const connectorParams = z.object({ id: rowId, connector: rowId })

export const destinationEndpoints = defineEndpoints({
  listDestinations: {
    method: 'GET',
    path: '/api/destinations',
    summary: 'All destinations with what waits, was delivered and was refused.',
    access: [...connectorRoles, 'Organization Configuration'],
    audit: { none: 'names and counts of our own destinations' },
    answer: z.array(destinationFacts),
  },
  readDestination: {
    method: 'GET',
    path: '/api/destinations/:id',
    summary: 'One destination.',
    access: [...connectorRoles, 'Organization Configuration'],
    audit: { none: 'names and counts of our own destinations' },
    params: idParams,
    answer: destinationFacts,
  },
  tryDestination: {
    method: 'POST',
    path: '/api/destination-trials',
    summary: 'Tries sign-in, permissions and, where given, one mailbox; keeps nothing.',
    access: [...connectorRoles],
    audit: 'test-destination',
    body: z.object({ kind: z.enum(destinationKinds), settings, secret, mailbox: emailAddress.optional() }),
    answer: z.object({ checks: z.array(accessCheck) }),
  },
  createDestination: {
    method: 'POST',
    path: '/api/destinations',
    summary: 'Keeps a destination; its secret is sealed and never shown again.',
    access: [...connectorRoles],
    audit: 'create-destination',
    dangerous: true,
    body: z.object({
      name: z.string().trim().min(1).max(100),
      kind: z.enum(destinationKinds),
      settings,
      secret,
    }),
    answer: destinationFacts,
  },
  changeDestination: {
    method: 'PATCH',
    path: '/api/destinations/:id',
    summary:
      'Settings or secret. Refused (`changed-meanwhile`) when somebody else changed it after `version`.',
    access: [...connectorRoles],
    audit: 'change-destination',
    dangerous: true,
    params: idParams,
    body: z.object({ version, settings: settings.optional(), secret: secret.optional() }),
    answer: destinationFacts,
  },
  testDestination: {
    method: 'POST',
    path: '/api/destinations/:id/trials',
    summary: 'Tries a destination as it is kept.',
    access: [...connectorRoles],
    audit: 'test-destination',
    params: idParams,
    body: z.object({ mailbox: emailAddress.optional() }),
    answer: z.object({ checks: z.array(accessCheck) }),
  },
  pauseDestination: {
    method: 'POST',
    path: '/api/destinations/:id/pause',
    summary: 'Delivers nothing until resumed; what is imported waits.',
    access: [...connectorRoles],
    audit: 'pause-destination',
    params: idParams,
    answer: destinationFacts,
  },
  resumeDestination: {
    method: 'POST',
    path: '/api/destinations/:id/resume',
    summary: 'Delivers again.',
    access: [...connectorRoles],
    audit: 'resume-destination',
    params: idParams,
    answer: destinationFacts,
  },
  removeDestination: {
    method: 'DELETE',
    path: '/api/destinations/:id',
    summary: 'Removes the destination. What it holds stays there; what still waits is not delivered.',
    access: [...connectorRoles],
    audit: 'remove-destination',
    dangerous: true,
    params: idParams,
    answer: z.object({ waiting: z.int() }),
  },
  attachConnector: {
    method: 'POST',
    path: '/api/destinations/:id/connectors/:connector',
    summary: 'Lets a connector deliver here from now on, and with `history` all it has imported.',
    access: [...connectorRoles],
    audit: 'attach-destination',
    params: connectorParams,
    body: z.object({ history: z.boolean() }),
    answer: destinationFacts,
  },
  detachConnector: {
    method: 'DELETE',
    path: '/api/destinations/:id/connectors/:connector',
    summary: 'Delivers nothing more of a connector here; what waits still goes.',
    access: [...connectorRoles],
    audit: 'detach-destination',
    params: connectorParams,
    answer: destinationFacts,
  },
  deliverNow: {
    method: 'POST',
    path: '/api/destinations/:id/runs',
    summary: 'Has a worker deliver what waits now.',
    access: [...connectorRoles],
    audit: 'run-delivery',
    params: idParams,
    answer: done,
  },
  retryDelivery: {
    method: 'POST',
    path: '/api/destinations/:id/retries',
    summary: 'Lets what was refused or given up wait again, of one mailbox or all.',
    access: [...connectorRoles],
    audit: 'retry-delivery',
    params: idParams,
    body: z.object({ mailbox: emailAddress.optional() }),
    answer: destinationFacts,
  },
  reconcileDestination: {
    method: 'POST',
    path: '/api/destinations/:id/reconciliations',
    summary: 'Compares the folders there with the ledger; `again` puts what is missing back to be delivered.',
    access: [...connectorRoles],
    audit: 'reconcile-delivery',
    params: idParams,
    body: z.object({ again: z.boolean().default(false) }),
    answer: reconciliationFacts,
  },
  listDeliveryExceptions: {
    method: 'GET',
    path: '/api/destinations/:id/exceptions',
    summary: 'Items that were refused or given up, with the reason.',
    access: [...connectorRoles],
    audit: 'view-delivery',
    params: idParams,
    query: pageQuery,
    answer: pageOf(deliveryExceptionFacts),
  },
})
