import { type Centre, openCentre, type Platform } from '../app.ts'
import {
  type AccountCoverage,
  accountCoverage,
  type CoveredAccount,
  coveredAccountNamed,
  coveredAccounts,
  type Gap,
  listGaps,
  type Reconciliation,
  reconcileRoutes,
  refreshCoverage,
} from '../coverage/index.ts'
import { AppError } from '../domain/errors.ts'
import { auditLook, type Context } from './context.ts'
import { factsText, tableText } from './output.ts'
import { shownTime } from './times.ts'

export interface GapOptions {
  readonly account?: string
  readonly state?: 'open' | 'accepted' | 'closed'
}

export interface ReconcileOptions {
  readonly account?: string
  readonly from?: string
  readonly to?: string
}

/** Rows of a list that a person reads; --json tells all. */
const rowsShown = 50
const gapsPerPage = 500

/** The account named, or the only one there is. Throws `account-not-found`. */
export async function accountOf(centre: Centre, name: string | undefined): Promise<CoveredAccount> {
  if (name !== undefined) return coveredAccountNamed(centre, name)
  const [only, ...others] = await coveredAccounts(centre)
  if (only && others.length === 0) return only
  const why = only
    ? `Name one with --account: ${[only, ...others].map((one) => one.name).join(', ')}.`
    : 'There is no connector yet, so no account is covered.'
  throw new AppError('account-not-found', why)
}

export async function show(
  context: Context,
  platform: Platform,
  { account: name, refresh }: GapOptions & { readonly refresh: boolean },
): Promise<void> {
  const centre = await openCentre(platform)
  const before = await accountOf(centre, name)
  await auditLook(platform, { operation: 'view-coverage', target: before.name })
  if (refresh)
    await refreshCoverage(centre, before).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error
      context.output.note(`Shown as last told: ${error.message}`)
    })
  const account = (await coveredAccounts(centre)).find(({ id }) => id === before.id) ?? before
  await context.output.document(await accountCoverage(centre, account), coverageText)
}

function coverageText(coverage: AccountCoverage): string {
  const { name, toldAt, problem, people, gaps, alerts, users, usersOmitted, days } = coverage
  const head = factsText({
    account: name,
    'site told (UTC)': shownTime(toldAt),
    problem: problem && `${problem.message} [${problem.code}] since ${shownTime(problem.since)}`,
    ...people,
    'open gaps': gaps.open,
    'accepted gaps': gaps.accepted,
    'open alerts': alerts.length,
  })
  const more = usersOmitted + Math.max(0, users.length - rowsShown)
  return [
    head,
    peopleText(users.slice(0, rowsShown)),
    ...(more > 0 ? [`… and ${more} more; --json shows them.`] : []),
    ...(coverage.routes.length > 0 ? [routesText(coverage.routes)] : []),
    daysText(days),
  ].join('\n\n')
}

function peopleText(users: AccountCoverage['users']): string {
  return tableText(users, [
    { title: 'person', of: (row) => row.name },
    { title: 'by', of: (row) => row.source ?? '' },
    { title: 'status', of: (row) => row.status },
    { title: 'last (UTC)', of: (row) => shownTime(row.lastAt) },
    { title: 'in 28 days', of: (row) => row.records },
    { title: 'open gaps', of: (row) => row.openGaps },
  ])
}

function routesText(routes: AccountCoverage['routes']): string {
  return tableText(routes, [
    { title: 'route', of: (row) => row.name },
    { title: 'source', of: (row) => row.source },
    { title: 'state', of: (row) => row.problem?.code ?? (row.enabled ? 'runs' : 'stopped') },
    { title: 'last (UTC)', of: (row) => shownTime(row.lastReceivedAt ?? row.lastPulledAt) },
    { title: 'waiting', of: (row) => row.waitingBodies },
  ])
}

function daysText(days: AccountCoverage['days']): string {
  return tableText(days, [
    { title: 'day (UTC)', of: (row) => row.day },
    { title: 'expected', of: (row) => row.expected },
    { title: 'captured', of: (row) => row.captured },
    { title: 'transferred', of: (row) => row.transferred },
    { title: 'imported', of: (row) => row.imported },
    { title: 'indexed', of: (row) => row.indexed },
    { title: 'exceptions', of: (row) => row.notImported },
    { title: 'state', of: (row) => row.state },
  ])
}

export async function gaps(
  { output }: Context,
  platform: Platform,
  { account: name, state }: GapOptions,
): Promise<void> {
  const centre = await openCentre(platform)
  const account = await accountOf(centre, name)
  await auditLook(platform, { operation: 'view-coverage', target: account.name })
  const rows: Gap[] = []
  let cursor: string | undefined
  do {
    const page = await listGaps(centre, account.id, { state }, { cursor, limit: gapsPerPage })
    rows.push(...page.gaps)
    cursor = page.next ?? undefined
  } while (cursor !== undefined && (output.json || rows.length < rowsShown))
  await output.list(output.json ? rows : rows.slice(0, rowsShown), [
    { title: 'gap', of: (row) => row.id },
    { title: 'state', of: (row) => row.state },
    { title: 'severity', of: (row) => row.severity },
    { title: 'reason', of: (row) => row.reason },
    { title: 'by', of: (row) => row.route ?? row.source },
    { title: 'person', of: (row) => row.user?.name ?? '' },
    { title: 'days', of: (row) => row.ageDays },
    { title: 'what', of: (row) => row.accepted?.reason ?? row.closed?.by ?? row.explanation ?? '' },
  ])
}

export async function reconcile(
  context: Context,
  platform: Platform,
  { account: name, ...days }: ReconcileOptions,
): Promise<void> {
  for (const [option, day] of Object.entries(days))
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day)))
      throw new AppError('bad-settings', `--${option} ${day} is no day; write it like 2026-03-17.`)
  const centre = await openCentre(platform)
  const account = await accountOf(centre, name)
  await auditLook(platform, { operation: 'view-coverage', target: account.name })
  await context.output.document(await reconcileRoutes(centre, account, days), reconciliationText)
}

function reconciliationText({ from, to, rows }: Reconciliation): string {
  if (rows.length === 0) return `Nobody was captured by two ways in from ${from} to ${to}.`
  return tableText(rows, [
    { title: 'day (UTC)', of: (row) => row.day },
    { title: 'person', of: (row) => row.person },
    { title: 'here', of: (row) => row.here },
    { title: 'there', of: (row) => row.there },
    { title: 'matched', of: (row) => row.matched },
    { title: 'probable', of: (row) => row.probable },
    { title: 'only here', of: (row) => row.onlyHere },
    { title: 'only there', of: (row) => row.onlyThere },
  ])
}
