/** Messages of a page that the catalogue holds already. */
import { firstMessageIdAt } from '../domain/codes.ts'
import type { Client } from '../platform/postgres/index.ts'
import type { CatalogueRow } from './message-rows.ts'
import type { StagedMessage } from './staged-catalogue.ts'

export interface ExistingMessage {
  readonly id: bigint
  readonly feedAccountId: number
  readonly sequence: number
}

/**
 * How far two ways in may differ about when a message was sent: one tells seconds, another milliseconds, a third the time
 * at which its phone had it. The month that a message stands in is that of its first record.
 */
const sentAtDifferenceMsMax = 24 * 60 * 60_000

/**
 * By message key (hex). Only the time of the page is searched, and what is near it. What is found cannot be disposed of
 * until the import commits; what is being disposed of is waited for and not found.
 */
export async function existingMessages(
  client: Client,
  messages: readonly StagedMessage[],
): Promise<Map<string, ExistingMessage>> {
  if (messages.length === 0) return new Map()
  let earliest = Infinity
  let latest = -Infinity
  for (const { sentAt } of messages) {
    earliest = Math.min(earliest, sentAt)
    latest = Math.max(latest, sentAt)
  }
  const answer = await client.query<{
    id: bigint
    message_key: Buffer
    feed_account_id: number
    sequence: bigint
  }>(
    `select id, message_key, feed_account_id, sequence from message
      where message_key = any($1::bytea[]) and id >= $2 and id < $3 for key share`,
    [
      messages.map(({ messageKey }) => Buffer.from(messageKey, 'hex')),
      firstMessageIdAt(earliest - sentAtDifferenceMsMax),
      firstMessageIdAt(latest + sentAtDifferenceMsMax),
    ],
  )
  return new Map(
    answer.rows.map((row) => [
      row.message_key.toString('hex'),
      { id: row.id, feedAccountId: row.feed_account_id, sequence: Number(row.sequence) },
    ]),
  )
}

/** Adds the items that the rows' messages lack. Answers the rows with only those items, the others left out. */
export async function addItems(client: Client, rows: readonly CatalogueRow[]): Promise<CatalogueRow[]> {
  const wanted = rows.flatMap((row) => row.mailboxes.map((mailbox) => ({ id: row.id, ...mailbox })))
  if (wanted.length === 0) return []
  const answer = await client.query<{ message_id: bigint; mailbox_id: number }>(
    `with added as (
       insert into item (message_id, mailbox_id, participant_id, explanation_id, folder)
       select distinct on (wanted.message_id, mailbox_id) wanted.message_id, mailbox_id, participant_id, explanation_id,
              case when message.channel = 1 then 1 else 2 end
         from unnest($1::bigint[], $2::int[], $3::int[], $4::int[])
           as wanted (message_id, mailbox_id, participant_id, explanation_id)
         join message on message.id = wanted.message_id
       on conflict do nothing
       returning message_id, mailbox_id
     ), changed as (
       update message set item_count = item_count + mailboxes,
                          words = words || lexemes::tsvector
         from (select message_id, count(*) as mailboxes, string_agg('=m' || mailbox_id, ' ') as lexemes
                 from added group by message_id) as growth
        where message.id = growth.message_id
     )
     select message_id, mailbox_id from added`,
    [
      wanted.map(({ id }) => id),
      wanted.map(({ mailboxId }) => mailboxId),
      wanted.map(({ participantId }) => participantId),
      wanted.map(({ explanationId }) => explanationId),
    ],
  )
  const added = new Set(answer.rows.map((row) => `${row.message_id} ${row.mailbox_id}`))
  return rows.flatMap((row) => {
    const mailboxes = row.mailboxes.filter(({ mailboxId }) => added.delete(`${row.id} ${mailboxId}`))
    return mailboxes.length === 0 ? [] : [{ ...row, mailboxes }]
  })
}
