/** What one person asks for and another does: releases where the settings say so, the end of a delay, purges. */
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { createKysely, inTransaction } from '../../platform/postgres/index.ts'
import type { HoldAct } from './ask-second-person.ts'
import { doPurge, type PurgeInput } from './delete-items.ts'
import { type HoldParts, type HoldViewer, visibleTo } from './parts.ts'
import { doEndDelay, doRelease } from './release-hold.ts'

export interface HoldRequest {
  readonly id: number
  readonly act: HoldAct
  readonly hold: { readonly id: number; readonly name: string } | null
  readonly input: Readonly<Record<string, unknown>>
  readonly reason: string
  readonly askedBy: string
  readonly askedAt: string
  /** Nobody does what he asked for himself. */
  readonly mayDecide: boolean
}

const waitDays = 7

/** Those that wait, latest first; of a confidential hold only for who may see it. They wait for a week. */
export async function listHoldRequests(
  { pool }: Pick<HoldParts, 'pool'>,
  viewer: HoldViewer,
): Promise<HoldRequest[]> {
  const { rows } = await pool.query<RequestRow>(
    `select r.*, h.name from hold_request as r left join hold as h on h.id = r.hold_id
      where r.decision is null and r.asked_at > now() - interval '${waitDays} days' and (h.id is null or ${visibleTo(1)})
      order by r.id desc limit 500`,
    [viewer.username],
  )
  return rows.map((row) => ({
    id: row.id,
    act: row.act,
    hold: row.hold_id === null ? null : { id: row.hold_id, name: row.name! },
    input: row.input,
    reason: row.reason,
    askedBy: row.asked_by,
    askedAt: row.asked_at.toISOString(),
    mayDecide: row.asked_by !== viewer.username,
  }))
}

interface RequestRow {
  readonly id: number
  readonly act: HoldAct
  readonly hold_id: number | null
  readonly name: string | null
  readonly input: Readonly<Record<string, unknown>>
  readonly reason: string
  readonly asked_by: string
  readonly asked_at: Date
}

/** Does what was asked, as the second person, or declines or withdraws it. Throws `approval-refused`, `hold-refused`. */
export async function decideHoldRequest(
  parts: HoldParts,
  id: number,
  decision: 'done' | 'declined' | 'withdrawn',
  by: HoldViewer,
): Promise<void> {
  const request = (await listHoldRequests(parts, by)).find((one) => one.id === id)
  if (!request) throw new AppError('approval-refused', `No request with the number ${id} waits.`)
  const own = request.askedBy === by.username
  if (own !== (decision === 'withdrawn'))
    throw new AppError(
      'approval-refused',
      own
        ? 'Nobody decides his own request; somebody else must, or you withdraw it.'
        : 'Only whoever asked withdraws.',
    )
  await inTransaction(parts.pool, async (client) => {
    const { rowCount } = await client.query(
      `update hold_request set decision = $2, decided_by = $3, decided_at = now() where id = $1 and decision is null`,
      [id, decision, by.username],
    )
    if (rowCount === 0) throw new AppError('approval-refused', 'This request has been decided already.')
    await appendAudit(createKysely(client), {
      ...{ at: parts.clock.now(), actor: by.username, operation: 'decide-approval', target: request.act },
      ...{ outcome: 'succeeded', details: { request: id, decision, requestedBy: request.askedBy } },
    })
  })
  if (decision === 'done') await perform(parts, request, by)
}

/** After the decision stands, so that it is done once; each act is one transaction of its own, and may be asked for anew. */
async function perform(parts: HoldParts, request: HoldRequest, by: HoldViewer): Promise<void> {
  const { act, askedBy, reason, input } = request
  switch (act) {
    case 'release-hold': {
      const { mailboxIds } = input as { readonly mailboxIds: readonly number[] | null }
      return doRelease(parts, request.hold!.id, { mailboxIds, reason }, by, askedBy)
    }
    case 'end-delay':
      return doEndDelay(parts, (input as { readonly delayId: number }).delayId, { askedBy, reason }, by)
    case 'purge':
      await doPurge(parts, input as unknown as PurgeInput, { askedBy, reason }, by)
  }
}
