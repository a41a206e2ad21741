/** Disposition: what waits for people to approve that it goes, what went and the proof of it, the runs. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'
import { done, emailAddress, idParams, pageOf, pageQuery, rowId, time } from '../values.ts'
import { itemParams } from './items.ts'

/** As in Purview: only this role reviews, and no administrator has it by that alone. */
const reviewers = ['Disposition Management'] as const
/** Who keeps the rules sees what they did. */
const readers = [
  ...reviewers,
  'RecordManagement',
  'Retention Management',
  'View-Only Retention Management',
] as const
const resumers = ['Retention Management'] as const

const count = z.int().min(0)
const reason = z.string().trim().min(3).max(1_000)
const itemId = z.string().min(3).max(60)

const run = z.object({
  id: z.int(),
  reason: z.enum(['retention', 'purge']),
  requestedBy: z.string(),
  /** The moment whose rules applied. */
  asOf: time,
  state: z.enum(['filling', 'running', 'done', 'cancelled']),
  createdAt: time,
  /** Since then nothing finds or opens what went. */
  finishedAt: time.nullable(),
  /** Since then no file of ours has a byte of it. */
  finalAt: time.nullable(),
  disposed: count,
  kept: count,
})

const state = z.enum(['disposed', 'kept-by-hold', 'kept-by-retention', 'absent', 'waiting'])
const basisKind = z.enum(['label', 'policy', 'purge'])

const disposedItem = z.object({
  run: z.string(),
  item: z.string(),
  mailbox: z.string(),
  sentAt: time,
  state,
  disposedAt: time.nullable(),
  finalAt: time.nullable(),
  basisKind,
  /** Name of the label or policy. */
  basis: z.string(),
  approvers: z.array(z.string()),
  /** Its entry in the integrity log; null: it waits to be entered. */
  leaf: z.string().nullable(),
})

const disposedQuery = z.object({
  run: rowId.optional(),
  state: state.optional(),
  /** Disposed of from here on, and before. */
  from: time.optional(),
  to: time.optional(),
  mailbox: emailAddress.optional(),
  basisKind: basisKind.optional(),
  basis: z.string().max(200).optional(),
})

const reviewStage = z.object({
  labelId: z.int(),
  label: z.string(),
  stage: z.int(),
  stages: z.int(),
  /** User names and role groups whose turn it is. */
  reviewers: z.array(z.string()),
  items: count,
  /** Of the item that waits longest. */
  waitingSince: time,
})

const decision = z.object({
  id: z.string(),
  item: z.string(),
  mailbox: z.string(),
  stage: z.int(),
  act: z.enum(['approve', 'relabel', 'extend']),
  by: z.string(),
  at: time,
  comment: z.string(),
  label: z.string().nullable(),
  until: time.nullable(),
})

export const dispositionEndpoints = defineEndpoints({
  readDisposition: {
    method: 'GET',
    path: '/api/dispositions',
    summary: 'Runs of retention, when the next one comes, and whether dispositions are suspended.',
    access: readers,
    audit: 'list-dispositions',
    answer: z.object({
      /** The latest first. */
      runs: z.array(run),
      /** `kept`: held, or retained by another rule. */
      lastRun: z.object({ at: time, due: count, inReview: count, disposed: count, kept: count }).nullable(),
      /** Null: as soon as a worker is there. */
      nextRunAt: time.nullable(),
      /** After a restore, until two people let dispositions go on. */
      suspension: z
        .object({
          since: time,
          /** When the backup was made. */
          backup: time,
          /** Entries of the log since the backup that were replayed; null: not replayed yet. */
          replayed: count.nullable(),
          request: z
            .object({
              askedBy: z.string(),
              askedAt: time,
              reason: z.string(),
              /** He says that there is no such log any more. */
              withoutLog: z.boolean(),
              mayDecide: z.boolean(),
            })
            .nullable(),
        })
        .nullable(),
      /** Items that wait for whoever asks; null where he may not review. */
      waitingForMe: count.nullable(),
      /** Policies and labels by which something may have gone. */
      bases: z.array(z.object({ kind: z.enum(['label', 'policy']), name: z.string() })),
    }),
  },
  readDispositionRun: {
    method: 'GET',
    path: '/api/dispositions/runs/:id',
    summary: 'One run: what it disposed of and what it kept, by which rule, and why.',
    access: readers,
    audit: 'list-dispositions',
    params: idParams,
    answer: run.extend({
      outcomes: z.array(z.object({ state, basisKind, basis: z.string(), items: count })),
    }),
  },
  listDispositionReviews: {
    method: 'GET',
    path: '/api/dispositions/reviews',
    summary: 'What waits for a decision, by label and stage: of whoever asks, or of everybody.',
    access: reviewers,
    audit: 'view-dispositions',
    /** `everybody` asks for the role RecordManagement. */
    query: z.object({ of: z.enum(['me', 'everybody']).default('me') }),
    answer: z.object({ items: z.array(reviewStage) }),
  },
  listReviewItems: {
    method: 'GET',
    path: '/api/dispositions/reviews/:label/:stage',
    summary: 'The items of one label that wait for whoever asks at one stage, the longest first.',
    access: reviewers,
    audit: 'view-dispositions',
    params: z.object({ label: rowId, stage: rowId }),
    query: pageQuery,
    answer: pageOf(
      z.object({
        item: z.string(),
        mailbox: z.string(),
        sentAt: time,
        label: z.string(),
        stage: z.int(),
        stages: z.int(),
        waitingSince: time,
        approvers: z.array(z.string()),
      }),
    ),
  },
  decideDisposition: {
    method: 'POST',
    path: '/api/dispositions/decisions',
    summary: 'Approves the disposal of items, keeps them longer, or gives them another label; all or none.',
    access: reviewers,
    audit: 'review-disposition',
    dangerous: true,
    body: z.object({
      items: z.array(itemId).min(1).max(1_000),
      /** At which they were looked at: what somebody else has decided meanwhile is not decided at the next one. */
      stage: z.int().min(1).max(5),
      decision: z.discriminatedUnion('act', [
        z.object({ act: z.literal('approve') }),
        z.object({ act: z.literal('extend'), until: time }),
        z.object({ act: z.literal('relabel'), label: z.string().min(1).max(200) }),
      ]),
      reason,
    }),
    answer: z.object({ changed: count }),
  },
  listDispositionDecisions: {
    method: 'GET',
    path: '/api/dispositions/decisions',
    summary:
      'What was decided in reviews, the latest first: all of one item, else his own, or all for who manages records.',
    access: reviewers,
    audit: 'view-dispositions',
    query: pageQuery.extend({ item: itemId.optional() }),
    answer: pageOf(decision),
  },
  listRelabels: {
    method: 'GET',
    path: '/api/dispositions/labels',
    summary: 'The labels that a reviewer may give instead.',
    access: reviewers,
    audit: { none: 'names of our own labels' },
    answer: z.object({ labels: z.array(z.string()) }),
  },
  listDisposed: {
    method: 'GET',
    path: '/api/dispositions/items',
    summary: 'What was disposed of, or what a run kept; the latest run first.',
    access: readers,
    audit: 'view-dispositions',
    query: pageQuery.extend(disposedQuery.shape),
    answer: pageOf(disposedItem),
  },
  exportDisposed: {
    method: 'GET',
    path: '/api/dispositions/items.csv',
    summary: 'The same as a CSV file, all of it.',
    access: readers,
    audit: 'view-dispositions',
    query: disposedQuery,
    answer: 'bytes',
  },
  downloadDisposalProof: {
    method: 'GET',
    path: '/api/dispositions/items/:id/proof',
    summary: 'The proof of disposition of an item: rule, decisions, and its entries in the integrity log.',
    access: readers,
    audit: 'prove-item',
    params: itemParams,
    answer: 'bytes',
  },
  askToResume: {
    method: 'POST',
    path: '/api/dispositions/resumption',
    summary:
      'Says that holds and dispositions since the backup were told again, and asks another person to agree.',
    access: resumers,
    audit: 'request-approval',
    dangerous: true,
    body: z.object({ reason, withoutLog: z.boolean().default(false) }),
    answer: done,
  },
  decideResumption: {
    method: 'POST',
    path: '/api/dispositions/resumption/decision',
    summary: 'Lets dispositions go on, as another person asked, or declines; whoever asked may withdraw.',
    access: resumers,
    audit: 'decide-approval',
    dangerous: true,
    body: z.object({ decision: z.enum(['done', 'declined', 'withdrawn']) }),
    answer: z.object({ decision: z.enum(['done', 'declined', 'withdrawn']) }),
  },
})
