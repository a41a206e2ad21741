/**
 * Dispositions after a restore, let go on by two people: one asks, another one agrees. What was asked stands beside the
 * suspension it is about; of another suspension it counts for nothing.
 */
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { createKysely, inTransaction } from '../platform/postgres/index.ts'
import type { BackupParts } from './parts.ts'
import { dispositionSuspension, replayedName, resumeDisposition, type Suspension } from './restore.ts'

export interface ResumptionRequest {
  /** User name. */
  readonly askedBy: string
  /** ISO time. */
  readonly askedAt: string
  readonly reason: string
  /** He says that there is no log of the time since the backup any more. */
  readonly withoutLog: boolean
}

export interface ReadSuspension extends Suspension {
  /** Entries of the log since the backup that were replayed; null: it was not replayed yet. */
  readonly replayed: number | null
  readonly request: ResumptionRequest | null
}

/** In `installation`, beside the suspension. */
const requestName = 'disposition-resumption'
const target = 'resume-disposition'

type Parts = Pick<BackupParts, 'pool' | 'queries' | 'clock'>

/** Null where dispositions go on; who asked that they do, where they do not. */
export async function readSuspension(parts: Pick<Parts, 'queries'>): Promise<ReadSuspension | null> {
  const suspension = await dispositionSuspension(parts)
  if (!suspension) return null
  const rows = await parts.queries
    .selectFrom('installation')
    .select(['name', 'value'])
    .where('name', 'in', [requestName, replayedName])
    .execute()
  const stored = (wanted: string) => {
    const row = rows.find(({ name }) => name === wanted)
    return row ? JSON.parse(row.value) : null
  }
  const replayed = stored(replayedName) as { entries: number } | null
  const asked = stored(requestName) as (ResumptionRequest & { of: string }) | null
  if (asked?.of !== suspension.since)
    return { ...suspension, replayed: replayed?.entries ?? null, request: null }
  const { of: _of, ...request } = asked
  return { ...suspension, replayed: replayed?.entries ?? null, request }
}

/** Throws `approval-refused` where nothing is suspended, the log is to be replayed first, or somebody has asked already. */
export async function askToResume(
  parts: Parts,
  { reason, withoutLog }: { readonly reason: string; readonly withoutLog: boolean },
  by: string,
): Promise<void> {
  const suspension = await readSuspension(parts)
  if (!suspension) throw refused('Dispositions are not suspended.')
  if (suspension.request) throw refused(`${suspension.request.askedBy} has asked already; decide on that.`)
  if (suspension.replayed === null && !withoutLog)
    throw refused(
      'The log of the time since the backup was not replayed: "holdfast restore --replay" first, or say that there is none any more.',
    )
  const at = parts.clock.now()
  const request = {
    askedBy: by,
    askedAt: new Date(at).toISOString(),
    reason,
    withoutLog,
    of: suspension.since,
  }
  await inTransaction(parts.pool, async (client) => {
    await client.query(
      'insert into installation (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
      [requestName, JSON.stringify(request)],
    )
    await appendAudit(createKysely(client), {
      ...{ at, operation: 'request-approval', target, outcome: 'succeeded' },
      details: { reason, withoutLog },
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
  if (decision === 'done')
    await resumeDisposition(parts, request.askedBy, by, { withoutLog: request.withoutLog })
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
