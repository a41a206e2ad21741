import { AppError } from '../domain/errors.ts'

/** A calendar day; months from 1. Days and months past the end run over, as in a calendar. */
export interface Day {
  readonly year: number
  readonly month: number
  readonly day: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  try {
    const format = new Intl.DateTimeFormat('en-GB-u-ca-iso8601', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(zone, format)
    return format
  } catch (cause) {
    throw new AppError('bad-query', `"${zone}" is not a time zone; write one like Europe/London or UTC.`, {
      cause,
    })
  }
}

/** The wall clock of `zone` at a moment, read as if it were UTC. */
function wallClock(ms: number, zone: string): number {
  const parts = formatOf(zone).formatToParts(ms)
  const value = (type: string): number => Number(parts.find((part) => part.type === type)!.value)
  return Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  )
}

/** The day it is in `zone` at a moment (ms since 1970 UTC). */
export function dayAt(ms: number, zone: string): Day {
  const clock = new Date(wallClock(ms, zone))
  return { year: clock.getUTCFullYear(), month: clock.getUTCMonth() + 1, day: clock.getUTCDate() }
}

/**
 * The moment a wall clock in `zone` shows this time, ms since 1970 UTC. Of a repeated hour the first, of a
 * skipped one the moment of the change or shortly after. Throws AppError `bad-query` for an unknown zone.
 */
export function momentOf(day: Day, msOfDay: number, zone: string): number {
  const wanted = Date.UTC(day.year, day.month - 1, day.day) + msOfDay
  const before = wanted - (wallClock(wanted - 86_400_000, zone) - (wanted - 86_400_000))
  const after = wanted - (wallClock(wanted + 86_400_000, zone) - (wanted + 86_400_000))
  const fits = [before, after].filter((ms) => wallClock(ms, zone) === Math.floor(wanted / 1000) * 1000)
  return fits.length === 0 ? Math.max(before, after) : Math.min(...fits)
}
