/** What an e-mail says, as a digest that is the same by whichever way it came. */
import { createHash } from 'node:crypto'
import type { Email } from './email.ts'
import { readHeaders } from './mime/headers.ts'

/** Fields that servers add on the way: the same e-mail has others in a mailbox, a file and a second delivery. */
const ofTheWay =
  /^(?:received|return-path|delivered-to|envelope-to|x-original-to|x-envelope-.*|x-received|authentication-results|received-spf|dkim-.*|arc-.*|status|x-status|x-uidl?|x-keywords|x-mozilla-.*|x-gmail-.*|x-google-.*|x-gm-.*|x-spam.*|x-virus.*|x-ms-exchange-.*|x-ms-has-attach|x-forefront-.*|x-microsoft-antispam.*|x-originating-ip|x-proofpoint-.*|x-mimecast-.*|lines|content-length|x-ms-journal-report)$/

export function isOfTheWay(name: string): boolean {
  return ofTheWay.test(name)
}

/**
 * SHA-256 over the fields that are not of the way and the body, with line feeds alone and without empty lines at the end,
 * which mbox files and mailboxes change. A journal report counts with the recipients it names: a server writes several
 * about one message.
 */
export function fingerprintOf(email: Email, message: Buffer): string {
  const digest = createHash('sha256')
  for (const { name, value } of email.fields) {
    if (!isOfTheWay(name)) digest.update(`${name}:${value.replace(/\s+/g, ' ')}\n`)
  }
  const told = email.report?.message ?? message
  updateWithLines(digest, told.subarray(readHeaders(told).bodyStart))
  for (const recipient of [...(email.report?.recipients ?? [])].sort()) digest.update(`\n${recipient}`)
  return digest.digest('hex')
}

function updateWithLines(digest: ReturnType<typeof createHash>, body: Buffer): void {
  let end = body.length
  while (end > 0 && (body[end - 1] === 10 || body[end - 1] === 13)) end--
  const lines = body.subarray(0, end)
  if (!lines.includes('\r\n')) {
    digest.update(lines)
    return
  }
  let from = 0
  for (let at = lines.indexOf('\r\n'); at !== -1; at = lines.indexOf('\r\n', at + 2)) {
    digest.update(lines.subarray(from, at))
    from = at + 1
  }
  digest.update(lines.subarray(from))
}
