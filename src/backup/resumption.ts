/**
 * Dispositions after a restore, let go on by two people: one asks, another one agrees. What was asked stands beside the
 * suspension it is about; of another suspension it counts for nothing.
 */
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { createKysely, inTransaction } from '../platform/postgres/index.ts'
import type { BackupParts } from './parts.ts'
import { dispositionSuspension, resumeDisposition, type Suspension } from './restore.ts'

export interface ResumptionRequest {
  /** User name. */
  readonly askedBy: string
  /** ISO time. */
  readonly askedAt: string
  readonly reason: string
}

/** In `installation`, beside the suspension. */
const requestName = 'disposition-resumption'
const target = 'resume-disposition'

type Parts = Pick<BackupParts, 'pool' | 'queries' | 'clock'>

/** Null where dispositions go on; who asked that they do, where they do not. */
export async function readSuspension(
  parts: Pick<Parts, 'queries'>,
): Promise<(Suspension & { readonly request: ResumptionRequest | null }) | null> {
  const suspension = await dispositionSuspension(parts)
  if (!suspension) return null
  const row = await parts.queries
    .selectFrom('installation')
    .select('value')
    .where('name', '=', requestName)
    .executeTakeFirst()
  const { of, ...request } = row
    ? (JSON.parse(row.value) as ResumptionRequest & { of: string })
    : { of: null, ...{ askedBy: '', askedAt: '', reason: '' } }
  return { ...suspension, request: of === suspension.since ? request : null }
}

/** Throws `approval-refused` where nothing is suspended, or somebody has asked already. */
export async function askToResume(parts: Parts, reason: string, by: string): Promise<void> {
  const suspension = await readSuspension(parts)
  if (!suspension) throw refused('Dispositions are not suspended.')
  if (suspension.request) throw refused(`${suspension.request.askedBy} has asked already; decide on that.`)
  const at = parts.clock.now()
  const request = { askedBy: by, askedAt: new Date(at).toISOString(), reason, of: suspension.since }
  await inTransaction(parts.pool, async (client) => {
    await client.query(
      'insert into installation (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
      [requestName, JSON.stringify(request)],
    )
    await appendAudit(createKysely(client), {
      ...{ at, operation: 'request-approval', target, outcome: 'succeeded', details: { reason } },
    })
  })
}

export type ResumptionDecision = 'done' | 'declined' | 'withdrawn'

/** Another person agrees or declines; whoever asked may withdraw. Throws `approval-refused`. */
export async function decideResumption(
  parts: Parts,
  decision: ResumptionDecision,
  by: string,
): Promise<void> {
  const request = (await readSuspension(parts))?.request
  if (!request) throw refused('Nobody asked that dispositions go on.')
  const own = request.askedBy.toLowerCase() === by.toLowerCase()
  if (decision === 'withdrawn' && !own) throw refused('Only whoever asked may withdraw.')
  if (decision !== 'withdrawn' && own)
    throw refused('Nobody decides what he asked for; somebody else must, or you withdraw it.')
  if (decision === 'done') await resumeDisposition(parts, request.askedBy, by)
  await inTransaction(parts.pool, async (client) => {
    await client.query('delete from installation where name = $1', [requestName])
    await appendAudit(createKysely(client), {
      ...{ at: parts.clock.now(), operation: 'decide-approval', target, outcome: 'succeeded' },
      details: { decision, requestedBy: request.askedBy, reason: request.reason },
    })
  })
}

function refused(message: string): AppError {
  return new AppError('approval-refused', message)
}
