import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseLosslessJson } from './lossless-json.ts'

test('numbers a double cannot hold come back as written', () => {
  const text =
    '{"id":11101571002822706744,"small":42,"list":[9007199254740992,-9007199254740993],"far":116.58628589912345678,"near":116.586285899,"huge":1e400,"tiny":1e-400,"zero":0.0e9}'
  expect(parseLosslessJson(text)).toEqual({
    id: '11101571002822706744',
    small: 42,
    list: ['9007199254740992', '-9007199254740993'],
    far: '116.58628589912345678',
    near: 116.586285899,
    huge: '1e400',
    tiny: '1e-400',
    zero: 0,
  })
})

test('an integer that a double does hold stays a number, whatever stands beside it', () => {
  expect(parseLosslessJson('[9007199254740991,1700000000000,9007199254740992]')).toEqual([
    9007199254740991,
    1700000000000,
    '9007199254740992',
  ])
})

test('long digits inside strings are left alone', () => {
  expect(parseLosslessJson('{"msgid":"13714216591700685558_1603875680","n":1}')).toEqual({
    msgid: '13714216591700685558_1603875680',
    n: 1,
  })
})

test('a bare wide number at the start of the text is seen', () => {
  expect(parseLosslessJson('11101571002822706744')).toBe('11101571002822706744')
})

test('raw control characters inside strings are kept, those between values are white space', () => {
  expect(parseLosslessJson('{\n\t"a": "one\u0001two\nthree\tfour\\"five\u0000",\r\n "b": 2 }')).toEqual({
    a: 'one\u0001two\nthree\tfour"five\u0000',
    b: 2,
  })
})

test('raw controls and wide numbers together', () => {
  expect(parseLosslessJson('{"a":"x\ny","id":11101571002822706744}')).toEqual({
    a: 'x\ny',
    id: '11101571002822706744',
  })
})

test('what is not JSON is refused', () => {
  for (const text of ['', '{', '{"a":"x', '{"a":\u0001}', 'plain words\u0001']) {
    expect(() => parseLosslessJson(text)).toThrow(SyntaxError)
  }
})

test('agrees with JSON.parse on everything a double can hold', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = JSON.stringify(value)
      expect(JSON.stringify(loosen(parseLosslessJson(text)))).toBe(JSON.stringify(loosen(JSON.parse(text))))
    }),
  )
})

/** Doubles print with up to 17 digits: such decimals come back as strings, so both sides are compared as text. */
function loosen(value: unknown): unknown {
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return value.map(loosen)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, loosen(child)]))
  }
  return value
}
