/** Our messages of a time, as the other archive's are compared with: decoded from what was captured. */
import { type ArchiveParts, createContentReader, itemIdOf } from '../../archive/index.ts'
import { firstMessageIdAt } from '../../domain/codes.ts'
import { AppError } from '../../domain/errors.ts'
import type { Message, Participant } from '../../domain/message.ts'
import type { RawRecord } from '../../domain/record.ts'
import type { OwnMessage } from './match.ts'
import { comparedPeople, textFacts } from './other-message.ts'
import { messagesMax } from './read-list.ts'

/** Decodes a raw record with the source that captured it; null for one that cannot be. */
export type DecodeRecord = (source: string, record: RawRecord) => Message | null

const rowsPerPage = 2_000

/**
 * Messages that were sent in the time (ms since 1970 UTC, both ends included), by their ids. Events that an export of
 * another archive has no lines for (receipts, what the system says) are left out. Throws `bad-request` for too many.
 */
export async function ownMessages(
  parts: ArchiveParts,
  accountId: number,
  { from, to }: { readonly from: number; readonly to: number },
  decode: DecodeRecord,
): Promise<{ readonly messages: readonly OwnMessage[]; readonly undecodable: number }> {
  const reader = createContentReader(parts)
  const messages: OwnMessage[] = []
  let undecodable = 0
  let after = firstMessageIdAt(from) - 1n
  const end = firstMessageIdAt(to + 1)
  for (;;) {
    const rows = await parts.queries
      .selectFrom('message')
      .select((expression) => [
        ...(['id', 'block_id', 'place'] as const),
        expression
          .selectFrom('item')
          .select(({ fn }) => fn.min('mailbox_id').as('first'))
          .whereRef('message_id', '=', 'message.id')
          .as('mailbox_id'),
      ])
      .where('feed_account_id', '=', accountId)
      .where('id', '>', after)
      .where('id', '<', end)
      .orderBy('id')
      .limit(rowsPerPage)
      .execute()
    for (const { id, block_id, place, mailbox_id } of rows) {
      const record = await reader.record({ blockId: block_id, place })
      const message = decode(record.source, record.raw)
      if (message === null) undecodable += 1
      else if (isCompared(message)) messages.push(ownMessage(referenceOf(id, mailbox_id), message))
    }
    if (messages.length > messagesMax)
      throw new AppError(
        'bad-request',
        'There are more than a million messages in that time; compare a shorter one.',
      )
    if (rows.length < rowsPerPage) return { messages, undecodable }
    after = rows.at(-1)!.id
  }
}

function isCompared({ event, sender }: Message): boolean {
  return event !== 'receipt' && sender !== null
}

/** The id of an item of it, by which people open it; that of the message itself where nobody has it any more. */
function referenceOf(messageId: bigint, mailboxId: number | null): string {
  return mailboxId === null ? `message ${messageId}` : itemIdOf(messageId, mailboxId)
}

function ownMessage(reference: string, message: Message): OwnMessage {
  const { sender, recipients, conversation, sentAt, text } = message
  const people = [...(sender ? [sender] : []), ...recipients].flatMap(namesOf)
  const names = conversation.name === undefined ? people : [...people, conversation.name]
  return {
    ...{ reference, at: sentAt.utc, latest: sentAt.latest ?? sentAt.utc },
    participants: comparedPeople(names),
    ...textFacts(text),
  }
}

function namesOf({ identity, name }: Participant): string[] {
  return name === undefined ? [identity.value] : [identity.value, name]
}
