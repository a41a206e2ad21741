/** How a route fares, for whoever looks after it. */
import { isAppError } from '../../domain/errors.ts'
import type { SiteParts } from '../parts.ts'
import type { Route } from './routes.ts'

const unforeseen =
  'The route failed for a reason this program does not know; the log has it. It is tried again by itself.'

/** The first of a row of the same problem says since when. */
export async function noteProblem(
  { database, clock }: SiteParts,
  route: Pick<Route, 'id'>,
  error: unknown,
): Promise<void> {
  const known = isAppError(error)
  const code = known ? error.code : 'internal'
  await database
    .updateTable('site_route')
    .set(({ fn, val, ref }) => ({
      problem_code: code,
      problem_message: known ? error.message : unforeseen,
      problem_since: fn.coalesce(ref('problem_since'), val(new Date(clock.now()))),
    }))
    .where('id', '=', route.id)
    .execute()
}

export async function clearProblem({ database }: SiteParts, route: Pick<Route, 'id'>): Promise<void> {
  await database
    .updateTable('site_route')
    .set({ problem_code: null, problem_message: null, problem_since: null })
    .where('id', '=', route.id)
    .execute()
}

export async function notePulled({ database, clock }: SiteParts, route: Pick<Route, 'id'>): Promise<void> {
  await database
    .updateTable('site_route')
    .set({ last_pulled_at: new Date(clock.now()) })
    .where('id', '=', route.id)
    .execute()
}
