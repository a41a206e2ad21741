import { openCentre, type Platform } from '../app.ts'
import { mailboxByAddress } from '../archive/index.ts'
import {
  approvePolicy,
  askForPolicy,
  createRetentionLabel,
  createRetentionPolicy,
  type DispositionDecision,
  decideDisposition,
  deleteRetentionPolicy,
  labelItem,
  listDisposed,
  listDispositionReviews,
  listRetentionLabels,
  listRetentionPolicies,
  lockPolicy,
  noteEvent,
  type Period,
  presets,
  type RetentionAction,
  type RetentionLabel,
  type RetentionPolicy,
  retentionPolicyByName,
  runRetention,
  type Simulation,
  setDefaultLabel,
  simulatePolicy,
  turnOffPolicy,
} from '../compliance/retention/index.ts'
import { AppError } from '../domain/errors.ts'
import { localOperator } from '../platform/audit/audit.ts'
import { auditLook, type Context } from './context.ts'
import { factsText } from './output.ts'
import { createProgress } from './progress.ts'
import { scopeId } from './retention-scope-acts.ts'
import { shownTime, timeOf } from './times.ts'

interface PeriodOptions {
  readonly action: RetentionAction
  readonly days?: string
  readonly months?: string
  readonly years?: string
  readonly early?: boolean
}

export interface CreateOptions extends PeriodOptions {
  readonly from: 'created' | 'modified'
  readonly mailbox?: readonly string[]
  readonly exclude?: readonly string[]
  readonly scope?: string
  readonly basis?: string
  readonly lock?: boolean
  readonly approvedBy?: string
}

export interface LabelOptions extends PeriodOptions {
  readonly from: RetentionLabel['starts']
  readonly record: RetentionLabel['record']
  readonly query?: string
  readonly review?: readonly string[]
}

export async function create(
  { output }: Context,
  platform: Platform,
  name: string,
  options: CreateOptions,
): Promise<void> {
  const { mailbox, exclude, scope, approvedBy, lock } = options
  if ([mailbox, exclude, scope].filter((one) => one !== undefined).length > 1)
    throw new AppError('bad-settings', 'Give one of --mailbox, --exclude and --scope.')
  if (lock && approvedBy === undefined)
    throw new AppError('bad-settings', '--lock needs --approved-by: only a policy that is on can be locked.')
  const parts = await openCentre(platform)
  await createRetentionPolicy(
    parts,
    {
      ...{
        name,
        action: options.action,
        period: periodOf(options),
        starts: options.from,
        early: options.early ?? false,
      },
      scope: scope ? 'adaptive' : mailbox ? 'static' : 'all',
      mailboxIds: await idsOf(platform, mailbox ?? exclude ?? []),
      adaptiveScopeId: scope === undefined ? undefined : await scopeId(platform, scope),
      basis: options.basis ?? '',
    },
    localOperator,
  )
  if (approvedBy !== undefined) {
    await simulatePolicy(parts, name)
    await switchOn(platform, name, approvedBy)
    if (lock) await lockPolicy(parts, name, localOperator)
  }
  await output.document(shownPolicy(await retentionPolicyByName(parts.pool, name)), policyText)
}

async function switchOn(platform: Platform, name: string, approvedBy: string): Promise<void> {
  const parts = await openCentre(platform)
  await askForPolicy(parts, name, localOperator)
  await approvePolicy(parts, name, approvedBy)
}

export async function list({ output }: Context, platform: Platform): Promise<void> {
  const policies = await listRetentionPolicies(platform.database.pool)
  await output.list(policies.map(shownPolicy), [
    { title: 'name', of: (row) => row.name },
    { title: 'state', of: (row) => (row.lockedAt ? `${row.state}, locked` : row.state) },
    { title: 'action', of: (row) => row.action },
    { title: 'for', of: (row) => periodText(row.period) },
    { title: 'from', of: (row) => row.starts },
    { title: 'scope', of: (row) => row.scope },
    { title: 'mailboxes', of: (row) => row.mailboxes },
  ])
}

export async function show({ output }: Context, platform: Platform, name: string): Promise<void> {
  await output.document(shownPolicy(await retentionPolicyByName(platform.database.pool, name)), policyText)
}

export async function simulate({ output }: Context, platform: Platform, name: string): Promise<void> {
  const simulation = await simulatePolicy(await openCentre(platform), name)
  await output.document({ name, ...simulation }, simulationText)
}

export async function on(
  { output }: Context,
  platform: Platform,
  name: string,
  approvedBy: string,
): Promise<void> {
  await switchOn(platform, name, approvedBy)
  await output.document({ name, state: 'on' }, () => `"${name}" applies from now on.`)
}

export async function off({ output }: Context, platform: Platform, name: string): Promise<void> {
  await turnOffPolicy(await openCentre(platform), name)
  await output.document(
    { name, state: 'off' },
    () => `"${name}" is off; what it retained is kept for 30 days longer.`,
  )
}

export async function deleteDraft({ output }: Context, platform: Platform, name: string): Promise<void> {
  await deleteRetentionPolicy(await openCentre(platform), name)
  await output.document({ name, deleted: true }, () => `The draft "${name}" is gone.`)
}

export async function lock({ output }: Context, platform: Platform, name: string): Promise<void> {
  await lockPolicy(await openCentre(platform), name, localOperator)
  await output.document({ name, locked: true }, () => `"${name}" is locked. Nobody can loosen it.`)
}

export async function run(context: Context, platform: Platform, asOf?: string): Promise<void> {
  const progress = createProgress(context.output, 'retention')
  const found = await runRetention(await openCentre(platform), {
    requestedBy: localOperator,
    signal: context.stopping,
    ...(asOf === undefined ? {} : { asOf: timeOf(asOf, '--as-of') }),
    onProgress: (done, total) => progress.at(done, total, 'items'),
  }).finally(() => progress.end())
  await context.output.document(found, ({ due, inReview, disposed: gone, kept, run: id }) =>
    [
      factsText({ due, 'in review': inReview, disposed: gone, kept, run: id }),
      ...(id === null ? [] : ['It is final after "holdfast compact", and when older backups have expired.']),
    ].join('\n'),
  )
}

export async function disposed(
  { output }: Context,
  platform: Platform,
  { run: id, limit }: { readonly run?: string; readonly limit: string },
): Promise<void> {
  const { items } = await listDisposed(platform.database.pool, {
    run: id === undefined ? undefined : BigInt(wholeNumber(id, '--run')),
    limit: wholeNumber(limit, '--limit'),
  })
  await auditLook(platform, { operation: 'view-dispositions', details: { shown: items.length } })
  await output.list(items, [
    { title: 'item', of: (row) => row.item },
    { title: 'mailbox', of: (row) => row.mailbox },
    { title: 'state', of: (row) => row.state },
    { title: 'disposed (UTC)', of: (row) => shownTime(row.disposedAt) },
    { title: 'final (UTC)', of: (row) => shownTime(row.finalAt) },
    { title: 'by', of: (row) => row.basis },
    { title: 'approved by', of: (row) => row.approvers.join(', ') },
    { title: 'log entry', of: (row) => row.leaf ?? '' },
  ])
}

export async function listPresets({ output }: Context): Promise<void> {
  await output.list(presets, [
    { title: 'name', of: (row) => row.name },
    { title: 'action', of: (row) => row.action },
    { title: 'years', of: (row) => row.years },
    { title: 'source (no legal advice)', of: (row) => row.source },
  ])
}

export async function createLabel(
  { output }: Context,
  platform: Platform,
  name: string,
  { record, query, review = [], early, from, ...options }: LabelOptions,
): Promise<void> {
  const reviewStages = review.map((stage) =>
    stage
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  )
  const label = {
    ...{ name, action: options.action, period: periodOf(options), starts: from, record },
    ...{ query: query ?? null, reviewStages, early: early ?? false },
  }
  await createRetentionLabel(await openCentre(platform), label, localOperator)
  await output.document(label, () => `The label "${name}" is there.`)
}

export async function labels({ output }: Context, platform: Platform): Promise<void> {
  const all = await listRetentionLabels(platform.database.pool)
  await output.list(
    all.map(({ id: _id, ...label }) => label),
    [
      { title: 'name', of: (row) => row.name },
      { title: 'action', of: (row) => row.action ?? 'none' },
      { title: 'for', of: (row) => periodText(row.period) },
      { title: 'from', of: (row) => row.starts },
      { title: 'record', of: (row) => row.record },
      { title: 'items', of: (row) => row.items },
      { title: 'query', of: (row) => row.query ?? '' },
    ],
  )
}

export async function applyLabel(
  { output }: Context,
  platform: Platform,
  item: string,
  name: string | null,
): Promise<void> {
  await labelItem(await openCentre(platform), item, name, localOperator)
  await output.document({ item, label: name }, () =>
    name === null ? 'It has no label.' : `It has the label "${name}".`,
  )
}

export async function event(
  { output }: Context,
  platform: Platform,
  item: string,
  time: string,
): Promise<void> {
  await noteEvent(await openCentre(platform), item, timeOf(time, 'The time'))
  await output.document({ item, event: time }, () => `Its time counts from ${time}.`)
}

export async function defaultLabel(
  { output }: Context,
  platform: Platform,
  name: string,
  addresses: readonly string[],
): Promise<void> {
  const label = name === 'none' ? null : name
  await setDefaultLabel(await openCentre(platform), await idsOf(platform, addresses), label)
  await output.document(
    { label, mailboxes: addresses },
    () => `Default label of ${addresses.length} mailboxes: ${name}.`,
  )
}

export async function reviews({ output }: Context, platform: Platform): Promise<void> {
  const of = { reviewer: null, now: platform.clock.now() }
  const { items } = await listDispositionReviews(platform.database.pool, of, { limit: 500 })
  await output.list(items, [
    { title: 'item', of: (row) => row.item },
    { title: 'mailbox', of: (row) => row.mailbox },
    { title: 'label', of: (row) => row.label },
    { title: 'stage', of: (row) => `${row.stage} of ${row.stages}` },
    { title: 'waits since (UTC)', of: (row) => shownTime(row.waitingSince) },
  ])
}

export async function decide(
  { output }: Context,
  platform: Platform,
  items: readonly string[],
  decision: DispositionDecision,
): Promise<void> {
  const changed = await decideDisposition(
    await openCentre(platform),
    items,
    decision,
    { reviewer: null },
    localOperator,
  )
  await output.document({ act: decision.act, changed }, () => `${changed} items.`)
}

export function extend(
  context: Context,
  platform: Platform,
  items: readonly string[],
  time: string,
  comment?: string,
): Promise<void> {
  return decide(context, platform, items, { act: 'extend', until: timeOf(time, 'The time'), comment })
}

function shownPolicy({ id: _id, mailboxIds, adaptiveScopeId: _scope, ...policy }: RetentionPolicy) {
  return { ...policy, mailboxes: mailboxIds.length }
}

function policyText(policy: ReturnType<typeof shownPolicy>): string {
  const { name, state, action, period, starts, scope, mailboxes, basis, lockedAt, simulation } = policy
  const facts = factsText({
    ...{ name, state: lockedAt ? `${state}, locked` : state, action, for: periodText(period), from: starts },
    ...{ scope: scope === 'static' ? `${mailboxes} mailboxes` : scope, basis },
  })
  return simulation ? `${facts}\n\n${simulationText(simulation)}` : facts
}

function simulationText(found: Simulation): string {
  return factsText({
    'as of (UTC)': shownTime(found.asOf),
    'items in its scope': found.inScope,
    'would be disposed of': found.disposed,
    'over, but held': found.keptByHold,
    'over, but retained': found.keptByRetention,
    'over, but imported less than 90 days ago': found.tooYoung,
  })
}

function periodOf({ days, months, years }: PeriodOptions): Period {
  const given = [
    ['days', days],
    ['months', months],
    ['years', years],
  ] as const
  const told = given.filter(([, count]) => count !== undefined)
  if (told.length > 1) throw new AppError('bad-settings', 'Give one of --days, --months and --years.')
  return told[0] ? { count: wholeNumber(told[0][1]!, `--${told[0][0]}`), unit: told[0][0] } : null
}

function periodText(period: Period): string {
  return period === null ? 'ever' : `${period.count} ${period.unit}`
}

async function idsOf(platform: Platform, addresses: readonly string[]): Promise<number[]> {
  const ids = []
  for (const address of addresses) ids.push((await mailboxByAddress(platform, address)).id)
  return ids
}

function wholeNumber(text: string, option: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1) return number
  throw new AppError('bad-settings', `${option} is "${text}"; it takes a whole number from 1 on.`)
}
