/** Large attachments, in ranges to a pre-authenticated address ("Attach large files to Outlook messages"). */
import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type GraphCall, type GraphReply, jsonBody, Refusal } from './call.ts'
import { type StoredMailbox, type StoredMessage, truncated, type UploadSession } from './state.ts'

export interface AttachmentLimits {
  /** An upload session is refused below, a single request from here on; "3 MB", which may mean 3,000,000 too. */
  readonly sessionBytesMin: number
  readonly sessionBytesMax: number
  /** Of one range: "keep each byte range less than 4 MB". */
  readonly rangeBytesMax: number
}

export const documentedAttachmentLimits: AttachmentLimits = {
  sessionBytesMin: 3 * 1024 * 1024,
  sessionBytesMax: 150_000_000,
  rangeBytesMax: 4_000_000 - 1,
}

export interface UploadTarget {
  readonly mailbox: StoredMailbox
  readonly message: StoredMessage
  /** Bytes that the tenant's limit for a message leaves. */
  readonly room: number
  readonly silence: () => string | null
}

export interface UploadSessions {
  create(target: UploadTarget, call: GraphCall): GraphReply
  /** PUT, GET or DELETE of an upload address; there is no token in such a request. */
  answer(token: string, call: GraphCall): GraphReply
  mailboxOf(token: string): string | undefined
  /** Every session has expired from now on. */
  expire(): void
}

export interface UploadGiven {
  readonly origin: () => string
  readonly now: () => number
  readonly limits: AttachmentLimits
  readonly keepContent: boolean
}

/** The end stays as the first answer said it: ranges do not put it off. */
const lifeMs = 60 * 60_000

export function createUploadSessions(given: UploadGiven): UploadSessions {
  const { origin, now, limits, keepContent } = given
  const sessions = new Map<string, UploadSession>()
  return {
    create,
    answer,
    mailboxOf: (token) => sessions.get(token)?.mailbox.address,
    expire: () => {
      for (const session of sessions.values()) session.expiresAt = 0
    },
  }

  function create({ mailbox, message, room, silence }: UploadTarget, call: GraphCall): GraphReply {
    const { name, size, contentType } = attachmentItem(jsonBody(call, ['AttachmentItem']))
    checkSize(size, limits, room)
    const token = randomUUID()
    const session: UploadSession = {
      ...{ token, mailbox, message, name, contentType, size, expiresAt: now() + lifeMs, received: 0 },
      ...{ digest: createHash('sha256'), pieces: [], silence },
    }
    sessions.set(token, session)
    return { status: 201, body: { uploadUrl: `${origin()}/upload/${token}`, ...progress(session) } }
  }

  function answer(token: string, call: GraphCall): GraphReply {
    if (call.headers.authorization !== undefined)
      throw new Refusal(401, 'InvalidAudience', 'The audience claim value is invalid for current resource.')
    const session = sessions.get(token)
    if (!session || session.expiresAt <= now())
      throw new Refusal(404, 'ErrorItemNotFound', 'The upload session was not found or has expired.')
    if (call.method === 'GET') return { status: 200, body: progress(session) }
    if (call.method === 'DELETE') {
      sessions.delete(token)
      return { status: 204 }
    }
    if (call.method !== 'PUT') throw new Refusal(405, 'ErrorInvalidRequest', 'PUT, GET or DELETE.')
    return put(session, call)
  }

  function put(session: UploadSession, call: GraphCall): GraphReply {
    const to = checkRange(session, call, limits)
    session.digest.update(call.body)
    if (keepContent) session.pieces.push(call.body)
    session.received = to + 1
    return session.received < session.size ? { status: 200, body: progress(session) } : complete(session)
  }

  function complete(session: UploadSession): GraphReply {
    const { token, message, mailbox, name, contentType, size, pieces, digest, silence } = session
    sessions.delete(token)
    const id = `AAA${randomUUID()}=`
    const content = keepContent ? Buffer.concat(pieces) : null
    const made = { id, name, contentType, bytes: size, sha256: digest.digest('hex'), content }
    message.attachments.push(silence() === 'truncates-attachments' ? truncated(made) : made)
    const at = `${origin()}/v1.0/users/${mailbox.address}/messages/${message.id}/attachments/${id}`
    return { status: 201, headers: { Location: at } }
  }
}

/** "Resource attachmentItem": the type, a name and the size at least. */
function attachmentItem(body: Record<string, unknown>) {
  const parsed = z
    .strictObject({
      attachmentType: z.literal('file'),
      name: z.string().min(1).max(255),
      size: z.number().int().positive(),
      contentType: z.string().default('application/octet-stream'),
      isInline: z.boolean().optional(),
      contentId: z.string().optional(),
    })
    .safeParse(body.AttachmentItem)
  if (!parsed.success)
    throw new Refusal(400, 'BadRequest', `AttachmentItem is not valid: ${parsed.error.message}`)
  return parsed.data
}

function checkSize(size: number, limits: AttachmentLimits, room: number): void {
  if (size < limits.sessionBytesMin)
    throw new Refusal(
      400,
      'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
      'Attachment size must be greater than the minimum size.',
    )
  if (size > limits.sessionBytesMax)
    throw new Refusal(400, 'ErrorAttachmentSizeLimitExceeded', 'The attachment size exceeds the maximum.')
  if (size > room)
    throw new Refusal(413, 'ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.')
}

/**
 * Where the range ends. Content-Type, Content-Length and Content-Range are "Required", and "You must upload bytes in a
 * file in order". That ranges are a multiple of 320 KiB is a rule of OneDrive; the documentation's own range for
 * Outlook, 2,097,152 bytes, is none, so that it is not asked for here.
 */
function checkRange(session: UploadSession, call: GraphCall, limits: AttachmentLimits): number {
  const { body, headers } = call
  if (headers['content-type'] !== 'application/octet-stream' || headers['content-length'] === undefined)
    throw new Refusal(400, 'ErrorInvalidRequest', 'Content-Type and Content-Length are required.')
  const { from, to, total } = rangeOf(headers['content-range'])
  if (body.length > limits.rangeBytesMax)
    throw new Refusal(413, 'RequestEntityTooLarge', 'A range must be less than 4 MB.')
  if (total !== session.size || to >= total || to - from + 1 !== body.length)
    throw new Refusal(400, 'ErrorInvalidRange', 'Content-Range does not fit Content-Length and the size.')
  if (from !== session.received)
    throw new Refusal(416, 'ErrorInvalidRange', 'The range is not the one expected next.')
  return to
}

/** `0-` as the session begins and only the place afterwards, as the documentation's examples have it. */
function progress({ expiresAt, received }: UploadSession) {
  const next = received === 0 ? '0-' : String(received)
  return { expirationDateTime: new Date(expiresAt).toISOString(), nextExpectedRanges: [next] }
}

function rangeOf(header: string | undefined): { from: number; to: number; total: number } {
  const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header ?? '') ?? []
  if (total === undefined)
    throw new Refusal(400, 'ErrorInvalidRange', 'Content-Range is missing or not valid.')
  return { from: Number(from), to: Number(to), total: Number(total) }
}
