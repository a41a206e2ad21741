import { type Day, dayAt, momentOf } from './zone-time.ts'

/** A span of time in ms since 1970 UTC; `to` is not in it. */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface Calendar {
  /** The present, ms since 1970 UTC. */
  readonly now: number
  /** The zone in which days begin and end. */
  readonly zone: string
}

const dayForm = /^(\d{4})-(\d{1,2})-(\d{1,2})$/
const timeForm =
  /^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:?\d{2})?$/i

/** What a date of a query covers: a day, a minute, a second, or a named period. Null when it is none of these. */
export function spanOf(text: string, calendar: Calendar): Span | null {
  const day = dayForm.exec(text)
  if (day !== null) return daysFrom(dayOf(day), 1, calendar.zone)
  const time = timeForm.exec(text)
  if (time !== null) return timeSpan(time, calendar.zone)
  return namedSpan(text.toLowerCase(), calendar)
}

/** Words for periods, as KeyQL has them; weeks begin on Monday (ISO 8601). */
export const periodNames = [
  'today',
  'yesterday',
  'this week',
  'last week',
  'this month',
  'last month',
  'this year',
  'last year',
] as const

function namedSpan(name: string, { now, zone }: Calendar): Span | null {
  const today = dayAt(now, zone)
  const { year, month, day } = today
  const monday = day - ((new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7)
  switch (name as (typeof periodNames)[number]) {
    case 'today':
      return daysFrom(today, 1, zone)
    case 'yesterday':
      return daysFrom({ year, month, day: day - 1 }, 1, zone)
    case 'this week':
      return daysFrom({ year, month, day: monday }, 7, zone)
    case 'last week':
      return daysFrom({ year, month, day: monday - 7 }, 7, zone)
    case 'this month':
      return between({ year, month, day: 1 }, { year, month: month + 1, day: 1 }, zone)
    case 'last month':
      return between({ year, month: month - 1, day: 1 }, { year, month, day: 1 }, zone)
    case 'this year':
      return between({ year, month: 1, day: 1 }, { year: year + 1, month: 1, day: 1 }, zone)
    case 'last year':
      return between({ year: year - 1, month: 1, day: 1 }, { year, month: 1, day: 1 }, zone)
    default:
      return null
  }
}

function between(first: Day, next: Day, zone: string): Span {
  return { from: momentOf(first, 0, zone), to: momentOf(next, 0, zone) }
}

function daysFrom(first: Day | null, count: number, zone: string): Span | null {
  return first === null ? null : between(first, { ...first, day: first.day + count }, zone)
}

/** Null for a day that no calendar has, such as 2026-02-30. */
function dayOf(match: RegExpExecArray): Day | null {
  const day = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) }
  const date = new Date(Date.UTC(day.year, day.month - 1, day.day))
  return date.getUTCMonth() + 1 === day.month && date.getUTCDate() === day.day ? day : null
}

function timeSpan(match: RegExpExecArray, zone: string): Span | null {
  const day = dayOf(match)
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6] ?? 0)]
  if (day === null || hour > 23 || minute > 59 || second > 59) return null
  const ms = Number((match[7] ?? '').padEnd(3, '0'))
  const msOfDay = ((hour * 60 + minute) * 60 + second) * 1000 + ms
  const length = match[7] !== undefined ? 1 : match[6] !== undefined ? 1000 : 60_000
  const offset = match[8] === undefined ? null : offsetMs(match[8])
  const from =
    offset === null
      ? momentOf(day, msOfDay, zone)
      : Date.UTC(day.year, day.month - 1, day.day) + msOfDay - offset
  return { from, to: from + length }
}

function offsetMs(text: string): number {
  if (/^z$/i.test(text)) return 0
  const digits = text.replace(/\D/g, '')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  return (text.startsWith('-') ? -minutes : minutes) * 60_000
}
