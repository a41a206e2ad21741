import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitAuthor } from './authors.ts'
import { codecOf, type Encoding } from './encoding.ts'
import { compileGrammar, detectGrammar } from './grammar.ts'
import { type CutRecord, createRecordCutter } from './records.ts'
import { isProvisional } from './said.ts'

const grammar = detectGrammar('18/03/2022, 14:56 - Ada: hi')!
const readFields = compileGrammar(grammar)

function cut(bytes: Buffer, pieceBytes: number, encoding: Encoding = 'utf-8'): CutRecord[] {
  const cutter = createRecordCutter(codecOf(encoding), (line) => {
    const fields = readFields(line)
    if (fields === null) return null
    const split = splitAuthor(line, fields.end, [])
    return { localMillis: 0, ...split, provisional: isProvisional('android', split.author, line) }
  })
  const records: CutRecord[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    records.push(...cutter.push(Buffer.from(bytes.subarray(at, at + pieceBytes))))
  }
  return [...records, ...cutter.end()]
}

const line = fc.oneof(
  fc.constantFrom(
    '18/03/2022, 14:56 - Ada: hi',
    '18/03/2022, 14:56 - Ben: ',
    '18/03/2022, 14:57 - Ada added Ben',
    '18/03/2022, 14:57 - something pasted',
    '18/03/2022 10:30 - not a header',
    '',
    '  ',
    '\ufeff',
    '\u200e18/03/2022, 14:58 - 李雷: 你好',
  ),
  fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replaceAll('\n', ' ')),
)
const file = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 40 })
  .map((lines) => lines.map(([text, end]) => text + end).join(''))

describe('cutting a text into records', () => {
  it('puts every byte into exactly one record, however the text arrives', () => {
    fc.assert(
      fc.property(file, fc.integer({ min: 1, max: 200 }), fc.boolean(), (text, pieceBytes, endless) => {
        const bytes = Buffer.from(endless ? text.trimEnd() : text)
        const records = cut(bytes, pieceBytes)
        expect(Buffer.concat(records.map((record) => record.bytes)).equals(bytes)).toBe(true)
        let [offset, lineNumber] = [0, 1]
        for (const record of records) {
          expect([record.offset, record.line]).toEqual([offset, lineNumber])
          expect(record.text()).toBe(record.bytes.toString())
          offset += record.bytes.length
          lineNumber += record.bytes.toString().split('\n').length - 1
        }
        expect(records.filter(({ header }) => header === null).length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 300 },
    )
  })

  it('does not depend on the size of the pieces', () => {
    fc.assert(
      fc.property(file, fc.integer({ min: 1, max: 64 }), (text, pieceBytes) => {
        const places = (records: CutRecord[]) =>
          records.map(({ offset, line, header }) => [offset, line, header])
        expect(places(cut(Buffer.from(text), pieceBytes))).toEqual(places(cut(Buffer.from(text), 1 << 20)))
      }),
      { numRuns: 200 },
    )
  })

  it('keeps a pasted line without a name, and what follows it, in its message', () => {
    const text =
      '18/03/2022, 14:56 - Ada: see\n18/03/2022, 10:30 - not a header\nthird line\n18/03/2022, 14:57 - Ben: ok\n'
    expect(cut(Buffer.from(text), 7).map(({ header }) => header?.author)).toEqual(['Ada', 'Ben'])
  })

  it('gives blank lines at the beginning to the first record and text there a record of its own', () => {
    const first = cut(Buffer.from('\ufeff\n\n18/03/2022, 14:56 - Ada: hi\n'), 9)
    expect(first.map(({ line, header }) => [line, header?.author])).toEqual([[1, 'Ada']])
    const junk = cut(Buffer.from('forwarded by mail\n\n18/03/2022, 14:56 - Ada: hi\n'), 9)
    expect(junk.map(({ line, header }) => [line, header?.author])).toEqual([
      [1, undefined],
      [3, 'Ada'],
    ])
  })

  it('reads UTF-16 in either order', () => {
    const text = '\ufeff18/03/2022, 14:56 - Ada: 你好\n\u0a0a more\n18/03/2022, 14:57 - Ben: ok'
    const little = Buffer.from(text, 'utf16le')
    for (const [encoding, bytes] of [
      ['utf-16le', little],
      ['utf-16be', Buffer.from(little).swap16()],
    ] as const) {
      const records = cut(bytes, 5, encoding)
      expect(records.map(({ line, header }) => [line, header?.author])).toEqual([
        [1, 'Ada'],
        [3, 'Ben'],
      ])
      expect(records.map((record) => record.text()).join('')).toBe(text)
    }
  })
})
