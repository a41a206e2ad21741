/** An item as a journal report in the manner of Exchange: an envelope that names the mailbox, the e-mail attached. */
import { hash } from 'node:crypto'
import PostalMime, { type Address } from 'postal-mime'
import type { LeftOut } from '../delivery.ts'
import type { OutgoingItem } from '../outgoing-item.ts'

export interface Report {
  readonly bytes: number
  readonly stream: () => AsyncIterable<Uint8Array>
}

/** The e-mail that is attached: the item's own, or the reduced one. */
export interface Original {
  readonly bytes: number
  readonly leftOut: readonly LeftOut[]
  readonly stream: () => Promise<AsyncIterable<Uint8Array>>
}

export interface Addresses {
  readonly from: string
  readonly to: string
  /** The mailbox that the item is of. */
  readonly mailbox: string
}

/** The same item gives the same bytes and Message-ID each time: a receiver can drop what comes twice. */
export async function reportOf(
  item: OutgoingItem,
  original: Original,
  addresses: Addresses,
): Promise<Report> {
  const mark = hash('sha256', `journal report of ${item.id}`, 'hex').slice(0, 32)
  const boundary = `report-${mark}`
  const opening = Buffer.from(
    `${headOf(item, addresses, mark)}Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n` +
      `--${boundary}\r\n${textPart(await linesOf(item, original, addresses))}\r\n` +
      `--${boundary}\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n`,
  )
  const closing = Buffer.from(`\r\n--${boundary}--\r\n`)
  return {
    bytes: opening.length + original.bytes + closing.length,
    async *stream() {
      yield opening
      yield* await original.stream()
      yield closing
    },
  }
}

function headOf(item: OutgoingItem, { from, to }: Addresses, mark: string): string {
  const date = new Date(item.capturedAt).toUTCString().replace('GMT', '+0000')
  return [
    `From: ${from}`,
    `To: ${to}`,
    // The subject stands in the report, where it needs no encoding.
    'Subject: Journal report',
    `Date: ${date}`,
    `Message-ID: <${mark}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    'X-MS-Journal-Report:',
    // No holiday notes in answer (RFC 3834).
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    '',
  ].join('\r\n')
}

async function linesOf(item: OutgoingItem, { leftOut }: Original, { mailbox }: Addresses): Promise<string[]> {
  const { sender, recipients } = await peopleOf(item)
  return [
    ...sender.map((address) => `Sender: ${address}`),
    `Subject: ${item.subject}`,
    `Message-Id: ${item.messageId}`,
    `Recipient: ${mailbox}`,
    ...recipients.map((address) => `To: ${address}`),
    ...leftOut.map(({ name, bytes, sha256 }) => `Left-Out: ${name}, ${bytes} bytes, SHA-256 ${sha256}`),
  ].map((line) => line.replace(/[\r\n]+/g, ' '))
}

/** Addresses of the e-mail's own head. */
async function peopleOf({ skeleton }: OutgoingItem): Promise<{ sender: string[]; recipients: string[] }> {
  const bytes = Buffer.from(skeleton.buffer, skeleton.byteOffset, skeleton.byteLength)
  const end = bytes.indexOf('\r\n\r\n')
  const head = await PostalMime.parse(bytes.subarray(0, end < 0 ? bytes.length : end + 4))
  const addresses = (people: readonly Address[] = []) =>
    people.flatMap(({ address }) => (address ? [address] : []))
  return {
    sender: addresses(head.from ? [head.from] : []),
    recipients: addresses([...(head.to ?? []), ...(head.cc ?? [])]),
  }
}

/** As it is where a reader without MIME could read it, else in base64. */
function textPart(lines: readonly string[]): string {
  const text = lines.map((line) => `${line}\r\n`).join('')
  const head = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: '
  if (/^[\x20-\x7e\r\n]*$/.test(text) && lines.every((line) => line.length <= 900))
    return `${head}7bit\r\n\r\n${text}`
  return `${head}base64\r\n\r\n${Buffer.from(text)
    .toString('base64')
    .match(/.{1,76}/g)!
    .join('\r\n')}`
}
