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

/**
 * Whether items would be kept less long than before, at any time of the year: 84 months may not become 2,550 days. Where
 * units differ the doubtful cases count as shorter.
 */
export function isShorter(next: Period, current: Period): boolean {
  if (next === null) return false
  if (current === null) return true
  if (next.unit !== 'days' && current.unit !== 'days') return monthsOf(next) < monthsOf(current)
  return shortestDays(next) < longestDays(current)
}

const daysOfMonth = 365.2425 / 12
/** How far so many months may be from their mean length. */
const monthsVaryDays = 3

function monthsOf({ count, unit }: NonNullable<Period>): number {
  return unit === 'years' ? count * 12 : count
}

function shortestDays(period: NonNullable<Period>): number {
  return period.unit === 'days' ? period.count : Math.floor(monthsOf(period) * daysOfMonth) - monthsVaryDays
}

function longestDays(period: NonNullable<Period>): number {
  return period.unit === 'days' ? period.count : Math.ceil(monthsOf(period) * daysOfMonth) + monthsVaryDays
}

export function refused(message: string): AppError {
  return new AppError('retention-refused', message)
}
