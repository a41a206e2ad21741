import { readCsv } from './csv.ts'
import { normaliseEmail } from './email-address.ts'
import { normalisePhone } from './phone.ts'

/** One row of a file of registered users: the people whose messages an archiver site captures. */
export interface RegisteredUserRow {
  readonly row: number
  readonly name: string
  /** E.164 with `+`. */
  readonly mobile: string
  /** Lower case. */
  readonly email: string
  /** Lower case. */
  readonly wecomUserid?: string
}

const columns = [
  { name: 'name', aliases: ['full name', 'display name'], required: true },
  { name: 'mobile', aliases: ['mobile number', 'phone', 'phone number'], required: true },
  { name: 'email', aliases: ['e-mail', 'email address', 'mail'], required: true },
  { name: 'wecom_userid', aliases: ['userid', 'wecom'] },
] as const

/**
 * Reads `name,mobile,email[,wecom_userid]`. One person may have two mobiles (two rows with one e-mail), but
 * a mobile or a userid belongs to one row.
 * @throws AppError `bad-csv` with every problem, row by row; then no user is taken.
 */
export function parseRegisteredUsers(content: Uint8Array | string, file = 'users.csv'): RegisteredUserRow[] {
  const table = readCsv(content, { file, columns })
  const rowOfMobile = new Map<string, number>()
  const rowOfUserid = new Map<string, number>()
  const users: RegisteredUserRow[] = []
  for (const { row, values } of table.rows) {
    const mobile = normalisePhone(values.mobile)
    const email = normaliseEmail(values.email)
    const wecomUserid = values.wecom_userid.toLowerCase()
    if (values.name === '') table.addProblem(row, 'name', 'is empty')
    if (mobile === null) table.addProblem(row, 'mobile', phoneProblem(values.mobile))
    if (email === null) table.addProblem(row, 'email', `"${values.email}" is not an e-mail address`)
    const sameMobile = seenBefore(rowOfMobile, mobile ?? '', row)
    if (sameMobile !== null) table.addProblem(row, 'mobile', `is the same number as in row ${sameMobile}`)
    const sameUserid = seenBefore(rowOfUserid, wecomUserid, row)
    if (sameUserid !== null)
      table.addProblem(row, 'wecom_userid', `is the same userid as in row ${sameUserid}`)
    if (mobile === null || email === null) continue
    users.push({ row, name: values.name, mobile, email, ...(wecomUserid === '' ? {} : { wecomUserid }) })
  }
  table.refuseProblems()
  return users
}

/** What is wrong with a value that is no phone number. Never repeats the value. */
export function phoneProblem(value: string): string {
  if (value === '') return 'is empty'
  if (/\dE\+?\d/i.test(value)) {
    return 'was shortened by a spreadsheet (as in 4.477E+11); format the column as text and enter it again'
  }
  return 'is not a phone number with its country code (such as +44 7700 900123)'
}

/** The row in which a value stood before, else null, remembering this one. Empty values never repeat. */
export function seenBefore(rows: Map<string, number>, value: string, row: number): number | null {
  const before = rows.get(value)
  if (before !== undefined) return before
  if (value !== '') rows.set(value, row)
  return null
}
