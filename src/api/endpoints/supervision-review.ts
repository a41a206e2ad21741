/** The review of what supervision found. What somebody sees depends on the policies he reviews; names only on his role. */
import { z } from 'zod'
import { messageEvents, messageKinds } from '../../domain/message.ts'
import { defineEndpoints } from '../endpoint.ts'
import { emailAddress, idParams, pageOf, time } from '../values.ts'

const reviewers = ['Communication Compliance Analysis', 'Communication Compliance Investigation'] as const
const keepers = ['Communication Compliance Admin', 'Supervisory Review Administrator'] as const
const reportReaders = [
  ...keepers,
  'Communication Compliance Viewer',
  'Communication Compliance Investigation',
] as const

const count = z.int().min(0)
const severity = z.enum(['low', 'medium', 'high'])
const alertId = z.string().regex(/^\d{1,18}$/)
const alertParams = z.object({ id: alertId })
const tag = z.string().trim().min(1).max(40)
const comment = z.string().trim().max(4_000)

const alert = z.object({
  id: z.string(),
  policyId: z.int(),
  origin: z.enum(['match', 'sample']),
  severity: severity.nullable(),
  rules: z.array(z.string()),
  state: z.enum(['pending', 'resolved']),
  tag: z.string().nullable(),
  /** How many near duplicates, itself included. */
  group: count,
  sentAt: time,
  raisedAt: time,
  resolvedAt: time.nullable(),
  /** Waits longer than its severity allows. */
  overdue: z.boolean(),
  /** Waits, and was handed on to somebody or to a case. */
  escalated: z.boolean(),
})

const queuedAlert = alert.extend({
  /** Null for a message that is not shown: disposed of, or hidden as personal. */
  message: z
    .object({
      /** A name and number, or a pseudonym. */
      sender: z.string().nullable(),
      kind: z.enum(messageKinds),
      /** Its words around the first place where something was found. */
      excerpt: z.string(),
      highlights: z.array(z.tuple([count, count])),
      attachments: count,
    })
    .nullable(),
})

const shownMessage = z.object({
  sentAt: time,
  /** A name and number, or a pseudonym. */
  sender: z.string().nullable(),
  kind: z.enum(messageKinds),
  event: z.enum(messageEvents),
  text: z.string(),
  textTruncated: z.boolean(),
  /** Where the policy found something: begin and end in the text. */
  highlights: z.array(z.tuple([count, count])),
  attachments: z.array(z.object({ name: z.string(), type: z.string(), bytes: count })),
  /** The message the alert is about. */
  alerted: z.boolean(),
})

const decision = z.discriminatedUnion('act', [
  z.object({ act: z.literal('resolve'), tag, comment: comment.optional() }),
  z.object({ act: z.literal('reopen'), comment: comment.min(1) }),
  z.object({ act: z.literal('tag'), tag, comment: comment.optional() }),
  z.object({ act: z.literal('comment'), comment: comment.min(1) }),
  z.object({ act: z.literal('escalate'), to: z.string().trim().min(1).max(200), comment: comment.min(1) }),
  z.object({
    act: z.literal('escalate-case'),
    case: z.string().trim().min(1).max(200),
    comment: comment.optional(),
  }),
  /** A letter to somebody whose mailbox is kept; the comment is what it says. */
  z.object({
    act: z.literal('notify'),
    to: emailAddress,
    subject: z.string().trim().min(1).max(200),
    comment: comment.min(1),
  }),
  z.object({ act: z.literal('second-look'), tag, comment: comment.optional() }),
])

const sample = z.object({
  id: z.string(),
  policyId: z.int(),
  sentFrom: time,
  sentTo: time,
  percent: z.number(),
  strata: z.array(z.enum(['channel', 'department', 'direction'])),
  seedSha256: z.string(),
  seed: z.string().nullable(),
  committedBy: z.string(),
  committedAt: time,
  drawnAt: time.nullable(),
  result: z.array(z.object({ stratum: z.string(), messages: count, drawn: count })).nullable(),
})

const share = z.object({ low: z.number(), high: z.number() })

export const supervisionReviewEndpoints = defineEndpoints({
  listReviews: {
    method: 'GET',
    path: '/api/supervision/reviews',
    summary: 'The policies the asker reviews, with what waits in each.',
    access: reviewers,
    audit: { none: 'counts' },
    answer: z.array(
      z.object({
        ...{
          id: z.int(),
          name: z.string(),
          pending: count,
          overdue: count,
          escalated: count,
          resolved: count,
        },
        rules: z.array(z.object({ id: z.string(), title: z.string() })),
      }),
    ),
  },
  readAlerts: {
    method: 'GET',
    path: '/api/supervision/reviews/:id/alerts',
    summary: 'Alerts of a policy, the serious first; near duplicates as one.',
    access: reviewers,
    audit: 'view-alerts',
    params: idParams,
    query: z.object({
      /** Escalated ones wait as well. */
      state: z.enum(['pending', 'escalated', 'resolved']).default('pending'),
      severity: severity.optional(),
      rule: z.string().max(200).optional(),
      tag: tag.optional(),
      overdue: z.literal('true').optional(),
      /** Raised so many days ago or more. */
      days: z.coerce.number().int().min(1).max(3_660).optional(),
      /** What this sample drew. */
      sample: alertId.optional(),
      cursor: alertId.optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    answer: pageOf(queuedAlert),
  },
  readAlert: {
    method: 'GET',
    path: '/api/supervision/alerts/:id',
    summary:
      'An alert with its message, what was found in it, and all decisions; the conversation for investigators.',
    access: reviewers,
    audit: 'view-alerts',
    params: alertParams,
    answer: alert.extend({
      policy: z.string(),
      /** Null for a message that was disposed of. */
      messages: z.array(shownMessage).nullable(),
      /** For who may open it: the item's id. */
      item: z.string().nullable(),
      namesShown: z.boolean(),
      /** Other channels that it names, and how its people are captured. */
      facts: z.object({
        channels: z.array(z.string()).optional(),
        unseenReply: z.boolean().optional(),
        gaps: z.array(z.string()).optional(),
        capturedBy: z.array(z.string()).optional(),
      }),
      near: z.array(z.object({ id: z.string(), state: z.enum(['pending', 'resolved']), sentAt: time })),
      /** User names of the policy's other reviewers. */
      colleagues: z.array(z.string()),
      /** Whom a notice can be sent to; nobody where names are not shown or no mail server is set up. */
      addresses: z.array(z.string()),
      decisions: z.array(
        z.object({
          at: time,
          by: z.string(),
          act: z.string(),
          tag: z.string().nullable(),
          comment: z.string(),
          details: z.record(z.string(), z.string()),
        }),
      ),
    }),
  },
  decideAlerts: {
    method: 'POST',
    path: '/api/supervision/alerts/decide',
    summary: 'Decides on alerts, all or none of them. A decision is a record; undoing it is another one.',
    access: reviewers,
    audit: 'tag-alert',
    body: z.object({ alerts: z.array(alertId).min(1).max(500), decision }),
    answer: z.object({ changed: count }),
  },
  readReviewReport: {
    method: 'GET',
    path: '/api/supervision/reviews/:id/report',
    summary:
      'Alerts a thousand messages, precision by rule, time to review, estimated misses with their interval.',
    access: reportReaders,
    audit: { none: 'counts' },
    params: idParams,
    query: z.object({ from: time, to: time }),
    answer: z.object({
      ...{ from: time, to: time, looked: count, matched: count, alertsPerThousand: z.number() },
      alerts: z.object({ raised: count, pending: count, resolved: count, passed: count }),
      rules: z.array(
        z.object({
          rule: z.string(),
          resolved: count,
          nonCompliant: count,
          precision: z.number().nullable(),
        }),
      ),
      hours: z.object({
        firstMedian: z.number().nullable(),
        firstP95: z.number().nullable(),
        closedMedian: z.number().nullable(),
        closedP95: z.number().nullable(),
        oldestPending: z.number().nullable(),
      }),
      secondLooks: z.object({ done: count, agreed: count }),
      misses: z.object({
        ...{ population: count, drawn: count, reviewed: count, found: count, share },
        messages: z.object({ low: count, high: count }),
      }),
      reviewers: z.array(z.object({ reviewer: z.string(), decisions: count, resolved: count })),
    }),
  },
  downloadEvidencePack: {
    method: 'GET',
    path: '/api/supervision/reviews/:id/evidence/:year',
    summary: 'The year of a policy in one JSON file: versions, figures, samples with their seeds, decisions.',
    access: reportReaders,
    audit: 'export-evidence-pack',
    params: idParams.extend({ year: z.coerce.number().int().min(2000).max(2107) }),
    answer: 'bytes',
  },
  listReviewSamples: {
    method: 'GET',
    path: '/api/supervision/reviews/:id/samples',
    summary: 'Draws from the messages in which nothing was found.',
    access: reportReaders,
    audit: { none: 'counts and seeds' },
    params: idParams,
    answer: z.array(sample),
  },
  commitReviewSample: {
    method: 'POST',
    path: '/api/supervision/reviews/:id/samples',
    summary: 'Commits to a seed in the integrity log; nothing is drawn yet.',
    access: keepers,
    audit: 'commit-sample',
    params: idParams,
    body: z.object({
      from: time,
      to: time,
      percent: z.number().gt(0).max(100).optional(),
      strata: z.array(z.enum(['channel', 'department', 'direction'])).optional(),
    }),
    answer: sample,
  },
  drawReviewSample: {
    method: 'POST',
    path: '/api/supervision/samples/:id/draw',
    summary: 'Draws, puts what was drawn into the queue, and tells the seed.',
    access: keepers,
    audit: 'draw-sample',
    params: alertParams,
    answer: sample,
  },
  readReviewRelations: {
    method: 'GET',
    path: '/api/supervision/relations',
    summary: 'Who must not review whom.',
    access: keepers,
    audit: { none: 'our own settings' },
    answer: z.array(
      z.object({ person: z.string(), other: z.string(), relation: z.enum(['supervisor', 'compensation']) }),
    ),
  },
  replaceReviewRelations: {
    method: 'POST',
    path: '/api/supervision/relations',
    summary: 'Replaces them by those of a CSV: person,other,relation.',
    access: keepers,
    audit: 'change-review-relations',
    body: z.object({ csv: z.string().max(5_000_000) }),
    answer: z.object({ relations: count }),
  },
})
