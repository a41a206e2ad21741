/** One item whole: the message, who took part, why it is in this mailbox, what proves it. */
import { createHash } from 'node:crypto'
import { areaCodes, channelCodes, eventCodes, folderCodes, kindCodes } from '../../domain/codes.ts'
import type { IdentityType } from '../../domain/message.ts'
import type { Queries } from '../../platform/postgres/index.ts'
import { itemClassOf } from '../item-class.ts'
import { type ItemKey, itemIdOf } from '../item-id.ts'
import {
  type ItemFacts,
  type ItemParticipant,
  type ItemRow,
  itemRow,
  observationsOf,
  participantsOf,
} from '../items.ts'
import type { ReadableMailboxes } from '../mailbox-directory.ts'
import { participantsShownMax } from './conversation.ts'
import { noItem } from './item-access.ts'
import type { MessageView, ViewOptions } from './message-view.ts'
import { messageViews } from './message-views.ts'
import type { ReadingParts } from './stored-message.ts'

export interface ItemReading
  extends Pick<
    ItemFacts,
    'id' | 'itemClass' | 'subject' | 'conversation' | 'capturedAt' | 'receivedAt' | 'mapping' | 'observations'
  > {
  readonly mailbox: { readonly id: number; readonly address: string; readonly name: string }
  readonly folder: ReturnType<typeof folderCodes.wordOf>
  readonly area: ReturnType<typeof areaCodes.wordOf>
  /** At most 200. */
  readonly participants: (Omit<ItemParticipant, 'type'> & { readonly type: IdentityType })[]
  readonly participantsTotal: number
  /** The capture source's name. */
  readonly source: string
  /** Only mailboxes whoever asks may read. */
  readonly otherMailboxes: string[]
  /** Probable matches of other exports of the chat; null where they lie in mailboxes that may not be read. */
  readonly links: { readonly item: string | null; readonly score: number; readonly evidence: string }[]
  readonly hashes: { readonly emailSha256: string; readonly emailBytes: number; readonly rawSha256: string }
  readonly message: MessageView
}

/** Throws `item-not-found`. */
export async function readItem(
  parts: ReadingParts & { readonly queries: Queries },
  key: ItemKey,
  readable: ReadableMailboxes,
  options: ViewOptions = {},
): Promise<ItemReading> {
  const { queries, reader } = parts
  const { messageId, mailboxId } = key
  const id = itemIdOf(messageId, mailboxId)
  const row = await itemRow(queries, messageId, mailboxId)
  if (!row) throw noItem(id)
  const [people, observations, links, otherMailboxes, record, mailbox, [message]] = await Promise.all([
    participantsOf(queries, row, participantsShownMax),
    observationsOf(queries, row),
    linksOf(parts, key, readable),
    otherMailboxesOf(parts, key, readable),
    reader.record({ blockId: row.block_id, place: row.place }),
    queries
      .selectFrom('mailbox')
      .select(['id', 'address', 'name'])
      .where('id', '=', mailboxId)
      .executeTakeFirstOrThrow(),
    messageViews(parts, mailboxId, [messageId], options),
  ])
  return {
    ...catalogueFacts(id, row),
    mailbox,
    participants: people.participants as ItemReading['participants'],
    participantsTotal: people.total,
    source: record.source,
    otherMailboxes,
    observations,
    links,
    hashes: {
      emailSha256: row.sha256.toString('hex'),
      emailBytes: Number(row.email_bytes),
      rawSha256: createHash('sha256').update(record.raw.bytes).digest('hex'),
    },
    message: message!,
  }
}

function catalogueFacts(id: string, row: ItemRow) {
  const channel = channelCodes.wordOf(row.channel)
  const kind = kindCodes.wordOf(row.kind)
  return {
    id,
    folder: folderCodes.wordOf(row.folder),
    area: areaCodes.wordOf(row.area),
    itemClass: itemClassOf({ channel, kind, event: eventCodes.wordOf(row.event) }),
    subject: row.subject,
    conversation: {
      id: row.conversation_vendor_id,
      name: row.conversation_name,
      type: row.conversation_type === 1 ? ('direct' as const) : ('group' as const),
    },
    capturedAt: row.captured_at.toISOString(),
    receivedAt: row.received_at.toISOString(),
    mapping: { explanation: row.explanation, participant: row.participant_value },
  }
}

async function otherMailboxesOf(
  { db }: ReadingParts,
  { messageId, mailboxId }: ItemKey,
  readable: ReadableMailboxes,
): Promise<string[]> {
  const { rows } = await db.query<{ address: string }>(
    `select address from item join mailbox on mailbox.id = item.mailbox_id
      where message_id = $1 and mailbox_id <> $2 and ($3::int[] is null or mailbox_id = any($3::int[]))
      order by address`,
    [messageId, mailboxId, readable],
  )
  return rows.map(({ address }) => address)
}

/** Of a linked message the item in this mailbox, else in any other that may be read. */
async function linksOf(
  { db }: ReadingParts,
  { messageId, mailboxId }: ItemKey,
  readable: ReadableMailboxes,
): Promise<ItemReading['links']> {
  const { rows } = await db.query<{
    other: bigint
    score: number
    evidence: string
    mailbox_id: number | null
  }>(
    `select link.other, link.score, link.evidence, found.mailbox_id
       from (select other_message_id as other, score, evidence from message_link where message_id = $1
             union all
             select message_id, score, evidence from message_link where other_message_id = $1) as link
       left join lateral (
         select mailbox_id from item where item.message_id = link.other
            and ($3::int[] is null or mailbox_id = any($3::int[]))
          order by mailbox_id <> $2, mailbox_id limit 1) as found on true
      order by link.score desc, link.other limit 100`,
    [messageId, mailboxId, readable],
  )
  return rows.map(({ other, score, evidence, mailbox_id }) => ({
    item: mailbox_id === null ? null : itemIdOf(other, mailbox_id),
    score,
    evidence,
  }))
}
