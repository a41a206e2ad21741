/** The clock as it was last noted in the database: one that stands before that was moved back. */
import type { Clock } from './clock.ts'
import type { Queries } from './postgres/index.ts'

/** Clocks are set right by so much without anything being wrong. */
export const clockToleranceMs = 5 * 60_000

/** Of the table `installation`. */
export const clockRowName = 'clock'

export interface NotedClockParts {
  readonly queries: Queries
  readonly clock: Clock
}

/** How far the clock stands before its last noted reading, in ms; 0 or less when all is well. */
export async function clockBackMs({ queries, clock }: NotedClockParts): Promise<number> {
  const row = await queries
    .selectFrom('installation')
    .select('value')
    .where('name', '=', clockRowName)
    .executeTakeFirst()
  return row ? Date.parse(row.value) - clock.now() : 0
}
