/** Reads another archive's export: a CSV list, a folder of e-mails, or a zip of them. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import PostalMime, { type Address } from 'postal-mime'
import { openPromise } from 'yauzl'
import { type CsvRow, readCsv } from '../../domain/csv.ts'
import { AppError } from '../../domain/errors.ts'
import { comparedPeople, type OtherMessage, textFacts } from './other-message.ts'

/** Messages of one comparison: what two lists take in memory. */
export const messagesMax = 1_000_000
const emailBytesMax = 64 * 1024 * 1024
const listBytesMax = 1024 * 1024 * 1024
const folderDepthMax = 8

export interface OtherList {
  readonly messages: readonly OtherMessage[]
  /** Files that are no e-mails with a time, or too large: named and counted, and compared with nothing. */
  readonly unreadable: readonly string[]
}

/** Throws `file-not-found`, `bad-csv`, `zip-unsafe`, `bad-request` (too many messages). */
export async function readOtherList(path: string): Promise<OtherList> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new AppError('file-not-found', `${path} (an export of the other archive) does not exist.`, {
      cause,
    })
  })
  if (found.isDirectory()) return fromEmails(emailsInFolder(path))
  if (/\.zip$/i.test(path)) return fromEmails(emailsInZip(path))
  if (/\.eml$/i.test(path)) return fromEmails(emailsOf(path))
  if (found.size > listBytesMax) throw tooMany(path)
  return { messages: fromCsv(await readFile(path), basename(path)), unreadable: [] }
}

const columns = [
  { name: 'time', aliases: ['sent', 'sent at', 'date'], required: true },
  { name: 'participants', aliases: ['people', 'from and to'] },
  { name: 'text', aliases: ['body'] },
  { name: 'text_sha256', aliases: ['sha256', 'hash'] },
  { name: 'id', aliases: ['message id'] },
] as const
type ColumnName = (typeof columns)[number]['name']

function fromCsv(content: Uint8Array, file: string): OtherMessage[] {
  const table = readCsv<ColumnName>(content, { file, columns })
  if (table.rows.length > messagesMax) throw tooMany(file)
  const messages = table.rows.flatMap((row) => {
    const slip = slipOf(row)
    if (slip) table.addProblem(row.row, slip.column, slip.message)
    return slip ? [] : [messageOfRow(row)]
  })
  table.refuseProblems()
  return messages
}

/** A time without a zone would be a guess, and a hash of another form matches nothing. */
function slipOf({ values }: CsvRow<ColumnName>): { column: ColumnName; message: string } | null {
  if (!/^\d{4}-\d\d-\d\d[T ].*(Z|[+-]\d\d:?\d\d)$/i.test(values.time) || Number.isNaN(timeOf(values.time)))
    return { column: 'time', message: 'is no time with its zone; it looks like 2026-03-17T09:30:00Z' }
  if (values.text_sha256 !== '' && !/^[0-9a-f]{64}$/i.test(values.text_sha256))
    return { column: 'text_sha256', message: 'is no SHA-256 in hex, which has 64 digits' }
  return null
}

function timeOf(text: string): number {
  return Date.parse(text.replace(' ', 'T'))
}

function messageOfRow({ row, values }: CsvRow<ColumnName>): OtherMessage {
  const { time, participants, text, text_sha256: hash, id } = values
  const told = hash === '' ? (text === '' ? { text: null, textHash: null } : textFacts(text)) : null
  return {
    reference: id === '' ? `row ${row}` : id,
    at: timeOf(time),
    participants: comparedPeople(participants.split(/[;|]/)),
    ...(told ?? { text: null, textHash: hash.toLowerCase() }),
  }
}

interface EmailFile {
  readonly name: string
  /** Null where it is too large to be read. */
  readonly bytes: Uint8Array | null
}

async function fromEmails(files: AsyncIterable<EmailFile>): Promise<OtherList> {
  const messages: OtherMessage[] = []
  const unreadable: string[] = []
  for await (const { name, bytes } of files) {
    const message = bytes === null ? null : await messageOfEmail(name, bytes)
    if (message) messages.push(message)
    else unreadable.push(name)
    if (messages.length + unreadable.length > messagesMax) throw tooMany(name)
  }
  return { messages, unreadable }
}

async function messageOfEmail(name: string, bytes: Uint8Array): Promise<OtherMessage | null> {
  const email = await PostalMime.parse(bytes).catch(() => null)
  const at = Date.parse(email?.date ?? '')
  if (email === null || Number.isNaN(at)) return null
  const text = email.text ?? (email.html ?? '').replace(/<[^>]*>/g, ' ')
  const people = [email.from, ...(email.to ?? []), ...(email.cc ?? []), ...(email.bcc ?? [])].flatMap(namesOf)
  return { reference: name, at, participants: comparedPeople(people), ...textFacts(text) }
}

/** An archiver's addresses often carry the number before the @. */
function namesOf(address: Address | undefined): string[] {
  if (!address) return []
  if ('group' in address && address.group) return address.group.flatMap(namesOf)
  const { name = '', address: mail = '' } = address
  return [name, mail, mail.split('@')[0]!]
}

async function* emailsInFolder(folder: string, depth = 0): AsyncGenerator<EmailFile> {
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && depth < folderDepthMax) yield* emailsInFolder(path, depth + 1)
    else if (entry.isFile() && /\.eml$/i.test(entry.name)) yield* emailsOf(path)
  }
}

async function* emailsOf(path: string): AsyncGenerator<EmailFile> {
  const { size } = await stat(path)
  yield { name: basename(path), bytes: size > emailBytesMax ? null : await readFile(path) }
}

async function* emailsInZip(path: string): AsyncGenerator<EmailFile> {
  try {
    const zip = await openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true })
    try {
      for await (const entry of zip.eachEntry()) {
        if (!/\.eml$/i.test(entry.fileName)) continue
        const isTooLarge = entry.uncompressedSize > emailBytesMax
        const bytes = isTooLarge ? null : await buffer(await zip.openReadStreamPromise(entry))
        yield { name: entry.fileName, bytes }
      }
    } finally {
      zip.close()
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError(
      'zip-unsafe',
      `${basename(path)} cannot be read as a zip; unpack it and name the folder.`,
      {
        cause,
      },
    )
  }
}

function tooMany(name: string): AppError {
  return new AppError(
    'bad-request',
    `${name} goes past a million messages; compare a shorter time, a part of the export after the other.`,
  )
}
