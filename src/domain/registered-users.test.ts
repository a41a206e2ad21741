import { expect, it } from 'vitest'
import type { AppError } from './errors.ts'
import { parseRegisteredUsers } from './registered-users.ts'

function refusalOf(content: string): AppError {
  try {
    parseRegisteredUsers(content, 'staff.csv')
  } catch (error) {
    return error as AppError
  }
  throw new Error('the file was accepted')
}

it('registered users are read with mobile, e-mail and userid in their one form', () => {
  const users = parseRegisteredUsers(
    'Name;Mobile;E-mail;WeCom UserID\nAda;44 7700 900123;Ada@Example.com;AdaL\nBo;+86 139 0000 0001;bo@example.com;',
  )
  expect(users).toEqual([
    { row: 2, name: 'Ada', mobile: '+447700900123', email: 'ada@example.com', wecomUserid: 'adal' },
    { row: 3, name: 'Bo', mobile: '+8613900000001', email: 'bo@example.com' },
  ])
})

it('one person may have two mobiles', () => {
  const content =
    'name,mobile,email\nAda,+44 7700 900123,ada@example.com\nAda,+1 212 555 0100,ada@example.com'
  expect(parseRegisteredUsers(content)).toHaveLength(2)
})

it('every bad row is named, none is taken, and no number is repeated in the report', () => {
  const error = refusalOf(
    [
      'name,mobile,email,wecom_userid',
      'Ada,+44 7700 900123,ada@example.com,ada',
      ',07700 900124,ada@example,',
      'Cy,447700900123,cy@example.com,ADA',
      'Di,,,',
      'Ed,4.477E+11,ed@example.com,',
    ].join('\n'),
  )
  expect(error.code).toBe('bad-csv')
  const problems = error.details.problems as { row: number; column: string; message: string }[]
  expect(problems.map(({ row, column }) => `${row} ${column}`)).toEqual([
    '3 name',
    '3 mobile',
    '3 email',
    '4 mobile',
    '4 wecom_userid',
    '5 mobile',
    '5 email',
    '6 mobile',
  ])
  expect(problems[3]?.message).toBe('is the same number as in row 2')
  expect(problems[7]?.message).toContain('shortened by a spreadsheet')
  expect(error.message).not.toContain('900124')
})
