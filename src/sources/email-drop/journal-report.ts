/**
 * Journal reports: an envelope that a mail server writes around a message, for archives (Exchange's envelope journaling
 * and those that copied it). Its first part names sender and recipients, also those of lists and blind copies.
 */
import { firstField } from './mime/headers.ts'
import type { Part } from './mime/parts.ts'
import { decodedBytes } from './mime/transfer.ts'
import { decodeText } from './mime/words.ts'

export interface JournalReport {
  readonly sender: string
  /** Addresses as written. */
  readonly recipients: readonly string[]
  /** Of the part that holds the message. */
  readonly reference: string
  readonly message: Buffer
  /** Further parts of the report, which no report should have. */
  readonly others: readonly Part[]
}

const recipientsMax = 5_000
const reportBytesMax = 1024 * 1024
const recipientLine = /^(?:Recipient|To|Cc|Bcc|On-Behalf-Of)$/i

/** Null where the message is no journal report. */
export function journalReportOf(root: Part, prefix: string): JournalReport | null {
  const [words, message, ...others] = root.children
  if (!words || message?.mediaType !== 'message/rfc822' || words.mediaType !== 'text/plain') return null
  const bytes = decodedBytes(words.encoding, words.body.subarray(0, reportBytesMax))
  const { sender, recipients } = readReport(decodeText(bytes, words.charset).text)
  const isMarked = root.fields.some(({ name }) => name === 'x-ms-journal-report')
  // A person's note above a forwarded message is no report.
  if (!isMarked && (sender === '' || recipients.length === 0 || words.isAttached)) return null
  if (!isMarked && !/journal/i.test(firstField(root.fields, 'from') + firstField(root.fields, 'to')))
    return null
  return {
    ...{ sender, recipients, others },
    reference: prefix + message.path,
    message: decodedBytes(message.encoding, message.body),
  }
}

function readReport(text: string): { readonly sender: string; readonly recipients: readonly string[] } {
  let sender = ''
  const recipients = new Set<string>()
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    const label = colon === -1 ? '' : line.slice(0, colon).trim()
    const addresses = addressesOf(line.slice(colon + 1))
    if (/^Sender$/i.test(label)) sender ||= addresses[0] ?? ''
    else if (recipientLine.test(label)) for (const address of addresses) recipients.add(address)
    if (recipients.size >= recipientsMax) break
  }
  return { sender, recipients: [...recipients] }
}

/** `a@x.example, Expanded: list@x.example` names the person, and the list by which she was reached. */
function addressesOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((piece) => piece.trim().replace(/^<|>$/g, ''))
    .filter((piece) => !/^(?:Expanded|Forwarded):/i.test(piece) && /^\S+@\S+$/.test(piece))
}
