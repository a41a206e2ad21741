import { describe, expect, it } from 'vitest'
import type { AppError } from './errors.ts'
import { mappingTemplate, parseMapping } from './mapping-file.ts'

const mailboxes = new Set(['ada@example.com', 'bo@example.com'])
const header = 'External User ID,Microsoft 365 User Mailbox'
const dated = `${header},Valid From,Valid To`

function problemsOf(content: string): string[] {
  try {
    parseMapping(content, mailboxes)
  } catch (error) {
    const { code, details } = error as AppError
    expect(code).toBe('bad-mapping')
    const problems = details.problems as { row: number; column: string; message: string }[]
    return problems.map(({ row, column, message }) => `${row} ${column}: ${message}`)
  }
  return []
}

describe('a custom mapping', () => {
  it.each([
    ['with +', `${header}\n+447700900123,ada@example.com`],
    ['without +', `${header}\n447700900123,ada@example.com`],
    ['with spaces', `${header}\n +44 7700 900 123 , Ada@Example.com `],
    [
      'with byte order mark and semicolons',
      '\ufeffExternal User ID;Microsoft 365 User Mailbox\r\n447700900123;ada@example.com',
    ],
    [
      'with tabs and quotes',
      '"External User ID"\t"Microsoft 365 User Mailbox"\n"447700900123"\t"ada@example.com"',
    ],
  ])('is read %s', (_, content) => {
    expect(parseMapping(content, mailboxes)).toEqual([
      { row: 2, phone: '+447700900123', mailboxAddress: 'ada@example.com' },
    ])
  })

  it('reads its dates as days in UTC, the last one included', () => {
    const [row] = parseMapping(`${dated}\n447700900123,ada@example.com,2026-01-01,2026-03-31`, mailboxes)
    expect(row?.validFrom).toBe(Date.UTC(2026, 0, 1))
    expect(row?.validTo).toBe(Date.UTC(2026, 3, 1))
  })

  it('can begin from the template', () => {
    expect(parseMapping(mappingTemplate, mailboxes)).toHaveLength(1)
  })

  it('gives one number to two holders one after the other', () => {
    const content = `${dated}\n447700900123,ada@example.com,,2026-03-31\n+44 7700 900123,bo@example.com,2026-04-01,`
    expect(parseMapping(content, mailboxes)).toHaveLength(2)
  })

  it('refuses a number that stands twice without dates', () => {
    expect(problemsOf(`${header}\n447700900123,ada@example.com\n+44 7700 900123,bo@example.com`)).toEqual([
      '3 External User ID: is the same number as in row 2; give both rows Valid From and Valid To if it changed hands',
    ])
  })

  it('refuses holders whose days overlap, however far apart their rows', () => {
    const rows = [
      '447700900123,ada@example.com,2026-01-01,2026-12-31',
      '447700900123,bo@example.com,2026-02-01,2026-02-28',
      '447700900123,bo@example.com,2026-12-31,',
    ]
    expect(problemsOf([dated, ...rows].join('\n'))).toEqual([
      '3 External User ID: is the same number as in row 2, and their days overlap',
      '4 External User ID: is the same number as in row 2, and their days overlap',
    ])
  })

  it('refuses bad numbers, bad addresses, unknown mailboxes and impossible dates, all at once', () => {
    const rows = [
      'Ada,ada@example.com,,',
      '447700900124,ada@,,',
      '447700900125,nobody@example.com,,',
      '447700900126,,,',
      ',ada@example.com,,',
      '447700900127,ada@example.com,2026-02-30,31/12/2026',
      '447700900128,ada@example.com,2026-02-02,2026-02-01',
    ]
    expect(problemsOf([dated, ...rows].join('\n'))).toEqual([
      '2 External User ID: is not a phone number with its country code (such as +44 7700 900123)',
      '3 Microsoft 365 User Mailbox: "ada@" is not an e-mail address',
      '4 Microsoft 365 User Mailbox: nobody@example.com is not a mailbox of the directory',
      '5 Microsoft 365 User Mailbox: is empty',
      '6 External User ID: is empty',
      '7 Valid From: "2026-02-30" is not a date such as 2026-03-31',
      '7 Valid To: "31/12/2026" is not a date such as 2026-03-31',
      '8 Valid To: is before Valid From',
    ])
  })

  it('refuses wrong headers by name', () => {
    expect(problemsOf('Phone,Mailbox,Valid Form\n447700900123,ada@example.com,')).toEqual([
      '1 Phone: is not a known column',
      '1 Valid Form: is not a known column',
      '1 External User ID: is missing from the header',
    ])
  })
})
