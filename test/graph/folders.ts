/** Folders of a mailbox: found by name, listed, made; hidden ones only when they are asked for. */
import { randomUUID } from 'node:crypto'
import {
  allowQuery,
  type GraphCall,
  type GraphReply,
  jsonBody,
  pageOf,
  pick,
  Refusal,
  selected,
} from './call.ts'
import { rootFolderId, type StoredFolder, type StoredMailbox } from './state.ts'

const properties = ['id', 'displayName', 'parentFolderId', 'isHidden', 'childFolderCount', 'totalItemCount']
const wellKnown: Readonly<Record<string, string>> = {
  msgfolderroot: rootFolderId,
  inbox: 'AAinbox',
  deleteditems: 'AAdeleted',
}

export function folderOf(mailbox: StoredMailbox, id: string): StoredFolder {
  const folder = mailbox.folders.get(wellKnown[id.toLowerCase()] ?? id)
  if (!folder) throw new Refusal(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')
  return folder
}

export interface FoldersGiven {
  readonly mailbox: StoredMailbox
  readonly origin: () => string
}

/** `/mailFolders`, `/mailFolders/{id}`, `/mailFolders/{id}/childFolders`; `rest` begins after `mailFolders`. */
export function answerFolders(given: FoldersGiven, call: GraphCall, rest: readonly string[]): GraphReply {
  const { mailbox } = given
  const [id, last] = rest
  const parent = folderOf(mailbox, id ?? 'msgfolderroot')
  if (id !== undefined && last === undefined) return one(mailbox, call, parent)
  if (last !== undefined && last !== 'childFolders')
    throw new Refusal(400, 'BadRequest', `Resource not found for the segment '${last}'.`)
  if (call.method === 'GET') return list(given, call, parent)
  if (call.method === 'POST') return create(mailbox, call, parent)
  throw new Refusal(405, 'ErrorInvalidRequest', 'The OData request is not supported.')
}

function one(mailbox: StoredMailbox, call: GraphCall, folder: StoredFolder): GraphReply {
  if (call.method === 'DELETE') {
    mailbox.folders.delete(folder.id)
    return { status: 204 }
  }
  allowQuery(call, ['$select'])
  return { status: 200, body: pick(viewOf(mailbox, folder), selected(call, properties)) }
}

/** "By default, mailFolders … does not return hidden folders"; pages are of ten. */
function list({ mailbox, origin }: FoldersGiven, call: GraphCall, parent: StoredFolder): GraphReply {
  allowQuery(call, ['$select', '$filter', '$top', '$skip', 'includeHiddenFolders'])
  const hiddenToo = call.query.get('includeHiddenFolders') === 'true'
  const name = nameFilter(call.query.get('$filter'))
  const all = [...mailbox.folders.values()]
    .filter(({ parentFolderId }) => parentFolderId === parent.id)
    .filter(({ isHidden }) => hiddenToo || !isHidden)
    .filter(({ displayName }) => name === null || displayName.toLowerCase() === name.toLowerCase())
  const names = selected(call, properties)
  return {
    status: 200,
    body: pageOf(call, origin(), all, (folder) => pick(viewOf(mailbox, folder), names)),
  }
}

function nameFilter(filter: string | null): string | null {
  if (filter === null) return null
  const name = /^displayName eq '((?:[^']|'')*)'$/.exec(filter)?.[1]
  if (name === undefined)
    throw new Refusal(
      400,
      'ErrorInvalidUrlQueryFilter',
      'The query filter contains one or more invalid nodes.',
    )
  return name.replaceAll("''", "'")
}

function create(mailbox: StoredMailbox, call: GraphCall, parent: StoredFolder): GraphReply {
  const { displayName, isHidden = false } = jsonBody(call, ['displayName', 'isHidden'])
  if (typeof displayName !== 'string' || displayName === '' || typeof isHidden !== 'boolean')
    throw new Refusal(400, 'ErrorFolderNameInvalid', 'The folder needs a displayName.')
  if (mailbox.state === 'full') throw quotaExceeded()
  const taken = [...mailbox.folders.values()].some(
    (folder) =>
      folder.parentFolderId === parent.id && folder.displayName.toLowerCase() === displayName.toLowerCase(),
  )
  if (taken) throw new Refusal(409, 'ErrorFolderExists', 'A folder with the specified name already exists.')
  const folder = { id: `AAF${randomUUID()}=`, displayName, parentFolderId: parent.id, isHidden }
  mailbox.folders.set(folder.id, folder)
  return { status: 201, body: viewOf(mailbox, folder) }
}

export function quotaExceeded(): Refusal {
  return new Refusal(507, 'ErrorQuotaExceeded', 'The mailbox has exceeded its maximum mailbox size.')
}

function viewOf(mailbox: StoredMailbox, folder: StoredFolder) {
  const totalItemCount = [...mailbox.messages.values()].filter(
    ({ folderId }) => folderId === folder.id,
  ).length
  return { ...folder, childFolderCount: 0, totalItemCount }
}
