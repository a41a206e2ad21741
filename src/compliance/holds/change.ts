import { type LogKind, noteLogEntries } from '../../archive/log/note.ts'
import type { AuditOperation } from '../../domain/audit.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { faultPoint } from '../../platform/faults.ts'
import { type Client, createKysely, inTransaction } from '../../platform/postgres/index.ts'
import { type HoldParts, type HoldViewer, visibleTo } from './parts.ts'

export interface HoldChange {
  readonly operation: AuditOperation
  readonly target: string
  readonly by: string
  readonly details?: Readonly<Record<string, unknown>>
  /** For the integrity log: ids and counts, no words. Absent: nothing is noted. */
  readonly log?: { readonly kind: LogKind; readonly facts: Readonly<Record<string, unknown>> }
}

/** Does a change with its audit record and its log entry in one transaction; `work` answers what they say. */
export async function changeHolds<Result>(
  { pool, clock }: HoldParts,
  work: (client: Client) => Promise<{ readonly result: Result; readonly change: HoldChange }>,
): Promise<Result> {
  const done = await inTransaction(pool, async (client) => {
    const { result, change } = await work(client)
    const at = clock.now()
    const { operation, target, by, details, log } = change
    await appendAudit(createKysely(client), {
      ...{ at, actor: by, operation, target, outcome: 'succeeded' },
      ...(details ? { details } : {}),
    })
    if (log) await noteLogEntries(client, [{ at, ...log }])
    faultPoint('holds.before-commit')
    return result
  })
  faultPoint('holds.committed')
  return done
}

export interface HoldRow {
  readonly id: number
  readonly name: string
  readonly query: string | null
  readonly days: number | null
  readonly placed_at: Date
  readonly released_at: Date | null
  readonly confidential: boolean
}

/** By id or by name (one in force first). Throws `hold-not-found`, also for a confidential one of somebody else. */
export async function holdRow(
  db: Pick<Client, 'query'>,
  viewer: HoldViewer,
  hold: number | string,
): Promise<HoldRow> {
  const { rows } = await db.query<HoldRow>(
    `select h.id, h.name, h.query, h.days, h.placed_at, h.released_at, h.confidential from hold as h
      where ${visibleTo(1)} and ${typeof hold === 'number' ? 'h.id = $2' : 'lower(h.name) = lower($2)'}
      order by h.released_at is not null, h.id desc limit 1`,
    [viewer.username, hold],
  )
  if (rows[0]) return rows[0]
  const named = typeof hold === 'number' ? `with the number ${hold}` : `"${hold}"`
  throw new AppError('hold-not-found', `There is no hold ${named}; see "holdfast hold list".`)
}
