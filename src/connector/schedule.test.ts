import { describe, expect, it } from 'vitest'
import { dailySchedule, nextRunOf } from './schedule.ts'

describe('the next run of a connector', () => {
  it('is told in the connector’s own zone', () => {
    const now = Date.parse('2026-11-21T00:00:00Z')
    expect(nextRunOf('0 9 * * *', 'Asia/Shanghai', now)).toBe('2026-11-21T01:00:00.000Z')
    expect(nextRunOf(dailySchedule, 'Europe/London', now)).toBe('2026-11-21T02:30:00.000Z')
  })

  it('comes on the day on which its hour does not exist', () => {
    const next = nextRunOf(dailySchedule, 'Europe/Rome', Date.parse('2027-03-27T22:00:00Z'))
    expect(next! < '2027-03-28T01:31').toBe(true)
  })

  it('refuses what is no schedule, with an example', () => {
    expect(() => nextRunOf('every day', 'Europe/London', 0)).toThrow(
      expect.objectContaining({ code: 'bad-settings' }),
    )
    expect(() => nextRunOf(dailySchedule, 'Europe/Londn', 0)).toThrow(/Europe\/Londn/)
  })
})
