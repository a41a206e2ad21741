import { describe, expect, it } from 'vitest'
import { readMailboxPasswords } from './mailbox-passwords.ts'

describe('passwords of mailboxes', () => {
  it('are read row by row, whatever the password holds', () => {
    const rows = [
      'address,password',
      'Ada@Lantern.example,plain',
      'bo@lantern.example;with, comma',
      'cy@lantern.example,"in ""quotes"", with comma"',
      '',
      'di@lantern.example\ttab',
    ]
    expect(readMailboxPasswords(rows.join('\r\n'))).toEqual({
      passwords: {
        'ada@lantern.example': 'plain',
        'bo@lantern.example': 'with, comma',
        'cy@lantern.example': 'in "quotes", with comma',
        'di@lantern.example': 'tab',
      },
      wrongRows: [],
    })
  })

  it('name the rows that are none', () => {
    const { passwords, wrongRows } = readMailboxPasswords(
      'nobody\nada@lantern.example,\nbo@lantern.example,x',
    )
    expect(Object.keys(passwords)).toEqual(['bo@lantern.example'])
    expect(wrongRows).toEqual([1, 2])
  })
})
