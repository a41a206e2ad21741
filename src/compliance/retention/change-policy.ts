/** Changes of a policy: a draft in any way; what is in force, or was until lately, only becomes longer and wider. */
import type { Client } from '../../platform/postgres/index.ts'
import { checkPeriod, isShorter, type Period, refused } from './period.ts'
import {
  change,
  checkPolicy,
  type NewRetentionPolicy,
  type PolicyParts,
  type RetentionPolicy,
  retentionPolicyByName,
} from './policies.ts'

/** What a policy retained is kept so long after it was switched off. */
export const keptAfterOffMs = 30 * 86_400_000

/** It applies, or what it retained is still kept. */
export function isInForce({ state, turnedOffAt }: RetentionPolicy, now: number): boolean {
  return state === 'on' || (turnedOffAt !== null && Date.parse(turnedOffAt) + keptAfterOffMs > now)
}

/**
 * All it says but its name, of a policy that is not in force. It is simulated and asked for anew. Throws
 * `retention-refused`.
 */
export async function editRetentionPolicy(parts: PolicyParts, policy: NewRetentionPolicy): Promise<void> {
  checkPolicy(policy)
  const details = { act: 'edit', ...policy }
  await change(parts, 'change-retention-policy', policy.name, details, async (client) => {
    const current = await lockedRow(client, policy.name)
    if (isInForce(current, parts.clock.now()))
      throw refused(
        `"${policy.name}" is in force, or was until lately: make another policy, switch that one on, and this one off.`,
      )
    await client.query(
      `update retention_policy set action = $2, period = $3, period_unit = $4, starts = $5, scope = $6, adaptive_scope_id = $7,
              early = $8, basis = $9 where id = $1`,
      [
        ...[current.id, policy.action, policy.period?.count ?? null, policy.period?.unit ?? null],
        ...[policy.starts, policy.scope, policy.scope === 'adaptive' ? policy.adaptiveScopeId : null],
        ...[policy.early, policy.basis],
      ],
    )
    await removeMailboxes(client, current.id, current.mailboxIds)
    await addMailboxes(client, current.id, policy.mailboxIds)
    await forgetSimulation(client, current.id)
  })
}

export interface PolicyChange {
  readonly period?: Period
  readonly add?: readonly number[]
  readonly remove?: readonly number[]
}

/**
 * Another period, more or fewer mailboxes. What is in force becomes longer and wider only; of one that deletes nobody
 * tried what it would do to more mailboxes, so while it is on it takes in none. The database refuses what would loosen a
 * locked one, whoever asks. Throws `retention-refused`.
 */
export async function changeRetentionPolicy(
  parts: PolicyParts,
  name: string,
  wanted: PolicyChange,
): Promise<void> {
  await change(parts, 'change-retention-policy', name, { ...wanted }, async (client) => {
    const current = await lockedRow(client, name)
    const { period, add = [], remove = [] } = wanted
    if (period !== undefined) checkPeriod(current.action, period)
    if (current.scope === 'adaptive' && add.length + remove.length > 0)
      throw refused(`"${name}" is for the members of its adaptive scope; the directory says who they are.`)
    if (isInForce(current, parts.clock.now())) checkChangeInForce(current, wanted)
    if (period !== undefined)
      await client.query('update retention_policy set period = $2, period_unit = $3 where id = $1', [
        ...[current.id, period?.count ?? null, period?.unit ?? null],
      ])
    await addMailboxes(client, current.id, add)
    await removeMailboxes(client, current.id, remove)
    if (current.state !== 'on') await forgetSimulation(client, current.id)
  })
}

function checkChangeInForce(current: RetentionPolicy, { period, add = [], remove = [] }: PolicyChange): void {
  const [comeUnderIt, leaveIt] = current.scope === 'all' ? [remove, add] : [add, remove]
  if ((period !== undefined && isShorter(period, current.period)) || leaveIt.length > 0)
    throw refused(`"${current.name}" is in force: it can become longer and wider only.`)
  if (current.state === 'on' && current.action !== 'retain' && comeUnderIt.length > 0)
    throw refused(
      `"${current.name}" deletes, and nobody has seen what it would do to these mailboxes: make another policy for them, and simulate it.`,
    )
}

/** A draft. One that was ever on stays, with what it retained and disposed of. Throws `retention-refused`. */
export async function deleteRetentionPolicy(parts: PolicyParts, name: string): Promise<void> {
  await change(parts, 'delete-retention-policy', name, {}, async (client) => {
    const { id, turnedOnAt } = await lockedRow(client, name)
    if (turnedOnAt !== null)
      throw refused(`"${name}" was on once: switch it off, and it stays for whoever asks what applied when.`)
    await client.query('delete from retention_policy_mailbox where policy_id = $1', [id])
    await client.query('delete from retention_policy where id = $1', [id])
  })
}

async function lockedRow(client: Client, name: string): Promise<RetentionPolicy> {
  await client.query('select from retention_policy where name = $1 for update', [name])
  return retentionPolicyByName(client, name)
}

async function addMailboxes(client: Client, id: number, mailboxIds: readonly number[]): Promise<void> {
  if (mailboxIds.length > 0)
    await client.query(
      'insert into retention_policy_mailbox (policy_id, mailbox_id) select $1, unnest($2::int[]) on conflict do nothing',
      [id, mailboxIds],
    )
}

async function removeMailboxes(client: Client, id: number, mailboxIds: readonly number[]): Promise<void> {
  if (mailboxIds.length > 0)
    await client.query('delete from retention_policy_mailbox where policy_id = $1 and mailbox_id = any($2)', [
      id,
      mailboxIds,
    ])
}

/** It says something else than what was tried, and what anybody asked for. */
async function forgetSimulation(client: Client, id: number): Promise<void> {
  await client.query(
    `update retention_policy set state = case state when 'asked' then 'draft' else state end, asked_by = null, approved_by = null,
            simulated_at = null, simulation = null where id = $1`,
    [id],
  )
}
