/** Asks a route's vendor for what he hands over on request only, and tells how far that has come. */
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import type { RouteFinding } from '../../sources/live-source.ts'
import type { LiveParts, OpenRoute } from './open-route.ts'

/** Throws `unknown-source` for a source that hands over everything by itself. */
export async function syncRoute(
  { database, clock }: LiveParts,
  { route, account, source, live, given }: OpenRoute,
): Promise<readonly RouteFinding[]> {
  if (!live.sync)
    throw new AppError(
      'unknown-source',
      `${source.title} hands over everything by itself; there is nothing to ask for.`,
    )
  const findings = await live.sync(given)
  await appendAudit(database, {
    ...{ at: clock.now(), operation: 'sync-route', target: account.name, outcome: 'succeeded' },
    details: { route: route.name, problems: findings.filter(({ problem }) => problem !== undefined).length },
  })
  const { missing } = await database
    .selectFrom('site_gap')
    .select(({ fn }) => fn.countAll<bigint>().as('missing'))
    .where('route_id', '=', route.id)
    .where('reason', '=', 'history-incomplete')
    .where('closed_at', 'is', null)
    .executeTakeFirstOrThrow()
  const progress =
    missing === 0n ? 'no part that is known of is missing' : `${missing} parts have not come yet`
  return [...findings, { check: 'what came of it', result: progress }]
}
