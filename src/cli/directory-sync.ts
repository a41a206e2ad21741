import { basename } from 'node:path'
import { openCentre, type Platform } from '../app.ts'
import {
  type DirectoryStatus,
  readDirectory,
  type SyncOutcome,
  type SyncReport,
  syncReport,
} from '../directory/index.ts'
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { auditFailure, auditLook, type Context } from './context.ts'
import { readInput } from './input-file.ts'
import { factsText, tableText } from './output.ts'
import { shownTime } from './times.ts'

export interface SyncCommandOptions {
  readonly dryRun?: boolean
  readonly acceptRemovals?: boolean
  readonly full?: boolean
  readonly csv?: string
  readonly complete?: boolean
}

/** Lines that a person reads; with --json all are told. */
const linesShown = 50

export async function sync(context: Context, platform: Platform, options: SyncCommandOptions): Promise<void> {
  const source = options.csv === undefined ? 'graph' : 'csv'
  const outcome = await auditFailure(platform, { operation: 'sync-directory', details: { source } }, () =>
    outcomeOf(platform, options),
  )
  if (!outcome.applied) await auditDryRun(platform, source, outcome)
  const linesMax = context.output.json ? Number.POSITIVE_INFINITY : linesShown
  await context.output.document(syncReport(outcome, linesMax), reportText)
  if (outcome.removalsRefused)
    context.output.note(
      'More than a fifth of the active mailboxes would close: the sync itself needs --accept-removals.',
    )
}

async function outcomeOf(platform: Platform, options: SyncCommandOptions): Promise<SyncOutcome> {
  const { dryRun = false, acceptRemovals = false, full = false, complete = false, csv } = options
  const { syncFromCsv, syncFromGraph } = await import('../directory/index.ts')
  if (csv === undefined) {
    if (complete)
      throw new AppError('bad-settings', '--complete is for a file; give one with --csv, or use --full.')
    return syncFromGraph(await openCentre(platform), { dryRun, acceptRemovals, full })
  }
  const { parseMailboxes } = await import('../domain/mailboxes.ts')
  const rows = parseMailboxes(await readInput(csv, 'a file of mailboxes'), basename(csv))
  return syncFromCsv(platform, rows, { dryRun, acceptRemovals, complete })
}

function auditDryRun(platform: Platform, source: string, outcome: SyncOutcome): Promise<void> {
  return appendAudit(platform.queries, {
    ...{ at: platform.clock.now(), operation: 'sync-directory', outcome: 'succeeded' },
    details: { source, dryRun: true, ...syncReport(outcome, 0).counts },
  })
}

function reportText({ applied, counts, changes, conflicts, passedOver }: SyncReport): string {
  const { conflicts: conflictCount, passedOver: _passed, ...mailboxes } = counts
  const head = factsText({
    ...mailboxes,
    conflicts: conflictCount,
    'without an address': passedOver['no-address'],
    'without a licence': passedOver.unlicensed,
    disabled: passedOver.disabled,
  })
  const lines = changes.map(({ kind, address, fields }) => ({
    ...{ kind, address },
    what: fields.map(({ field, before, after }) => `${field}: ${shown(before)} → ${shown(after)}`).join(', '),
  }))
  const table = tableText(lines, [
    { title: applied ? 'done' : 'would be', of: (row) => row.kind },
    { title: 'mailbox', of: (row) => row.address },
    { title: 'what', of: (row) => (row.kind === 'added' ? '' : row.what) },
  ])
  const more = counts.added + counts.changed + counts.deactivated + counts.reactivated - changes.length
  return [
    head,
    ...(lines.length > 0 ? [table] : []),
    ...(more > 0 ? [`… and ${more} more; --json shows all.`] : []),
    ...conflicts.map(({ explanation }) => explanation),
    ...(applied ? [] : ['Nothing was changed.']),
  ].join('\n\n')
}

function shown(value: string | boolean | null | readonly string[]): string {
  if (value === null || value === '') return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'string' ? value : value.join(' ') || 'none'
}

export async function status({ output }: Context, platform: Platform): Promise<void> {
  await auditLook(platform, { operation: 'view-mailboxes', target: 'directory' })
  await output.document(await readDirectory(platform), statusText)
}

function statusText({ graph, sources, mailboxes, origins, problems, problemCount }: DirectoryStatus): string {
  const from = graph
    ? `Microsoft Graph, ${graph.settings.cloud}, tenant ${graph.settings.tenantId}, by ${graph.settings.credential}`
    : 'not set up'
  const head = factsText({
    'microsoft graph': from,
    active: mailboxes.active,
    inactive: mailboxes.inactive,
    ...origins,
  })
  const runs = sources.map(({ source, lastSuccessAt, counts, problem }) =>
    factsText({
      source,
      'last success (UTC)': shownTime(lastSuccessAt),
      ...(counts ? { ...counts } : {}),
      problem: problem && `${problem.message} [${problem.code}] since ${shownTime(problem.since)}`,
    }),
  )
  const people = problems.map(({ source, userName, explanation }) => `${source}: ${userName}: ${explanation}`)
  const more = problemCount > problems.length ? [`… and ${problemCount - problems.length} more.`] : []
  return [head, ...runs, ...people, ...more].join('\n\n')
}
