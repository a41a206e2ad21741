import { expect, it } from 'vitest'
import { wilsonInterval } from './interval.ts'

it.each([
  // Figures of R's prop.test(x, n, correct = FALSE).
  [0, 100, 0, 0.037],
  [1, 100, 0.0018, 0.0545],
  [10, 100, 0.0552, 0.1744],
  [100, 100, 0.963, 1],
  [0, 0, 0, 1],
])('%i of %i', (found, drawn, low, high) => {
  const interval = wilsonInterval(found, drawn)
  expect(interval.low).toBeCloseTo(low, 3)
  expect(interval.high).toBeCloseTo(high, 3)
})
