/** Records are dated by this machine's clock: one that was moved back would date new ones before old ones. */
import type { Platform } from '../app.ts'
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'

const toleratedMs = 5 * 60_000
const rowName = 'clock'

type ClockParts = Pick<Platform, 'queries' | 'clock'>

/**
 * Compares the clock with its last noted reading, and notes it anew. Throws `clock-moved-back` when it stands
 * more than five minutes before that, unless the operator accepts it.
 */
export async function checkClock(parts: ClockParts, accept: boolean): Promise<void> {
  const back = await clockBackMs(parts)
  if (back > toleratedMs && !accept) {
    throw new AppError(
      'clock-moved-back',
      `This machine's clock stands ${shown(back)} before the last time that was noted here; set it right, or add --accept-clock if it was wrong then.`,
      { details: { backSeconds: Math.round(back / 1000) } },
    )
  }
  if (back > toleratedMs) await acceptClock(parts, back)
  else await noteClock(parts)
}

/** How far the clock stands before its last noted reading, in ms; 0 or less when all is well. */
export async function clockBackMs({ queries, clock }: ClockParts): Promise<number> {
  const row = await queries
    .selectFrom('installation')
    .select('value')
    .where('name', '=', rowName)
    .executeTakeFirst()
  return row ? Date.parse(row.value) - clock.now() : 0
}

/** Notes the time; never an earlier one. */
export async function noteClock(parts: ClockParts): Promise<void> {
  const value = new Date(parts.clock.now()).toISOString()
  await parts.queries
    .insertInto('installation')
    .values({ name: rowName, value })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ value }).where('installation.value', '<', value),
    )
    .execute()
}

async function acceptClock({ queries, clock }: ClockParts, backMs: number): Promise<void> {
  const at = clock.now()
  await queries.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('installation')
      .set({ value: new Date(at).toISOString() })
      .where('name', '=', rowName)
      .execute()
    await appendAudit(transaction, {
      at,
      operation: 'accept-clock',
      outcome: 'succeeded',
      details: { backSeconds: Math.round(backMs / 1000) },
    })
  })
}

function shown(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 120) return `${minutes} minutes`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`
}
