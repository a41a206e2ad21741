/** Retention labels of single items, and adaptive scopes: mailboxes by what the directory says of them. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'
import { done, emailAddress, idParams, time } from '../values.ts'
import { itemParams } from './items.ts'
import { retentionAction, retentionPeriod } from './retention-policies.ts'

const keepers = ['RecordManagement', 'Retention Management'] as const
const readers = [...keepers, 'View-Only Retention Management'] as const

const count = z.int().min(0)
const name = z.string().trim().min(1).max(200)
const query = z.string().trim().min(1).max(16_000)

const labelSettings = z.object({
  name,
  /** Null: it only says what something is. */
  action: retentionAction.nullable(),
  period: retentionPeriod,
  starts: z.enum(['created', 'modified', 'labelled', 'event']),
  record: z.enum(['none', 'record', 'regulatory']),
  /** KeyQL; null: by hand or by default only. */
  query: query.nullable(),
  /** Names of users and role groups who decide, stage by stage. */
  reviewStages: z.array(z.array(name).max(50)).max(5),
  early: z.boolean(),
})

const label = labelSettings.extend({
  id: z.int(),
  createdBy: z.string(),
  items: count,
  /** Mailboxes whose items have it where they have none of their own. */
  defaultOf: z.array(z.string()),
})

const scopeQuery = z.object({
  match: z.enum(['all', 'any']),
  conditions: z
    .array(
      z.object({
        attribute: z.enum(['address', 'name', 'department', 'mobile', 'active']),
        operator: z.enum(['equals', 'not-equals', 'starts-with', 'not-starts-with']),
        value: z.string().trim().max(200),
      }),
    )
    .max(20),
})

const scope = z.object({
  id: z.int(),
  name: z.string(),
  query: scopeQuery,
  /** Mailboxes it contains now, and those that left it. */
  members: count,
  left: count,
})

export const retentionLabelEndpoints = defineEndpoints({
  listRetentionLabels: {
    method: 'GET',
    path: '/api/retention/labels',
    summary: 'The retention labels, the oldest first, with how many items have each.',
    access: readers,
    audit: { none: 'our own settings and counts' },
    answer: z.object({ items: z.array(label) }),
  },
  createRetentionLabel: {
    method: 'POST',
    path: '/api/retention/labels',
    summary: 'A new label; one that makes records asks for the role RecordManagement.',
    access: keepers,
    audit: 'create-retention-label',
    body: labelSettings,
    answer: z.object({ id: z.int() }),
  },
  applyLabelQueries: {
    method: 'POST',
    path: '/api/retention/label-queries',
    summary:
      'Labels now what the queries of labels find and what has no label; else a worker does, once a day.',
    access: keepers,
    audit: 'label-item',
    answer: z.object({ labelled: count }),
  },
  labelFoundItems: {
    method: 'POST',
    path: '/api/retention/labels/:id/items',
    summary: 'Labels what a search finds, as if by hand; regulatory records keep their label.',
    access: keepers,
    audit: 'label-item',
    params: idParams,
    body: z.object({ query }),
    answer: z.object({ labelled: count }),
  },
  noteLabelEvent: {
    method: 'POST',
    path: '/api/retention/labels/:id/events',
    summary: 'The event that a label waits for happened, for the items with it that a search finds.',
    access: keepers,
    audit: 'label-item',
    params: idParams,
    body: z.object({ query, at: time }),
    answer: z.object({ noted: count }),
  },
  setDefaultLabel: {
    method: 'POST',
    path: '/api/retention/default-labels',
    summary: 'What items of mailboxes have that have no label of their own; null takes it away.',
    access: keepers,
    audit: 'label-item',
    body: z.object({ mailboxes: z.array(emailAddress).min(1).max(10_000), label: z.int().nullable() }),
    answer: done,
  },
  labelItem: {
    method: 'POST',
    path: '/api/items/:id/label',
    summary: 'Labels an item by hand; null takes its label away. A regulatory record keeps its own.',
    access: keepers,
    audit: 'label-item',
    params: itemParams,
    body: z.object({ label: z.int().nullable() }),
    answer: done,
  },
  noteItemEvent: {
    method: 'POST',
    path: '/api/items/:id/event',
    summary: 'The event that the item’s label waits for happened.',
    access: keepers,
    audit: 'label-item',
    params: itemParams,
    body: z.object({ at: time }),
    answer: done,
  },
  listAdaptiveScopes: {
    method: 'GET',
    path: '/api/retention/scopes',
    summary: 'Adaptive scopes by name, with how many mailboxes they contain now.',
    access: readers,
    audit: { none: 'our own settings and counts' },
    answer: z.object({ items: z.array(scope) }),
  },
  readAdaptiveScope: {
    method: 'GET',
    path: '/api/retention/scopes/:id',
    summary: 'An adaptive scope, the mailboxes it contains now, and those that left it.',
    access: readers,
    audit: { none: 'addresses of the directory' },
    params: idParams,
    answer: scope.extend({
      mailboxes: z.array(z.object({ mailbox: z.string(), since: time, until: time.nullable() })),
    }),
  },
  previewAdaptiveScope: {
    method: 'POST',
    path: '/api/retention/scopes/preview',
    summary: 'Which mailboxes a scope would contain now.',
    access: ['Retention Management'],
    audit: { none: 'addresses of the directory, and nothing is changed' },
    body: z.object({ query: scopeQuery }),
    answer: z.object({
      members: count,
      /** The first of them. */
      mailboxes: z.array(z.object({ address: z.string(), name: z.string() })),
    }),
  },
  createAdaptiveScope: {
    method: 'POST',
    path: '/api/retention/scopes',
    summary: 'A new adaptive scope; it follows the directory once a day and cannot be changed.',
    access: ['Retention Management'],
    audit: 'change-adaptive-scope',
    body: z.object({ name, query: scopeQuery }),
    answer: z.object({ id: z.int() }),
  },
})
