import { AppError } from '../domain/errors.ts'

/** Milliseconds since 1970 UTC of `2026-03-17` (its first moment in UTC) or an ISO time with a zone. */
export function timeOf(text: string, option: string): number {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text)
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)
  const ms = isDay || isTime ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(ms) && (!isDay || new Date(ms).toISOString().startsWith(text))) return ms
  throw new AppError(
    'bad-date',
    `${option} is "${text}", which is no time such as 2026-03-17 (in UTC) or 2026-03-17T09:00:00+01:00.`,
  )
}

/** `17 Mar 2026, 09:14 UTC` for tables; ISO in, empty for null. */
export function shownTime(iso: string | null): string {
  return iso === null ? '' : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`
}
