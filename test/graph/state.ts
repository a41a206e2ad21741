/** What the contract server remembers: mailboxes with folders, messages and attachments. */
import { createHash } from 'node:crypto'

export interface StoredAttachment {
  readonly id: string
  readonly name: string
  readonly contentType: string
  /** Of the content. Graph reports more: the attachment's own properties are counted too. */
  readonly bytes: number
  readonly sha256: string
  /** Null where the server was told to keep none. */
  readonly content: Buffer | null
}

export interface StoredMessage {
  readonly id: string
  folderId: string
  readonly subject: string
  readonly body: { readonly contentType: string; readonly content: string }
  readonly from: Person | null
  readonly toRecipients: readonly Person[]
  readonly internetMessageId: string
  readonly internetMessageHeaders: readonly { readonly name: string; readonly value: string }[]
  /** Extended properties by id as `propertyKey` writes it: in lower case, tags with four digits. */
  readonly properties: Map<string, string>
  isDraft: boolean
  sentDateTime: string
  receivedDateTime: string
  itemClass: string
  isRead: boolean
  readonly attachments: StoredAttachment[]
}

export interface Person {
  readonly emailAddress: {
    readonly name?: string | undefined
    readonly address?: string | undefined
  }
}

export interface StoredFolder {
  readonly id: string
  readonly displayName: string
  readonly parentFolderId: string
  readonly isHidden: boolean
}

export interface UploadSession {
  readonly token: string
  readonly mailbox: StoredMailbox
  readonly message: StoredMessage
  readonly name: string
  readonly contentType: string
  readonly size: number
  expiresAt: number
  received: number
  readonly digest: ReturnType<typeof createHash>
  readonly pieces: Buffer[]
  readonly silence: () => string | null
}

export interface StoredMailbox {
  readonly address: string
  readonly folders: Map<string, StoredFolder>
  readonly messages: Map<string, StoredMessage>
  /** What the mailbox is unable to do. */
  state: 'ready' | 'unlicensed' | 'full' | 'blocked-by-policy'
}

export const rootFolderId = 'AAroot'
export const deletedFolderId = 'AAdeleted'

export function createMailbox(address: string): StoredMailbox {
  const folders = new Map<string, StoredFolder>()
  const well = (id: string, displayName: string, parentFolderId: string) =>
    folders.set(id, { id, displayName, parentFolderId, isHidden: false })
  well(rootFolderId, 'Top of Information Store', '')
  well('AAinbox', 'Inbox', rootFolderId)
  well(deletedFolderId, 'Deleted Items', rootFolderId)
  return { address, folders, messages: new Map(), state: 'ready' }
}

export function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

/** What is left of an attachment that a service cut in half without a word. */
export function truncated(attachment: StoredAttachment): StoredAttachment {
  return { ...attachment, bytes: Math.floor(attachment.bytes / 2) }
}

/** Of a message and its attachments, in bytes. */
export function sizeOf({ body, attachments }: StoredMessage): number {
  return attachments.reduce((sum, { bytes }) => sum + bytes, Buffer.byteLength(body.content))
}
