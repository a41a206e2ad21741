import { type Selectable, sql } from 'kysely'
import type { ActorType, AuditOperation, AuditOutcome } from '../../domain/audit.ts'
import { AppError } from '../../domain/errors.ts'
import type { Database, Queries } from '../../platform/postgres/index.ts'
import { type AuditFilter, narrowed } from './filter.ts'

export interface AuditRecord {
  readonly id: string
  /** ISO time, UTC. */
  readonly at: string
  readonly operation: AuditOperation
  readonly outcome: AuditOutcome
  readonly actor: string
  readonly actorType: ActorType
  readonly clientIp: string | null
  readonly sessionId: string | null
  readonly correlationId: string | null
  readonly target: string | null
  readonly details: Record<string, unknown>
}

export interface AuditPage {
  readonly items: AuditRecord[]
  /** The next page's cursor; null on the last. */
  readonly next: string | null
}

/** A time in milliseconds and a record's number: the last record of the page before. */
const cursorForm = /^(\d{1,15})-(\d{1,19})$/

/** Records that match, newest first. Throws `bad-request` for a cursor that is none. */
export async function readAuditPage(
  queries: Queries,
  filter: AuditFilter,
  page: { readonly limit: number; readonly cursor?: string | undefined; readonly end?: bigint },
): Promise<AuditPage> {
  const { limit, cursor, end } = page
  const rows = await narrowed(queries.selectFrom('audit_event'), filter)
    .selectAll()
    .$if(cursor !== undefined, (all) => all.where(before(cursor!)))
    .$if(end !== undefined, (all) => all.where('id', '<=', end!))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(recordOf),
    next: last !== undefined && rows.length > limit ? `${last.at.getTime()}-${last.id}` : null,
  }
}

/** How many records match, exactly. */
export async function countAuditRecords(
  queries: Queries,
  filter: AuditFilter,
  end?: bigint,
): Promise<number> {
  const { count } = await narrowed(queries.selectFrom('audit_event'), filter)
    .$if(end !== undefined, (all) => all.where('id', '<=', end!))
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** The number of the last record there is: what is appended later is not part of what was asked for now. */
export async function auditLogEnd(queries: Queries): Promise<bigint> {
  const last = await queries.selectFrom('audit_event').select('id').orderBy('id', 'desc').executeTakeFirst()
  return last?.id ?? 0n
}

const recordsPerPage = 1_000

/** All records that match up to an end of the log, newest first, a page at a time. */
export async function* auditRecords(
  queries: Queries,
  filter: AuditFilter,
  end: bigint,
): AsyncGenerator<readonly AuditRecord[]> {
  for (let cursor: string | undefined; ; ) {
    const page = await readAuditPage(queries, filter, { limit: recordsPerPage, cursor, end })
    if (page.items.length > 0) yield page.items
    if (page.next === null) return
    cursor = page.next
  }
}

function before(cursor: string) {
  const match = cursorForm.exec(cursor)
  const at = new Date(Number(match?.[1] ?? Number.NaN))
  const id = BigInt(match?.[2] ?? 0)
  if (match === null || Number.isNaN(at.getTime()) || id >= 2n ** 63n)
    throw new AppError('bad-request', 'This is no place in the audit log; begin again without a cursor.')
  return sql<boolean>`(at, id) < (${at}, ${id})`
}

function recordOf(row: Selectable<Database['audit_event']>): AuditRecord {
  return {
    id: String(row.id),
    at: row.at.toISOString(),
    operation: row.operation as AuditOperation,
    outcome: row.outcome as AuditOutcome,
    actor: row.actor,
    actorType: row.actor_type as ActorType,
    clientIp: row.client_ip,
    sessionId: row.session_id,
    correlationId: row.correlation_id,
    target: row.target,
    details: row.details as Record<string, unknown>,
  }
}
