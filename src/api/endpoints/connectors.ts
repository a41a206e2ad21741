/** Connectors, their runs and import exceptions. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'
import {
  done,
  emailAddress,
  fileProblem,
  idParams,
  pageOf,
  pageQuery,
  rowId,
  time,
  timeZone,
  version,
} from '../values.ts'

export const connectorTypes = ['whatsapp', 'wechat'] as const
export const exceptionReasons = [
  'undecodable',
  'participant-unmapped',
  'participant-partly-unmapped',
  'attachment-too-large',
  'attachment-damaged',
] as const
export const connectorRoles = ['Data Connector Admin', 'Mailbox Import Export'] as const

export const runFacts = z.object({
  run: z.string(),
  kind: z.enum(['run', 'window', 'reprocess']),
  state: z.enum(['queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled']),
  /** queued, starting, signing-in, transferring, importing, reprocessing, done … */
  phase: z.string(),
  window: z.object({ from: time.nullable(), to: time.nullable() }),
  requestedBy: z.string(),
  total: z.int(),
  transferred: z.int(),
  imported: z.int(),
  duplicates: z.int(),
  exceptions: z.object({ total: z.int(), byReason: z.record(z.string(), z.int()) }),
  items: z.int(),
  /** Items by mailbox address. */
  mailboxes: z.record(z.string(), z.int()),
  attachments: z.int(),
  bytes: z.int(),
  largestItemBytes: z.int(),
  oldestWaiting: time.nullable(),
  /** Messages a second, over the run so far. */
  rate: z.number(),
  seconds: z.number(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
})
export type RunFacts = z.infer<typeof runFacts>

export const connectorFacts = z.object({
  id: z.int(),
  name: z.string(),
  type: z.enum(connectorTypes),
  siteUrl: z.string(),
  /** Where its site captures. */
  region: z.string(),
  username: z.string(),
  automaticMapping: z.boolean(),
  catchAll: z.string().nullable(),
  mappingRows: z.int(),
  mappingVersion: z.int(),
  schedule: z.object({ cron: z.string(), zone: z.string() }),
  /** Runs whenever its site has something new, besides the schedule. */
  runOnArrival: z.boolean(),
  nextRun: time.nullable(),
  /** `late` when the last success lies more than a day before what the schedule asks. */
  health: z.enum(['new', 'running', 'healthy', 'failing', 'late', 'paused']),
  pausedAt: time.nullable(),
  terms: z.object({ version: z.string(), acceptedBy: z.string(), acceptedAt: time }),
  createdAt: time,
  importedSequence: z.int(),
  /** Messages imported by all its runs. */
  importedMessages: z.int(),
  openExceptions: z.int(),
  lastRun: runFacts.nullable(),
  version,
})
export type ConnectorFacts = z.infer<typeof connectorFacts>

/** How registered users, and so their messages, would be mapped. */
export const mappingPreview = z.object({
  registeredUsers: z.int(),
  byCsv: z.int(),
  byEmailProperty: z.int(),
  unmapped: z.int(),
  /** A few of each rule, to see at a glance that the columns of a file were not mixed up. */
  mappedExamples: z.array(
    z.object({
      name: z.string(),
      mobile: z.string(),
      mailbox: z.string(),
      rule: z.enum(['csv', 'email-property']),
    }),
  ),
  /** Up to 200 unmapped ones with the reason. */
  unmappedUsers: z.array(
    z.object({ name: z.string(), mobile: z.string(), email: z.string(), reason: z.string() }),
  ),
})

export const exceptionFacts = z.object({
  id: z.string(),
  reason: z.enum(exceptionReasons),
  explanation: z.string(),
  sequence: z.int(),
  channel: z.string(),
  sentAt: time.nullable(),
  capturedAt: time,
  foundAt: time,
})

export const mappingUpload = z.union([
  z.object({ taken: z.literal(true), rows: z.int() }),
  z.object({ taken: z.literal(false), problems: z.array(fileProblem) }),
])

const runParams = z.object({ id: rowId, run: rowId })

export const connectorEndpoints = defineEndpoints({
  listConnectors: {
    method: 'GET',
    path: '/api/connectors',
    summary: 'All connectors with their state, last run and next run.',
    access: [...connectorRoles, 'Organization Configuration'],
    audit: { none: 'names and counts of our own connectors' },
    answer: z.array(connectorFacts),
  },
  readConnector: {
    method: 'GET',
    path: '/api/connectors/:id',
    summary: 'One connector.',
    access: [...connectorRoles, 'Organization Configuration'],
    audit: { none: 'names and counts of our own connectors' },
    params: idParams,
    answer: connectorFacts,
  },
  changeConnector: {
    method: 'PATCH',
    path: '/api/connectors/:id',
    summary:
      'Name, site, credentials, schedule, automatic mapping, catch-all. Refused (`changed-meanwhile`) when somebody else changed it after `version`.',
    access: [...connectorRoles],
    audit: 'change-connector',
    params: idParams,
    body: z.object({
      version,
      name: z.string().trim().min(1).max(100).optional(),
      siteUrl: z.string().max(500).optional(),
      username: z.string().max(200).optional(),
      password: z.string().max(1024).optional(),
      automaticMapping: z.boolean().optional(),
      catchAll: z.string().max(254).nullable().optional(),
      schedule: z.object({ cron: z.string().max(100), zone: timeZone }).optional(),
      runOnArrival: z.boolean().optional(),
    }),
    answer: connectorFacts,
  },
  pauseConnector: {
    method: 'POST',
    path: '/api/connectors/:id/pause',
    summary: 'No scheduled runs until resumed; nothing is lost meanwhile, the site keeps capturing.',
    access: [...connectorRoles],
    audit: 'pause-connector',
    params: idParams,
    answer: connectorFacts,
  },
  resumeConnector: {
    method: 'POST',
    path: '/api/connectors/:id/resume',
    summary: 'Scheduled runs again.',
    access: [...connectorRoles],
    audit: 'resume-connector',
    params: idParams,
    answer: connectorFacts,
  },
  removeConnector: {
    method: 'DELETE',
    path: '/api/connectors/:id',
    summary: 'Removes the connector. What it imported stays.',
    access: [...connectorRoles],
    audit: 'remove-connector',
    dangerous: true,
    params: idParams,
    answer: done,
  },
  downloadMapping: {
    method: 'GET',
    path: '/api/connectors/:id/mapping',
    summary: 'The custom mapping as CSV. `safe=true` defuses what a spreadsheet would run as a formula.',
    access: [...connectorRoles],
    audit: 'export-mapping',
    params: idParams,
    query: z.object({ safe: z.stringbool().default(true) }),
    answer: 'bytes',
  },
  uploadMapping: {
    method: 'PUT',
    path: '/api/connectors/:id/mapping',
    summary: 'Replaces the custom mapping; all or nothing, problems row by row.',
    access: [...connectorRoles],
    audit: 'replace-mapping',
    params: idParams,
    query: z.object({ name: z.string().max(200).default('mapping.csv') }),
    body: 'bytes',
    bodyBytesMax: 64 * 1024 * 1024,
    answer: mappingUpload,
  },
  mapParticipant: {
    method: 'POST',
    path: '/api/connectors/:id/mapping/rows',
    summary:
      'Maps one number to a mailbox beside what the file maps; a row of that number without days is replaced.',
    access: [...connectorRoles],
    audit: 'replace-mapping',
    params: idParams,
    body: z.object({ externalUserId: z.string().trim().min(1).max(50), mailbox: emailAddress }),
    answer: connectorFacts,
  },
  previewConnectorMapping: {
    method: 'GET',
    path: '/api/connectors/:id/mapping/preview',
    summary: 'How the registered users are mapped now.',
    access: [...connectorRoles],
    audit: 'view-users',
    params: idParams,
    answer: mappingPreview,
  },
  startRun: {
    method: 'POST',
    path: '/api/connectors/:id/runs',
    summary: 'Runs the connector now, reads a window again, or reprocesses its exceptions.',
    access: [...connectorRoles],
    audit: 'run-connector',
    params: idParams,
    body: z.object({
      kind: z.enum(['run', 'window', 'reprocess']).default('run'),
      window: z.object({ from: time.optional(), to: time.optional() }).optional(),
    }),
    answer: runFacts,
  },
  listRuns: {
    method: 'GET',
    path: '/api/connectors/:id/runs',
    summary: 'The history of runs, newest first.',
    access: [...connectorRoles, 'Organization Configuration'],
    audit: { none: 'counts of our own runs' },
    params: idParams,
    query: pageQuery,
    answer: pageOf(runFacts),
  },
  readRun: {
    method: 'GET',
    path: '/api/connectors/:id/runs/:run',
    summary: 'The report of a run.',
    access: [...connectorRoles, 'Organization Configuration'],
    audit: { none: 'counts of our own runs' },
    params: runParams,
    answer: runFacts,
  },
  cancelRun: {
    method: 'POST',
    path: '/api/connectors/:id/runs/:run/cancel',
    summary: 'Stops a run after the page at hand; the next run goes on from there.',
    access: [...connectorRoles],
    audit: 'cancel-run',
    params: runParams,
    answer: runFacts,
  },
  downloadRunLog: {
    method: 'GET',
    path: '/api/connectors/:id/run-log',
    summary: 'One line a run as CSV, all runs of the connector.',
    access: [...connectorRoles],
    audit: 'export-run-log',
    params: idParams,
    query: z.object({ safe: z.stringbool().default(true) }),
    answer: 'bytes',
  },
  followRuns: {
    method: 'GET',
    path: '/api/run-progress',
    summary: 'Server-sent events: each holds the connector (`connectorFacts`) that moved.',
    access: [...connectorRoles, 'Organization Configuration'],
    audit: { none: 'counts of our own runs' },
    answer: 'events',
  },
  listExceptions: {
    method: 'GET',
    path: '/api/connectors/:id/exceptions',
    summary: 'Open import exceptions, oldest first, with reason and explanation.',
    access: [...connectorRoles],
    audit: 'view-exceptions',
    params: idParams,
    query: pageQuery.extend({ reason: z.enum(exceptionReasons).optional() }),
    answer: pageOf(exceptionFacts).extend({ byReason: z.record(z.string(), z.int()) }),
  },
  downloadExceptions: {
    method: 'GET',
    path: '/api/connectors/:id/exceptions.csv',
    summary: 'All open exceptions as CSV.',
    access: [...connectorRoles],
    audit: 'export-exceptions',
    params: idParams,
    query: z.object({ safe: z.stringbool().default(true) }),
    answer: 'bytes',
  },
})
