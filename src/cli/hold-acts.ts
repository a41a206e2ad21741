import { needsApproval } from '../access/index.ts'
import type { Platform } from '../app.ts'
import { mailboxByAddress } from '../archive/index.ts'
import {
  addHoldMailboxes,
  decideHoldRequest,
  deleteItem,
  endDelay,
  evaluateHolds,
  type HoldFacts,
  type HoldOutcome,
  listDelays,
  listHoldRequests,
  listHolds,
  placeHold,
  purgeBySearch,
  readHold,
  releaseHold,
  updateHoldStatistics,
} from '../compliance/holds/index.ts'
import type { AuditOperation } from '../domain/audit.ts'
import { AppError } from '../domain/errors.ts'
import { localOperator } from '../platform/audit/audit.ts'
import { auditFailure, auditLook, type Context } from './context.ts'
import { factsText } from './output.ts'
import { shownTime } from './times.ts'

export interface PlaceOptions {
  readonly mailbox: readonly string[]
  readonly query?: string
  readonly days?: string
  readonly case?: string
  readonly note?: string
  readonly owner?: string
  readonly url?: string
  readonly confidential?: boolean
  readonly reader?: readonly string[]
}

export interface ReleaseOptions {
  readonly reason: string
  readonly mailbox?: readonly string[]
}

const me = { username: localOperator }

export async function place(
  { output, stopping }: Context,
  platform: Platform,
  name: string,
  options: PlaceOptions,
): Promise<void> {
  const { query, days, note, owner, url, confidential, reader } = options
  const hold = {
    ...{ name, query: query ?? null, days: days === undefined ? null : numberOf(days, '--days') },
    ...{ caseName: options.case ?? null, note: note ?? null, owner: owner ?? null, url: url ?? null },
    ...{ confidential: confidential ?? false, readers: reader ?? [] },
  }
  const id = await audited(platform, 'place-hold', name, async () =>
    placeHold(platformParts(platform), hold, await idsOf(platform, options.mailbox), me),
  )
  await evaluate(platform, id, output, stopping)
  await output.document(await updateHoldStatistics(platformParts(platform), me, id), holdText)
}

async function evaluate(
  { database }: Platform,
  holdId: number,
  output: Context['output'],
  signal: AbortSignal,
): Promise<void> {
  let told = 0
  await evaluateHolds(database.pool, {
    ...{ holdId, signal },
    onProgress: (written) => {
      if (written - told < 100_000) return
      told = written
      output.note(`${written} items written down`)
    },
  })
}

export async function add(
  { output, stopping }: Context,
  platform: Platform,
  name: string,
  addresses: readonly string[],
): Promise<void> {
  await audited(platform, 'change-hold', name, async () =>
    addHoldMailboxes(platformParts(platform), name, await idsOf(platform, addresses), me),
  )
  const { id } = await readHold(platformParts(platform), me, name)
  await evaluate(platform, id, output, stopping)
  await output.document(await updateHoldStatistics(platformParts(platform), me, id), holdText)
}

export async function list({ output }: Context, platform: Platform): Promise<void> {
  const holds = await listHolds(platformParts(platform), me)
  await auditLook(platform, { operation: 'view-holds', details: { holds: holds.length } })
  await output.list(holds, [
    { title: 'name', of: (hold) => hold.name },
    { title: 'kind', of: (hold) => hold.kind },
    { title: 'mailboxes', of: (hold) => hold.mailboxes },
    { title: 'items', of: (hold) => hold.statistics?.items ?? '' },
    { title: 'days', of: (hold) => hold.days ?? 'for ever' },
    { title: 'placed (UTC)', of: (hold) => shownTime(hold.placedAt) },
    { title: 'released (UTC)', of: (hold) => shownTime(hold.releasedAt) },
  ])
}

export async function show({ output }: Context, platform: Platform, name: string): Promise<void> {
  const hold = await audited(platform, 'view-holds', name, () => readHold(platformParts(platform), me, name))
  await auditLook(platform, { operation: 'view-holds', target: `hold ${hold.id}` })
  await output.document(hold, (shown) =>
    [
      holdText(shown),
      ...shown.heldMailboxes.map(
        ({ address, addedAt, removedAt }) =>
          `  ${address}, since ${shownTime(addedAt)}${removedAt === null ? '' : ` until ${shownTime(removedAt)}`}`,
      ),
    ].join('\n'),
  )
}

export async function stats({ output }: Context, platform: Platform, name: string): Promise<void> {
  const hold = await audited(platform, 'view-holds', name, () =>
    updateHoldStatistics(platformParts(platform), me, name),
  )
  await auditLook(platform, { operation: 'view-holds', target: `hold ${hold.id}` })
  await output.document(hold, holdText)
}

export async function delays({ output }: Context, platform: Platform): Promise<void> {
  const running = await listDelays(platformParts(platform), me)
  await auditLook(platform, { operation: 'view-holds', details: { delays: running.length } })
  await output.list(running, [
    { title: 'number', of: (delay) => delay.id },
    { title: 'mailbox', of: (delay) => delay.mailbox.address },
    { title: 'hold', of: (delay) => delay.hold.name },
    { title: 'ends (UTC)', of: (delay) => shownTime(delay.endsAt) },
  ])
}

export async function requests({ output }: Context, platform: Platform): Promise<void> {
  const waiting = await listHoldRequests(platformParts(platform), me)
  await auditLook(platform, { operation: 'view-holds', details: { requests: waiting.length } })
  await output.list(waiting, [
    { title: 'number', of: (request) => request.id },
    { title: 'act', of: (request) => request.act },
    { title: 'hold', of: (request) => request.hold?.name ?? '' },
    { title: 'asked by', of: (request) => request.askedBy },
    { title: 'reason', of: (request) => request.reason },
  ])
}

export async function release(
  context: Context,
  platform: Platform,
  name: string,
  { reason, mailbox }: ReleaseOptions,
): Promise<void> {
  const outcome = await audited(platform, 'release-hold', name, async () => {
    const mailboxIds = mailbox ? await idsOf(platform, mailbox) : null
    const secondPerson = await needsApproval(platform, 'holdRelease')
    return releaseHold(platformParts(platform), { hold: name, mailboxIds, reason }, me, { secondPerson })
  })
  await tell(context, outcome, `"${name}" is released; its mailboxes stay held for 30 days.`)
}

export async function delayEnd(
  context: Context,
  platform: Platform,
  delay: string,
  reason: string,
): Promise<void> {
  const outcome = await audited(platform, 'end-delay-hold', `delay ${delay}`, () =>
    endDelay(platformParts(platform), numberOf(delay, 'the number of the delay'), reason, me),
  )
  await tell(context, outcome, 'The delay has ended.')
}

export async function decide(
  { output }: Context,
  platform: Platform,
  request: string,
  decision: string,
): Promise<void> {
  if (decision !== 'done' && decision !== 'declined' && decision !== 'withdrawn')
    throw new AppError('bad-settings', `"${decision}" is no decision; say done, declined or withdrawn.`)
  await audited(platform, 'decide-approval', `request ${request}`, () =>
    decideHoldRequest(platformParts(platform), numberOf(request, 'the number of the request'), decision, me),
  )
  await output.document({ request: Number(request), decision }, () => `Request ${request}: ${decision}.`)
}

export async function deleteOne(
  { output }: Context,
  platform: Platform,
  id: string,
  purge: boolean,
): Promise<void> {
  const deleted = await audited(platform, purge ? 'purge-item' : 'delete-item', id, () =>
    deleteItem(platformParts(platform), id, { purge }, me),
  )
  await output.document(deleted, () => `${id} is deleted.`)
}

export async function purge(
  context: Context,
  platform: Platform,
  query: string,
  { mailbox, reason }: { readonly mailbox: readonly string[]; readonly reason: string },
): Promise<void> {
  const outcome = await audited(platform, 'purge-items', 'search', async () =>
    purgeBySearch(platformParts(platform), { query, mailboxIds: await idsOf(platform, mailbox) }, reason, me),
  )
  await tell(context, outcome, 'Purged.')
}

async function tell({ output }: Context, outcome: HoldOutcome, done: string): Promise<void> {
  await output.document(outcome, (one) =>
    one.state === 'done'
      ? done
      : `It waits as request ${one.request} for another person, in the portal or by "holdfast hold decide".`,
  )
}

function platformParts({ database, queries, clock }: Platform) {
  return { pool: database.pool, queries, clock }
}

function audited<Result>(
  platform: Platform,
  operation: AuditOperation,
  target: string,
  work: () => Promise<Result>,
): Promise<Result> {
  return auditFailure(platform, { operation, target }, work)
}

async function idsOf(platform: Platform, addresses: readonly string[]): Promise<number[]> {
  const ids: number[] = []
  for (const address of new Set(addresses)) ids.push((await mailboxByAddress(platform, address)).id)
  return ids
}

function numberOf(text: string, what: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new AppError('bad-settings', `${what} is "${text}", which is no whole number.`)
}

function holdText(hold: HoldFacts): string {
  return factsText({
    ...{ hold: hold.name, kind: hold.kind, case: hold.caseName ?? '', query: hold.query ?? '' },
    ends: hold.days === null ? 'never by itself' : `${hold.days} days after each item came`,
    mailboxes: hold.mailboxes,
    'still gone through': hold.evaluating === 0 ? '' : `${hold.evaluating} mailboxes, held whole until then`,
    ...{ items: hold.statistics?.items ?? '', bytes: hold.statistics?.bytes ?? '' },
    'counted (UTC)': shownTime(hold.statistics?.at ?? null),
    ...{ note: hold.note ?? '', owner: hold.owner ?? '', 'read more': hold.url ?? '' },
    confidential: hold.confidential ? `yes, seen by ${[hold.placedBy, ...hold.readers].join(', ')}` : '',
    placed: `${shownTime(hold.placedAt)} UTC by ${hold.placedBy}`,
    released:
      hold.releasedAt === null
        ? ''
        : `${shownTime(hold.releasedAt)} UTC by ${hold.releasedBy}: ${hold.releaseReason}`,
  })
}
