/** Keeps policies: a name, versions that never change, and which of them looks. */
import { hash } from 'node:crypto'
import { noteLogEntries } from '../../archive/log/note.ts'
import type { AuditOperation } from '../../domain/audit.ts'
import { AppError } from '../../domain/errors.ts'
import {
  conditionsOf,
  type People,
  parsePolicy,
  type SupervisionPolicy,
} from '../../domain/supervision-policy.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { type Client, createKysely, inTransaction } from '../../platform/postgres/index.ts'
import type { Queryable } from '../../platform/postgres/pool.ts'
import { compilePolicies } from './compile.ts'
import { dictionaryTerms, newestDictionaries } from './dictionaries.ts'
import type { PolicyParts } from './parts.ts'
import { checkPattern } from './patterns.ts'
import { unknownAddresses } from './people.ts'
import {
  findPolicy,
  newestVersion,
  type PolicyRow,
  type PolicyState,
  requirePolicy,
  versionNumbered,
} from './stored-policies.ts'

/**
 * Saves a policy: a new one as a draft, another version of a known one beside the one that looks. A document that says
 * what the newest version says makes no version. Throws `supervision-policy-refused`, `supervision-pattern-refused`.
 */
export async function savePolicy(
  parts: PolicyParts,
  document: SupervisionPolicy,
  by: string,
): Promise<{ readonly name: string; readonly version: number; readonly saved: boolean }> {
  const policy = parsePolicy(document)
  return change(parts, async (client) => {
    await requirePeople(client, policy)
    const known = await findPolicy(client, policy.name)
    const policyId = known?.id ?? (await addPolicy(client, parts, policy.name, by))
    const newest = await newestVersion(client, policyId)
    const dictionaries = await newestDictionaries(client, dictionaryNames(policy))
    const sha256 = hashOf(policy, dictionaries)
    if (newest?.sha256 === sha256) {
      const details = { version: newest.version, saved: false }
      await note(client, parts, 'change-supervision-policy', policy.name, details)
      return { name: policy.name, version: newest.version, saved: false }
    }
    await requireUsable(client, policyId, policy, dictionaries)
    const version = (newest?.version ?? 0) + 1
    await addVersion(client, { policyId, version, policy, dictionaries, sha256, by, at: parts.clock.now() })
    const operation = known ? 'change-supervision-policy' : 'create-supervision-policy'
    await tell(client, parts, { operation, name: policy.name, policyId, version, sha256 })
    return { name: policy.name, version, saved: true }
  })
}

/** Saves a version of a dictionary; every policy that names it gets a version of its own that takes it in. */
export async function saveDictionary(
  parts: PolicyParts,
  name: string,
  terms: readonly string[],
  by: string,
): Promise<{ readonly name: string; readonly version: number; readonly policies: readonly string[] }> {
  return change(parts, async (client) => {
    const { rows } = await client.query<{ version: number }>(
      'select coalesce(max(version), 0)::int + 1 as version from supervision_dictionary where name = $1',
      [name],
    )
    const { version } = rows[0]!
    const at = parts.clock.now()
    await client.query(
      'insert into supervision_dictionary (name, version, terms, made_by, made_at) values ($1, $2, $3, $4, $5)',
      [name, version, terms, by, new Date(at)],
    )
    const policies = await takeDictionaryIn(client, parts, name, by)
    const details = { version, terms: terms.length, policies }
    await note(client, parts, 'change-supervision-dictionary', name, details)
    return { name, version, policies }
  })
}

/** Policies whose newest version looks take the new list at once: who keeps a list expects it to be used. */
async function takeDictionaryIn(
  client: Client,
  parts: PolicyParts,
  name: string,
  by: string,
): Promise<string[]> {
  const policies: string[] = []
  const { rows } = await client.query<PolicyRow>(
    'select id, name, state, active_version from supervision_policy order by id for update',
  )
  for (const row of rows) {
    const newest = (await newestVersion(client, row.id))!
    const policy = parsePolicy(newest.document)
    if (!dictionaryNames(policy).includes(name)) continue
    const dictionaries = await newestDictionaries(client, dictionaryNames(policy))
    const sha256 = hashOf(policy, dictionaries)
    const version = newest.version + 1
    await addVersion(client, {
      policyId: row.id,
      version,
      policy,
      dictionaries,
      sha256,
      by,
      at: parts.clock.now(),
    })
    if (row.active_version === newest.version)
      await client.query('update supervision_policy set active_version = $2 where id = $1', [row.id, version])
    await tell(client, parts, {
      ...{ operation: 'change-supervision-policy', name: row.name, policyId: row.id, version, sha256 },
    })
    policies.push(row.name)
  }
  return policies
}

/** Lets a version look from now on; the newest unless told. What waited for a paused policy is looked at then. */
export async function activatePolicy(
  parts: PolicyParts,
  name: string,
  version?: number,
): Promise<{ readonly version: number }> {
  return switchTo(parts, name, 'active', version)
}

/** What is imported meanwhile waits for it. */
export async function pausePolicy(parts: PolicyParts, name: string): Promise<{ readonly version: number }> {
  return switchTo(parts, name, 'paused')
}

async function switchTo(
  parts: PolicyParts,
  name: string,
  state: 'active' | 'paused',
  version?: number,
): Promise<{ readonly version: number }> {
  return change(parts, async (client) => {
    const policy = await requirePolicy(client, name)
    const newest = (await newestVersion(client, policy.id))!
    const wanted = state === 'paused' ? policy.active_version : (version ?? newest.version)
    if (wanted === null)
      throw new AppError(
        'supervision-policy-refused',
        `The policy "${name}" has never been on; there is nothing to pause.`,
      )
    const { sha256 } = await versionNumbered(client, policy, wanted)
    await client.query(
      'update supervision_policy set state = $2, active_version = $3, problem = null where id = $1',
      [policy.id, state, wanted],
    )
    await tell(client, parts, {
      ...{
        operation: 'switch-supervision-policy',
        name,
        policyId: policy.id,
        version: wanted,
        sha256,
        state,
      },
    })
    return { version: wanted }
  })
}

async function change<Result>(
  { pool }: PolicyParts,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  return inTransaction(pool, async (client) => {
    // One at a time: two that save at once would take the same number.
    await client.query(`select pg_advisory_xact_lock(hashtextextended('holdfast.supervision-policy', 0))`)
    return work(client)
  })
}

function dictionaryNames(policy: SupervisionPolicy): string[] {
  const names = new Set<string>()
  for (const condition of conditionsOf(policy)) if ('dictionary' in condition) names.add(condition.dictionary)
  return [...names].sort()
}

/** The parsed document has its members in the schema's order, so that one meaning has one text. */
function hashOf(policy: SupervisionPolicy, dictionaries: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(dictionaries).sort(([a], [b]) => (a < b ? -1 : 1))
  return hash('sha256', JSON.stringify([policy, sorted]), 'hex')
}

async function requirePeople(db: Queryable, policy: SupervisionPolicy): Promise<void> {
  const groups: People[] = [policy.supervised, policy.supervised.except ?? {}]
  for (const condition of conditionsOf(policy))
    if ('between' in condition) groups.push(condition.between.first, condition.between.second)
  const unknown = await unknownAddresses(db, groups)
  if (unknown.length === 0) return
  throw new AppError(
    'supervision-policy-refused',
    `The policy "${policy.name}" names ${unknown.slice(0, 5).join(', ')}, which is no mailbox here; add it or take it out.`,
  )
}

async function requireUsable(
  db: Queryable,
  policyId: number,
  policy: SupervisionPolicy,
  dictionaries: Readonly<Record<string, number>>,
): Promise<void> {
  for (const condition of conditionsOf(policy)) if ('pattern' in condition) checkPattern(condition.pattern)
  const terms = await dictionaryTerms(db, dictionaries)
  compilePolicies([{ policyId, version: 0, policy, dictionaries: terms }])
}

async function addPolicy(client: Client, { clock }: PolicyParts, name: string, by: string): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    'insert into supervision_policy (name, created_by, created_at) values ($1, $2, $3) returning id',
    [name, by, new Date(clock.now())],
  )
  return rows[0]!.id
}

interface NewVersion {
  readonly policyId: number
  readonly version: number
  readonly policy: SupervisionPolicy
  readonly dictionaries: Readonly<Record<string, number>>
  readonly sha256: string
  readonly by: string
  /** Milliseconds since 1970 UTC. */
  readonly at: number
}

async function addVersion(client: Client, added: NewVersion): Promise<void> {
  const { policyId, version, policy, dictionaries, sha256, by, at } = added
  await client.query(
    `insert into supervision_policy_version (policy_id, version, document, sha256, dictionaries, made_by, made_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [policyId, version, JSON.stringify(policy), sha256, JSON.stringify(dictionaries), by, new Date(at)],
  )
}

interface Told {
  readonly operation: AuditOperation
  readonly name: string
  readonly policyId: number
  readonly version: number
  readonly sha256: string
  readonly state?: PolicyState
}

/** In the audit log and in the integrity log. */
async function tell(client: Client, parts: PolicyParts, told: Told): Promise<void> {
  const { operation, name, policyId, version, sha256, state } = told
  const details = { version, sha256, ...(state ? { state } : {}) }
  await note(client, parts, operation, name, details)
  const at = parts.clock.now()
  const facts = { of: 'supervision', act: operation, policy: policyId, ...details }
  await noteLogEntries(client, [{ at, kind: 'policy', facts }])
}

async function note(
  client: Client,
  { clock }: PolicyParts,
  operation: AuditOperation,
  target: string,
  details: Record<string, unknown>,
): Promise<void> {
  const event = { at: clock.now(), operation, target, outcome: 'succeeded', details } as const
  await appendAudit(createKysely(client), event)
}
