/** Passwords of mailboxes as somebody pastes them: a row for each, `address,password`. */

export interface MailboxPasswords {
  readonly passwords: Readonly<Record<string, string>>
  /** Rows, counted from 1, that are not an address and a password. */
  readonly wrongRows: readonly number[]
}

/**
 * Reads rows of an address, a comma (or semicolon or tab) and the rest as the password. A password in quotes may hold
 * quotes, doubled; empty rows and a row of headings are passed over.
 */
export function readMailboxPasswords(text: string): MailboxPasswords {
  const passwords: Record<string, string> = {}
  const wrongRows: number[] = []
  for (const [place, row] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (row.trim() === '' || (place === 0 && /^\s*"?address"?\s*[,;\t]/i.test(row))) continue
    const [, address, password] = /^\s*"?([^\s"@,;]+@[^\s"@,;]+)"?\s*[,;\t]\s*(.*?)\s*$/.exec(row) ?? []
    if (address && password) passwords[address.toLowerCase()] = unquoted(password)
    else wrongRows.push(place + 1)
  }
  return { passwords, wrongRows }
}

function unquoted(password: string): string {
  const quoted = /^"(.*)"$/.exec(password)?.[1]
  return quoted === undefined ? password : quoted.replaceAll('""', '"')
}
