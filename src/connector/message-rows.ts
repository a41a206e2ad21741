/** A page's messages as rows of the catalogue, in COPY's text format. */
import { channelCodes, firstMessageIdAt, folderCodes, kindCodes } from '../domain/codes.ts'
import type { MappedMailbox } from '../domain/map-message.ts'
import { folderOfChannel } from '../domain/message.ts'
import type { StagedMessage } from './staged-catalogue.ts'

export interface CatalogueRow {
  readonly id: bigint
  readonly staged: StagedMessage
  readonly sha256: string
  readonly conversationId: number
  readonly senderId: number | null
  readonly recipientIds: readonly number[]
  readonly custodianId: number | null
  readonly mailboxes: readonly (Pick<MappedMailbox, 'mailboxId'> & {
    participantId: number | null
    explanationId: number
  })[]
}

export interface RowOrigin {
  readonly firstBlockId: bigint
  readonly feedAccountId: number
  /** ISO time of import. */
  readonly receivedAt: string
}

export const messageCopy = `copy message (id, captured_at, received_at, block_id, email_bytes, sequence,
  conversation_id, sender_id, custodian_id, feed_account_id, latest_minutes, offset_minutes, place, channel, kind,
  event, item_count, parts, has_attachments, message_key, sha256, refers_to_key, link_key, recipient_ids, subject,
  words) from stdin`

export function messageLine(row: CatalogueRow, origin: RowOrigin): string {
  const { staged } = row
  const nothing = '\\N'
  return (
    `${row.id}\t${new Date(staged.capturedAt).toISOString()}\t${origin.receivedAt}\t` +
    `${origin.firstBlockId + BigInt(staged.block)}\t${staged.emailBytes}\t${staged.sequence}\t` +
    `${row.conversationId}\t${row.senderId ?? nothing}\t${row.custodianId ?? nothing}\t${origin.feedAccountId}\t` +
    `${staged.latestMinutes ?? nothing}\t${staged.offsetMinutes}\t${staged.place}\t${staged.channel}\t${staged.kind}\t` +
    `${staged.event}\t${row.mailboxes.length}\t${staged.words.length}\t${staged.attachments.length > 0 ? 't' : 'f'}\t` +
    `\\\\x${staged.messageKey}\t\\\\x${row.sha256}\t${bytea(staged.refersToKey)}\t${bytea(staged.linkKey)}\t` +
    `{${row.recipientIds.join(',')}}\t${escaped(staged.subject)}\t${escaped(wordsWithMeta(row))}\n`
  )
}

export const itemCopy =
  'copy item (message_id, mailbox_id, participant_id, explanation_id, folder) from stdin'

export function itemLines(row: CatalogueRow): string {
  const folder = folderCodes.codeOf(folderOfChannel[channelCodes.wordOf(row.staged.channel)])
  let lines = ''
  for (const { mailboxId, participantId, explanationId } of row.mailboxes) {
    lines += `${row.id}\t${mailboxId}\t${participantId ?? '\\N'}\t${explanationId}\t${folder}\n`
  }
  return lines
}

export const longTextCopy = 'copy long_text (message_id, part, words) from stdin'

export function longTextLines({ id, staged }: CatalogueRow): string {
  if (staged.words.length < 2) return ''
  return staged.words
    .slice(1)
    .map((words, place) => `${id}\t${place + 2}\t${escaped(words)}\n`)
    .join('')
}

export const attachmentCopy = `copy message_attachment (message_id, place, name, media_type, bytes, sha256, attachment_id)
  from stdin`

/** `attachmentIds`: ids of the stored objects by SHA-256. */
export function attachmentLines(
  { id, staged }: CatalogueRow,
  attachmentIds: ReadonlyMap<string, bigint>,
): string {
  return staged.attachments
    .map(({ name, mediaType, bytes, sha256, remote }, place) => {
      const object = remote ? attachmentIds.get(sha256) : undefined
      return `${id}\t${place}\t${escaped(name)}\t${escaped(mediaType)}\t${bytes}\t\\\\x${sha256}\t${object ?? '\\N'}\n`
    })
    .join('')
}

const textCode = kindCodes.codeOf('text')

/**
 * Lexemes of our own beside the words: mailboxes, sender, conversation, kind (all but text), attachments. They
 * turn "this word in that mailbox" into one index scan instead of a join.
 */
function wordsWithMeta(row: CatalogueRow): string {
  let words = `${row.staged.words[0]} =c${row.conversationId}`
  for (const { mailboxId } of row.mailboxes) words += ` =m${mailboxId}`
  if (row.senderId !== null) words += ` =f${row.senderId}`
  if (row.staged.kind !== textCode) words += ` =k${row.staged.kind}`
  if (row.staged.attachments.length > 0) words += ' =a'
  return words
}

/** The id of a message: its time, then a counter. */
export function messageId(sentAt: number, counter: number): bigint {
  return firstMessageIdAt(sentAt) | BigInt(counter)
}

function bytea(hex: string | null): string {
  return hex === null ? '\\N' : `\\\\x${hex}`
}

/** COPY's escapes; NUL, which PostgreSQL cannot hold, is dropped (the content keeps it). */
const special = /[\\\t\n\r\0]/
function escaped(text: string): string {
  if (!special.test(text)) return text
  return text
    .replace(/\0/g, '')
    .replace(/\\/g, '\\\\')
    .replace(/\t/g, '\\t')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
}
