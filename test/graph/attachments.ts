/** Attachments of a message: small ones in a request, read back, removed. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { allowQuery, type GraphCall, type GraphReply, jsonBody, Refusal, selected } from './call.ts'
import { quotaExceeded } from './folders.ts'
import { attachmentProperties, attachmentView } from './message-view.ts'
import {
  type StoredAttachment,
  type StoredMailbox,
  type StoredMessage,
  sha256Of,
  sizeOf,
  truncated,
} from './state.ts'
import type { UploadSessions } from './upload-sessions.ts'

const fileAttachment = z.strictObject({
  '@odata.type': z.literal('#microsoft.graph.fileAttachment'),
  name: z.string().min(1).max(255),
  contentType: z.string().regex(/^[\w.+-]+\/[\w.+-]+/),
  contentBytes: z.string(),
  isInline: z.boolean().optional(),
  contentId: z.string().optional(),
})

export interface FilesKept {
  /** False: only their hashes. */
  readonly keepContent: boolean
  /** "This operation limits the size of the attachment you can add to under 3 MB" ("Add attachment"). */
  readonly sessionBytesMin: number
}

export function parseAttachment(value: unknown, kept: FilesKept): StoredAttachment {
  const parsed = fileAttachment.safeParse(value)
  if (!parsed.success)
    throw new Refusal(400, 'RequestBodyRead', `The attachment is not valid: ${parsed.error.message}`)
  const { name, contentType, contentBytes } = parsed.data
  const content = Buffer.from(contentBytes, 'base64')
  if (content.toString('base64') !== contentBytes)
    throw new Refusal(400, 'RequestBodyRead', 'Cannot convert contentBytes to Edm.Binary.')
  if (content.length >= kept.sessionBytesMin)
    throw new Refusal(
      413,
      'RequestEntityTooLarge',
      'The attachment is not under 3 MB: use an upload session.',
    )
  return {
    ...{ id: `AAA${randomUUID()}=`, name, contentType, bytes: content.length },
    ...{ sha256: sha256Of(content), content: kept.keepContent ? content : null },
  }
}

export interface AttachmentGiven extends FilesKept {
  readonly mailbox: StoredMailbox
  readonly message: StoredMessage
  readonly sessions: UploadSessions
  readonly messageBytesMax: () => number
  readonly silence: () => string | null
}

/** `/messages/{id}/attachments…`; `rest` begins after `attachments`. */
export function answerAttachments(
  given: AttachmentGiven,
  call: GraphCall,
  rest: readonly string[],
): GraphReply {
  const [id, ...more] = rest
  const { mailbox, message, sessions } = given
  if (more.length > 0) throw new Refusal(400, 'BadRequest', `Resource not found for '${more[0]}'.`)
  if (id === 'createUploadSession' && call.method === 'POST') {
    if (mailbox.state === 'full') throw quotaExceeded()
    return sessions.create({ ...given, room: given.messageBytesMax() - sizeOf(message) }, call)
  }
  if (id !== undefined) return answerOne(message, call, id)
  if (call.method === 'POST') return add(given, call)
  if (call.method !== 'GET')
    throw new Refusal(405, 'ErrorInvalidRequest', 'The OData request is not supported.')
  allowQuery(call, ['$select'])
  const names = selected(call, attachmentProperties)
  return { status: 200, body: { value: message.attachments.map((one) => attachmentView(one, names)) } }
}

function add({ mailbox, message, messageBytesMax, silence, ...kept }: AttachmentGiven, call: GraphCall) {
  if (mailbox.state === 'full') throw quotaExceeded()
  const attachment = parseAttachment(jsonBody(call, Object.keys(fileAttachment.shape)), kept)
  if (sizeOf(message) + attachment.bytes > messageBytesMax())
    throw new Refusal(413, 'ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.')
  message.attachments.push(silence() === 'truncates-attachments' ? truncated(attachment) : attachment)
  return { status: 201, body: attachmentView(attachment, attachmentProperties) }
}

function answerOne(message: StoredMessage, call: GraphCall, id: string): GraphReply {
  const index = message.attachments.findIndex((one) => one.id === id)
  if (index < 0)
    throw new Refusal(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')
  if (call.method === 'DELETE') {
    message.attachments.splice(index, 1)
    return { status: 204 }
  }
  if (call.method !== 'GET')
    throw new Refusal(405, 'ErrorInvalidRequest', 'The OData request is not supported.')
  allowQuery(call, ['$select'])
  return {
    status: 200,
    body: attachmentView(message.attachments[index]!, selected(call, attachmentProperties)),
  }
}
