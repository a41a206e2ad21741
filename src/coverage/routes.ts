/** How the live ways in of an account stand. */
import type { Queries } from '../platform/postgres/index.ts'

export interface RouteFacts {
  readonly id: number
  readonly source: string
  readonly name: string
  readonly enabled: boolean
  /** ISO times. */
  readonly lastReceivedAt: string | null
  readonly lastPulledAt: string | null
  /** Kept at the site and not yet in the journal. */
  readonly waitingBodies: number
  readonly oldestWaitingAt: string | null
  readonly problem: { readonly code: string; readonly message: string; readonly since: string } | null
}

/** As the site last told, by name. */
export async function routesOf(
  { queries }: { readonly queries: Queries },
  accountId: number,
): Promise<RouteFacts[]> {
  const rows = await queries
    .selectFrom('capture_route')
    .selectAll()
    .where('feed_account_id', '=', accountId)
    .orderBy('name')
    .execute()
  return rows.map((row) => ({
    ...{ id: row.site_route_id, source: row.source, name: row.name, enabled: row.enabled },
    lastReceivedAt: row.last_received_at?.toISOString() ?? null,
    lastPulledAt: row.last_pulled_at?.toISOString() ?? null,
    waitingBodies: Number(row.waiting_bodies),
    oldestWaitingAt: row.oldest_waiting_at?.toISOString() ?? null,
    problem:
      row.problem_code === null
        ? null
        : {
            code: row.problem_code,
            message: row.problem_message ?? '',
            since: row.problem_since!.toISOString(),
          },
  }))
}
