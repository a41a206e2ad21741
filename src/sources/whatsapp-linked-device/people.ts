/** Who and where, from WhatsApp's jids. A LID is followed to its phone number wherever the event says it. */
import type { Conversation, Identity, Participant } from '../../domain/message.ts'
import { normalisePhone } from '../../domain/phone.ts'
import { isRaw, type Raw, textOf } from '../formats/raw-json.ts'
import { whatsappConversationId, whatsappMessageId } from '../formats/whatsapp-message-id.ts'

/** A message's key, with the jids that are phone numbers where it has them. */
export interface Key {
  readonly remoteJid: string
  readonly id: string
  readonly fromMe: boolean
  readonly participant: string
}

const phoneServers = /@(?:s\.whatsapp\.net|c\.us|hosted)$/

export function keyOf(value: unknown, alternative = ''): Key {
  const key: Raw = isRaw(value) ? value : {}
  return {
    remoteJid: phoneJidOf(textOf(key, 'remoteJid'), textOf(key, 'remoteJidAlt') || alternative),
    id: textOf(key, 'id'),
    fromMe: key.fromMe === true,
    participant: phoneJidOf(
      textOf(key, 'participant'),
      textOf(key, 'participantAlt') || textOf(key, 'participantPn'),
    ),
  }
}

export function phoneJidOf(jid: string, alternative: string): string {
  return !phoneServers.test(jid) && phoneServers.test(alternative) ? alternative : jid
}

/** The id by which the message is known on every phone. */
export function messageIdOf(key: Key, own: string): string {
  const { participant, ...rest } = key
  return whatsappMessageId({ ...rest, own, ...(participant === '' ? {} : { participant }) })
}

export function identityOf(jid: string): Identity | null {
  if (jid === '') return null
  const user = jid.replace(/@.*$/, '').replace(/[:.]\d*(?:[:.]\d+)?$/, '')
  if (phoneServers.test(jid)) {
    const phone = normalisePhone(`+${user}`)
    return phone === null ? { type: 'name', value: jid } : { type: 'phone', value: phone }
  }
  return /@(?:hosted\.)?lid$/.test(jid)
    ? { type: 'whatsapp-lid', value: `${user}@lid` }
    : { type: 'name', value: jid }
}

export function participantOf(jid: string, name = ''): Participant | null {
  const identity = identityOf(jid)
  if (identity === null) return null
  return name === '' ? { identity } : { identity, name }
}

export interface Parties {
  readonly sender: Participant | null
  readonly recipients: readonly Participant[]
  readonly conversation: Conversation
}

/** `own` is the custodian's number; in a group the others are not named by the event. */
export function partiesOf(
  key: Key,
  own: string,
  names: { readonly pushName: string; readonly chatName: string },
): Parties {
  const me: Participant = { identity: { type: 'phone', value: own } }
  const isGroup = !isDirect(key.remoteJid)
  const other = isGroup
    ? null
    : participantOf(key.remoteJid, key.fromMe ? names.chatName : names.pushName || names.chatName)
  const writer = isGroup ? participantOf(key.participant, names.pushName) : other
  const sender = key.fromMe ? me : writer
  const recipients = (key.fromMe ? [other] : [me]).filter((one) => one !== null)
  return {
    sender,
    recipients: recipients.filter((one) => !same(one, sender)),
    conversation: conversationOf(key.remoteJid, own, names.chatName),
  }
}

export function conversationOf(remoteJid: string, own: string, name = ''): Conversation {
  const type = isDirect(remoteJid) ? 'direct' : 'group'
  const id = remoteJid === '' ? `account ${own}` : whatsappConversationId(remoteJid, own)
  return name === '' || type === 'direct' ? { id, type } : { id, type, name }
}

function isDirect(jid: string): boolean {
  return phoneServers.test(jid) || /@(?:hosted\.)?lid$/.test(jid) || jid === ''
}

function same(a: Participant, b: Participant | null): boolean {
  return b !== null && a.identity.type === b.identity.type && a.identity.value === b.identity.value
}
