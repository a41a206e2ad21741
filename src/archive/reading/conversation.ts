import { channelCodes, identityTypeCodes } from '../../domain/codes.ts'
import type { Channel } from '../../domain/message.ts'
import type { Queryable } from '../../platform/postgres/pool.ts'
import { type ItemKey, itemIdOf } from '../item-id.ts'
import { conversationNeighbours } from './conversation-window.ts'
import type { MessageView, PersonView, ViewOptions } from './message-view.ts'
import { messageViews } from './message-views.ts'
import type { ReadingParts } from './stored-message.ts'

export interface ConversationView {
  readonly name: string | null
  readonly type: 'direct' | 'group'
  readonly channel: Channel
  readonly mailbox: { readonly id: number; readonly address: string; readonly name: string }
  /** At most 200. */
  readonly participants: PersonView[]
  readonly participantsTotal: number
  /** Oldest first. */
  readonly messages: MessageView[]
  /** Item to ask for more before or after; null at an end. */
  readonly earlier: string | null
  readonly later: string | null
}

export interface ConversationOptions extends ViewOptions {
  readonly before: number
  readonly after: number
}

export const participantsShownMax = 200

/** The conversation around an item of a mailbox, as far as the mailbox has it. */
export async function readConversation(
  parts: ReadingParts,
  { messageId, mailboxId }: ItemKey,
  options: ConversationOptions,
): Promise<ConversationView> {
  const head = await conversationHead(parts.db, { messageId, mailboxId })
  const place = { messageId, mailboxId, conversationId: head.conversation_id }
  const [before, after, people] = await Promise.all([
    conversationNeighbours(parts.searches, place, 'earlier', options.before + 1),
    conversationNeighbours(parts.searches, place, 'later', options.after + 1),
    conversationPeople(parts.db, head.conversation_id),
  ])
  const shownBefore = before.slice(0, options.before).reverse()
  const shownAfter = after.slice(0, options.after)
  const shown = [...shownBefore, messageId, ...shownAfter]
  return {
    name: head.name,
    type: head.type === 1 ? 'direct' : 'group',
    channel: channelCodes.wordOf(head.channel),
    mailbox: { id: mailboxId, address: head.address, name: head.mailbox_name },
    ...people,
    messages: await messageViews(parts, mailboxId, shown, options),
    earlier: before.length > options.before ? itemIdOf(shown[0]!, mailboxId) : null,
    later: after.length > options.after ? itemIdOf(shown.at(-1)!, mailboxId) : null,
  }
}

interface ConversationHead {
  readonly conversation_id: number
  readonly name: string | null
  readonly type: number
  readonly channel: number
  readonly address: string
  readonly mailbox_name: string
}

async function conversationHead(db: Queryable, { messageId, mailboxId }: ItemKey): Promise<ConversationHead> {
  const { rows } = await db.query<ConversationHead>(
    `select m.conversation_id, c.name, c.type, m.channel, b.address, b.name as mailbox_name
       from message m join conversation c on c.id = m.conversation_id, mailbox b
      where m.id = $1 and b.id = $2`,
    [messageId, mailboxId],
  )
  return rows[0]!
}

async function conversationPeople(
  db: Queryable,
  conversationId: number,
): Promise<Pick<ConversationView, 'participants' | 'participantsTotal'>> {
  const { rows } = await db.query<{
    identity_type: number
    identity_value: string
    name: string | null
    total: number
  }>(
    `select p.identity_type, p.identity_value, p.name,
            (select count(*)::int from conversation_participant where conversation_id = $1) as total
       from conversation_participant c join participant p on p.id = c.participant_id
      where c.conversation_id = $1 order by p.id limit ${participantsShownMax}`,
    [conversationId],
  )
  return {
    participants: rows.map((row) => ({
      type: identityTypeCodes.wordOf(row.identity_type),
      value: row.identity_value,
      name: row.name,
    })),
    participantsTotal: rows[0]?.total ?? 0,
  }
}
