/** How long audit records are kept: policies, and the removal of what is over. */
import { noteLogEntries } from '../../archive/log/note.ts'
import { type AuditKeepMonths, type AuditOperation, auditOperations } from '../../domain/audit.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import type { Clock } from '../../platform/clock.ts'
import { createKysely, inTransaction, type Pool, type Queries } from '../../platform/postgres/index.ts'

export interface AuditRetentionPolicy {
  readonly id: number
  readonly name: string
  /** 1 to 10,000; the smallest number that applies to a record decides. */
  readonly priority: number
  readonly keepMonths: AuditKeepMonths
  /** Whose records; null: everybody's. */
  readonly actors: string[] | null
  /** Of what; null: of everything. */
  readonly operations: AuditOperation[] | null
  readonly createdBy: string
  /** ISO time, UTC. */
  readonly createdAt: string
}

export type NewAuditRetentionPolicy = Pick<
  AuditRetentionPolicy,
  'name' | 'priority' | 'keepMonths' | 'actors' | 'operations'
>

export interface AuditRetentionParts {
  readonly pool: Pool
  readonly queries: Queries
  readonly clock: Clock
}

/** As many as Purview allows. */
const policiesMax = 50

/** The highest first. */
export async function listAuditPolicies({
  queries,
}: Pick<AuditRetentionParts, 'queries'>): Promise<AuditRetentionPolicy[]> {
  const rows = await queries.selectFrom('audit_retention_policy').selectAll().orderBy('priority').execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    priority: row.priority,
    keepMonths: row.keep_months as AuditKeepMonths,
    actors: row.actors,
    operations: row.operations as AuditOperation[] | null,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  }))
}

/** Throws `audit-policy-refused` for a name or a priority that is taken, an unknown operation, and the fifty-first. */
export async function createAuditPolicy(
  parts: AuditRetentionParts,
  policy: NewAuditRetentionPolicy,
  by: string,
): Promise<void> {
  const unknown = policy.operations?.find((operation) => !auditOperations.includes(operation))
  if (unknown !== undefined) throw refused(`"${unknown}" is no operation of the audit log.`)
  await change(parts, policy.name, { act: 'create', ...policy }, async (queries) => {
    const others = await listAuditPolicies({ queries })
    if (others.length >= policiesMax)
      throw refused(`There are ${policiesMax} policies already; remove one first.`)
    const clash = others.find(({ name, priority }) => name === policy.name || priority === policy.priority)
    if (clash)
      throw refused(
        `The policy "${clash.name}" has this name or priority ${clash.priority}; choose another one.`,
      )
    await queries
      .insertInto('audit_retention_policy')
      .values({
        name: policy.name,
        priority: policy.priority,
        keep_months: policy.keepMonths,
        actors: policy.actors,
        operations: policy.operations,
        created_by: by,
        created_at: new Date(parts.clock.now()),
      })
      .execute()
  })
}

/** What it would have removed is kept from now on. Throws `audit-policy-refused` where there is none of this name. */
export async function removeAuditPolicy(parts: AuditRetentionParts, name: string): Promise<void> {
  await change(parts, name, { act: 'remove' }, async (queries) => {
    const { numDeletedRows } = await queries
      .deleteFrom('audit_retention_policy')
      .where('name', '=', name)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw refused(`There is no audit retention policy "${name}".`)
  })
}

async function change(
  { pool, clock }: AuditRetentionParts,
  name: string,
  details: Readonly<Record<string, unknown>> & { readonly act: 'create' | 'remove' },
  work: (queries: Queries) => Promise<void>,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    // One at a time: two that are made at once could share a priority's place between their checks.
    await client.query(`select pg_advisory_xact_lock(hashtextextended('holdfast.audit-retention', 0))`)
    const queries = createKysely(client)
    await work(queries)
    const at = clock.now()
    await appendAudit(queries, {
      at,
      operation: 'change-audit-retention',
      target: name,
      outcome: 'succeeded',
      details,
    })
    await noteLogEntries(client, [{ at, kind: 'policy', facts: { of: 'audit', act: details.act } }])
  })
}

const recordsPerRound = 10_000

/**
 * Removes the records whose time is over by the database's clock, up to the last one that the integrity log has
 * counted, and says how many by policy. Their hashes stay, so that the log still verifies. Records of changes are kept
 * six years at least, whatever a policy says. Can be stopped at any line and run again.
 */
export async function expireAuditRecords(
  { pool, clock }: AuditRetentionParts,
  lastLoggedId: bigint,
): Promise<Readonly<Record<string, number>>> {
  const removed: Record<string, number> = {}
  for (;;) {
    const found = await inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ policy: string; records: bigint }>(
        'select policy, records from expire_audit_events($1, $2)',
        [lastLoggedId, recordsPerRound],
      )
      if (rows.length === 0) return rows
      const byPolicy = Object.fromEntries(rows.map(({ policy, records }) => [policy, Number(records)]))
      const at = clock.now()
      const event = { at, operation: 'expire-audit', outcome: 'succeeded', details: { byPolicy } } as const
      await appendAudit(createKysely(client), event)
      const records = Object.values(byPolicy).reduce((sum, count) => sum + count, 0)
      await noteLogEntries(client, [{ at, kind: 'audit', facts: { act: 'expire', records } }])
      return rows
    })
    if (found.length === 0) return removed
    for (const { policy, records } of found) removed[policy] = (removed[policy] ?? 0) + Number(records)
  }
}

function refused(message: string): AppError {
  return new AppError('audit-policy-refused', message)
}
