/** Days in UTC: samples and evidence are of the same days wherever somebody reads them. */
const dayMs = 24 * 60 * 60_000

/** The day so many days before a moment (milliseconds since 1970): `2026-03-17`. */
export function dayBefore(moment: number, days: number): string {
  return new Date(moment - days * dayMs).toISOString().slice(0, 10)
}

export function dayStart(day: string): string {
  return `${day}T00:00:00.000Z`
}

/** Where the next day begins. */
export function dayEnd(day: string): string {
  return new Date(Date.parse(dayStart(day)) + dayMs).toISOString()
}
