/** Adaptive scopes: mailboxes by what the directory says of them. */
import { openCentre, type Platform } from '../app.ts'
import {
  createAdaptiveScope,
  listAdaptiveScopes,
  type ScopeQuery,
  scopeAttributes,
} from '../compliance/retention/index.ts'
import { AppError } from '../domain/errors.ts'
import { localOperator } from '../platform/audit/audit.ts'
import type { Context } from './context.ts'

export async function createScope(
  { output }: Context,
  platform: Platform,
  name: string,
  conditions: readonly string[],
  any: boolean,
): Promise<void> {
  const query: ScopeQuery = { match: any ? 'any' : 'all', conditions: conditions.map(conditionOf) }
  await createAdaptiveScope(await openCentre(platform), name, query, localOperator)
  const scope = (await listAdaptiveScopes(platform.database.pool)).find((one) => one.name === name)
  await output.document(
    { name, query, members: scope?.members ?? [] },
    ({ members }) => `${members.length} mailboxes are in it.`,
  )
}

const signs = { '!=': 'not-equals', '=': 'equals', '!^': 'not-starts-with', '^': 'starts-with' } as const

function conditionOf(text: string): ScopeQuery['conditions'][number] {
  const [, word, sign, value = ''] = /^(\w+)(!=|!\^|=|\^)(.*)$/.exec(text) ?? []
  const attribute = scopeAttributes.find((one) => one === word)
  if (attribute && sign) return { attribute, operator: signs[sign as keyof typeof signs], value }
  throw new AppError(
    'bad-settings',
    `"${text}" is no condition; take one of ${scopeAttributes.join(', ')} with =, !=, ^ or !^.`,
  )
}

export async function listScopes({ output }: Context, platform: Platform): Promise<void> {
  await output.list(await listAdaptiveScopes(platform.database.pool), [
    { title: 'name', of: (row) => row.name },
    { title: 'members', of: (row) => row.members.filter(({ until }) => until === null).length },
  ])
}

/** Throws `retention-refused`. */
export async function scopeId(platform: Platform, name: string): Promise<number> {
  const scope = (await listAdaptiveScopes(platform.database.pool)).find((one) => one.name === name)
  if (scope) return scope.id
  throw new AppError('retention-refused', `There is no adaptive scope "${name}".`)
}
