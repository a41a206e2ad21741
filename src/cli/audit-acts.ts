import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Platform } from '../app.ts'
import { lastLoggedAuditId } from '../archive/log/index.ts'
import {
  type AuditFilter,
  auditLogEnd,
  auditRecords,
  countAuditRecords,
  createAuditPolicy,
  expireAuditRecords,
  exportAuditRecords,
  listAuditPolicies,
  removeAuditPolicy,
} from '../compliance/audit/index.ts'
import {
  type AuditKeepMonths,
  type AuditOperation,
  type AuditOutcome,
  auditKeepMonths,
  auditOperations,
} from '../domain/audit.ts'
import { AppError } from '../domain/errors.ts'
import { localOperator } from '../platform/audit/audit.ts'
import { auditLook, type Context } from './context.ts'
import { factsText } from './output.ts'
import { shownTime, timeOf } from './times.ts'

export interface FilterOptions {
  readonly from?: string
  readonly to?: string
  readonly user?: readonly string[]
  readonly operation?: readonly string[]
  readonly outcome?: AuditOutcome
  readonly target?: string
}

export interface ExportOptions extends FilterOptions {
  readonly form: 'csv' | 'jsonl' | 'purview'
  readonly untouched?: boolean
}

export interface PolicyOptions {
  readonly keep: string
  readonly priority: string
  readonly user?: readonly string[]
  readonly operation?: readonly string[]
}

/** The log is read through the log: the look is a record itself, and what is shown ends before it. */
export async function search(
  { output }: Context,
  platform: Platform,
  options: FilterOptions & { readonly limit: string },
): Promise<void> {
  const filter = filterOf(options)
  const limit = wholeNumber(options.limit, '--limit')
  const end = await auditLogEnd(platform.queries)
  await auditLook(platform, { operation: 'search-audit', details: { ...filter, limit } })
  let left = limit
  for await (const records of auditRecords(platform.queries, filter, end)) {
    for (const record of records.slice(0, left)) {
      await output.line(record, ({ at, actor, operation, outcome, target }) =>
        [shownTime(at), actor, operation, outcome === 'succeeded' ? '' : outcome, target ?? '']
          .join('  ')
          .trimEnd(),
      )
    }
    left -= records.length
    if (left <= 0) return
  }
}

export async function exportTo(
  { output }: Context,
  platform: Platform,
  file: string,
  options: ExportOptions,
): Promise<void> {
  const { queries } = platform
  const filter = filterOf(options)
  const { form } = options
  const end = await auditLogEnd(queries)
  const records = await countAuditRecords(queries, filter, end)
  await auditLook(platform, { operation: 'export-audit', details: { ...filter, form, records } })
  const content = exportAuditRecords(queries, filter, { form, safe: !options.untouched, end })
  if (file === '-') return output.bytes(content)
  await pipeline(Readable.from(content), createWriteStream(file))
  await output.document({ file, form, records }, () => `${records} records in ${file}.`)
}

export async function createPolicy(
  { output }: Context,
  platform: Platform,
  name: string,
  { keep, priority, user, operation }: PolicyOptions,
): Promise<void> {
  const policy = {
    name,
    priority: wholeNumber(priority, '--priority'),
    keepMonths: monthsOf(keep),
    actors: user ? [...user] : null,
    operations: operation?.map(operationOf) ?? null,
  }
  await createAuditPolicy(partsOf(platform), policy, localOperator)
  await output.document(policy, () => `Records under "${name}" are kept for ${keep}.`)
}

export async function listPolicies({ output }: Context, platform: Platform): Promise<void> {
  const policies = await listAuditPolicies(platform)
  await output.list(
    policies.map(({ id: _id, ...policy }) => policy),
    [
      { title: 'priority', of: (row) => row.priority },
      { title: 'name', of: (row) => row.name },
      { title: 'months', of: (row) => row.keepMonths },
      { title: 'users', of: (row) => row.actors?.join(', ') ?? 'all' },
      { title: 'operations', of: (row) => row.operations?.join(', ') ?? 'all' },
    ],
  )
}

export async function removePolicy({ output }: Context, platform: Platform, name: string): Promise<void> {
  await removeAuditPolicy(partsOf(platform), name)
  await output.document({ removed: name }, () => `Removed. What "${name}" would have removed is kept.`)
}

export async function expire({ output }: Context, platform: Platform): Promise<void> {
  const removed = await expireAuditRecords(partsOf(platform), await lastLoggedAuditId(platform.queries))
  await output.document({ removed }, () => factsText(removed) || 'No record’s time is over.')
}

function partsOf({ database, queries, clock }: Platform) {
  return { pool: database.pool, queries, clock }
}

function filterOf({ from, to, user, operation, outcome, target }: FilterOptions): AuditFilter {
  return {
    from: from === undefined ? undefined : new Date(timeOf(from, '--from')).toISOString(),
    to: to === undefined ? undefined : new Date(timeOf(to, '--to')).toISOString(),
    actors: user,
    operations: operation?.map(operationOf),
    outcome,
    target,
  }
}

function operationOf(word: string): AuditOperation {
  const operation = auditOperations.find((one) => one === word)
  if (operation !== undefined) return operation
  throw new AppError('bad-settings', `"${word}" is no operation; there are: ${auditOperations.join(', ')}.`)
}

function monthsOf(text: string): AuditKeepMonths {
  const [, count, unit] = /^(\d+)(m|y)$/.exec(text) ?? []
  const months = Number(count) * (unit === 'y' ? 12 : 1)
  const known = auditKeepMonths.find((one) => one === months)
  if (known !== undefined) return known
  throw new AppError('bad-settings', `--keep is "${text}"; choose 3m, 6m, 9m, 1y, 3y, 5y, 6y, 7y or 10y.`)
}

function wholeNumber(text: string, option: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= 10_000_000) return number
  throw new AppError('bad-settings', `${option} is "${text}"; it takes a whole number from 1 on.`)
}
