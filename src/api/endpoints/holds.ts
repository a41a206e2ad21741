/** Holds: what may not be disposed of, and why; deletion as a user sees it. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'
import { emailAddress, idParams, time } from '../values.ts'
import { itemParams } from './items.ts'

const keepers = ['Hold'] as const
const reason = z.string().trim().min(3).max(1_000)
const text = z.string().trim().min(1).max(1_000)
const mailboxes = z.array(emailAddress).min(1).max(10_000)
const count = z.int().min(0)

/** Done, or waiting as this request for another person. */
const outcome = z.discriminatedUnion('state', [
  z.object({ state: z.literal('done') }),
  z.object({ state: z.literal('waiting'), request: z.int() }),
])

const hold = z.object({
  id: z.int(),
  name: z.string(),
  kind: z.enum(['litigation', 'query', 'case']),
  caseName: z.string().nullable(),
  query: z.string().nullable(),
  /** Of each item, from the latest of sent, captured and imported; null is without end. */
  days: z.int().nullable(),
  note: z.string().nullable(),
  owner: z.string().nullable(),
  url: z.string().nullable(),
  confidential: z.boolean(),
  readers: z.array(z.string()),
  placedBy: z.string(),
  placedAt: time,
  releasedAt: time.nullable(),
  releasedBy: z.string().nullable(),
  releaseReason: z.string().nullable(),
  mailboxes: count,
  /** Mailboxes whose query was not gone through yet; they are held whole. */
  evaluating: count,
  statistics: z.object({ items: count, bytes: count, at: time }).nullable(),
})

const wholeHold = hold.extend({
  heldMailboxes: z.array(
    z.object({
      id: z.int(),
      address: z.string(),
      name: z.string(),
      addedBy: z.string(),
      addedAt: time,
      removedAt: time.nullable(),
    }),
  ),
})

const request = z.object({
  id: z.int(),
  act: z.enum(['release-hold', 'end-delay', 'purge']),
  hold: z.object({ id: z.int(), name: z.string() }).nullable(),
  input: z.record(z.string(), z.unknown()),
  reason: z.string(),
  askedBy: z.string(),
  askedAt: time,
  mayDecide: z.boolean(),
})

export const holdEndpoints = defineEndpoints({
  listHolds: {
    method: 'GET',
    path: '/api/holds',
    summary: 'Holds, those in force first; confidential ones for who placed them and their readers only.',
    access: [...keepers],
    audit: 'view-holds',
    answer: z.object({
      items: z.array(hold),
      /** Mailboxes in the 30 days after a release. */
      delays: z.array(
        z.object({
          id: z.int(),
          hold: z.object({ id: z.int(), name: z.string() }),
          mailbox: z.object({ id: z.int(), address: z.string() }),
          beganAt: time,
          endsAt: time,
        }),
      ),
    }),
  },
  readHold: {
    method: 'GET',
    path: '/api/holds/:id',
    summary: 'One hold and its mailboxes.',
    access: [...keepers],
    audit: 'view-holds',
    params: idParams,
    answer: wholeHold,
  },
  previewHold: {
    method: 'POST',
    path: '/api/holds/preview',
    summary: 'How much a hold would hold today.',
    access: [...keepers],
    audit: 'view-holds',
    body: z.object({ mailboxes, query: z.string().max(16_000).nullable() }),
    /** `unreadable`: items with attachments that do not match, held because nobody could look into them. */
    answer: z.object({ mailboxes: count, items: count, unreadable: count }),
  },
  placeHold: {
    method: 'POST',
    path: '/api/holds',
    summary:
      'Places a hold: from now on nothing of its mailboxes, or of what its query finds, is disposed of.',
    access: [...keepers],
    audit: 'place-hold',
    body: z.object({
      name: z.string().trim().min(1).max(200),
      mailboxes,
      query: z.string().max(16_000).nullable(),
      days: z.int().min(1).max(36_525).nullable(),
      caseName: text.nullable(),
      note: text.nullable(),
      owner: text.nullable(),
      url: text.nullable(),
      confidential: z.boolean(),
      readers: z.array(z.string().min(1).max(200)).max(100),
    }),
    answer: wholeHold,
  },
  addHoldMailboxes: {
    method: 'POST',
    path: '/api/holds/:id/mailboxes',
    summary: 'Adds mailboxes to a hold.',
    access: [...keepers],
    audit: 'change-hold',
    params: idParams,
    body: z.object({ mailboxes }),
    answer: wholeHold,
  },
  giveHold: {
    method: 'POST',
    path: '/api/holds/:id/readers',
    summary: 'Lets somebody else see a confidential hold.',
    access: [...keepers],
    audit: 'change-hold',
    params: idParams,
    body: z.object({ username: z.string().min(1).max(200) }),
    answer: wholeHold,
  },
  countHold: {
    method: 'POST',
    path: '/api/holds/:id/statistics',
    summary: 'Counts what a hold holds now.',
    access: [...keepers],
    audit: 'view-holds',
    params: idParams,
    answer: wholeHold,
  },
  releaseHold: {
    method: 'POST',
    path: '/api/holds/:id/release',
    summary: 'Releases a hold, or its part over some mailboxes; they stay held for 30 days.',
    access: [...keepers],
    audit: 'release-hold',
    dangerous: true,
    params: idParams,
    /** Null: all its mailboxes. */
    body: z.object({ mailboxes: mailboxes.nullable(), reason }),
    answer: outcome,
  },
  endDelayHold: {
    method: 'POST',
    path: '/api/delay-holds/:id/end',
    summary: 'Asks another person to end the 30 days of a mailbox before their time.',
    access: [...keepers],
    audit: 'request-approval',
    dangerous: true,
    params: idParams,
    body: z.object({ reason }),
    answer: outcome,
  },
  listHoldRequests: {
    method: 'GET',
    path: '/api/hold-requests',
    summary: 'Releases, ends of delays and purges that wait for a second person.',
    access: ['Hold', 'Search And Purge'],
    audit: 'view-holds',
    answer: z.object({ items: z.array(request) }),
  },
  decideHoldRequest: {
    method: 'POST',
    path: '/api/hold-requests/:id/decision',
    summary: 'Does what another person asked for, or declines it; whoever asked may withdraw.',
    access: ['Hold', 'Search And Purge'],
    audit: 'decide-approval',
    dangerous: true,
    params: idParams,
    body: z.object({ decision: z.enum(['done', 'declined', 'withdrawn']) }),
    answer: z.object({ decision: z.enum(['done', 'declined', 'withdrawn']) }),
  },
  deleteItem: {
    method: 'POST',
    path: '/api/items/:id/deletion',
    summary: 'Deletes an item as a user would: to Recoverable Items, or past what a user can recover.',
    access: ['Search And Purge'],
    audit: 'delete-item',
    params: itemParams,
    body: z.object({ purge: z.boolean() }),
    /** The same whether or not something keeps the item. */
    answer: z.object({ id: z.string(), area: z.literal('recoverable-items') }),
  },
  purgeItems: {
    method: 'POST',
    path: '/api/purges',
    summary: 'Asks another person to purge what a search finds in the named mailboxes.',
    access: ['Search And Purge'],
    audit: 'request-approval',
    dangerous: true,
    body: z.object({ query: z.string().min(1).max(16_000), mailboxes, reason }),
    answer: outcome,
  },
})
