/**
 * Who took part. The owner of the export is the custodian where one was named; everybody else keeps the WeChat id or,
 * where a format has none, the name, which never maps to a mailbox by itself.
 */
import type { Conversation, Identity, Participant } from '../../domain/message.ts'
import type { ChatContext } from './context.ts'
import type { Row, RowPerson } from './row.ts'

/** True when the row is the owner's: the format says so, or the name or id is one that stands for the owner. */
export function isOwn(row: Row, context: Pick<ChatContext, 'ownNames' | 'owner'>): boolean {
  if (row.self !== undefined) return row.self
  const { sender } = row
  if (sender === null) return false
  if (sender.id !== undefined && sender.id === context.owner?.id) return true
  return sender.name !== undefined && context.ownNames.includes(sender.name)
}

/** The owner of the export: by the custodian's number, else by the WeChat id, else by name. */
export function ownerOf(context: ChatContext, shown?: RowPerson | null): Participant | null {
  const { custodian, custodianName, owner } = context
  const written = shown?.name ?? owner?.name
  const name = custodianName ?? (written === '我' ? undefined : written)
  const id = shown?.id ?? owner?.id
  if (custodian !== undefined) return withName({ type: 'phone', value: custodian }, name)
  if (id !== undefined) return withName({ type: 'wechat-external', value: id }, name)
  const fallback = name ?? written
  return fallback === undefined ? null : withName({ type: 'name', value: fallback }, fallback)
}

export function participantOf({ id, name }: RowPerson): Participant {
  if (id !== undefined) return withName({ type: 'wechat-external', value: id }, name)
  return withName({ type: 'name', value: name ?? '?' }, name)
}

function withName(identity: Identity, name: string | undefined): Participant {
  return name === undefined ? { identity } : { identity, name }
}

/** Who said it; null for what nobody says. An own message whose format names nobody is still the owner's. */
export function senderOf(row: Row, context: ChatContext): Participant | null {
  if (isOwn(row, context) && !(row.sender === null && isNotice(row))) return ownerOf(context, row.sender)
  if (row.sender === null) return null
  return participantOf(known(row.sender, context))
}

function isNotice({ type }: Row): boolean {
  return type.code === 10000 || type.code === 10002 || type.code === 0
}

/** A name alone is the partner's or a member's when it is theirs and nobody else's. */
function known(person: RowPerson, { chat }: ChatContext): RowPerson {
  if (person.id !== undefined || person.name === undefined) return person
  const named = [...(chat.partner === undefined ? [] : [chat.partner]), ...chat.members].filter(
    ({ id, name }) => id !== undefined && name === person.name,
  )
  const ids = new Set(named.map(({ id }) => id))
  return ids.size === 1 ? { ...person, id: named[0]!.id! } : person
}

/** The participant whose name the export shows so, or null when nobody or more than one has it. */
export function participantNamed(name: string, context: ChatContext): Participant | null {
  if (context.ownNames.includes(name)) return ownerOf(context)
  const person = known({ name }, context)
  if (person.id !== undefined) return participantOf(person)
  return context.chat.partner?.name === name ? participantOf(context.chat.partner) : null
}

/** Everyone else whom the export says to have been there: both parties of a direct chat, the listed members of a group. */
export function recipientsOf(sender: Participant | null, context: ChatContext): Participant[] {
  const { chat } = context
  const owner = ownerOf(context)
  const others = chat.group ? chat.members : chat.partner === undefined ? [] : [chat.partner]
  const everyone = [
    ...(owner === null ? [] : [owner]),
    ...others.filter((one) => !isOwner(one, context)).map(participantOf),
  ]
  const seen = new Set(sender === null ? [] : [keyOf(sender)])
  return everyone.filter((one) => {
    const key = keyOf(one)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

function isOwner({ id, name }: RowPerson, { owner, ownNames }: ChatContext): boolean {
  if (id !== undefined && id === owner?.id) return true
  return name !== undefined && ownNames.includes(name)
}

function keyOf({ identity }: Participant): string {
  return `${identity.type}:${identity.value}`
}

/**
 * A group is named by its room. A direct chat is named by both parties, so that two custodians' chats with the
 * same contact stay two.
 */
export function conversationOf(context: ChatContext): Conversation {
  const { chat, custodian, owner } = context
  const own = custodian ?? owner?.id
  const other = chat.id ?? chat.name
  if (chat.group) return { id: other, name: chat.name, type: 'group' }
  const id = own === undefined || own === other ? other : [own, other].sort().join('~')
  return { id, name: chat.name, type: 'direct' }
}
