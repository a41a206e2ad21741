import { describe, expect, it } from 'vitest'
import { type DayCounts, dayMs, dayStateOf, rhythmOf, severityOf, statusOf } from './rules.ts'

const now = Date.parse('2026-03-20T12:00:00Z')
const daysAgo = (...days: number[]) => days.map((day) => now - day * dayMs).sort((a, b) => a - b)
const everyDay = daysAgo(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
/** Working days of four weeks whose last Friday was `since` days ago. */
const workingDays = (since: number) =>
  daysAgo(...[0, 7, 14, 21].flatMap((week) => [0, 1, 2, 3, 4].map((day) => since + week + day)))

describe('silence', () => {
  it.each([
    ['nobody ever', [], null, false, 'never'],
    ['one who left', everyDay, now - dayMs, true, 'former'],
    ['one who began', daysAgo(0, 1, 2), now, false, 'new'],
    ['one who began and stopped', daysAgo(8, 9, 10), now - 8 * dayMs, false, 'silent'],
    ['one last seen before the window', [], now - 90 * dayMs, false, 'silent'],
    ['every day', everyDay, now - dayMs, false, 'active'],
    ['every day, and two without', daysAgo(2, 3, 4, 5, 6), now - 2 * dayMs, false, 'quiet'],
    ['every day, and four without', daysAgo(4, 5, 6, 7, 8), now - 4 * dayMs, false, 'silent'],
    ['working days on a Sunday', workingDays(2), now - 2 * dayMs, false, 'active'],
    ['working days on a Monday', workingDays(3), now - 3 * dayMs, false, 'active'],
    ['working days on a Tuesday', workingDays(4), now - 4 * dayMs, false, 'quiet'],
    ['working days on a Wednesday', workingDays(5), now - 5 * dayMs, false, 'silent'],
    ['once a week, after eleven days', daysAgo(11, 18, 25, 27), now - 11 * dayMs, false, 'quiet'],
    ['once a week, after three weeks', daysAgo(22, 24, 25, 27), now - 22 * dayMs, false, 'silent'],
  ] as const)('of %s', (_who, times, lastAt, isFormer, status) => {
    expect(statusOf({ times, lastAt, isFormer, now })).toBe(status)
  })

  it('takes no one holiday for a rhythm', () => {
    const withHoliday = daysAgo(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 24, 25, 26, 27)
    expect(rhythmOf(withHoliday)!.silentAfterMs).toBeLessThan(4 * dayMs)
  })
})

it.each([
  ['sequence-jump', 'high'],
  ['media-lost', 'high'],
  ['reference-unseen', 'medium'],
  ['something-new', 'medium'],
  ['media-omitted', 'low'],
])('a gap for %s is of severity %s', (reason, severity) => {
  expect(severityOf(reason)).toBe(severity)
})

const whole: DayCounts = { expected: 9, captured: 9, transferred: 9, imported: 9, indexed: 9, notImported: 0 }

it.each([
  ['everything everywhere', {}, 5, 'complete'],
  ['nothing at all', { expected: 0, captured: 0, transferred: 0, imported: 0, indexed: 0 }, 5, 'complete'],
  ['a gap', { expected: 10 }, 5, 'gaps'],
  ['an exception', { imported: 8, indexed: 8, notImported: 1 }, 5, 'exceptions'],
  ['a transfer that waits, yesterday', { transferred: 4, imported: 4, indexed: 4 }, 1, 'under-way'],
  ['a transfer that waits, before', { transferred: 4, imported: 4, indexed: 4 }, 2, 'behind'],
  ['an import that waits', { imported: 4, indexed: 4 }, 2, 'behind'],
  ['more than its site has told', { captured: 0, expected: 0, transferred: 0 }, 2, 'untold'],
  ['an index that lacks one', { indexed: 8 }, 2, 'behind'],
] as const)('a day with %s', (_what, change, ageDays, state) => {
  expect(dayStateOf({ ...whole, ...change }, ageDays)).toBe(state)
})
