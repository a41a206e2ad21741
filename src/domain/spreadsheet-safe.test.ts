import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { csvByteOrderMark, csvLine, spreadsheetSafe } from './spreadsheet-safe.ts'

describe('a value that a spreadsheet would calculate', () => {
  it.each(['=1+1', '+447700900001', '-2+3', '@SUM(A1)', '＝1+1', '＋1', '－1', '＠A1', ' =1', '\u200b=1'])(
    'is defused: %j',
    (value) => expect(spreadsheetSafe(value)).toBe(`'${value}`),
  )

  it('is defused where a program that separates by semicolons, tabs or lines would begin a cell', () => {
    expect(spreadsheetSafe('a;=1')).toBe("a;'=1")
    expect(spreadsheetSafe('a\t=1\r\n@b')).toBe("a\t'=1\r\n'@b")
    expect(spreadsheetSafe('\t=1')).toBe("'\t'=1")
  })

  it('is left alone where nothing is calculated', () => {
    for (const value of ['', 'a=b', '1-2', 'Ana Silva <+447700900001>', '你好', "it's"]) {
      expect(spreadsheetSafe(value)).toBe(value)
    }
  })
})

describe('a line of CSV', () => {
  it('is read back as it was, untouched or safe', () => {
    const values = ['a,b', 'say "yes"', 'two\r\nlines', ' blanks ', '=1', '汉字', '']
    const read = (text: string) => parse(text, { bom: true }) as string[][]
    expect(read(csvByteOrderMark + csvLine(values, false))).toEqual([values])
    expect(read(csvByteOrderMark + csvLine(values, true))).toEqual([values.with(4, "'=1")])
  })

  it('writes numbers as numbers, nothing as nothing', () => {
    expect(csvLine([-5, 3n, true, null, undefined, '-5'], true)).toBe("-5,3,true,,,'-5\r\n")
  })
})
