/** What a file says about a chat and its people, gathered over all its messages. */
import { isRaw, type Raw, textOf } from '../formats/raw-json.ts'
import { isRoomId, personOf, type Row, type RowPerson } from './row.ts'

/** What stands in the head of ChatLab's and WeFlow's files. */
export interface HeadFacts {
  id?: string
  name?: string
  group?: boolean
  ownerId?: string
  platform?: string
  readonly members: RowPerson[]
  membersLeftOut: number
}

export interface ChatFacts {
  id?: string
  name?: string
  /** Undefined where the file does not tell. */
  group?: boolean
  /** Those who write, but for the owner; three are enough to tell a group. */
  readonly others: Map<string, RowPerson>
}

const membersMax = 2_000
const othersMax = 3

export function blankHead(): HeadFacts {
  return { members: [], membersLeftOut: 0 }
}

/** Takes one part of a file's head; anything that is no fact about the chat is passed over. */
export function addHead(head: HeadFacts, section: string | undefined, value: Raw): void {
  if (section === 'meta') addMeta(head, value)
  if (section === 'session') addSession(head, value)
  if (section === 'header' && isRaw(value.meta)) addMeta(head, value.meta)
  if (section !== 'members' && section !== 'member') return
  const name = textOf(value, 'groupNickname') || textOf(value, 'accountName')
  const member = personOf(textOf(value, 'platformId'), name)
  if (member === null) return
  if (head.members.length < membersMax) head.members.push(member)
  else head.membersLeftOut++
}

/** ChatLab's. */
function addMeta(head: HeadFacts, meta: Raw): void {
  const [id, name, type] = [textOf(meta, 'groupId'), textOf(meta, 'name'), textOf(meta, 'type')]
  const [ownerId, platform] = [textOf(meta, 'ownerId'), textOf(meta, 'platform')]
  if (id !== '') head.id = id
  if (name !== '') head.name = name
  if (type !== '') head.group = type === 'group'
  if (ownerId !== '') head.ownerId = ownerId
  if (platform !== '') head.platform = platform.toLowerCase()
}

/** WeFlow's. */
function addSession(head: HeadFacts, session: Raw): void {
  const id = textOf(session, 'wxid')
  const name = textOf(session, 'remark') || textOf(session, 'displayName') || textOf(session, 'nickname')
  if (id !== '') head.id = id
  if (name !== '') head.name = name
  head.group = isRoomId(id) || textOf(session, 'type').includes('群')
}

/** Takes one message; `own` when the owner of the export wrote it. */
export function addRow(chat: ChatFacts, row: Row, own: boolean): void {
  if (row.chatId !== undefined) chat.id ??= row.chatId
  if (row.chatName !== undefined) chat.name ??= row.chatName
  if (row.chatIsGroup !== undefined) chat.group = (chat.group ?? false) || row.chatIsGroup
  if (own || row.sender === null) return
  const key = row.sender.id ?? `name:${row.sender.name}`
  if (chat.others.size < othersMax || chat.others.has(key)) {
    chat.others.set(key, { ...chat.others.get(key), ...row.sender })
  }
}

/** A group where the file says so, else where more than one other person writes. */
export function isGroup(chat: ChatFacts, head: HeadFacts): boolean {
  return chat.group ?? head.group ?? chat.others.size > 1
}

/** The other party of a direct chat, as far as it is known. */
export function partnerOf(chat: ChatFacts, head: HeadFacts, ownerId: string | undefined): RowPerson | null {
  const id = chat.id ?? head.id
  const others = [...chat.others.values()]
  if (id !== undefined) {
    const name = others.find((other) => other.id === id)?.name ?? others[0]?.name ?? chat.name ?? head.name
    return personOf(id, name ?? '')
  }
  if (others.length === 1) return others[0]!
  const members = head.members.filter((member) => member.id !== ownerId && member.name !== '我')
  return members.length === 1 ? members[0]! : null
}
