/** From the wall time a tool writes, which names no zone, to UTC; and from UTC to the zone people read it in. */

/** Where nothing is said: WeChat's tools write the time of the computer, which mostly stands in China. */
export const defaultZone = 'Asia/Shanghai'

export interface Instant {
  readonly utc: number
  /** The later reading when the wall time came twice. */
  readonly latest?: number
  readonly offsetMinutes: number
  /** True when the clocks were put forward over this wall time: it never was, and is read as shifted on. */
  readonly skipped?: true
}

export function isZone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(zone)) return false
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

const minuteMs = 60_000
const dayMs = 86_400_000

/**
 * The offsets a day before and a day after are tried: they differ where the clocks are changed, both hold in the
 * repeated hour, neither in the skipped one. Throws RangeError for an unknown zone.
 */
export function instantOfWall(localMs: number, zone: string): Instant {
  const before = offsetAt(localMs - dayMs, zone)
  const after = offsetAt(localMs + dayMs, zone)
  if (before === after) return { utc: localMs - before * minuteMs, offsetMinutes: before }
  const readings = [before, after]
    .map((offsetMinutes) => ({ utc: localMs - offsetMinutes * minuteMs, offsetMinutes }))
    .filter(({ utc, offsetMinutes }) => offsetAt(utc, zone) === offsetMinutes)
    .sort((a, b) => a.utc - b.utc)
  const [first, second] = readings
  if (first === undefined) {
    const utc = localMs - before * minuteMs
    return { utc, offsetMinutes: offsetAt(utc, zone), skipped: true }
  }
  return second === undefined ? first : { ...first, latest: second.utc }
}

const formats = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, number>()
const rememberedMax = 20_000

/** Minutes east of UTC at that instant, remembered by the quarter of an hour, in which no zone changes its clocks. Throws RangeError. */
export function offsetAt(utc: number, zone: string): number {
  const quarter = Math.floor(utc / (15 * minuteMs))
  const key = `${zone} ${quarter}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  if (offsets.size >= rememberedMax) offsets.clear()
  const offset = readOffset(utc, zone)
  offsets.set(key, offset)
  return offset
}

/** The format ends in `GMT+05:30`, or plain `GMT`. */
function readOffset(utc: number, zone: string): number {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    formats.set(zone, format)
  }
  const match = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(format.format(utc))
  if (match?.[1] === undefined) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return match[1] === '-' ? -minutes : minutes
}
