/** Who takes part, how WeCom names them, and whether a personal WeChat contact is among them. */
import type { Channel, Conversation, Identity, Participant } from '../../domain/message.ts'
import { type Raw, scalarText, textOf } from '../formats/raw-json.ts'

/** Display names by room id and user id, from the operator's file. */
export type ChatNames = { readonly [id: string]: string }

/**
 * Rule for telling ids apart (wecom page 96255; external and robot ids are some 32 characters, `wm…`, `wo…`,
 * `wb…`). An employee may well be called `wolfgang` or `wm001`, so the prefix alone decides nothing: it takes
 * a capital right after it, or an id as long as WeCom makes them with a capital or digit in it.
 */
export function identityOf(id: string): Identity {
  if (id.charCodeAt(0) === 0x77 && isGenerated(id)) {
    const second = id[1]
    if (second === 'm' || second === 'o') return { type: 'wechat-external', value: id }
    if (second === 'b') return { type: 'wecom-robot', value: id }
  }
  return { type: 'wecom-userid', value: id.toLowerCase() }
}

function isGenerated(id: string): boolean {
  if (id.length < 8 || !/^w[mob][A-Za-z0-9_-]+$/.test(id)) return false
  const third = id.charCodeAt(2)
  return (third >= 0x41 && third <= 0x5a) || (id.length >= 24 && /[A-Z0-9]/.test(id))
}

export function participantOf(id: string, names: ChatNames | undefined): Participant {
  const identity = identityOf(id)
  const name = names === undefined ? undefined : nameOf(names, identity.value)
  return name === undefined ? { identity } : { identity, name }
}

export function nameOf(names: ChatNames, id: string): string | undefined {
  return Object.hasOwn(names, id) ? names[id] : undefined
}

/** Everyone addressed, each once, without the sender (WeCom lists the caller among the called). */
export function recipientsOf(
  raw: Raw,
  sender: Participant | null,
  names: ChatNames | undefined,
): Participant[] {
  const seen = new Set<string>()
  if (sender !== null) seen.add(sender.identity.value)
  const recipients: Participant[] = []
  for (const id of addressedIds(raw)) {
    const participant = participantOf(id, names)
    if (seen.has(participant.identity.value)) continue
    seen.add(participant.identity.value)
    recipients.push(participant)
  }
  return recipients
}

/** The ids in `tolist` as written, blank ones left out; a single id that is not in a list counts too. */
export function addressedIds(raw: Raw): string[] {
  const list = raw.tolist
  const ids = Array.isArray(list) ? list.map(scalarText) : [scalarText(list)]
  return ids.filter((id) => id !== '')
}

/** A room is a group; a direct chat is named by its parties in sorted order, so that both directions meet. */
export function conversationOf(
  raw: Raw,
  parties: readonly Participant[],
  names: ChatNames | undefined,
): Conversation {
  const room = textOf(raw, 'roomid')
  if (room !== '') {
    const name = names === undefined ? undefined : nameOf(names, room)
    return name === undefined ? { id: room, type: 'group' } : { id: room, name, type: 'group' }
  }
  const ids = parties.map((party) => party.identity.value).sort()
  return { id: ids.join('~') || 'unknown', type: ids.length > 2 ? 'group' : 'direct' }
}

/** `wechat` when a personal WeChat contact takes part or is passed on, else `wecom`. */
export function channelOf(raw: Raw): Channel {
  const ids = [textOf(raw, 'from'), textOf(raw, 'user'), ...addressedIds(raw)]
  const external = ids.filter((id) => identityOf(id).type === 'wechat-external')
  if (external.some((id) => id.startsWith('wm'))) return 'wechat'
  if (external.length > 0 && textOf(raw, 'msgid').endsWith('_external')) return 'wechat'
  return isWechatCard(raw) ? 'wechat' : 'wecom'
}

function isWechatCard(raw: Raw): boolean {
  const card = raw.card
  return typeof card === 'object' && card !== null && 'corpname' in card && card.corpname === '微信联系人'
}

/** The ids a record's names may be needed for: its room, its parties. */
export function namedIds(raw: Raw): string[] {
  const people = [textOf(raw, 'from'), textOf(raw, 'user'), ...addressedIds(raw)]
  return [textOf(raw, 'roomid'), ...people.map((id) => identityOf(id).value)].filter((id) => id !== '')
}
