/** Home, the audit log, settings. */
import { z } from 'zod'
import { actorTypes, auditOperations, auditOutcomes } from '../../domain/audit.ts'
import { defineEndpoints } from '../endpoint.ts'
import { pageOf, time } from '../values.ts'
import { orWaiting } from './people.ts'

/** What needs somebody's attention. The portal has a sentence and a link for each code, with these facts. */
export const attention = z.object({
  code: z.enum([
    'connector-failing',
    'connector-late',
    'connector-paused',
    'import-exceptions',
    'destination-problem',
    'mailboxes-held',
    'delivery-exceptions',
    'gaps',
    'keys-not-backed-up',
    'disk-low',
    'no-connector',
    'no-mailbox',
    'approval-waiting',
    'self-grant',
    'users-never-captured',
    'clock-moved-back',
  ]),
  severity: z.enum(['error', 'warning', 'information']),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
})

export const auditRecord = z.object({
  id: z.string(),
  at: time,
  operation: z.enum(auditOperations),
  outcome: z.enum(auditOutcomes),
  actor: z.string(),
  actorType: z.enum(actorTypes),
  clientIp: z.string().nullable(),
  sessionId: z.string().nullable(),
  correlationId: z.string().nullable(),
  target: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
})

const auditFilter = z.object({
  from: time.optional(),
  to: time.optional(),
  /** Several with commas between. */
  actors: z.string().max(2000).optional(),
  operations: z.string().max(4000).optional(),
  outcome: z.enum(auditOutcomes).optional(),
  target: z.string().max(300).optional(),
})

export const settingsFacts = z.object({
  organisation: z.string().nullable(),
  languages: z.object({ standard: z.string() }),
  /** Acts that need a second person. */
  approvals: z.object({
    holdRelease: z.boolean(),
    disposition: z.boolean(),
    bulkExport: z.boolean(),
    roleGrants: z.boolean(),
    exclusions: z.boolean(),
  }),
  sessions: z.object({
    idleMinutes: z.int().min(5).max(1440),
    absoluteHours: z.int().min(1).max(168),
    confirmMinutes: z.int().min(1).max(60),
  }),
  /** Whether everybody who signs in by password also needs a code or a passkey. */
  secondFactorRequired: z.boolean(),
  provider: z
    .object({
      name: z.string().min(1).max(100),
      issuer: z.string().max(500),
      clientId: z.string().max(300),
      /** Never comes back; absent in a change keeps it. */
      hasClientSecret: z.boolean(),
      groupsClaim: z.string().max(100),
      /** Whether people unknown here are made users at their first sign-in. */
      createsUsers: z.boolean(),
    })
    .nullable(),
  terms: z.object({ version: z.string(), text: z.string().nullable() }),
})

export const systemEndpoints = defineEndpoints({
  readHome: {
    method: 'GET',
    path: '/api/home',
    summary: 'What needs attention, today’s figures, coverage. Parts the asker has no role for are null.',
    access: 'signed-in',
    audit: { none: 'counts' },
    query: z.object({ timeZone: z.string().max(64).default('UTC') }),
    answer: z.object({
      attention: z.array(attention),
      /** By channel; `day` began at midnight in the zone asked for. */
      today: z
        .object({
          day: z.iso.date(),
          timeZone: z.string(),
          channels: z.array(z.object({ channel: z.string(), captured: z.int(), imported: z.int() })),
        })
        .nullable(),
      coverage: z
        .object({
          registeredUsers: z.int(),
          /** Took part in a message of the last seven days, before that, never. */
          capturing: z.int(),
          quiet: z.int(),
          never: z.int(),
        })
        .nullable(),
      archive: z
        .object({ mailboxes: z.int(), items: z.int(), messages: z.int(), openExceptions: z.int() })
        .nullable(),
      /** Captured and imported of the last thirty days, by day. */
      days: z.array(z.object({ day: z.iso.date(), captured: z.int(), imported: z.int() })).nullable(),
    }),
  },
  searchAudit: {
    method: 'GET',
    path: '/api/audit',
    summary: 'Audit records, newest first.',
    access: ['Audit Logs', 'View-Only Audit Logs'],
    audit: 'search-audit',
    query: auditFilter.extend({
      cursor: z.string().max(40).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    answer: pageOf(auditRecord),
  },
  countAudit: {
    method: 'GET',
    path: '/api/audit/count',
    summary: 'How many records match, exactly.',
    access: ['Audit Logs', 'View-Only Audit Logs'],
    audit: 'search-audit',
    query: auditFilter,
    answer: z.object({ count: z.int() }),
  },
  exportAudit: {
    method: 'GET',
    path: '/api/audit/export',
    summary: 'All matching records as CSV or JSON lines, without a limit.',
    access: ['Audit Logs', 'View-Only Audit Logs'],
    audit: 'export-audit',
    query: auditFilter.extend({
      /** `purview`: JSON lines in the form of Microsoft 365's audit log. */
      form: z.enum(['csv', 'jsonl', 'purview']).default('csv'),
      safe: z.stringbool().default(true),
    }),
    answer: 'bytes',
  },
  readSettings: {
    method: 'GET',
    path: '/api/settings',
    summary: 'The settings an administrator may change here.',
    access: ['Organization Configuration', 'Role Management'],
    audit: { none: 'our own settings, without secrets' },
    answer: settingsFacts,
  },
  changeSettings: {
    method: 'PATCH',
    path: '/api/settings',
    summary: 'Changes settings. Loosening an approval may itself wait for a second person.',
    access: ['Organization Configuration'],
    audit: 'change-settings',
    dangerous: true,
    body: settingsFacts
      .omit({ provider: true, terms: true })
      .partial()
      .extend({
        provider: z
          .object({
            name: z.string().min(1).max(100),
            issuer: z.string().max(500),
            clientId: z.string().max(300),
            clientSecret: z.string().max(1000).optional(),
            groupsClaim: z.string().max(100).default('groups'),
            createsUsers: z.boolean().default(false),
          })
          .nullable()
          .optional(),
        termsText: z.string().max(100_000).nullable().optional(),
      }),
    answer: orWaiting(settingsFacts),
  },
  testProvider: {
    method: 'POST',
    path: '/api/settings/provider/test',
    summary: 'Asks the sign-in provider for its configuration and says what is wrong.',
    access: ['Organization Configuration'],
    audit: 'change-settings',
    answer: z.object({ ok: z.boolean(), message: z.string() }),
  },
  readSystem: {
    method: 'GET',
    path: '/api/system',
    summary: 'Versions, database, storage, keys, clock and disk, as `holdfast doctor` sees them.',
    access: ['Organization Configuration'],
    audit: { none: 'the state of our own machine' },
    answer: z.object({
      version: z.string(),
      database: z.object({ embedded: z.boolean(), server: z.string() }),
      objectStore: z.object({ type: z.enum(['local', 'azure']), place: z.string() }),
      emailDomain: z.string(),
      keys: z.array(z.object({ name: z.enum(['site', 'centre']), backedUp: z.boolean(), file: z.string() })),
      checks: z.array(
        z.object({ name: z.string(), ok: z.boolean(), message: z.string(), remedy: z.string() }),
      ),
    }),
  },
})
