/** Policies as they are kept: what looks, what waits, what each version says. */
import { AppError } from '../../domain/errors.ts'
import { parsePolicy, type SupervisionPolicy } from '../../domain/supervision-policy.ts'
import type { Queryable } from '../../platform/postgres/pool.ts'
import type { PolicyVersion } from './compile.ts'
import { dictionaryTerms } from './dictionaries.ts'

export type PolicyState = 'draft' | 'active' | 'paused'

export interface PolicyFacts {
  readonly id: number
  readonly name: string
  readonly state: PolicyState
  /** The version that looks; null for a draft. */
  readonly activeVersion: number | null
  readonly newestVersion: number
  /** A code; null where all is well. */
  readonly problem: string | null
  readonly createdBy: string
  /** ISO time, UTC. */
  readonly createdAt: string
  readonly description: string
  readonly rules: number
  readonly reviewers: { readonly users: readonly string[]; readonly groups: readonly string[] }
  readonly looked: number
  readonly matched: number
  readonly unreadable: number
  /** Pages of imports that it has not looked at yet. */
  readonly waitingPages: number
}

export interface VersionFacts {
  readonly version: number
  readonly sha256: string
  readonly madeBy: string
  readonly madeAt: string
  readonly active: boolean
}

export interface PolicyRow {
  readonly id: number
  readonly name: string
  readonly state: PolicyState
  readonly active_version: number | null
}

const factsStatement = `
select p.id, p.name, p.state, p.active_version, p.problem, p.created_by, p.created_at, v.version as newest_version,
       v.document,
       coalesce(t.looked, 0) as looked, coalesce(t.matched, 0) as matched, coalesce(t.unreadable, 0) as unreadable,
       (select count(*)::int from supervision_pending
         where policy_id = p.id or (policy_id is null and p.state <> 'draft')) as waiting_pages
  from supervision_policy p
  join lateral (select version, document from supervision_policy_version where policy_id = p.id
                 order by version desc limit 1) v on true
  left join (select policy_id, sum(looked) as looked, sum(matched) as matched, sum(unreadable) as unreadable
               from supervision_tally group by policy_id) t on t.policy_id = p.id`

export async function listPolicies(db: Queryable): Promise<PolicyFacts[]> {
  const { rows } = await db.query<FactsRow>(`${factsStatement} order by p.name`)
  return rows.map(factsOf)
}

/** Throws `supervision-policy-not-found`. */
export async function policyFacts(db: Queryable, name: string): Promise<PolicyFacts> {
  const { rows } = await db.query<FactsRow>(`${factsStatement} where p.name = $1`, [name])
  if (!rows[0]) throw notFound(name)
  return factsOf(rows[0])
}

/** Throws `supervision-policy-not-found`. */
export async function policyNameOf(db: Queryable, id: number): Promise<string> {
  const { rows } = await db.query<{ name: string }>('select name from supervision_policy where id = $1', [id])
  if (!rows[0]) throw notFound(String(id))
  return rows[0].name
}

interface FactsRow extends PolicyRow {
  readonly newest_version: number
  readonly document: SupervisionPolicy
  readonly problem: string | null
  readonly created_by: string
  readonly created_at: Date
  readonly looked: string
  readonly matched: string
  readonly unreadable: string
  readonly waiting_pages: number
}

function factsOf(row: FactsRow): PolicyFacts {
  const { description, rules, reviewers } = row.document
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    activeVersion: row.active_version,
    newestVersion: row.newest_version,
    problem: row.problem,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    ...{ description, rules: rules.length, reviewers },
    looked: Number(row.looked),
    matched: Number(row.matched),
    unreadable: Number(row.unreadable),
    waitingPages: row.waiting_pages,
  }
}

/** Newest first. Throws `supervision-policy-not-found`. */
export async function policyVersions(db: Queryable, name: string): Promise<VersionFacts[]> {
  const policy = await requirePolicy(db, name)
  const { rows } = await db.query<{ version: number; sha256: string; made_by: string; made_at: Date }>(
    'select version, sha256, made_by, made_at from supervision_policy_version where policy_id = $1 order by version desc',
    [policy.id],
  )
  return rows.map(({ version, sha256, made_by, made_at }) => ({
    ...{ version, sha256, madeBy: made_by, madeAt: made_at.toISOString() },
    active: version === policy.active_version,
  }))
}

/** A version as it is compiled; the newest unless told. Throws `supervision-policy-not-found`. */
export async function readPolicy(db: Queryable, name: string, version?: number): Promise<PolicyVersion> {
  const policy = await requirePolicy(db, name)
  const wanted = version ?? (await newestVersion(db, policy.id))!.version
  return toVersion(db, policy.id, await versionNumbered(db, policy, wanted))
}

export interface LookingPolicy {
  readonly id: number
  readonly version: number
}

/** This policy where it is on, or (null) all that are on. */
export async function lookingPolicies(db: Queryable, policyId: number | null): Promise<LookingPolicy[]> {
  const { rows } = await db.query<LookingPolicy>(
    `select id, active_version as version from supervision_policy
      where state = 'active' and ($1::int is null or id = $1) order by id`,
    [policyId],
  )
  return rows
}

/** What they say; a version never changes. */
export async function versionsOf(db: Queryable, looking: readonly LookingPolicy[]): Promise<PolicyVersion[]> {
  const { rows } = await db.query<VersionRow & { policy_id: number }>(
    `select policy_id, version, document, sha256, dictionaries from supervision_policy_version
       join unnest($1::int[], $2::int[]) as wanted (policy_id, version) using (policy_id, version) order by policy_id`,
    [looking.map(({ id }) => id), looking.map(({ version }) => version)],
  )
  const versions: PolicyVersion[] = []
  for (const row of rows) versions.push(await toVersion(db, row.policy_id, row))
  return versions
}

export interface VersionRow {
  readonly version: number
  readonly document: unknown
  readonly sha256: string
  readonly dictionaries: Record<string, number>
}

async function toVersion(db: Queryable, policyId: number, row: VersionRow): Promise<PolicyVersion> {
  return {
    policyId,
    version: row.version,
    policy: parsePolicy(row.document),
    dictionaries: await dictionaryTerms(db, row.dictionaries),
  }
}

export async function findPolicy(db: Queryable, name: string): Promise<PolicyRow | null> {
  const { rows } = await db.query<PolicyRow>(
    'select id, name, state, active_version from supervision_policy where name = $1',
    [name],
  )
  return rows[0] ?? null
}

export async function requirePolicy(db: Queryable, name: string): Promise<PolicyRow> {
  const policy = await findPolicy(db, name)
  if (!policy) throw notFound(name)
  return policy
}

function notFound(name: string): AppError {
  return new AppError(
    'supervision-policy-not-found',
    `There is no supervision policy "${name}"; see "supervise policy list".`,
  )
}

export async function newestVersion(db: Queryable, policyId: number): Promise<VersionRow | null> {
  const { rows } = await db.query<VersionRow>(
    `select version, document, sha256, dictionaries from supervision_policy_version
      where policy_id = $1 order by version desc limit 1`,
    [policyId],
  )
  return rows[0] ?? null
}

export async function versionNumbered(
  db: Queryable,
  { id, name }: PolicyRow,
  version: number,
): Promise<VersionRow> {
  const { rows } = await db.query<VersionRow>(
    'select version, document, sha256, dictionaries from supervision_policy_version where policy_id = $1 and version = $2',
    [id, version],
  )
  if (!rows[0])
    throw new AppError('supervision-policy-not-found', `The policy "${name}" has no version ${version}.`)
  return rows[0]
}
