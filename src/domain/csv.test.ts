import { describe, expect, it } from 'vitest'
import { type CsvProblem, readCsv } from './csv.ts'
import { AppError } from './errors.ts'

const columns = [
  { name: 'name', required: true },
  { name: 'mobile', aliases: ['phone number'], required: true },
  { name: 'note' },
] as const

function read(content: Uint8Array | string) {
  const table = readCsv(content, { file: 'people.csv', columns })
  table.refuseProblems()
  return table.rows
}

function refusal(content: Uint8Array | string): AppError {
  return thrownBy(() => read(content))
}

function thrownBy(action: () => unknown): AppError {
  try {
    action()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

const ada = { row: 2, values: { name: 'Ada', mobile: '1', note: '' } }

describe('a CSV file', () => {
  it.each([
    ['commas', 'name,mobile\nAda,1\n'],
    ['semicolons', 'name;mobile\r\nAda;1\r\n'],
    ['tabs', 'name\tmobile\nAda\t1'],
    ['a byte order mark', '\ufeffname,mobile\nAda,1'],
    ['quotes', '"name","mobile"\n"Ada","1"'],
    ['columns in another order', 'mobile,name\n1,Ada'],
    ['another case, spaces and an alias in the header', ' NAME , Phone_Number \nAda,1'],
    ['spaces and hard spaces around values', 'name,mobile\n\u00a0Ada ,\u202a1\u202c'],
    ['trailing empty columns', 'name,mobile,,\nAda,1,,'],
    ['old line ends', 'name,mobile\rAda,1\r'],
  ])('is read with %s', (_, content) => {
    expect(read(content)).toEqual([ada])
  })

  it.each([
    ['utf-8 with mark', Buffer.from('\ufeffname,mobile\n张伟,1')],
    ['UTF-16 LE with mark', Buffer.from('\ufeffname,mobile\n张伟,1', 'utf16le')],
    ['UTF-16 LE without mark', Buffer.from('name,mobile\n张伟,1', 'utf16le')],
    ['UTF-16 BE', Buffer.from('\ufeffname,mobile\n张伟,1', 'utf16le').swap16()],
    ['GB18030', Buffer.from([...Buffer.from('name,mobile\n'), 0xd5, 0xc5, 0xce, 0xb0, ...Buffer.from(',1')])],
  ])('is read in %s', (_, content) => {
    expect(read(content)[0]?.values.name).toBe('张伟')
  })

  it('is read as western Excel saves it', () => {
    expect(read(Buffer.from('name,mobile\nAndré Müller,1', 'latin1'))[0]?.values.name).toBe('André Müller')
  })

  it('numbers its rows as a spreadsheet does, empty rows and line breaks in values included', () => {
    const rows = read('name,mobile\n\n"Ada\nLovelace",1\n,\nBo,2')
    expect(rows.map((row) => row.row)).toEqual([3, 5])
    expect(read('sep=;\nname;mobile\nAda;1')[0]?.row).toBe(3)
  })

  it('keeps separators, quotes and doubled quotes inside quoted values', () => {
    expect(read('name,mobile\n"Lovelace, ""Ada""",1')[0]?.values.name).toBe('Lovelace, "Ada"')
  })

  it('with wrong headers is refused, naming those found, missing and possible', () => {
    const error = refusal('naem,mobile\nAda,1')
    expect(error.code).toBe('bad-csv')
    expect(error.message).toBe(
      'people.csv was refused and nothing of it was taken: row 1, naem: is not a known column; ' +
        'row 1, name: is missing from the header. The header must name the columns: name, mobile, note (optional).',
    )
    expect(refusal('').message).toContain('name: is missing from the header')
    expect(refusal('name,mobile,Name\n').message).toContain('is there twice')
  })

  it('with a row too long is refused, naming the row', () => {
    expect(refusal('name,mobile\nLovelace, Ada,1').message).toContain(
      'row 2 has 3 values where the header has 2',
    )
  })

  it.each([
    ['never closed', 'name,mobile\n"Ada,1\nBo,2', 'a quote (") that is never closed'],
    ['inside a value', 'name,mobile\nAda,1\nB"o,2', 'row 3 has a quote (") inside a value'],
  ])('with a quote %s is refused', (_, content, message) => {
    expect(refusal(content).message).toContain(message)
  })

  it('that is a workbook or no text at all is refused by name', () => {
    expect(refusal(Buffer.from('PK\x03\x04rest')).message).toContain(
      'people.csv is a zip file or an Excel workbook',
    )
    expect(refusal(Buffer.from([0, 0, 0, 1, 2, 3, 0, 0])).code).toBe('unsupported-encoding')
  })

  it('reports every problem at once, in order, and spells out the first five', () => {
    const table = readCsv('name,mobile\n', { file: 'people.csv', columns })
    for (let row = 9; row > 1; row -= 1) table.addProblem(row, 'name', 'is empty')
    const error = thrownBy(table.refuseProblems)
    expect(error.message).toContain('row 2, name: is empty; row 3, name: is empty')
    expect(error.message).toContain('; and 3 more.')
    expect((error.details.problems as CsvProblem[]).map((problem) => problem.row)).toEqual([
      2, 3, 4, 5, 6, 7, 8, 9,
    ])
  })
})
