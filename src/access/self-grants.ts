import { sql } from 'kysely'
import type { AccessParts } from './parts.ts'

export interface SelfGrant {
  /** ISO time. */
  readonly at: string
  readonly username: string
  /** The name of the role group or search filter he gave himself something by. */
  readonly target: string
  /** Null where there was nobody to ask. */
  readonly approvedBy: string | null
}

const shownMs = 30 * 24 * 60 * 60_000

/** Who gave himself a right within the last thirty days, newest first: everybody is told of it. */
export async function recentSelfGrants(
  parts: Pick<AccessParts, 'queries' | 'clock'>,
): Promise<readonly SelfGrant[]> {
  const rows = await parts.queries
    .selectFrom('audit_event')
    .select(['at', 'actor', 'target', sql<string | null>`details->>'approvedBy'`.as('approved_by')])
    .where('operation', 'in', ['change-members', 'change-role-group', 'change-search-filter'])
    .where('at', '>', new Date(parts.clock.now() - shownMs))
    .where('outcome', '=', 'succeeded')
    .where(sql<boolean>`details->>'self' = 'true'`)
    .orderBy('at', 'desc')
    .limit(100)
    .execute()
  return rows.map((row) => ({
    at: row.at.toISOString(),
    username: row.actor,
    target: row.target ?? '',
    approvedBy: row.approved_by,
  }))
}
