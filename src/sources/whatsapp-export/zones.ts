/**
 * From the wall time of an export, which names no zone, to UTC. The zone is given at capture and may
 * change by date: `Europe/London,2024-03-01=Asia/Shanghai` is London, from 1 March 2024 on Shanghai.
 */

export interface ZoneRange {
  readonly zone: string
  /** Wall time from which the zone holds, as milliseconds as if it were UTC. */
  readonly fromLocalMillis: number
}

export interface Instant {
  readonly utc: number
  /** The later reading when the wall time came twice. */
  readonly latest?: number
  readonly zone: string
  readonly offsetMinutes: number
  /** True when the clocks were put forward over this wall time: it never was, and is read as shifted on. */
  readonly skipped?: true
}

/** Reads the setting; answers the sentence that says what is wrong when it is no list of zones. */
export function parseZoneRanges(text: string): readonly ZoneRange[] | string {
  const ranges: ZoneRange[] = []
  for (const [index, part] of text.split(',').entries()) {
    const [first, second] = part.split('=').map((piece) => piece.trim())
    const zone = second ?? first!
    if (!isZone(zone)) return `"${zone}" is not a time zone; write it as in Europe/London or UTC.`
    if ((second === undefined) !== (index === 0)) {
      return 'The first time zone stands alone, each further one after its first date: Europe/London,2024-03-01=Asia/Shanghai.'
    }
    const from = index === 0 ? Number.NEGATIVE_INFINITY : dateMillis(first!)
    if (Number.isNaN(from)) return `"${first}" is not a date; write it as in 2024-03-01.`
    if (index > 0 && from <= ranges[index - 1]!.fromLocalMillis) return 'The dates of time zones must ascend.'
    ranges.push({ zone, fromLocalMillis: from })
  }
  return ranges
}

function isZone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(zone)) return false
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

function dateMillis(text: string): number {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
}

/** A function from wall times to instants for these ranges. Throws RangeError for an unknown zone. */
export function createZoneReader(ranges: readonly ZoneRange[]): (localMillis: number) => Instant {
  return (localMillis) => {
    let range = ranges[0]!
    for (const next of ranges) if (localMillis >= next.fromLocalMillis) range = next
    return instantOf(localMillis, zoneClock(range.zone))
  }
}

const dayMillis = 86_400_000
const minuteMillis = 60_000
const cachedDaysMax = 20_000

interface ZoneClock {
  readonly zone: string
  readonly format: Intl.DateTimeFormat
  /** Offset of days on which, and beside which, no clock is changed; null where one is. */
  readonly days: Map<number, number | null>
}

const clocks = new Map<string, ZoneClock>()

function zoneClock(zone: string): ZoneClock {
  let clock = clocks.get(zone)
  if (clock === undefined) {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    clock = { zone, format, days: new Map() }
    clocks.set(zone, clock)
  }
  return clock
}

function instantOf(localMillis: number, clock: ZoneClock): Instant {
  const day = Math.floor(localMillis / dayMillis)
  let offset = clock.days.get(day)
  if (offset === undefined) {
    offset = offsetOfDay(day, clock)
    if (clock.days.size >= cachedDaysMax) clock.days.clear()
    clock.days.set(day, offset)
  }
  if (offset === null) return instantNearChange(localMillis, day, clock)
  return { utc: localMillis - offset * minuteMillis, zone: clock.zone, offsetMinutes: offset }
}

function offsetOfDay(day: number, clock: ZoneClock): number | null {
  const before = offsetAt((day - 1) * dayMillis, clock)
  return before === offsetAt((day + 2) * dayMillis, clock) ? before : null
}

/** Each of the two offsets around the change is tried: both hold in the repeated hour, neither in the skipped one. */
function instantNearChange(localMillis: number, day: number, clock: ZoneClock): Instant {
  const offsets = [offsetAt((day - 1) * dayMillis, clock), offsetAt((day + 2) * dayMillis, clock)]
  const readings = offsets
    .map((offset) => ({ utc: localMillis - offset * minuteMillis, offsetMinutes: offset }))
    .filter(({ utc, offsetMinutes }) => offsetAt(utc, clock) === offsetMinutes)
    .sort((a, b) => a.utc - b.utc)
  const [first, second] = readings
  if (first === undefined) {
    const utc = localMillis - offsets[0]! * minuteMillis
    return { utc, zone: clock.zone, offsetMinutes: offsetAt(utc, clock), skipped: true }
  }
  return { ...first, zone: clock.zone, ...(second === undefined ? {} : { latest: second.utc }) }
}

/** Minutes east of UTC; the format ends in `GMT+05:30`, or plain `GMT`. */
function offsetAt(utc: number, clock: ZoneClock): number {
  const match = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(clock.format.format(utc))
  if (match?.[1] === undefined) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return match[1] === '-' ? -minutes : minutes
}
