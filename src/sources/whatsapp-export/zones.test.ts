import { describe, expect, it } from 'vitest'
import { createZoneReader, parseZoneRanges, type ZoneRange } from './zones.ts'

function instant(zones: string, local: string) {
  return createZoneReader(parseZoneRanges(zones) as ZoneRange[])(Date.parse(`${local}Z`))
}
const utc = (text: string): number => Date.parse(text)

describe('time zones', () => {
  it('reads summer and winter', () => {
    expect(instant('Europe/London', '2024-01-15T12:00:00')).toMatchObject({
      utc: utc('2024-01-15T12:00:00Z'),
      offsetMinutes: 0,
    })
    expect(instant('Europe/London', '2024-07-15T12:00:00')).toMatchObject({
      utc: utc('2024-07-15T11:00:00Z'),
      offsetMinutes: 60,
    })
    expect(instant('Asia/Kolkata', '2024-07-15T12:00:00').offsetMinutes).toBe(330)
    expect(instant('America/New_York', '2024-07-15T12:00:00').offsetMinutes).toBe(-240)
    expect(instant('UTC', '2024-07-15T12:00:00')).toEqual({
      utc: utc('2024-07-15T12:00:00Z'),
      zone: 'UTC',
      offsetMinutes: 0,
    })
  })
  it('keeps both readings of the repeated hour', () => {
    expect(instant('Europe/London', '2024-10-27T01:30:00')).toEqual({
      utc: utc('2024-10-27T00:30:00Z'),
      latest: utc('2024-10-27T01:30:00Z'),
      zone: 'Europe/London',
      offsetMinutes: 60,
    })
    expect(instant('Europe/London', '2024-10-27T00:59:59').latest).toBeUndefined()
    expect(instant('Europe/London', '2024-10-27T02:00:00').latest).toBeUndefined()
  })
  it('shifts on a wall time that never was', () => {
    expect(instant('Europe/London', '2024-03-31T01:30:00')).toEqual({
      utc: utc('2024-03-31T01:30:00Z'),
      zone: 'Europe/London',
      offsetMinutes: 60,
      skipped: true,
    })
  })
  it('changes zone from a local date on', () => {
    const zones = 'Europe/London,2024-03-01=Asia/Shanghai,2024-03-10=Europe/London'
    expect(instant(zones, '2024-02-29T23:59:00').zone).toBe('Europe/London')
    expect(instant(zones, '2024-03-01T00:00:00')).toMatchObject({
      zone: 'Asia/Shanghai',
      utc: utc('2024-02-29T16:00:00Z'),
    })
    expect(instant(zones, '2024-03-10T00:00:00').zone).toBe('Europe/London')
  })
  it.each([
    'Europe/Atlantis',
    'Europe/London,Asia/Shanghai',
    '2024-01-01=UTC',
    'UTC,1.3.2024=UTC',
    '',
    'UTC,2024-02-01=UTC,2024-01-01=UTC',
  ])('refuses "%s" with a sentence', (text) => {
    expect(parseZoneRanges(text)).toMatch(/\.$|Shanghai/)
  })
})
