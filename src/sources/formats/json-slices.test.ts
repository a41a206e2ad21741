import fc from 'fast-check'
import { expect, it } from 'vitest'
import { elementSlices, memberSlices, type Slice, wholeSlice } from './json-slices.ts'

const textOf = (bytes: Buffer, { start, end }: Slice) => bytes.subarray(start, end).toString()

it('finds every value of any JSON exactly where it lies', () => {
  const check = (bytes: Buffer, slice: Slice, value: unknown): void => {
    expect(JSON.parse(textOf(bytes, slice))).toEqual(value)
    if (Array.isArray(value)) {
      const elements = elementSlices(bytes, slice)
      expect(elements).toHaveLength(value.length)
      for (const [place, element] of elements.entries()) check(bytes, element, value[place])
    } else if (typeof value === 'object' && value !== null) {
      const members = memberSlices(bytes, slice)
      expect([...members.keys()].sort()).toEqual(Object.keys(value).sort())
      for (const [name, member] of members) check(bytes, member, (value as Record<string, unknown>)[name])
    }
  }
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(0, 2), (json, indent) => {
      const value: unknown = JSON.parse(json)
      const bytes = Buffer.from(`\n ${JSON.stringify(value, null, indent)} `)
      check(bytes, wholeSlice(bytes), JSON.parse(bytes.toString()))
    }),
    { numRuns: 300 },
  )
})

it('keeps the bytes as they are written: spaces, escapes and wide numbers', () => {
  const bytes = Buffer.from('{ "a" : [ { "n":11101571002822706744 , "t":"\\u4e2d\\"]" } , 1.50 ] }')
  const list = memberSlices(bytes, wholeSlice(bytes)).get('a')!
  expect(elementSlices(bytes, list).map((slice) => textOf(bytes, slice))).toEqual([
    '{ "n":11101571002822706744 , "t":"\\u4e2d\\"]" }',
    '1.50',
  ])
})

it('ends with bytes that are cut off', () => {
  for (const text of ['{"a":', '[1,', '["x', '{"a"', '', '{', '[{"a":"\\'])
    expect(() => {
      const bytes = Buffer.from(text)
      const whole = wholeSlice(bytes)
      memberSlices(bytes, whole)
      elementSlices(bytes, whole)
    }).not.toThrow(RangeError)
})
