/** What connectors and their runs look like to people and programs. */
import type { Platform } from '../app.ts'
import {
  type Connector,
  connectorByName,
  type ImportException,
  listConnectors,
  listExceptions,
  listRuns,
  type RunReport,
  runLogLines,
  runReport,
} from '../connector/index.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import { auditLook, type Context } from './context.ts'
import { factsText, tableText } from './output.ts'
import { shownTime } from './times.ts'

/** A connector as JSON shows it: without numbers that mean something only inside the database. */
export function connectorFacts(connector: Connector) {
  const { id: _id, feedAccountId: _account, catchAllMailboxId, ...facts } = connector
  return { ...facts, catchAll: catchAllMailboxId !== null }
}

export function connectorText(connector: ReturnType<typeof connectorFacts>): string {
  return factsText({
    name: connector.name,
    type: connector.type,
    site: connector.siteUrl,
    'user name': connector.username,
    'runs on arrival': connector.runOnArrival ? 'yes' : 'no',
    'automatic mapping': connector.automaticMapping ? 'yes' : 'no',
    'catch-all mailbox': connector.catchAll ? 'yes' : 'no',
    'mapping version': connector.mappingVersion,
    schedule: `${connector.scheduleCron} (${connector.scheduleZone})`,
    'next run': connector.pausedAt === null ? shownTime(connector.nextRun) : 'none: paused',
    'imported up to': connector.importedSequence,
    terms: `${connector.terms.version}, accepted by ${connector.terms.acceptedBy}`,
  })
}

export async function list({ output }: Context, platform: Platform): Promise<void> {
  const connectors = await listConnectors(platform)
  await output.list(connectors.map(connectorFacts), [
    { title: 'name', of: (row) => row.name },
    { title: 'type', of: (row) => row.type },
    { title: 'site', of: (row) => row.siteUrl },
    { title: 'imported up to', of: (row) => row.importedSequence },
    { title: 'next run (UTC)', of: (row) => shownTime(row.nextRun) },
  ])
}

export async function showStatus({ output }: Context, platform: Platform, name: string): Promise<void> {
  const connector = await connectorByName(platform, name)
  const lastRun = await lastReport(platform, connector)
  const status = { ...connectorFacts(connector), lastRun }
  await output.document(status, () => {
    const last = lastRun === null ? 'It has not run yet.' : reportText(lastRun)
    return `${connectorText(connectorFacts(connector))}\n\n${last}`
  })
}

/** What reports are read from. */
export function reading({ queries, clock, database }: Platform) {
  return { queries, clock, pool: database.pool }
}

async function lastReport(platform: Platform, connector: Connector): Promise<RunReport | null> {
  try {
    return await runReport(reading(platform), connector)
  } catch (error) {
    if (isAppError(error, 'run-not-found')) return null
    throw error
  }
}

export async function showReport(
  { output }: Context,
  platform: Platform,
  name: string,
  run: string | undefined,
): Promise<void> {
  const connector = await connectorByName(platform, name)
  const report = await runReport(reading(platform), connector, runIdOf(run))
  await output.document(report, reportText)
}

/** Undefined stays: the last run. Throws `run-not-found` for what is no number of a run. */
export function runIdOf(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,18}$/.test(text)) return BigInt(text)
  throw new AppError('run-not-found', `"${text}" is no run's number; the report of a run names it.`)
}

const runsPerPage = 500

/** All runs, newest first. */
export async function showRuns({ output }: Context, platform: Platform, name: string): Promise<void> {
  const connector = await connectorByName(platform, name)
  const runs: RunReport[] = []
  for (let before: bigint | undefined; ; ) {
    const page = await listRuns(reading(platform), connector, {
      limit: runsPerPage,
      ...(before === undefined ? {} : { before }),
    })
    runs.push(...page)
    if (page.length < runsPerPage) break
    before = BigInt(page.at(-1)!.run)
  }
  await output.list(runs, [
    { title: 'run', of: (row) => row.run },
    { title: 'kind', of: (row) => row.kind },
    { title: 'state', of: (row) => row.state },
    { title: 'began (UTC)', of: (row) => shownTime(row.startedAt) },
    { title: 'imported', of: (row) => row.imported },
    { title: 'exceptions', of: (row) => row.exceptions.total },
    { title: 'asked for by', of: (row) => row.requestedBy },
  ])
}

/** The log as the portal gives it out: CSV, one line a run. */
export async function printRunLog({ output }: Context, platform: Platform, name: string): Promise<void> {
  const connector = await connectorByName(platform, name)
  await auditLook(platform, { operation: 'export-run-log', target: name })
  for await (const lines of runLogLines(reading(platform), connector)) await output.bytes(lines)
}

const exceptionsPerPage = 1_000

/** All open exceptions, page by page. */
export async function showExceptions({ output }: Context, platform: Platform, name: string): Promise<void> {
  const connector = await connectorByName(platform, name)
  const open: ImportException[] = []
  for (let after = 0n; ; ) {
    const page = await listExceptions(platform.queries, connector, { after, limit: exceptionsPerPage })
    if (output.json) for (const one of page) await output.line(one, () => '')
    else open.push(...page)
    if (page.length < exceptionsPerPage) break
    after = BigInt(page.at(-1)!.id)
  }
  if (output.json) return
  await output.list(open, [
    { title: 'reason', of: (row) => row.reason },
    { title: 'sent (UTC)', of: (row) => shownTime(row.sentAt) },
    { title: 'channel', of: (row) => row.channel },
    { title: 'explanation', of: (row) => row.explanation },
  ])
}

export function reportText(report: RunReport): string {
  const facts = factsText({
    run: `${report.run} of ${report.connector}: ${report.state}`,
    window: windowText(report),
    transferred: report.transferred,
    imported: report.imported,
    duplicates: report.duplicates,
    exceptions: exceptionsText(report),
    'mailbox items': report.items,
    attachments: report.attachments,
    bytes: report.bytes,
    'largest item': report.largestItemBytes > 0 ? `${report.largestItemBytes} bytes` : null,
    'oldest waiting': shownTime(report.oldestWaiting),
    seconds: report.seconds,
    failure: report.failure ? `${report.failure.message} [${report.failure.code}]` : null,
  })
  const mailboxes = Object.entries(report.mailboxes)
  if (mailboxes.length === 0) return facts
  const table = tableText(mailboxes, [
    { title: 'mailbox', of: ([address]) => address },
    { title: 'items', of: ([, items]) => items },
  ])
  return `${facts}\n\n${table}`
}

function windowText({ kind, window }: RunReport): string | null {
  if (kind === 'reprocess') return 'import exceptions, again'
  return `${window.from ? `captured from ${shownTime(window.from)}` : 'everything not yet taken'} to ${shownTime(window.to)} UTC`
}

function exceptionsText({ exceptions: { total, byReason } }: RunReport): string {
  const reasons = Object.entries(byReason).map(([reason, count]) => `${count} ${reason}`)
  return reasons.length === 0 ? String(total) : `${total} (${reasons.join(', ')})`
}
