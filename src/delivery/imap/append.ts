/**
 * APPEND as it goes over the wire. The library's own takes one e-mail, as a whole in memory; here several small ones
 * go in one command where the server offers MULTIAPPEND (RFC 3502: all or none), and a large one goes as a stream.
 */
import type { Writable } from 'node:stream'
import type { ImapFlow } from 'imapflow'
import { takeBack } from './connection.ts'

/** What is used of the library beyond its types: `exec`, its continuation hook, and the socket. */
interface Wire {
  exec(
    command: string,
    attributes: readonly unknown[],
    options?: { onPlusTag?: () => Promise<void> },
  ): Promise<{ readonly response: unknown; next(): void }>
  readonly writeSocket: Writable
}

export interface Uid {
  /** Null where the server has no UIDPLUS (RFC 4315): the e-mail is found by its Message-ID then. */
  readonly uidValidity: string | null
  readonly uid: number | null
}

export interface SmallEmail {
  readonly bytes: Uint8Array
  readonly sentAt: number
}

/** Appends e-mails by one command, their UIDs in the same order. Rejects as the library does. */
export async function appendSmall(
  client: ImapFlow,
  path: string,
  emails: readonly SmallEmail[],
): Promise<Uid[]> {
  const parts = emails.flatMap(({ bytes, sentAt }) => [
    ...headOf(sentAt),
    { type: 'LITERAL', value: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
  ])
  const answer = await wireOf(client).exec('APPEND', [mailbox(path), ...parts])
  answer.next()
  return uidsOf(answer.response, emails.length)
}

export interface LargeEmail {
  /** Exactly as many as the stream gives. */
  readonly bytes: number
  readonly sentAt: number
  readonly stream: AsyncIterable<Uint8Array>
}

/**
 * Appends one e-mail without holding it in memory: each chunk is taken when the one before has left. Where the
 * stream fails, the connection is cut, which takes the e-mail back, and the stream's error is thrown.
 */
export async function appendLarge(client: ImapFlow, path: string, email: LargeEmail): Promise<Uid> {
  const wire = wireOf(client)
  let failure: { readonly error: unknown } | undefined
  const onPlusTag = () =>
    sendAll(wire, email).catch((error: unknown) => {
      failure = { error }
      if (error instanceof ConnectionLost) client.close()
      else takeBack(client)
    })
  const size = { type: 'TEXT', value: `{${email.bytes}}` }
  try {
    const answer = await wire.exec('APPEND', [mailbox(path), ...headOf(email.sentAt), size], { onPlusTag })
    answer.next()
    return uidsOf(answer.response, 1)[0]!
  } catch (error) {
    throw failure && !(failure.error instanceof ConnectionLost) ? failure.error : error
  }
}

class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}

async function sendAll({ writeSocket }: Wire, { stream, bytes }: LargeEmail): Promise<void> {
  let sent = 0
  for await (const chunk of stream) {
    sent += chunk.length
    if (sent > bytes) break
    await send(writeSocket, chunk)
  }
  if (sent !== bytes) throw new Error(`an e-mail of ${bytes} bytes came as ${sent} or more`)
  await send(writeSocket, '\r\n')
}

function send(socket: Writable, chunk: Uint8Array | string): Promise<void> {
  return new Promise((resolve, reject) => {
    const lost = () => reject(new ConnectionLost('the connection was lost'))
    if (socket.destroyed) return lost()
    // A socket that is destroyed does not always answer what was written before.
    socket.once('close', lost)
    socket.write(chunk, (error) => {
      socket.removeListener('close', lost)
      if (error) lost()
      else resolve()
    })
  })
}

function wireOf(client: ImapFlow): Wire {
  return client as unknown as Wire
}

function mailbox(path: string): unknown {
  return { type: 'ATOM', value: path }
}

/** Read, because nobody has to read a copy; and dated when it was sent, to the second. */
function headOf(sentAt: number): unknown[] {
  return [[{ type: 'ATOM', value: '\\Seen' }], { type: 'STRING', value: dateTime(sentAt) }]
}

/** ` 4-Mar-2026 09:30:00 +0000` (RFC 3501, `date-time`). */
function dateTime(utc: number): string {
  const [, day, month, year, time] = new Date(utc).toUTCString().split(' ')
  return `${day!.replace(/^0/, ' ')}-${month}-${year} ${time} +0000`
}

/** From `[APPENDUID 1741080600 17:19,21]`. */
function uidsOf(response: unknown, count: number): Uid[] {
  const section = (response as { attributes?: { section?: { value?: unknown }[] }[] }).attributes?.[0]
    ?.section
  const [code, uidValidity, set] = (section ?? []).map(({ value }) => String(value))
  const uids = code?.toUpperCase() === 'APPENDUID' ? expanded(set ?? '', count) : []
  if (uids.length !== count) return Array.from({ length: count }, () => ({ uidValidity: null, uid: null }))
  return uids.map((uid) => ({ uidValidity: uidValidity!, uid }))
}

/** The numbers of a set, in its order; none where it does not hold `count` of them. */
function expanded(set: string, count: number): number[] {
  const uids: number[] = []
  for (const range of set.split(',')) {
    const [first, last = first] = range.split(':').map(Number)
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || last! - first! >= count) return []
    for (let uid = first!; uid <= last!; uid++) uids.push(uid)
  }
  return uids.length === count ? uids : []
}
