import { expect, it } from 'vitest'
import type { AppError } from './errors.ts'
import { parseMailboxes } from './mailboxes.ts'

it('mailboxes are read; they are active unless the file says otherwise', () => {
  const content = [
    'address,name,mobile,department,active',
    'Ada@Example.com,Ada,44 7700 900123,Research,',
    'bo@example.com,Bo,,,no',
    'cy@example.com,Cy,,,TRUE',
  ].join('\n')
  expect(parseMailboxes(content)).toEqual([
    {
      row: 2,
      address: 'ada@example.com',
      name: 'Ada',
      active: true,
      mobile: '+447700900123',
      department: 'Research',
    },
    { row: 3, address: 'bo@example.com', name: 'Bo', active: false },
    { row: 4, address: 'cy@example.com', name: 'Cy', active: true },
  ])
})

it('bad addresses, doubled mailboxes, missing names and odd words are refused by row', () => {
  const content = 'address,name,active\nada@,Ada,\nbo@example.com,,\nBO@example.com,Bo,maybe'
  let error: AppError | undefined
  try {
    parseMailboxes(content, 'boxes.csv')
  } catch (thrown) {
    error = thrown as AppError
  }
  expect(error?.code).toBe('bad-csv')
  expect(error?.message).toBe(
    'boxes.csv was refused and nothing of it was taken: row 2, address: "ada@" is not an e-mail address; ' +
      'row 3, name: is empty; row 4, active: "maybe" is neither yes nor no; ' +
      'row 4, address: is the same mailbox as in row 3.',
  )
})
