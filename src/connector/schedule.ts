import { Cron } from 'croner'
import { AppError } from '../domain/errors.ts'

/** Every day at half past two in the morning, in the connector's zone. */
export const dailySchedule = '30 2 * * *'

/** ISO time of the next run after `now` (ms UTC); null where the schedule has none. Throws `bad-settings`. */
export function nextRunOf(cron: string, zone: string, now: number): string | null {
  try {
    return new Cron(cron, { timezone: zone }).nextRun(new Date(now))?.toISOString() ?? null
  } catch (cause) {
    throw new AppError(
      'bad-settings',
      `"${cron}" in ${zone} is no schedule; it looks like "30 2 * * *" in Europe/London.`,
      { cause },
    )
  }
}
