import { expect, it } from 'vitest'
import { byteRange } from './byte-range.ts'

it.each([
  ['bytes=0-99', { from: 0, to: 99 }],
  ['bytes=900-', { from: 900, to: 999 }],
  ['bytes=-100', { from: 900, to: 999 }],
  ['bytes=-5000', { from: 0, to: 999 }],
  ['bytes=990-5000', { from: 990, to: 999 }],
  ['bytes=0-0', { from: 0, to: 0 }],
])('%s of 1000 bytes is a piece', (header, range) => expect(byteRange(header, 1000)).toEqual(range))

it.each([
  undefined,
  '',
  'bytes=',
  'bytes=-',
  'bytes=-0',
  'bytes=5-4',
  'bytes=1000-',
  'bytes=0-1,4-5',
  'items=0-1',
  'bytes=a-b',
])('%s is answered by the whole', (header) => expect(byteRange(header, 1000)).toBeNull())

it('of nothing there is no piece', () => expect(byteRange('bytes=0-', 0)).toBeNull())
