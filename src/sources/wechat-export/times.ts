/** The ways tools write a time. Years are bounded, so that a damaged number is no date: WeChat began in 2011. */
import type { RowTime } from './row.ts'

const earliestMs = Date.UTC(2000, 0, 1)
const latestMs = Date.UTC(2100, 0, 1)
/** Below this a number of milliseconds would lie before March 1973: it is seconds. */
const smallestMs = 1e11

/** From seconds (or milliseconds, told by their size) since 1970, a number or digits; null for anything else. */
export function timeOfEpoch(written: string): RowTime | null {
  const text = written.trim()
  if (!/^\d{9,16}(?:\.\d+)?$/.test(text)) return null
  const number = Number(text)
  const utcMs = Math.trunc(number < smallestMs ? number * 1000 : number)
  return isUsable(utcMs) ? { form: 'instant', utcMs, text } : null
}

const iso =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/

/** From `2023-11-15 06:13:20`, with or without an offset (`Z`, `+08:00`) and fraction; null for anything else. */
export function timeOfText(written: string): RowTime | null {
  const text = written.trim()
  const found = iso.exec(text)
  if (found === null) return null
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone] = found
  const localMs =
    wallMs(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second)) +
    Number(fraction.padEnd(3, '0').slice(0, 3))
  if (!isUsable(localMs)) return null
  if (zone === undefined) return { form: 'wall', localMs, text }
  const offsetMinutes = zone === 'Z' ? 0 : offsetOf(zone)
  return { form: 'instant', utcMs: localMs - offsetMinutes * 60_000, offsetMinutes, text }
}

/** Milliseconds as if the wall time were UTC; NaN for 30 February or 25 o'clock. */
export function wallMs(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  const ms = Date.UTC(year, month - 1, day, hour, minute, second)
  const date = new Date(ms)
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return same && hour < 24 && minute < 60 && second < 60 ? ms : Number.NaN
}

/** NaN is not usable. */
export function isUsable(ms: number): boolean {
  return ms >= earliestMs && ms < latestMs
}

function offsetOf(zone: string): number {
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))]
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

/** `1 h 2 min`, `1 min 12 s`, `9 s`; units that are zero are left out. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const units = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ] as const
  const shown = units.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`)
  return shown.length === 0 ? '0 s' : shown.join(' ')
}
