import {
  type AuditOperation,
  type AuditOutcome,
  auditOperations,
  auditOutcomes,
} from '../../../domain/audit.ts'
import { startOfDay } from './zone-days.ts'

export const periods = ['day', 'week', 'month', 'quarter', 'all', 'days'] as const
export type Period = (typeof periods)[number]

/** What is looked for, as the form has it. */
export interface AuditFilter {
  readonly period: Period
  /** Days of the period `days`, both included: `2026-03-17`. */
  readonly from: string
  readonly to: string
  readonly timeZone: string
  readonly operations: readonly AuditOperation[]
  readonly outcome: AuditOutcome | ''
  /** User names, commas between. */
  readonly actors: string
  readonly target: string
}

/** What of it an address carries: never who, nor what it was done to. */
export interface LinkedFilter {
  readonly period?: Period
  readonly from?: string
  readonly to?: string
  readonly operations?: readonly AuditOperation[]
  readonly outcome?: AuditOutcome
}

export function linkedFilter(search: Record<string, unknown>): LinkedFilter {
  const { period, from, to, operations, outcome } = search
  const linked: { -readonly [Key in keyof LinkedFilter]: LinkedFilter[Key] } = {}
  const knownPeriod = periods.find((one) => one === period)
  if (knownPeriod !== undefined) linked.period = knownPeriod
  if (isDay(from)) linked.from = from
  if (isDay(to)) linked.to = to
  const known = Array.isArray(operations) ? auditOperations.filter((one) => operations.includes(one)) : []
  if (known.length > 0) linked.operations = known
  const knownOutcome = auditOutcomes.find((one) => one === outcome)
  if (knownOutcome !== undefined) linked.outcome = knownOutcome
  return linked
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)
}

export function filterFromLink(linked: LinkedFilter, timeZone: string): AuditFilter {
  const empty = { from: '', to: '', operations: [], outcome: '', actors: '', target: '' } as const
  return { ...empty, timeZone, period: 'week', ...linked }
}

export function linkOf({ period, from, to, operations, outcome }: AuditFilter): LinkedFilter {
  return linkedFilter({ period, operations, outcome, ...(period === 'days' ? { from, to } : {}) })
}

const dayMs = 24 * 60 * 60_000
const periodDays: Readonly<Partial<Record<Period, number>>> = { day: 1, week: 7, month: 30, quarter: 90 }

/** What the server is asked; `now` in milliseconds since 1970. */
export function queryOf(filter: AuditFilter, now: number) {
  const { operations, outcome, target } = filter
  const actors = filter.actors.split(/[,;\s]+/).filter(Boolean)
  return {
    ...rangeOf(filter, now),
    ...(actors.length > 0 ? { actors: actors.join(',').toLowerCase() } : {}),
    ...(operations.length > 0 ? { operations: operations.join(',') } : {}),
    ...(outcome === '' ? {} : { outcome }),
    ...(target.trim() === '' ? {} : { target: target.trim() }),
  }
}

function rangeOf({ period, from, to, timeZone }: AuditFilter, now: number): { from?: string; to?: string } {
  const days = periodDays[period]
  if (days !== undefined) return { from: new Date(now - days * dayMs).toISOString() }
  if (period === 'all') return {}
  return {
    ...(from === '' ? {} : { from: startOfDay(from, timeZone) }),
    // Both days are meant: up to the next day's beginning.
    ...(to === '' ? {} : { to: startOfDay(dayAfter(to), timeZone) }),
  }
}

function dayAfter(day: string): string {
  return new Date(new Date(`${day}T00:00:00Z`).getTime() + dayMs).toISOString().slice(0, 10)
}
