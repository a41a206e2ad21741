import { describe, expect, it } from 'vitest'
import { cronOf, plainSchedule } from './schedule.ts'

describe('a schedule', () => {
  it.each([
    ['30 2 * * *', { rhythm: 'daily', time: '02:30' }],
    ['5 14 * * 1-5', { rhythm: 'weekdays', time: '14:05' }],
    ['15 * * * *', { rhythm: 'hourly', time: '00:15' }],
  ] as const)('%s is said plainly, and means the same again', (cron, plain) => {
    expect(plainSchedule(cron)).toEqual(plain)
    expect(cronOf(plain.rhythm, plain.time)).toBe(cron)
  })

  it.each(['*/15 * * * *', '0 2 1 * *', '0 2 * * 0', '0 2,14 * * *', '0 25 * * *', '', '0 0 2 * * *'])(
    '"%s" stays as it is written',
    (cron) => {
      expect(plainSchedule(cron).rhythm).toBe('other')
    },
  )
})
