/** Acts that wait for a second person: asked for, decided, and done in the transaction of the decision. */
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { type Act, perform, roleFor, type Weight, weigh } from './acts.ts'
import type { AccessParts } from './parts.ts'
import type { Principal } from './principal.ts'
import { changeRights, hasOtherApprover } from './rights.ts'
import { readSettings, type Settings } from './settings.ts'

/** Acts for which the settings may ask for a second person. */
export type ApprovalAct = keyof Settings['approvals']

const waitMs = 7 * 24 * 60 * 60_000

/** Whether the settings ask for a second person before such an act, and there is one other than `userId`. */
export async function needsApproval(
  parts: Pick<AccessParts, 'queries'>,
  act: ApprovalAct,
  userId?: number,
): Promise<boolean> {
  const { approvals } = await readSettings(parts.queries)
  if (!approvals[act]) return false
  return userId === undefined || hasOtherApprover(parts.queries, userId)
}

/** Done, with the id of what it was done to, or waiting for somebody to approve it. */
export type Outcome =
  | { readonly state: 'done'; readonly id: number }
  | { readonly state: 'waiting'; readonly approval: number }

/**
 * Does the act, or asks for a second person where one is needed and there is one. What a person gives to himself is
 * done at once only where nobody else could approve it; it is then audited as such and shown to everybody.
 */
export async function doOrAsk(parts: AccessParts, by: Principal, act: Act): Promise<Outcome> {
  return changeRights(parts, async (transaction) => {
    const weight = await weigh(transaction, act, by.userId)
    if (await mustWait(transaction, weight, by.userId)) {
      return { state: 'waiting', approval: await ask(transaction, parts, by, act, weight) }
    }
    const { userId, username } = by
    const author = { userId, username, approval: null, self: weight.self }
    return { state: 'done', id: await perform(transaction, parts, act, author) }
  })
}

async function mustWait(transaction: Queries, weight: Weight, userId: number): Promise<boolean> {
  if (weight.approval === 'never') return false
  if (!(await hasOtherApprover(transaction, userId))) return false
  return weight.approval === 'always' || (await readSettings(transaction)).approvals.roleGrants
}

async function ask(
  transaction: Queries,
  parts: AccessParts,
  by: Principal,
  act: Act,
  weight: Weight,
): Promise<number> {
  const now = parts.clock.now()
  const row = await transaction
    .insertInto('approval')
    .values({
      operation: act.operation,
      request: JSON.stringify({ act, self: weight.self }),
      summary: `${by.username} asks to ${weight.summary}.`,
      requested_by: by.userId,
      requested_at: new Date(now),
      expires_at: new Date(now + waitMs),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await appendAudit(transaction, {
    at: now,
    operation: 'request-approval',
    target: act.operation,
    outcome: 'succeeded',
    details: { approval: row.id, asked: weight.summary, ...(weight.self ? { self: true } : {}) },
  })
  return row.id
}

export interface Approval {
  readonly id: number
  readonly operation: string
  readonly summary: string
  readonly requestedBy: string
  readonly requestedAt: string
  readonly expiresAt: string
  readonly state: 'waiting' | 'approved' | 'declined' | 'withdrawn' | 'expired'
  readonly decidedBy: string | null
  readonly decidedAt: string | null
  readonly reason: string | null
  /** Whether whoever asks may decide it: never his own. */
  readonly mayDecide: boolean
}

/** Requests, latest first; or the one with this id. */
export async function listApprovals(parts: AccessParts, by: Principal, id?: number): Promise<Approval[]> {
  const rows = await parts.queries
    .selectFrom('approval as a')
    .innerJoin('app_user as r', 'r.id', 'a.requested_by')
    .leftJoin('app_user as d', 'd.id', 'a.decided_by')
    .selectAll('a')
    .select(['r.username as requester', 'd.username as decider'])
    .$if(id !== undefined, (query) => query.where('a.id', '=', id!))
    .orderBy('a.id', 'desc')
    .limit(1000)
    .execute()
  return rows.map((row) => {
    const expired = row.expires_at.getTime() <= parts.clock.now()
    const state = (row.decision ?? (expired ? 'expired' : 'waiting')) as Approval['state']
    return {
      id: row.id,
      operation: row.operation,
      summary: row.summary,
      requestedBy: row.requester,
      requestedAt: row.requested_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      state,
      decidedBy: row.decider,
      decidedAt: row.decided_at?.toISOString() ?? null,
      reason: row.reason,
      mayDecide: state === 'waiting' && row.requested_by !== by.userId && by.kind === 'person',
    }
  })
}

export type Decision = 'approved' | 'declined' | 'withdrawn'

/**
 * Decides a request. Approved, it is done in the same transaction, as its requester's act; what has changed since
 * he asked may refuse it (`changed-meanwhile`, `last-administrator`…), and it then keeps waiting.
 * Throws `not-found`, `approval-refused`.
 */
export async function decideApproval(
  parts: AccessParts,
  by: Principal,
  id: number,
  decision: Decision,
  reason: string,
): Promise<void> {
  await changeRights(parts, async (transaction) => {
    const now = parts.clock.now()
    const request = await transaction
      .selectFrom('approval')
      .innerJoin('app_user', 'app_user.id', 'approval.requested_by')
      .select(['operation', 'request', 'requested_by', 'username', 'expires_at', 'decision', 'disabled_at'])
      .where('approval.id', '=', id)
      .executeTakeFirst()
    if (!request) throw new AppError('not-found', `There is no request with the number ${id}.`)
    refuseDecision(request, by, decision, now)
    await transaction
      .updateTable('approval')
      .set({
        decision,
        decided_by: by.userId,
        decided_at: new Date(now),
        reason,
        done_at: decision === 'approved' ? new Date(now) : null,
      })
      .where('id', '=', id)
      .execute()
    await appendAudit(transaction, {
      at: now,
      operation: 'decide-approval',
      target: request.operation,
      outcome: 'succeeded',
      details: { approval: id, decision, requestedBy: request.username, reason },
    })
    if (decision !== 'approved') return
    const { act, self } = request.request as { act: Act; self: boolean }
    await refuseFormerRequester(transaction, act, request)
    await perform(transaction, parts, act, {
      userId: request.requested_by,
      username: request.username,
      approval: { id, approvedBy: by.username },
      self,
    })
  })
}

function refuseDecision(
  request: { readonly decision: string | null; readonly expires_at: Date; readonly requested_by: number },
  by: Principal,
  decision: Decision,
  now: number,
): void {
  const own = request.requested_by === by.userId
  const refusal =
    request.decision !== null
      ? 'This request has been decided already.'
      : request.expires_at.getTime() <= now
        ? 'This request has expired; it must be made anew.'
        : by.kind !== 'person'
          ? 'Only a person may decide, not a token.'
          : decision === 'withdrawn' && !own
            ? 'Only whoever made a request may withdraw it.'
            : decision !== 'withdrawn' && own
              ? 'Nobody decides his own request; somebody else must, or you withdraw it.'
              : null
  if (refusal !== null) throw new AppError('approval-refused', refusal)
}

/** What somebody asked for who may not do it any more is not done in his name. */
async function refuseFormerRequester(
  transaction: Queries,
  act: Act,
  request: { readonly requested_by: number; readonly username: string; readonly disabled_at: Date | null },
): Promise<void> {
  const role = roleFor[act.operation]
  const holds = await transaction
    .selectFrom('role_group_member')
    .innerJoin('role_group', 'role_group.id', 'role_group_member.role_group_id')
    .select('role_group.roles')
    .where('user_id', '=', request.requested_by)
    .execute()
  if (request.disabled_at === null && holds.some(({ roles }) => roles.includes(role))) return
  throw new AppError(
    'approval-refused',
    `${request.username} may not do this any more; decline the request, or make it yourself.`,
  )
}
