/** Adaptive scopes: mailboxes by what the directory says of them, looked at once a day. */
import type { Pool } from '../../platform/postgres/index.ts'
import type { RetentionParts } from './parts.ts'
import { refused } from './period.ts'
import { change } from './policies.ts'

export const scopeAttributes = ['address', 'name', 'department', 'mobile', 'active'] as const
export const scopeOperators = ['equals', 'not-equals', 'starts-with', 'not-starts-with'] as const

export interface ScopeQuery {
  readonly match: 'all' | 'any'
  readonly conditions: readonly {
    readonly attribute: (typeof scopeAttributes)[number]
    readonly operator: (typeof scopeOperators)[number]
    readonly value: string
  }[]
}

export interface AdaptiveScope {
  readonly id: number
  readonly name: string
  readonly query: ScopeQuery
  /** Who is in it, and who was, newest first. */
  readonly members: readonly {
    readonly mailbox: string
    readonly since: string
    readonly until: string | null
  }[]
}

/** Throws `retention-refused`. */
export async function createAdaptiveScope(
  parts: Pick<RetentionParts, 'pool' | 'clock'>,
  name: string,
  query: ScopeQuery,
  by: string,
): Promise<number> {
  if (query.conditions.length === 0)
    throw refused('A scope without a condition would be everybody; name one.')
  const id = await change(parts, 'change-adaptive-scope', name, { act: 'create', query }, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      'insert into adaptive_scope (name, query, created_by, created_at) values ($1, $2, $3, $4) on conflict do nothing returning id',
      [name, JSON.stringify(query), by, new Date(parts.clock.now())],
    )
    if (!rows[0]) throw refused(`There is an adaptive scope "${name}" already.`)
    return rows[0].id
  })
  await refreshScopes(parts)
  return id
}

/** Who would be in it now. Throws `retention-refused`. */
export async function previewScope(
  db: Pick<Pool, 'query'>,
  query: ScopeQuery,
): Promise<{ readonly address: string; readonly name: string }[]> {
  if (query.conditions.length === 0)
    throw refused('A scope without a condition would be everybody; name one.')
  const { condition, values } = conditionOf(query, 1)
  const { rows } = await db.query<{ address: string; name: string }>(
    `select address, name from mailbox where ${condition} order by address`,
    values,
  )
  return rows
}

export async function listAdaptiveScopes(db: Pick<Pool, 'query'>): Promise<AdaptiveScope[]> {
  const { rows } = await db.query<AdaptiveScope>(
    `select id, name, query, coalesce((
       select jsonb_agg(jsonb_build_object('mailbox', address, 'since', since, 'until', until) order by since desc, address)
         from adaptive_scope_member join mailbox on mailbox.id = mailbox_id where scope_id = adaptive_scope.id), '[]') as members
       from adaptive_scope order by name`,
  )
  return rows
}

/** Who came into each scope and who left it. Answers how many changed. */
export async function refreshScopes({
  pool,
  clock,
}: Pick<RetentionParts, 'pool' | 'clock'>): Promise<number> {
  const at = new Date(clock.now())
  const { rows: scopes } = await pool.query<{ id: number; name: string; query: ScopeQuery }>(
    'select id, name, query from adaptive_scope',
  )
  let changed = 0
  for (const { id, name, query } of scopes) {
    const { condition, values } = conditionOf(query, 2)
    const client = { pool, clock }
    const { rows } = await pool.query<{ id: number; member: boolean }>(
      `select mailbox.id, since is not null as member from mailbox
         left join adaptive_scope_member on mailbox_id = mailbox.id and scope_id = $1 and until is null
        where (${condition}) is distinct from (since is not null)`,
      [id, ...values],
    )
    if (rows.length === 0) continue
    changed += rows.length
    const joined = rows.filter(({ member }) => !member).map((row) => row.id)
    const left = rows.filter(({ member }) => member).map((row) => row.id)
    await change(
      client,
      'change-adaptive-scope',
      name,
      { joined: joined.length, left: left.length },
      async (transaction) => {
        await transaction.query(
          'insert into adaptive_scope_member (scope_id, mailbox_id, since) select $1, unnest($2::int[]), $3 on conflict do nothing',
          [id, joined, at],
        )
        await transaction.query(
          'update adaptive_scope_member set until = $3 where scope_id = $1 and mailbox_id = any($2) and until is null',
          [id, left, at],
        )
      },
    )
  }
  return changed
}

/** @param first number of the statement's first parameter that is a value of it */
function conditionOf(
  { match, conditions }: ScopeQuery,
  first: number,
): { condition: string; values: string[] } {
  const parts = conditions.map(({ attribute, operator }, place) => {
    const column =
      attribute === 'active' ? `(mailbox.active::text)` : `lower(coalesce(mailbox.${attribute}, ''))`
    const value = `lower($${place + first}::text)`
    const test = operator.endsWith('equals') ? `${column} = ${value}` : `starts_with(${column}, ${value})`
    return operator.startsWith('not') ? `not (${test})` : test
  })
  return {
    condition: parts.join(match === 'all' ? ' and ' : ' or '),
    values: conditions.map(({ value }) => value),
  }
}
