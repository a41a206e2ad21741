import { appendAudit } from '../../platform/audit/audit.ts'
import { createKysely, inTransaction } from '../../platform/postgres/index.ts'
import type { HoldParts, HoldViewer } from './parts.ts'

export type HoldAct = 'release-hold' | 'end-delay' | 'purge'
export type HoldOutcome = { readonly state: 'done' } | { readonly state: 'waiting'; readonly request: number }

interface Asked {
  readonly act: HoldAct
  readonly holdId: number | null
  readonly input: Readonly<Record<string, unknown>>
  readonly reason: string
}

/** Notes what somebody asks for, with its audit record; `decideHoldRequest` is how another person does it. */
export async function askSecondPerson(
  { pool, clock }: HoldParts,
  asked: Asked,
  by: HoldViewer,
): Promise<HoldOutcome> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      'insert into hold_request (act, hold_id, input, reason, asked_by) values ($1, $2, $3, $4, $5) returning id',
      [asked.act, asked.holdId, JSON.stringify(asked.input), asked.reason, by.username],
    )
    const { id } = rows[0]!
    await appendAudit(createKysely(client), {
      ...{ at: clock.now(), actor: by.username, operation: 'request-approval', target: asked.act },
      ...{ outcome: 'succeeded', details: { request: id, hold: asked.holdId, reason: asked.reason } },
    })
    return { state: 'waiting', request: id }
  })
}
