/**
 * One function per business event: its name, its level and the facts it may carry. Facts are ids, names of
 * our own things, counts and codes; never message text, telephone numbers or people's addresses. A new kind
 * of line in the log is a new function here.
 */
import type { Logger } from './logger.ts'

type Level = 'debug' | 'info' | 'warn' | 'error'

function event<Facts extends object>(level: Level, name: string) {
  return (log: Logger, facts: Facts): void => {
    log[level]({ event: name.replaceAll(' ', '-'), ...(facts as object) }, name)
  }
}

function failure<Facts extends object>(level: 'warn' | 'error', name: string) {
  return (log: Logger, error: unknown, facts?: Facts): void => {
    log[level]({ event: name.replaceAll(' ', '-'), ...facts, err: error }, name)
  }
}

export const logEvents = {
  // platform
  programStarted: event<{ parts: readonly string[]; address?: string }>('info', 'program started'),
  programStopped: event<{ reason: string }>('info', 'program stopped'),
  programFailed: failure('error', 'program failed'),
  databaseOpened: event<{ serverPid: number; adopted: boolean; orphansEnded: number }>(
    'info',
    'database opened',
  ),
  databaseConnectionLost: failure('warn', 'database connection lost'),
  migrationsApplied: event<{ migrations: readonly string[] }>('info', 'migrations applied'),
  keyNotBackedUp: event<{ file: string }>('warn', 'key not backed up'),
  requestFailed: failure<{ request: string; method: string; route: string; status: number }>(
    'error',
    'request failed',
  ),

  // jobs
  jobStarted: event<{ queue: string; job: string }>('debug', 'job started'),
  jobFinished: event<{ queue: string; job: string }>('debug', 'job finished'),
  jobFailed: failure<{ queue: string; job: string }>('error', 'job failed'),
  jobQueueTroubled: failure('warn', 'job queue troubled'),

  // archiver site
  accountCreated: event<{ account: string }>('info', 'account created'),
  signInRefused: event<{ account: string; throttled: boolean }>('warn', 'sign-in refused'),
  captureFinished: event<{
    account: string
    source: string
    captured: number
    duplicates: number
    attachments: number
    gaps: number
  }>('info', 'capture finished'),
  routeFailed: failure<{ route: number; source: string; code: string }>('warn', 'route failed'),
  routesTroubled: failure('warn', 'routes troubled'),
  journalSweepFailed: failure('warn', 'journal sweep failed'),
  bodiesLeft: event<{ route: number; bodies: number; codes: readonly string[] }>('warn', 'bodies left'),
  segmentClosed: event<{ account: string; segment: string; records: number; bytes: number }>(
    'info',
    'segment closed',
  ),
  segmentDestroyed: event<{ account: string; segment: string }>('info', 'segment destroyed'),

  // connectors
  connectorCreated: event<{ connector: string; type: string }>('info', 'connector created'),
  runStarted: event<{ connector: string; run: string }>('info', 'run started'),
  runFinished: event<{
    connector: string
    run: string
    transferred: number
    imported: number
    duplicates: number
    exceptions: number
    items: number
  }>('info', 'run finished'),
  runFailed: failure<{ connector: string; run: string }>('error', 'run failed'),
  siteUnreachable: failure<{ connector: string; attempt: number }>('warn', 'site unreachable'),
  exceptionsReprocessed: event<{ connector: string; reprocessed: number; remaining: number }>(
    'info',
    'exceptions reprocessed',
  ),

  // delivery
  deliveryFailed: failure<{ destination: number }>('error', 'delivery failed'),

  // coverage
  coverageFailed: failure<{ account: number }>('warn', 'coverage failed'),
  coverageKept: event<{ accounts: number; attested: number; told: number }>('debug', 'coverage kept'),

  // supervision
  supervisionMatched: event<{ pages: number; looked: number; matches: number; unreadable: number }>(
    'debug',
    'supervision matched',
  ),
  supervisionFailed: failure('error', 'supervision failed'),
  retentionSimulationFailed: failure('error', 'retention simulation failed'),

  // integrity log
  integrityLogSigned: event<{
    entries: number
    timestamped: boolean
    problem: string | null
    expired: number
  }>('debug', 'integrity log signed'),

  escrowSynced: event<{ copied: number; relocked: number; deleted: number; waiting: number }>(
    'debug',
    'escrow synced',
  ),

  // archive
  retentionRun: event<{ due: number; disposed: number; kept: number; inReview: number }>(
    'info',
    'retention run',
  ),
  archiveMoved: event<{ moved: number; coldObjects: number }>('info', 'items moved to the archive'),
  mailboxesImported: event<{ added: number; changed: number }>('info', 'mailboxes imported'),
  contentDamaged: failure<{ object: string }>('error', 'content damaged'),
  verificationFinished: event<{ ok: boolean; items: number; problems: number }>(
    'info',
    'verification finished',
  ),
} as const
