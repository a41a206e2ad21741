/**
 * What WhatsApp calls one message, written so that every way of capture comes to the same text: a linked device, a
 * phone's backup, and the phones of both parties.
 */
import { phoneMatchKey } from '../../domain/phone.ts'

/** A message's key as the protocol has it. Jids may carry a device (`447700900001:12@s.whatsapp.net`). */
export interface WhatsappKey {
  /** The chat. Give the phone's jid rather than the LID wherever the mapping is known; the same holds for all jids here. */
  readonly remoteJid: string
  readonly id: string
  readonly fromMe: boolean
  /** Who wrote it, in groups, broadcast lists and statuses. */
  readonly participant?: string | undefined
  /** Whose phone or linked device it is: a jid or an E.164 number. Without it the id holds on this phone alone. */
  readonly own?: string | undefined
}

/**
 * `chat/writer/id`. WhatsApp's clients know a message by (chat, id, from me, participant), because the writer makes the
 * id up: two writers may have one. "From me" is another for each phone, so it is replaced by who that is; and a direct
 * chat, which each party names after the other, by both in sorted order.
 */
export function whatsappMessageId({ remoteJid, id, fromMe, participant, own }: WhatsappKey): string {
  const written = participant === undefined || participant === '' ? remoteJid : participant
  const writer = fromMe ? ownParty(own) : whatsappParty(written)
  return `${whatsappConversationId(remoteJid, own)}/${writer}/${id}`
}

/** The chat, by whichever phone it was captured: a group's jid, or both parties of a direct chat in sorted order. */
export function whatsappConversationId(remoteJid: string, own?: string): string {
  const remote = whatsappParty(remoteJid)
  return isDirect(remote) ? [remote, ownParty(own)].sort().join('~') : remote
}

function ownParty(own: string | undefined): string {
  return own === undefined || own === '' ? 'me' : whatsappParty(own)
}

/**
 * The same id for a message that Meta's Cloud API names: a `wamid` is base64 of a small structure that holds the other
 * party's number, whether the business wrote it, and the id the writer's phone made up. (Read off Meta's published
 * examples: Thrift's compact protocol, `1c 18 LENGTH number 15 02 00`, `11` by or `12` to the business, `18 LENGTH id 00`.)
 * `own` is the business's number. Null for whatever has another form, as older ids and those of people without a number:
 * such a message cannot be known again by another way in.
 */
export function whatsappMessageIdOfWamid(wamid: string, own: string): string | null {
  if (own === '' || !wamid.startsWith('wamid.')) return null
  const held = /^\x1c\x18.(\d{7,15})\x15\x02\x00([\x11\x12])\x18.([\dA-Za-z_-]{8,64})\x00$/s.exec(
    Buffer.from(wamid.slice('wamid.'.length), 'base64').toString('latin1'),
  )
  if (held === null) return null
  const [, party, direction, id] = held
  return whatsappMessageId({
    remoteJid: `${party}@s.whatsapp.net`,
    id: id!,
    fromMe: direction === '\x11',
    own,
  })
}

/** A call has an id of its own, which all its parties share. Android's call log writes `call:` before it. */
export function whatsappCallId(id: string): string {
  return `call/${id.replace(/^call:/, '')}`
}

/**
 * A jid without what changes: `447700900001:12@s.whatsapp.net` and `+447700900001` are `447700900001`; a LID keeps its
 * server (`9876@lid`), as do groups and all others. Numbers are in the form in which two of one subscriber are equal.
 */
export function whatsappParty(jid: string): string {
  const known = parties.get(jid)
  if (known !== undefined) return known
  const party = partyOf(jid)
  if (parties.size >= partiesMax) parties.clear()
  parties.set(jid, party)
  return party
}

/** A million messages name the same few hundred people. */
const partiesMax = 10_000
const parties = new Map<string, string>()

function partyOf(jid: string): string {
  const at = jid.lastIndexOf('@')
  const user = (at < 0 ? jid : jid.slice(0, at)).replace(/[:.]\d*(?:[:.]\d+)?$/, '')
  const server = at < 0 ? 's.whatsapp.net' : jid.slice(at + 1).toLowerCase()
  if (server === 's.whatsapp.net' || server === 'c.us' || server === 'hosted') {
    return phoneMatchKey(`+${user.replace(/^\+/, '')}`).slice(1)
  }
  return `${user}@${server === 'hosted.lid' ? 'lid' : server}`
}

function isDirect(party: string): boolean {
  return !party.includes('@') || party.endsWith('@lid')
}
