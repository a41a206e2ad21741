/** Records are dated by this machine's clock: one that was moved back would date new ones before old ones. */
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { clockBackMs, clockRowName, clockToleranceMs, type NotedClockParts } from '../platform/noted-clock.ts'

/**
 * Compares the clock with its last noted reading, and notes it anew. Throws `clock-moved-back` when it stands
 * more than five minutes before that, unless the operator accepts it.
 */
export async function checkClock(parts: NotedClockParts, accept: boolean): Promise<void> {
  const back = await clockBackMs(parts)
  if (back > clockToleranceMs && !accept) {
    throw new AppError(
      'clock-moved-back',
      `This machine's clock stands ${shown(back)} before the last time that was noted here; set it right, or add --accept-clock if it was wrong then.`,
      { details: { backSeconds: Math.round(back / 1000) } },
    )
  }
  if (back > clockToleranceMs) await acceptClock(parts, back)
  else await noteClock(parts)
}

/** Notes the time; never an earlier one. */
export async function noteClock(parts: NotedClockParts): Promise<void> {
  const value = new Date(parts.clock.now()).toISOString()
  await parts.queries
    .insertInto('installation')
    .values({ name: clockRowName, value })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ value }).where('installation.value', '<', value),
    )
    .execute()
}

async function acceptClock({ queries, clock }: NotedClockParts, backMs: number): Promise<void> {
  const at = clock.now()
  await queries.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('installation')
      .set({ value: new Date(at).toISOString() })
      .where('name', '=', clockRowName)
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
