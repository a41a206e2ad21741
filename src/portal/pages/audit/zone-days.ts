/** When a day begins in a time zone, as ISO 8601 UTC. Where clocks skip midnight it begins when they do not. */
export function startOfDay(day: string, timeZone: string): string {
  const wall = new Date(`${day}T00:00:00Z`).getTime()
  // The zone's distance from UTC at the guess may differ from that at the day's beginning; the second round settles it.
  const guess = wall - offsetMs(wall, timeZone)
  return new Date(wall - offsetMs(guess, timeZone)).toISOString()
}

/** How far the zone's clocks are ahead of UTC at a moment. */
function offsetMs(moment: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(new Date(moment))
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
  return wall - Math.floor(moment / 1000) * 1000
}
