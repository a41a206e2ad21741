/** Files of a message: small ones in one request, larger ones in ranges to an upload session, never held whole. */
import { GraphError, graphErrorOf, type HttpAnswer } from '../microsoft/index.ts'
import { DeliveryProblem } from '../problem.ts'
import type { Mailbox } from './mailbox.ts'
import { type PlannedFile, sessionBytesMin } from './plan.ts'
import { isTooLarge } from './refusal.ts'

/** "Less than 4 MB", and a multiple of 320 KiB. */
const rangeBytes = 12 * 320 * 1024
/** How often a range is sent, where connections are cut. */
const triesMax = 5

export interface FileAttachment {
  readonly '@odata.type': '#microsoft.graph.fileAttachment'
  readonly name: string
  readonly contentType: string
  readonly contentBytes: string
}

/** Of a file under 3 MB. */
export async function fileAttachment({ name, type, open }: PlannedFile): Promise<FileAttachment> {
  const content = Buffer.concat(await Array.fromAsync(await open()))
  return {
    '@odata.type': '#microsoft.graph.fileAttachment',
    ...{ name, contentType: type, contentBytes: content.toString('base64') },
  }
}

/** Adds a file to a message. Throws `GraphError`, `DeliveryProblem`, `UploadEnded`, and `content-damaged` for a file of ours. */
export async function attach(mailbox: Mailbox, messageId: string, file: PlannedFile): Promise<void> {
  const path = `${mailbox.path}/messages/${encodeURIComponent(messageId)}/attachments`
  const url = file.bytes >= sessionBytesMin ? await openSession(mailbox, path, file) : null
  if (url !== null) return upload(mailbox, url, file)
  const { graph, reading } = mailbox
  await graph.request({ method: 'POST', path, ...reading, body: await fileAttachment(file) })
}

/** The address that ranges go to; null for a file that is too small for one by the server's reckoning. */
async function openSession(
  { graph, reading }: Mailbox,
  path: string,
  { name, type, bytes }: PlannedFile,
): Promise<string | null> {
  try {
    const { body } = await graph.request({
      ...{ method: 'POST', path: `${path}/createUploadSession`, ...reading },
      body: { AttachmentItem: { attachmentType: 'file', name, size: bytes, contentType: type } },
    })
    const url = (body as { uploadUrl?: string }).uploadUrl
    if (url) return url
    throw new DeliveryProblem('unreachable', 'Microsoft Graph opened an upload without an address.')
  } catch (error) {
    if (error instanceof GraphError && error.code === 'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize')
      return null
    throw error
  }
}

async function upload(mailbox: Mailbox, url: string, { bytes, open }: PlannedFile): Promise<void> {
  let from = 0
  for await (const range of rangesOf(await open())) {
    await sendRange(mailbox, { url, from, total: bytes }, range)
    from += range.length
  }
}

/** An upload session that cannot be gone on with: the file is to be sent again from its beginning. */
export class UploadEnded extends Error {
  override readonly name = 'UploadEnded'
}

interface Range {
  readonly url: string
  readonly from: number
  readonly total: number
}

/** Sends a range until the server has it; where an answer was lost, it is asked how far it is. */
async function sendRange(mailbox: Mailbox, range: Range, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const { from, total, url } = range
  const until = from + body.length
  for (let attempt = 1; attempt <= triesMax; attempt++) {
    const answer = await orNull(() =>
      mailbox.graph.upload({
        ...{ method: 'PUT', url, body, mailbox: mailbox.address, signal: mailbox.reading.signal },
        headers: {
          'content-type': 'application/octet-stream',
          'content-range': `bytes ${from}-${until - 1}/${total}`,
        },
      }),
    )
    if (answer && answer.status < 300) return
    const next = await nextExpected(mailbox, url)
    if (next === until) return
    if (next === from) continue
    const error = answer && graphErrorOf(answer, '', mailbox.now())
    if (error && isTooLarge(error)) throw error
    throw new UploadEnded(error ? `${error.code}: ${error.message}` : 'the connection was cut')
  }
  throw new UploadEnded(`${triesMax} connections were cut`)
}

/** Where the session goes on; null where it is over or cannot say. */
async function nextExpected({ graph, address, reading }: Mailbox, url: string): Promise<number | null> {
  const answer = await orNull(() =>
    graph.upload({ method: 'GET', url, mailbox: address, signal: reading.signal }),
  )
  if (answer?.status !== 200) return null
  const { nextExpectedRanges } = JSON.parse(answer.text) as { nextExpectedRanges?: readonly string[] }
  const next = Number(nextExpectedRanges?.[0]?.split('-')[0])
  return Number.isSafeInteger(next) ? next : null
}

/** Null where the connection was cut; throttling and everything else is thrown. */
async function orNull(work: () => Promise<HttpAnswer>): Promise<HttpAnswer | null> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DeliveryProblem && error.reason === 'unreachable') return null
    throw error
  }
}

/** Pieces of exactly one range, the last one shorter. A piece is good until the next one is asked for. */
async function* rangesOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const range = new Uint8Array(rangeBytes)
  let filled = 0
  for await (const piece of content) {
    for (let at = 0; at < piece.length; ) {
      const taken = Math.min(piece.length - at, rangeBytes - filled)
      range.set(piece.subarray(at, at + taken), filled)
      filled += taken
      at += taken
      if (filled < rangeBytes) continue
      yield range
      filled = 0
    }
  }
  if (filled > 0) yield range.subarray(0, filled)
}
