/** Accounts at sites whose coverage this centre looks after: those that a connector takes from. */
import { type Connector, listConnectors } from '../connector/index.ts'
import { AppError } from '../domain/errors.ts'
import type { CoverageParts } from './parts.ts'

export interface CoveredAccount {
  /** Of the account as the centre knows it. */
  readonly id: number
  /** As the site names it; its user name until a run has asked. */
  readonly name: string
  readonly siteUrl: string
  readonly connectors: readonly Connector[]
  /** ISO times. */
  readonly toldAt: string | null
  readonly problem: { readonly code: string; readonly message: string; readonly since: string } | null
}

type ReadingParts = Pick<CoverageParts, 'queries' | 'clock'>

/** By name. */
export async function coveredAccounts(parts: ReadingParts): Promise<CoveredAccount[]> {
  const connectors = Map.groupBy(await listConnectors(parts), ({ feedAccountId }) => feedAccountId)
  if (connectors.size === 0) return []
  const rows = await parts.queries
    .selectFrom('feed_account')
    .leftJoin('coverage_account', 'feed_account_id', 'feed_account.id')
    .selectAll('feed_account')
    .select(['told_at', 'problem_code', 'problem_message', 'problem_since'])
    .where('feed_account.id', 'in', [...connectors.keys()])
    .execute()
  const accounts = rows.map((row) => ({
    ...{ id: row.id, name: row.account ?? row.username, siteUrl: row.site_url },
    connectors: connectors.get(row.id)!,
    toldAt: row.told_at?.toISOString() ?? null,
    problem:
      row.problem_code === null
        ? null
        : {
            code: row.problem_code,
            message: row.problem_message ?? '',
            since: row.problem_since!.toISOString(),
          },
  }))
  return accounts.sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id)
}

/** Throws `account-not-found`. */
export async function coveredAccount(parts: ReadingParts, id: number): Promise<CoveredAccount> {
  const found = (await coveredAccounts(parts)).find((account) => account.id === id)
  if (found) return found
  throw new AppError(
    'account-not-found',
    'No connector takes from such an account; look at the page Coverage.',
  )
}

/** Throws `account-not-found`, naming the accounts there are. */
export async function coveredAccountNamed(parts: ReadingParts, name: string): Promise<CoveredAccount> {
  const accounts = await coveredAccounts(parts)
  const found = accounts.find((account) => account.name === name)
  if (found) return found
  const known =
    accounts.length === 0 ? 'there are none' : `there are: ${accounts.map((one) => one.name).join(', ')}`
  throw new AppError('account-not-found', `No connector takes from an account named "${name}"; ${known}.`)
}
