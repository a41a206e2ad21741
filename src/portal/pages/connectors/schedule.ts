/** Schedules as people say them. The server keeps five fields of cron and a zone. */

export interface Schedule {
  readonly cron: string
  readonly zone: string
}

export const rhythms = ['daily', 'weekdays', 'hourly', 'other'] as const
export type Rhythm = (typeof rhythms)[number]

export interface PlainSchedule {
  readonly rhythm: Rhythm
  /** `02:30`, the connector's own time; of an hourly schedule only the minutes count. */
  readonly time: string
}

/** `30 2 * * *` is daily at 02:30; what is none of the plain rhythms is `other`. */
export function plainSchedule(cron: string): PlainSchedule {
  const [minute = '', hour = '', day, month, weekday, ...more] = cron.trim().split(/\s+/)
  const isPlain = /^\d{1,2}$/.test(minute) && Number(minute) < 60 && more.length === 0
  const everyDay = day === '*' && month === '*'
  if (!isPlain || !everyDay) return { rhythm: 'other', time: '02:30' }
  if (hour === '*' && weekday === '*') return { rhythm: 'hourly', time: `00:${two(minute)}` }
  const time = `${two(hour)}:${two(minute)}`
  if (!/^\d{1,2}$/.test(hour) || Number(hour) > 23) return { rhythm: 'other', time: '02:30' }
  if (weekday === '*') return { rhythm: 'daily', time }
  if (weekday === '1-5') return { rhythm: 'weekdays', time }
  return { rhythm: 'other', time: '02:30' }
}

/** The cron of a plain rhythm; `other` has none of its own. */
export function cronOf(rhythm: Exclude<Rhythm, 'other'>, time: string): string {
  const [hour, minute] = time.split(':').map(Number)
  if (rhythm === 'hourly') return `${minute} * * * *`
  return `${minute} ${hour} * * ${rhythm === 'weekdays' ? '1-5' : '*'}`
}

function two(digits: string): string {
  return digits.padStart(2, '0')
}
