/** What of connectors and capture somebody should look at. */
import { sql } from 'kysely'
import { type ConnectorOverview, connectorOverviews, listConnectors } from '../connector/index.ts'
import type { CoverageParts } from './parts.ts'
import { countCoverage } from './registered-users.ts'

export interface Attention {
  readonly code:
    | 'connector-failing'
    | 'connector-late'
    | 'connector-paused'
    | 'import-exceptions'
    | 'gaps'
    | 'no-connector'
    | 'no-mailbox'
    | 'users-never-captured'
  readonly severity: 'error' | 'warning' | 'information'
  /** What the portal's sentence names; numbers of rows lead to their pages. */
  readonly facts: Readonly<Record<string, string | number>>
}

export async function findAttention(parts: CoverageParts): Promise<Attention[]> {
  const connectors = await connectorOverviews(parts, await listConnectors(parts))
  const [gaps, { never }, hasMailbox] = await Promise.all([
    parts.siteIsHere ? gapsByAccount(parts) : [],
    countCoverage(parts),
    parts.queries.selectFrom('mailbox').select('id').limit(1).executeTakeFirst(),
  ])
  return [
    ...connectors.flatMap(ofConnector),
    ...(connectors.length === 0
      ? [{ code: 'no-connector', severity: 'information', facts: {} } as const]
      : []),
    ...(hasMailbox ? [] : [{ code: 'no-mailbox', severity: 'information', facts: {} } as const]),
    ...gaps.map((facts) => ({ code: 'gaps', severity: 'warning', facts }) as const),
    // Before anything was imported everybody is without a message, and that is no news.
    ...(never > 0 && connectors.some(({ lastSuccess }) => lastSuccess !== null)
      ? [{ code: 'users-never-captured', severity: 'warning', facts: { count: never } } as const]
      : []),
  ]
}

function ofConnector(overview: ConnectorOverview): Attention[] {
  const { id, name: connector, health, lastRun, lastSuccess, openExceptions, pausedAt } = overview
  const facts = { id, connector }
  const found: Attention[] = []
  if (health === 'failing') {
    const { run, failure } = lastRun!
    const why = failure === null ? {} : { failure: failure.code, message: failure.message }
    found.push({ code: 'connector-failing', severity: 'error', facts: { ...facts, run, ...why } })
  }
  if (health === 'late') {
    const since = lastSuccess ?? overview.createdAt
    found.push({ code: 'connector-late', severity: 'warning', facts: { ...facts, since } })
  }
  if (pausedAt !== null)
    found.push({ code: 'connector-paused', severity: 'information', facts: { ...facts, since: pausedAt } })
  if (openExceptions > 0)
    found.push({ code: 'import-exceptions', severity: 'warning', facts: { ...facts, count: openExceptions } })
  return found
}

/** Open ones that nobody has accepted; the key tells that an account of this site is one the centre takes from. */
async function gapsByAccount({
  queries,
}: CoverageParts): Promise<{ id: number; account: string; count: number }[]> {
  const { rows } = await sql<{ id: number; account: string; count: bigint }>`
    select site_account.id, name as account, count(*) as count
      from site_gap join site_account on site_account.id = account_id
     where closed_at is null and not exists (
       select from gap join feed_account on feed_account.id = feed_account_id
        where site_gap_id = site_gap.id and feed_account.public_key = site_account.public_key
          and gap.accepted_at is not null)
     group by site_account.id, name order by name`.execute(queries)
  return rows.map(({ id, account, count }) => ({ id, account, count: Number(count) }))
}
