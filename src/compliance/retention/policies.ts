/** Retention policies: made, tried, asked for, switched on by a second person, locked, switched off. */
import { noteLogEntries } from '../../archive/log/index.ts'
import type { AuditOperation } from '../../domain/audit.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { type Client, createKysely, inTransaction, type Pool } from '../../platform/postgres/index.ts'
import type { RetentionParts } from './parts.ts'
import { checkPeriod, type Period, type PeriodUnit, type RetentionAction, refused } from './period.ts'
import type { Simulation } from './simulation.ts'

export interface NewRetentionPolicy {
  readonly name: string
  readonly action: RetentionAction
  readonly period: Period
  readonly starts: 'created' | 'modified'
  /**
   * `all` leaves out `mailboxIds`, `static` is for them alone; one that loses its last is for nobody. `adaptive` is for
   * the members of a scope.
   */
  readonly scope: 'all' | 'static' | 'adaptive'
  readonly mailboxIds: readonly number[]
  readonly adaptiveScopeId?: number | undefined
  /** May dispose of what was imported less than 90 days ago. */
  readonly early: boolean
  /** Whose rule it follows, for people. */
  readonly basis: string
}

export interface RetentionPolicy extends NewRetentionPolicy {
  readonly id: number
  readonly state: 'draft' | 'asked' | 'on' | 'off'
  readonly lockedAt: string | null
  readonly simulation: Simulation | null
  readonly simulatedAt: string | null
  readonly askedBy: string | null
  readonly approvedBy: string | null
  readonly turnedOnAt: string | null
  /** What it retained is kept for 30 days longer. */
  readonly turnedOffAt: string | null
  readonly createdBy: string
  readonly createdAt: string
}

export type PolicyParts = Pick<RetentionParts, 'pool' | 'clock'>

/** By name. */
export async function listRetentionPolicies(
  db: Pick<Pool, 'query'>,
  name?: string,
): Promise<RetentionPolicy[]> {
  const { rows } = await db.query<PolicyRow>(
    `select policy.*, array(select mailbox_id from retention_policy_mailbox where policy_id = policy.id order by 1) as mailbox_ids
       from retention_policy as policy where $1::text is null or name = $1 order by name`,
    [name ?? null],
  )
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    action: row.action,
    period: row.period === null ? null : { count: row.period, unit: row.period_unit! },
    starts: row.starts,
    scope: row.scope,
    mailboxIds: row.mailbox_ids,
    ...(row.adaptive_scope_id === null ? {} : { adaptiveScopeId: row.adaptive_scope_id }),
    early: row.early,
    basis: row.basis,
    state: stateOf(row),
    lockedAt: isoOf(row.locked_at),
    simulation: row.simulation,
    simulatedAt: isoOf(row.simulated_at),
    askedBy: row.asked_by,
    approvedBy: row.approved_by,
    turnedOnAt: isoOf(row.turned_on_at),
    turnedOffAt: isoOf(row.turned_off_at),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  }))
}

/** Asked for again, one that was switched off stays off until then: what it retained is kept meanwhile. */
function stateOf({ state, asked_by, approved_by }: PolicyRow): RetentionPolicy['state'] {
  return state === 'off' && asked_by !== null && approved_by === null ? 'asked' : state
}

function isoOf(time: Date | null): string | null {
  return time?.toISOString() ?? null
}

/** Throws `retention-refused`. */
export async function retentionPolicyByName(db: Pick<Pool, 'query'>, name: string): Promise<RetentionPolicy> {
  const [policy] = await listRetentionPolicies(db, name)
  if (!policy) throw refused(`There is no retention policy "${name}".`)
  return policy
}

/** A draft: nothing happens until it was simulated and two people want it. Throws `retention-refused`. */
export async function createRetentionPolicy(
  parts: PolicyParts,
  policy: NewRetentionPolicy,
  by: string,
): Promise<number> {
  checkPolicy(policy)
  return change(parts, 'create-retention-policy', policy.name, { ...policy }, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `insert into retention_policy (name, action, period, period_unit, starts, scope, adaptive_scope_id, early, basis, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (name) do nothing returning id`,
      [
        ...[
          policy.name,
          policy.action,
          policy.period?.count ?? null,
          policy.period?.unit ?? null,
          policy.starts,
        ],
        ...[
          policy.scope,
          policy.scope === 'adaptive' ? policy.adaptiveScopeId : null,
          policy.early,
          policy.basis,
        ],
        ...[by, new Date(parts.clock.now())],
      ],
    )
    const id = rows[0]?.id
    if (id === undefined) throw refused(`There is a retention policy "${policy.name}" already.`)
    await client.query(
      'insert into retention_policy_mailbox (policy_id, mailbox_id) select $1, unnest($2::int[])',
      [...[id, policy.mailboxIds]],
    )
    return id
  })
}

/** Throws `retention-refused` for what could never apply. */
export function checkPolicy(policy: NewRetentionPolicy): void {
  checkPeriod(policy.action, policy.period)
  if (policy.scope === 'static' && policy.mailboxIds.length === 0)
    throw refused('Name the mailboxes it is for; a policy without any would be for nobody.')
  if (policy.scope === 'adaptive' && policy.adaptiveScopeId === undefined)
    throw refused('Name its adaptive scope.')
}

/** Asks for it to be switched on; another person does. Throws `retention-refused` where it was not simulated. */
export async function askForPolicy(parts: PolicyParts, name: string, by: string): Promise<void> {
  await change(parts, 'change-retention-policy', name, { act: 'ask' }, async (client) => {
    const { rowCount } = await client.query(
      `update retention_policy set state = case state when 'draft' then 'asked' else state end, asked_by = $2, approved_by = null
        where name = $1 and state in ('draft', 'off') and (asked_by is null or approved_by is not null)
          and simulated_at is not null`,
      [name, by],
    )
    if (rowCount === 0)
      throw refused(`"${name}" cannot be asked for: simulate it first ("retention simulate"), and once only.`)
  })
}

/**
 * By another person than who asked. From now on it applies. Throws `retention-refused`.
 *
 * @param seen when the simulation was made that he looked at: nothing else is switched on.
 */
export async function approvePolicy(
  parts: PolicyParts,
  name: string,
  by: string,
  seen?: string,
): Promise<void> {
  await change(parts, 'change-retention-policy', name, { act: 'approve', by }, async (client) => {
    const { askedBy, simulatedAt } = await askedPolicy(client, name)
    if (isSamePerson(askedBy, by)) throw refused('Another person than who asked switches it on.')
    if (seen !== undefined && seen !== simulatedAt)
      throw refused(`"${name}" was simulated or changed since you looked at it; look again.`)
    await client.query(
      `update retention_policy set state = 'on', approved_by = $2, turned_on_at = $3, turned_off_at = null where name = $1`,
      [name, by, new Date(parts.clock.now())],
    )
  })
}

/** Nobody asks any more for it to be switched on: declined by another person, or withdrawn. Throws `retention-refused`. */
export async function declinePolicy(parts: PolicyParts, name: string, by: string): Promise<void> {
  await change(parts, 'change-retention-policy', name, { act: 'decline', by }, async (client) => {
    await askedPolicy(client, name)
    await client.query(
      `update retention_policy set state = case state when 'asked' then 'draft' else state end, asked_by = null where name = $1`,
      [name],
    )
  })
}

async function askedPolicy(client: Client, name: string) {
  await client.query('select from retention_policy where name = $1 for update', [name])
  const { state, askedBy, simulatedAt } = await retentionPolicyByName(client, name)
  if (state !== 'asked' || askedBy === null) throw refused(`Nobody asks for "${name}" to be switched on.`)
  return { askedBy, simulatedAt }
}

function isSamePerson(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase()
}

/** What it retained is kept for 30 days longer; it deletes nothing any more, and is simulated anew before it goes on. Throws `retention-refused`, also for a locked one. */
export async function turnOffPolicy(parts: PolicyParts, name: string): Promise<void> {
  await change(parts, 'change-retention-policy', name, { act: 'off' }, async (client) => {
    const { rowCount } = await client.query(
      `update retention_policy set state = 'off', turned_off_at = $2, simulated_at = null, simulation = null
        where name = $1 and state = 'on'`,
      [name, new Date(parts.clock.now())],
    )
    if (rowCount === 0) throw refused(`"${name}" is not on.`)
  })
}

/** Nobody takes it off: the policy can only become longer and wider (SEC 17a-4(f), preservation lock). */
export async function lockPolicy(parts: PolicyParts, name: string, by: string): Promise<void> {
  await change(parts, 'lock-retention-policy', name, {}, async (client) => {
    const { rowCount } = await client.query(
      `update retention_policy set locked_at = $2, locked_by = $3 where name = $1 and state = 'on' and locked_at is null`,
      [name, new Date(parts.clock.now()), by],
    )
    if (rowCount === 0) throw refused(`"${name}" cannot be locked: it is not on, or locked already.`)
  })
}

export async function change<Result>(
  { pool, clock }: PolicyParts,
  operation: AuditOperation,
  target: string,
  details: Readonly<Record<string, unknown>>,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  try {
    return await inTransaction(pool, async (client) => {
      const result = await work(client)
      const at = clock.now()
      await appendAudit(createKysely(client), { at, operation, target, outcome: 'succeeded', details })
      await noteLogEntries(client, [
        { at, kind: operation.includes('label') ? 'label' : 'policy', facts: { of: operation } },
      ])
      return result
    })
  } catch (error) {
    // The database refuses what would loosen a lock, whoever asks.
    if ((error as { code?: string }).code === 'HF002') throw refused(`Refused: ${(error as Error).message}.`)
    throw error
  }
}

interface PolicyRow {
  readonly id: number
  readonly name: string
  readonly action: RetentionAction
  readonly period: number | null
  readonly period_unit: PeriodUnit | null
  readonly starts: 'created' | 'modified'
  readonly scope: RetentionPolicy['scope']
  readonly adaptive_scope_id: number | null
  readonly early: boolean
  readonly basis: string
  readonly state: RetentionPolicy['state']
  readonly locked_at: Date | null
  readonly simulation: Simulation | null
  readonly simulated_at: Date | null
  readonly asked_by: string | null
  readonly approved_by: string | null
  readonly turned_on_at: Date | null
  readonly turned_off_at: Date | null
  readonly created_by: string
  readonly created_at: Date
  readonly mailbox_ids: number[]
}
