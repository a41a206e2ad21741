import { AppError } from '../../domain/errors.ts'

export const actions = ['retain', 'delete', 'retain-then-delete'] as const
export type RetentionAction = (typeof actions)[number]

export const periodUnits = ['days', 'months', 'years'] as const
export type PeriodUnit = (typeof periodUnits)[number]

/** In calendar units, UTC; null is for ever. */
export type Period = { readonly count: number; readonly unit: PeriodUnit } | null

/** Throws `retention-refused` for what cannot end and should be deleted, and for a period out of bounds. */
export function checkPeriod(action: RetentionAction | null, period: Period): void {
  if (period === null) {
    if (action === 'delete' || action === 'retain-then-delete')
      throw refused('What is to be deleted needs a period: days, months or years.')
    return
  }
  if (!Number.isInteger(period.count) || period.count < 1 || period.count > 36_500)
    throw refused('A period is a whole number from 1 to 36500.')
}

export function refused(message: string): AppError {
  return new AppError('retention-refused', message)
}
