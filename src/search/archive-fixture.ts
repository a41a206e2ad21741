/** A small archive written straight into the catalogue, as an import leaves it, for tests of the search. */
import {
  channelCodes,
  eventCodes,
  firstMessageIdAt,
  folderCodes,
  identityTypeCodes,
  kindCodes,
} from '../domain/codes.ts'
import { type Channel, folderOfChannel, type MessageEvent, type MessageKind } from '../domain/message.ts'
import { indexParts, nameWords } from '../domain/text/index-parts.ts'
import type { SqlClient } from './sql-client.ts'

export interface ArchivedMessage {
  readonly sentAt: string
  readonly text: string
  /** Names of people made by `participant`. */
  readonly from: string | null
  readonly to: readonly string[]
  /** Addresses of mailboxes made by `mailbox`. */
  readonly mailboxes: readonly string[]
  readonly conversation?: string
  readonly channel?: Channel
  readonly kind?: MessageKind
  readonly event?: MessageEvent
  readonly attachmentNames?: readonly string[]
  readonly receivedAt?: string
  readonly emailBytes?: number
  readonly latestMinutes?: number
}

export interface ArchiveFixture {
  /** Text of each message, as the sealed content would give it. */
  readonly texts: Map<bigint, string>
  readonly mailboxIds: Map<string, number>
  readonly participantIds: Map<string, number>
  readonly conversationIds: Map<string, number>
  readonly db: SqlClient
}

export function createArchiveFixture(db: SqlClient): ArchiveFixture {
  const [mailboxIds, participantIds, conversationIds] = [new Map(), new Map(), new Map()]
  return { db, texts: new Map(), mailboxIds, participantIds, conversationIds }
}

async function insert(db: SqlClient, table: string, row: Record<string, unknown>): Promise<{ id: never }> {
  const places = Object.keys(row).map((_, i) => `$${i + 1}`)
  const statement = `insert into ${table} (${Object.keys(row).join(', ')}) values (${places.join(', ')}) returning *`
  return (await db.query(statement, Object.values(row))).rows[0]
}

export async function addMailbox(archive: ArchiveFixture, address: string, name: string): Promise<void> {
  const { id } = await insert(archive.db, 'mailbox', { address, name, created_at: '2026-01-01T00:00:00Z' })
  archive.mailboxIds.set(address, id)
}

/** A person with a phone number, found by any of the three. */
export async function addParticipant(
  archive: ArchiveFixture,
  name: string,
  phone: string,
  email = '',
): Promise<void> {
  const { id } = await insert(archive.db, 'participant', {
    identity_type: identityTypeCodes.codeOf('phone'),
    identity_value: phone,
    name,
    words: nameWords([name, phone, email]),
  })
  archive.participantIds.set(name, id)
}

export async function addMessage(archive: ArchiveFixture, message: ArchivedMessage): Promise<void> {
  const { db } = archive
  const id = firstMessageIdAt(Date.parse(message.sentAt)) + BigInt(archive.texts.size)
  const moment = new Date(message.sentAt)
  await db.query('select ensure_month($1, $2)', [moment.getUTCFullYear(), moment.getUTCMonth() + 1])
  const conversationId = await conversationOf(archive, message)
  const parts = indexParts({
    subjectPrefix: '',
    text: message.text,
    subjectTextLength: Math.min(message.text.length, 30),
    extra: [],
    attachmentNames: message.attachmentNames ?? [],
  })
  await insert(db, 'message', messageRow(archive, message, id, conversationId, parts))
  for (const [at, words] of parts.slice(1).entries()) {
    await insert(db, 'long_text', { message_id: String(id), part: at + 2, words })
  }
  for (const address of message.mailboxes) await addItem(archive, message, id, address)
  archive.texts.set(id, message.text)
}

async function addItem(
  archive: ArchiveFixture,
  message: ArchivedMessage,
  id: bigint,
  address: string,
): Promise<void> {
  await insert(archive.db, 'item', {
    message_id: String(id),
    mailbox_id: archive.mailboxIds.get(address),
    explanation_id: 1,
    folder: folderCodes.codeOf(folderOfChannel[message.channel ?? 'whatsapp']),
  })
}

async function conversationOf(archive: ArchiveFixture, message: ArchivedMessage): Promise<number> {
  const name = message.conversation ?? 'Desk'
  const row = { family: 1, vendor_id: name, name, type: 1, words: nameWords([name]) }
  const id = archive.conversationIds.get(name) ?? (await insert(archive.db, 'conversation', row)).id
  archive.conversationIds.set(name, id)
  const members = [...(message.from === null ? [] : [message.from]), ...message.to]
  await archive.db.query(
    `insert into conversation_participant (conversation_id, participant_id)
     select $1, unnest($2::int[]) on conflict do nothing`,
    [id, members.map((member) => archive.participantIds.get(member))],
  )
  return id
}

function messageRow(
  archive: ArchiveFixture,
  message: ArchivedMessage,
  id: bigint,
  conversationId: number,
  parts: readonly string[],
): Record<string, unknown> {
  const sender = message.from === null ? null : archive.participantIds.get(message.from)
  const kind = kindCodes.codeOf(message.kind ?? 'text')
  const hasAttachments = message.attachmentNames !== undefined
  const lexemes = [
    ...message.mailboxes.map((address) => `=m${archive.mailboxIds.get(address)}`),
    `=c${conversationId}`,
    ...(sender === null ? [] : [`=f${sender}`]),
    ...(kind === kindCodes.codeOf('text') ? [] : [`=k${kind}`]),
    ...(hasAttachments ? ['=a'] : []),
  ]
  return {
    id: String(id),
    captured_at: message.sentAt,
    received_at: message.receivedAt ?? message.sentAt,
    block_id: 1,
    email_bytes: message.emailBytes ?? 900,
    sequence: 1,
    conversation_id: conversationId,
    sender_id: sender,
    feed_account_id: 1,
    latest_minutes: message.latestMinutes ?? null,
    offset_minutes: 0,
    place: 1,
    channel: channelCodes.codeOf(message.channel ?? 'whatsapp'),
    kind,
    event: eventCodes.codeOf(message.event ?? 'sent'),
    item_count: message.mailboxes.length,
    parts: parts.length,
    has_attachments: hasAttachments,
    message_key: Buffer.from(String(id)),
    sha256: Buffer.alloc(32),
    recipient_ids: message.to.map((name) => archive.participantIds.get(name)),
    subject: `WhatsApp · ${message.conversation ?? 'Desk'}: ${message.text.slice(0, 30)}`,
    words: `${parts[0]} ${lexemes.join(' ')}`,
  }
}
