import { expect, it } from 'vitest'
import { scaleOf } from './list-scale.ts'

it('is the plain one while a browser can draw the list', () => {
  const scale = scaleOf({ count: 1000, rowHeight: 60, height: 600 })
  expect(scale.total).toBe(60_000)
  expect(scale.rowAt(6_000)).toBe(100)
  expect(scale.topOf(100, 6_000)).toBe(6_000)
})

it('reaches the first and the last row of a million, and each between by keys', () => {
  const list = { count: 1_000_000, rowHeight: 60, height: 600 }
  const scale = scaleOf(list)
  expect(scale.total).toBeLessThan(2 ** 25)
  expect(scale.rowAt(0)).toBe(0)
  const bottom = scale.total - list.height
  expect(scale.rowAt(bottom)).toBe(999_990)
  expect(scale.topOf(999_999, bottom) + list.rowHeight).toBeCloseTo(scale.total)
  let scrollTop = 0
  for (const index of [0, 9, 10, 11, 500_000, 500_001, 999_999]) {
    scrollTop = scale.scrollFor(index, scrollTop) ?? scrollTop
    const top = scale.topOf(index, scrollTop) - scrollTop
    expect(top).toBeGreaterThanOrEqual(-0.01)
    expect(top + list.rowHeight).toBeLessThanOrEqual(list.height + 0.01)
  }
})

it('shows what one leaps to at the top, and what is next with as little scrolling as it takes', () => {
  const scale = scaleOf({ count: 1000, rowHeight: 60, height: 600 })
  expect(scale.scrollFor(500, 0)).toBe(30_000)
  expect(scale.scrollFor(10, 0)).toBe(60)
  expect(scale.scrollFor(499, 30_000)).toBe(29_940)
  expect(scale.scrollFor(505, 30_000)).toBeNull()
})
