import { describe, expect, test } from 'vitest'
import { filterFromLink, linkedFilter, linkOf, queryOf } from './filter.ts'
import { startOfDay } from './zone-days.ts'

const now = new Date('2026-03-17T12:00:00Z').getTime()

describe('a search of the audit log', () => {
  test('days begin at midnight in the zone that was chosen, also on days when clocks change', () => {
    expect(startOfDay('2026-03-17', 'UTC')).toBe('2026-03-17T00:00:00.000Z')
    expect(startOfDay('2026-03-17', 'Asia/Shanghai')).toBe('2026-03-16T16:00:00.000Z')
    expect(startOfDay('2026-03-29', 'Europe/Stockholm')).toBe('2026-03-28T23:00:00.000Z')
    expect(startOfDay('2026-03-30', 'Europe/Stockholm')).toBe('2026-03-29T22:00:00.000Z')
    expect(startOfDay('2026-11-01', 'America/New_York')).toBe('2026-11-01T04:00:00.000Z')
  })

  test('both days of a range are searched as a whole', () => {
    const filter = {
      ...filterFromLink({ period: 'days', from: '2026-03-16', to: '2026-03-17' }, 'Asia/Shanghai'),
      actors: ' Ada.Admin, paul ',
    }
    expect(queryOf(filter, now)).toEqual({
      from: '2026-03-15T16:00:00.000Z',
      to: '2026-03-17T16:00:00.000Z',
      actors: 'ada.admin,paul',
    })
  })

  test('the last seven days are the standard', () => {
    expect(queryOf(filterFromLink({}, 'UTC'), now)).toEqual({ from: '2026-03-10T12:00:00.000Z' })
  })

  test('an address carries neither who nor what it was done to', () => {
    const filter = { ...filterFromLink({ period: 'all' }, 'UTC'), actors: 'ada', target: 'paul' }
    expect(linkOf({ ...filter, operations: ['search'], outcome: 'refused' })).toEqual({
      period: 'all',
      operations: ['search'],
      outcome: 'refused',
    })
  })

  test('what an address says wrongly is left out', () => {
    expect(linkedFilter({ period: 'year', operations: ['dance'], outcome: 3, from: 'today' })).toEqual({})
  })
})
