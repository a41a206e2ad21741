/** Coverage: who is captured by which way in, what is missing, what was attested, who is told. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'
import { emailAddress, idParams, pageOf, pageQuery, time } from '../values.ts'

/** Whoever looks after capture, and whoever answers for the records. */
const readers = ['Data Connector Admin', 'RecordManagement'] as const
/** That something is missing for good is accepted by who answers for the records, not by who runs the connectors. */
const keepers = ['RecordManagement'] as const

const count = z.int().min(0)
const problem = z.object({ code: z.string(), message: z.string(), since: time })
const day = z.iso.date()
const severity = z.enum(['high', 'medium', 'low'])
const status = z.enum(['active', 'new', 'quiet', 'silent', 'never', 'former'])

const people = z.object({
  ...{ active: count, new: count, quiet: count, silent: count, never: count, former: count },
})

const accountSummary = z.object({
  id: z.int(),
  name: z.string(),
  siteUrl: z.string(),
  /** When its site last told everything. */
  toldAt: time.nullable(),
  problem: problem.nullable(),
  /** Registered users by the best of their ways in. */
  people,
  openGaps: count,
  openAlerts: count,
})

const alert = z.object({
  id: z.string(),
  kind: z.enum(['silence', 'gap', 'route', 'lag', 'site', 'heartbeat']),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  beganAt: time,
})

export const coverageFacts = accountSummary.extend({
  gaps: z.object({
    ...{ open: count, accepted: count, closed: count },
    byReason: z.array(z.object({ reason: z.string(), severity, open: count })),
  }),
  routes: z.array(
    z.object({
      id: z.int(),
      source: z.string(),
      name: z.string(),
      enabled: z.boolean(),
      lastReceivedAt: time.nullable(),
      lastPulledAt: time.nullable(),
      /** Received, and not yet in the site's journal. */
      waitingBodies: count,
      oldestWaitingAt: time.nullable(),
      problem: problem.nullable(),
    }),
  ),
  /** Each registered user on each way in, those who need a look first. */
  users: z.array(
    z.object({
      userId: z.int(),
      name: z.string(),
      source: z.string().nullable(),
      status,
      lastAt: time.nullable(),
      /** The median pause between the days on which something of his came. */
      usualHours: count.nullable(),
      activeDays: count,
      /** Of the last 28 days. */
      records: count,
      openGaps: count,
    }),
  ),
  /** How many more there are. */
  usersOmitted: count,
  /** Days (UTC) of capture, newest first; each number is counted in its own place. */
  days: z.array(
    z.object({
      day,
      ...{ expected: count, captured: count, transferred: count, imported: count, indexed: count },
      notImported: count,
      state: z.enum(['complete', 'under-way', 'exceptions', 'gaps', 'behind', 'untold']),
    }),
  ),
  alerts: z.array(alert),
  heartbeats: z.array(
    z.object({
      route: z.string(),
      begunAt: time,
      capturedAt: time.nullable(),
      captureToSearchSeconds: count.nullable(),
    }),
  ),
  attestations: z.array(z.object({ id: z.string(), day, madeAt: time })),
  /** Ed25519: what attestations are verified with. */
  publicKey: z.string(),
})
export type CoverageFacts = z.infer<typeof coverageFacts>

const gap = z.object({
  id: z.string(),
  state: z.enum(['open', 'accepted', 'closed']),
  severity,
  reason: z.string(),
  source: z.string(),
  route: z.string().nullable(),
  user: z.object({ id: z.int(), name: z.string().nullable() }).nullable(),
  foundAt: time,
  ageDays: count,
  /** What the source said; null where this centre has not the account's key. */
  explanation: z.string().nullable(),
  closed: z.object({ at: time, by: z.string().nullable() }).nullable(),
  accepted: z.object({ at: time, by: z.string(), reason: z.string() }).nullable(),
})

const alertSettings = z.object({
  emailAddresses: z.array(z.string()),
  /** The secret itself never comes back. */
  webhook: z.object({ url: z.string(), hasSecret: z.boolean() }).nullable(),
  lagMinutes: z.int(),
  version: z.int(),
  /** Why open alerts are not told; null where they are. */
  problem: z.string().nullable(),
})

export const coverageEndpoints = defineEndpoints({
  listCoverage: {
    method: 'GET',
    path: '/api/coverage/accounts',
    summary: 'The accounts that connectors take from: their people, gaps and alerts, counted.',
    access: [...readers],
    audit: { none: 'counts only' },
    answer: z.array(accountSummary),
  },
  readCoverage: {
    method: 'GET',
    path: '/api/coverage/accounts/:id',
    summary: 'Who is captured by which way in, how routes fare, and how far each day’s messages have come.',
    access: [...readers],
    audit: 'view-coverage',
    params: idParams,
    answer: coverageFacts,
  },
  refreshCoverage: {
    method: 'POST',
    path: '/api/coverage/accounts/:id/refresh',
    summary: 'Asks the account’s site now; else a worker does so every five minutes.',
    access: [...readers],
    audit: 'view-coverage',
    params: idParams,
    answer: coverageFacts,
  },
  listCoverageGaps: {
    method: 'GET',
    path: '/api/coverage/accounts/:id/gaps',
    summary: 'What is known to be missing, newest first; accepted and closed gaps stay in the list.',
    access: [...readers],
    audit: 'view-coverage',
    params: idParams,
    query: pageQuery.extend({
      state: z.enum(['open', 'accepted', 'closed']).optional(),
      reason: z.string().min(1).max(100).optional(),
    }),
    answer: pageOf(gap),
  },
  acceptGap: {
    method: 'POST',
    path: '/api/coverage/gaps/:id/acceptance',
    summary: 'Accepts that what a gap stands for will not come any more; with the reason, for good.',
    access: [...keepers],
    audit: 'accept-gap',
    params: idParams,
    body: z.object({ reason: z.string().trim().min(3).max(1_000) }),
    answer: z.object({ accepted: z.literal(true) }),
  },
  reconcileRoutes: {
    method: 'GET',
    path: '/api/coverage/accounts/:id/reconciliation',
    summary:
      'Per person and day, what two ways in both have and what only one has; default: the last seven days.',
    access: [...readers],
    audit: 'view-coverage',
    params: idParams,
    query: z.object({ from: day.optional(), to: day.optional() }),
    answer: z.object({
      from: day,
      to: day,
      rows: z.array(
        z.object({
          ...{ person: z.string(), day, here: z.string(), there: z.string() },
          ...{ matched: count, probable: count, onlyHere: count, onlyThere: count },
          /** The first twenty, by ids of items. */
          examplesHere: z.array(z.string()),
          examplesThere: z.array(z.string()),
        }),
      ),
    }),
  },
  readAttestation: {
    method: 'GET',
    path: '/api/coverage/attestations/:id',
    summary: 'A day’s attestation as it was signed: JSON, Ed25519.',
    access: [...readers],
    audit: 'view-coverage',
    params: idParams,
    answer: 'bytes',
  },
  startHeartbeat: {
    method: 'POST',
    path: '/api/coverage/accounts/:id/heartbeats',
    summary: 'Answers a word that a probe of the firm’s own sends by a route; its way into search is timed.',
    access: [...readers],
    audit: 'attest-coverage',
    params: idParams,
    body: z.object({ route: z.string().trim().min(1).max(100) }),
    answer: z.object({ nonce: z.string() }),
  },
  readAlertSettings: {
    method: 'GET',
    path: '/api/coverage/alert-settings',
    summary: 'Where alerts go.',
    access: [...readers],
    audit: { none: 'addresses of the organisation itself' },
    answer: alertSettings,
  },
  changeAlertSettings: {
    method: 'PUT',
    path: '/api/coverage/alert-settings',
    summary:
      'Sets where alerts go: e-mail addresses, and a webhook with the secret that signs what it is sent.',
    access: ['Manage Alerts'],
    audit: 'change-settings',
    dangerous: true,
    body: z.object({
      emailAddresses: z.array(emailAddress).max(50),
      webhook: z
        .object({
          url: z.string().trim().min(1).max(1_000),
          /** Absent: the one there is stays, as long as the address does. */
          secret: z.string().min(16).max(200).optional(),
        })
        .nullable(),
      lagMinutes: z
        .int()
        .min(5)
        .max(7 * 24 * 60),
      /** The `version` that was read. */
      version: z.int().min(0),
    }),
    answer: alertSettings,
  },
})
