/** Searches: each has an id, so that no address holds what was looked for. */
import { z } from 'zod'
import { channels, messageKinds } from '../../domain/message.ts'
import { defineEndpoints } from '../endpoint.ts'
import { done, pageOf, time, timeZone, uuidParams } from '../values.ts'
import { itemRow } from './mailboxes.ts'

/** One row of the conditions builder; rows of different properties narrow, values of one widen. */
export const condition = z.discriminatedUnion('property', [
  z.object({
    property: z.enum(['from', 'to', 'participants', 'subject', 'attachmentnames', 'conversation']),
    values: z.array(z.string().trim().min(1).max(500)).min(1).max(50),
    not: z.boolean().default(false),
  }),
  z.object({
    property: z.enum(['sent', 'received']),
    /** Days, 2026-03-17, in the search's zone; both included. */
    from: z.iso.date().nullable(),
    to: z.iso.date().nullable(),
  }),
  z.object({
    property: z.literal('kind'),
    values: z.array(z.enum(messageKinds)).min(1),
    not: z.boolean().default(false),
  }),
  z.object({
    property: z.literal('channel'),
    values: z.array(z.enum(channels)).min(1),
    not: z.boolean().default(false),
  }),
  z.object({ property: z.literal('hasattachment'), value: z.boolean() }),
  z.object({
    property: z.literal('size'),
    min: z.int().min(0).nullable(),
    max: z.int().min(0).nullable(),
  }),
])
export type Condition = z.infer<typeof condition>

const searchInput = z.object({
  query: z.string().max(10_000),
  conditions: z.array(condition).max(50).default([]),
  timeZone: timeZone.default('UTC'),
  /** Null: all mailboxes whoever asks may read. */
  mailboxes: z.array(z.int()).max(10_000).nullable().default(null),
})

export const searchFacts = z.object({
  id: z.uuid(),
  name: z.string().nullable(),
  query: z.string(),
  conditions: z.array(condition),
  timeZone: z.string(),
  mailboxes: z.array(z.object({ id: z.int(), address: z.string(), name: z.string() })).nullable(),
  /** The whole question as one KeyQL text. */
  keyql: z.string(),
  /** What a careful reader should know of it. */
  notes: z.array(z.string()),
  owner: z.string(),
  own: z.boolean(),
  createdAt: time,
  lastRunAt: time,
})
export type SearchFacts = z.infer<typeof searchFacts>

/** A query as it is understood, to be said in any language. Times are UTC, `from` included, `to` not. */
export type Understood =
  | { type: 'all' | 'none' | 'in-named-mailbox' }
  | { type: 'and' | 'or'; nodes: Understood[] }
  | { type: 'not'; node: Understood }
  | { type: 'words'; field: 'anywhere' | 'subject' | 'attachmentnames'; text: string }
  | { type: 'near'; left: string; right: string; distance: number }
  | { type: 'from' | 'to' | 'participants' | 'conversation' | 'mailbox' | 'itemclass'; text: string }
  | { type: 'sent' | 'received'; from: string | null; to: string | null }
  | { type: 'size'; min: number | null; max: number | null }
  | { type: 'kind'; kinds: (typeof messageKinds)[number][] }
  | { type: 'channel'; channel: (typeof channels)[number] }
  | { type: 'hasattachment'; value: boolean }
const understood: z.ZodType<Understood> = z.union([
  z.object({ type: z.enum(['all', 'none', 'in-named-mailbox']) }),
  z.object({
    type: z.enum(['and', 'or']),
    get nodes() {
      return z.array(understood)
    },
  }),
  z.object({
    type: z.literal('not'),
    get node() {
      return understood
    },
  }),
  z.object({
    type: z.literal('words'),
    field: z.enum(['anywhere', 'subject', 'attachmentnames']),
    text: z.string(),
  }),
  z.object({ type: z.literal('near'), left: z.string(), right: z.string(), distance: z.int() }),
  z.object({
    type: z.enum(['from', 'to', 'participants', 'conversation', 'mailbox', 'itemclass']),
    text: z.string(),
  }),
  z.object({ type: z.enum(['sent', 'received']), from: time.nullable(), to: time.nullable() }),
  z.object({ type: z.literal('size'), min: z.int().nullable(), max: z.int().nullable() }),
  z.object({ type: z.literal('kind'), kinds: z.array(z.enum(messageKinds)) }),
  z.object({ type: z.literal('channel'), channel: z.enum(channels) }),
  z.object({ type: z.literal('hasattachment'), value: z.boolean() }),
])

const bar = z.object({ key: z.string(), label: z.string(), items: z.int() })

export const searchEndpoints = defineEndpoints({
  checkQuery: {
    method: 'POST',
    path: '/api/query-check',
    summary:
      'Finds what is likely a slip: smart quotes, lower-case operators, hidden characters; and where an error is.',
    access: ['Compliance Search'],
    audit: { none: 'nothing is looked for yet' },
    body: z.object({ query: z.string().max(10_000), timeZone: timeZone.default('UTC') }),
    answer: z.object({
      ok: z.boolean(),
      error: z.object({ message: z.string(), at: z.int(), length: z.int() }).nullable(),
      notes: z.array(z.string()),
      typos: z.array(
        z.object({
          kind: z.enum([
            'smart-quote',
            'lower-case-operator',
            'hidden-character',
            'space-after-colon',
            'full-width',
          ]),
          at: z.int(),
          length: z.int(),
          found: z.string(),
        }),
      ),
      /** The query with all typos mended; null when there are none. */
      suggestion: z.string().nullable(),
      /** The query in plain words, in the order it is asked. */
      explanation: z.string().nullable(),
      /** The same as a tree; null when the query cannot be read. */
      understood: understood.nullable(),
    }),
  },
  createSearch: {
    method: 'POST',
    path: '/api/searches',
    summary: 'Keeps a search under an id; results, count and statistics are asked for by it.',
    access: ['Compliance Search'],
    audit: 'search',
    body: searchInput,
    answer: searchFacts,
  },
  listSearches: {
    method: 'GET',
    path: '/api/searches',
    summary: "One's own searches: the saved ones, then the last twenty others.",
    access: ['Compliance Search'],
    audit: { none: 'a person asks about his own searches' },
    answer: z.array(searchFacts),
  },
  readSearch: {
    method: 'GET',
    path: '/api/searches/:id',
    summary: 'What a search asks.',
    access: ['Compliance Search'],
    audit: 'search',
    params: uuidParams,
    answer: searchFacts,
  },
  changeSearch: {
    method: 'PATCH',
    path: '/api/searches/:id',
    summary: 'Gives a search of one’s own a name, which saves it, or takes the name away.',
    access: ['Compliance Search'],
    audit: 'save-search',
    params: uuidParams,
    body: z.object({ name: z.string().trim().min(1).max(100).nullable() }),
    answer: searchFacts,
  },
  deleteSearch: {
    method: 'DELETE',
    path: '/api/searches/:id',
    summary: 'Deletes a search of one’s own; the audit log keeps what was asked.',
    access: ['Compliance Search'],
    audit: 'delete-search',
    params: uuidParams,
    answer: done,
  },
  readResults: {
    method: 'GET',
    path: '/api/searches/:id/results',
    summary: 'The items found, newest first, with snippets. Every item shown is audited.',
    access: ['Preview'],
    audit: 'search',
    params: uuidParams,
    query: z.object({
      cursor: z.string().max(60).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    answer: pageOf(itemRow),
  },
  countResults: {
    method: 'GET',
    path: '/api/searches/:id/count',
    summary: 'How many items match, exactly, and into how many the search could not see.',
    access: ['Compliance Search'],
    audit: 'search',
    params: uuidParams,
    answer: z.object({ count: z.int(), partiallyIndexed: z.int() }),
  },
  readStatistics: {
    method: 'GET',
    path: '/api/searches/:id/statistics',
    summary: 'Items by mailbox (the hundred with most), channel, kind and month.',
    access: ['Compliance Search'],
    audit: 'search',
    params: uuidParams,
    answer: z.object({
      count: z.int(),
      mailboxesWithHits: z.int(),
      byMailbox: z.array(bar),
      byChannel: z.array(bar),
      byKind: z.array(bar),
      byMonth: z.array(bar),
    }),
  },
  downloadResults: {
    method: 'GET',
    path: '/api/searches/:id/results.csv',
    summary: 'All items found as CSV (no texts), however many. `safe=true` defuses spreadsheet formulas.',
    access: ['Export'],
    audit: 'export-item',
    params: uuidParams,
    query: z.object({ safe: z.stringbool().default(true) }),
    answer: 'bytes',
  },
})
