/** The wall time a header states, once it is known which of its date fields is the day. */
import type { HeaderFields } from './grammar.ts'
import { hourOfDay } from './meridiem.ts'

export const dateOrders = ['dmy', 'mdy', 'ymd'] as const
export type DateOrder = (typeof dateOrders)[number]

/** Last year before the first of each Japanese era. */
const eraStart: Readonly<Record<string, number>> = {
  R: 2018,
  令和: 2018,
  H: 1988,
  平成: 1988,
  S: 1925,
  昭和: 1925,
}
/** Buddhist years run 543 ahead; WhatsApp began in 2009, which is 2552 there. */
const buddhistYearFirst = 2400
const buddhistOffsetYears = 543
/** No export is older than WhatsApp; two-digit years are read in this century. */
const yearFirst = 2009
const yearLast = 2099

/**
 * Milliseconds since 1970 as if the wall time were UTC, or null when the fields are no date in this order
 * (month 13, 30 February, 25 o'clock, a year before WhatsApp).
 */
export function localMillis(fields: HeaderFields, order: DateOrder): number | null {
  const year = fullYear(order === 'ymd' ? fields.first : fields.third, fields.era)
  const month = order === 'mdy' ? fields.first : fields.second
  const day = order === 'dmy' ? fields.first : order === 'mdy' ? fields.second : fields.third
  if (month < 1 || month > 12 || day < 1 || year < yearFirst || year > yearLast) return null
  if (day > 28 && day > daysInMonth(year, month)) return null
  const hour = hourOfDay(fields.hour, fields.meridiem)
  if (hour < 0 || fields.minute > 59 || fields.seconds > 59) return null
  return Date.UTC(year, month - 1, day, hour, fields.minute, fields.seconds)
}

function fullYear(written: number, era: string): number {
  if (era !== '') return eraStart[era]! + written
  if (written < 100) return 2000 + written
  return written >= buddhistYearFirst ? written - buddhistOffsetYears : written
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

const two = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'))
let cachedDay = Number.NaN
let cachedDayText = ''

/** `2024-03-15T21:12:05`, without a zone, because the file has none. */
export function isoLocal(millis: number): string {
  const day = Math.floor(millis / 86_400_000)
  if (day !== cachedDay) {
    cachedDay = day
    cachedDayText = new Date(millis).toISOString().slice(0, 11)
  }
  const seconds = Math.floor((millis - day * 86_400_000) / 1000)
  const minutes = Math.floor(seconds / 60)
  return `${cachedDayText}${two[Math.floor(minutes / 60)]}:${two[minutes % 60]}:${two[seconds % 60]}`
}
