import { expect, it } from 'vitest'
import { isShorter, type Period } from './period.ts'

const years = (count: number): Period => ({ count, unit: 'years' })
const months = (count: number): Period => ({ count, unit: 'months' })
const days = (count: number): Period => ({ count, unit: 'days' })

it.each([
  [years(5), years(5)],
  [years(6), years(5)],
  [months(60), years(5)],
  [years(5), months(60)],
  [days(31), days(30)],
  [days(2_600), months(84)],
  [null, years(5)],
  [null, null],
])('%j is not shorter than %j', (next, current) => {
  expect(isShorter(next, current)).toBe(false)
})

it.each([
  [years(4), years(5)],
  [months(59), years(5)],
  // 84 months of 30 days each would be 2,520.
  [days(2_550), months(84)],
  // Five years with two 29ths of February.
  [days(1_826), years(5)],
  [months(1), days(31)],
  [days(36_500), null],
])('%j counts as shorter than %j', (next, current) => {
  expect(isShorter(next, current)).toBe(true)
})
