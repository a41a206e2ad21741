/** Messages: posted into a folder, read, listed, looked for by an extended property, deleted. */
import { answerAttachments, type FilesKept } from './attachments.ts'
import { allowQuery, type GraphCall, type GraphReply, pageOf, Refusal, selected } from './call.ts'
import { propertyKey } from './extended-property.ts'
import { answerFolders, folderOf, quotaExceeded } from './folders.ts'
import { changeMessage, parseMessage, parseMimeMessage } from './message-input.ts'
import { defaultProperties, messageProperties, messageView, parseExpand, propertyOf } from './message-view.ts'
import { deletedFolderId, type StoredMailbox, type StoredMessage, sizeOf, truncated } from './state.ts'
import type { UploadSessions } from './upload-sessions.ts'

/** What the service does otherwise than asked, without saying so. */
export type Silence = 'drafts' | 'times' | 'class' | 'loses' | 'truncates-attachments'

export interface MailGiven extends FilesKept {
  readonly now: () => number
  readonly origin: () => string
  readonly sessions: UploadSessions
  /** Largest message, attachments together. */
  readonly messageBytesMax: () => number
  readonly silence: () => Silence | null
}

/** `/users/{address}/messages…` and `/users/{address}/mailFolders…`; `rest` begins after the address. */
export function answerMail(
  given: MailGiven,
  mailbox: StoredMailbox,
  call: GraphCall,
  rest: readonly string[],
) {
  const [kind, id, last, ...more] = rest
  if (kind === 'mailFolders' && last === 'messages' && more.length === 0)
    return answerFolderMessages(given, mailbox, call, id!)
  if (kind === 'mailFolders' && last !== 'messages')
    return answerFolders({ ...given, mailbox }, call, rest.slice(1))
  if (kind === 'messages' && id !== undefined) {
    const message = messageOf(mailbox, id)
    if (last === 'attachments') return answerAttachments({ ...given, mailbox, message }, call, more)
    if (more.length === 0) return answerMessage(mailbox, call, message, last)
  }
  throw new Refusal(400, 'BadRequest', `Resource not found for the segment '${kind}'.`)
}

function messageOf(mailbox: StoredMailbox, id: string): StoredMessage {
  const message = mailbox.messages.get(id)
  if (!message)
    throw new Refusal(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')
  return message
}

function answerMessage(
  mailbox: StoredMailbox,
  call: GraphCall,
  message: StoredMessage,
  action: string | undefined,
): GraphReply {
  if (action === 'permanentDelete' && call.method === 'POST') {
    mailbox.messages.delete(message.id)
    return { status: 204 }
  }
  if (action !== undefined)
    throw new Refusal(400, 'BadRequest', `Resource not found for the segment '${action}'.`)
  if (call.method === 'DELETE') {
    message.folderId = deletedFolderId
    return { status: 204 }
  }
  if (call.method === 'PATCH') changeMessage(message, call)
  else if (call.method !== 'GET')
    throw new Refusal(405, 'ErrorInvalidRequest', 'The OData request is not supported.')
  allowQuery(call, ['$select', '$expand'])
  return { status: 200, body: messageView(message, namesOf(call), parseExpand(call.query.get('$expand'))) }
}

function namesOf(call: GraphCall): readonly string[] {
  return call.query.has('$select') ? selected(call, messageProperties) : defaultProperties
}

function answerFolderMessages(
  given: MailGiven,
  mailbox: StoredMailbox,
  call: GraphCall,
  folderId: string,
): GraphReply {
  const folder = folderOf(mailbox, folderId)
  if (call.method === 'POST') return create(given, mailbox, call, folder.id)
  if (call.method === 'GET') return list(given, mailbox, call, folder.id)
  throw new Refusal(405, 'ErrorInvalidRequest', 'The OData request is not supported.')
}

function create(given: MailGiven, mailbox: StoredMailbox, call: GraphCall, folderId: string): GraphReply {
  const mime = call.headers['content-type'] === 'text/plain'
  const message = mime ? parseMimeMessage(call, given.now()) : parseMessage(call, given.now(), given)
  if (mailbox.state === 'full') throw quotaExceeded()
  if (sizeOf(message) > given.messageBytesMax())
    throw new Refusal(413, 'ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.')
  message.folderId = folderId
  beSilent(given, message)
  if (given.silence() !== 'loses') mailbox.messages.set(message.id, message)
  return { status: 201, body: messageView(message, defaultProperties, parseExpand(null)) }
}

function beSilent({ silence, now }: MailGiven, message: StoredMessage): void {
  const kind = silence()
  if (kind === 'drafts') message.isDraft = true
  if (kind === 'class') message.itemClass = 'IPM.Note'
  if (kind === 'times') message.sentDateTime = message.receivedDateTime = new Date(now()).toISOString()
  if (kind === 'truncates-attachments') {
    const [first] = message.attachments
    if (first) message.attachments[0] = truncated(first)
  }
}

function list({ origin }: MailGiven, mailbox: StoredMailbox, call: GraphCall, folderId: string): GraphReply {
  allowQuery(call, ['$select', '$expand', '$filter', '$top', '$skip'])
  const names = namesOf(call)
  const expansion = parseExpand(call.query.get('$expand'))
  const wanted = propertyFilter(call.query.get('$filter'))
  const all = [...mailbox.messages.values()]
    .filter((message) => message.folderId === folderId)
    .filter((message) => wanted === null || sameText(propertyOf(message, wanted.id), wanted.value))
  return {
    status: 200,
    body: pageOf(call, origin(), all, (message) => messageView(message, names, expansion)),
  }
}

/** "Filtering the value property of an extended property is case-insensitive." */
function sameText(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase()
}

function propertyFilter(filter: string | null): { id: string; value: string } | null {
  if (filter === null) return null
  const [, id, value] =
    /^singleValueExtendedProperties\/Any\(ep: ep\/id eq '([^']+)' and ep\/value eq '((?:[^']|'')*)'\)$/.exec(
      filter,
    ) ?? []
  if (id === undefined || value === undefined || propertyKey(id) === null)
    throw new Refusal(
      400,
      'ErrorInvalidUrlQueryFilter',
      'The query filter contains one or more invalid nodes.',
    )
  return { id, value: value.replaceAll("''", "'") }
}
