import { readCsv } from './csv.ts'
import { normaliseEmail } from './email-address.ts'
import { normalisePhone } from './phone.ts'
import { phoneProblem, seenBefore } from './registered-users.ts'

/** One row of a file of mailboxes: the directory of people whose records are kept. */
export interface MailboxRow {
  readonly row: number
  /** Lower case. */
  readonly address: string
  readonly name: string
  /** E.164 with `+`. */
  readonly mobile?: string
  readonly department?: string
  /** True unless the file says otherwise. */
  readonly active: boolean
}

const columns = [
  { name: 'address', aliases: ['mailbox', 'email', 'e-mail', 'email address'], required: true },
  { name: 'name', aliases: ['display name', 'full name'], required: true },
  { name: 'mobile', aliases: ['mobile number', 'phone', 'phone number'] },
  { name: 'department' },
  { name: 'active' },
] as const

const activeWords = new Map([
  ['', true],
  ...['yes', 'y', 'true', '1', 'active'].map((word) => [word, true] as const),
  ...['no', 'n', 'false', '0', 'inactive'].map((word) => [word, false] as const),
])

/**
 * Reads `address,name[,mobile,department,active]`.
 * @throws AppError `bad-csv` with every problem, row by row; then no mailbox is taken.
 */
export function parseMailboxes(content: Uint8Array | string, file = 'mailboxes.csv'): MailboxRow[] {
  const table = readCsv(content, { file, columns })
  const rowOfAddress = new Map<string, number>()
  const mailboxes: MailboxRow[] = []
  for (const { row, values } of table.rows) {
    const address = normaliseEmail(values.address)
    const mobile = values.mobile === '' ? undefined : normalisePhone(values.mobile)
    const active = activeWords.get(values.active.toLowerCase())
    if (address === null) table.addProblem(row, 'address', `"${values.address}" is not an e-mail address`)
    if (values.name === '') table.addProblem(row, 'name', 'is empty')
    if (mobile === null) table.addProblem(row, 'mobile', phoneProblem(values.mobile))
    if (active === undefined) table.addProblem(row, 'active', `"${values.active}" is neither yes nor no`)
    const same = seenBefore(rowOfAddress, address ?? '', row)
    if (same !== null) table.addProblem(row, 'address', `is the same mailbox as in row ${same}`)
    if (address === null || active === undefined) continue
    mailboxes.push({ row, address, name: values.name, active, ...optionalValues(mobile, values.department) })
  }
  table.refuseProblems()
  return mailboxes
}

function optionalValues(mobile: string | null | undefined, department: string) {
  return { ...(mobile ? { mobile } : {}), ...(department === '' ? {} : { department }) }
}
