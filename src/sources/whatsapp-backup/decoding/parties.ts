/** Who takes part: jids become participants. */
import type { Conversation, Participant } from '../../../domain/message.ts'
import type { RecordContext } from '../../../domain/record.ts'
import { whatsappConversationId } from '../../formats/whatsapp-message-id.ts'
import { isRaw, objectOf, type Raw, textOf } from './raw.ts'

export interface Parties {
  /** Whose phone it was. */
  readonly own: Participant
  /** The other party of a direct chat; null in groups. */
  readonly partner: Participant | null
  readonly conversation: Conversation
  /** Members of the group at the time of the backup, without the owner. */
  readonly others: readonly Participant[]
  readonly membersLeftOut: number
}

const known = new WeakMap<RecordContext, Parties>()

/** The same for all records of a context. */
export function partiesOf(context: RecordContext): Parties {
  const before = known.get(context)
  if (before !== undefined) return before
  const parties = readParties(isRaw(context) ? context : {})
  known.set(context, parties)
  return parties
}

function readParties(context: Raw): Parties {
  const chat = objectOf(context, 'chat')
  const jid = textOf(chat, 'phone') || textOf(chat, 'jid')
  const ownJid = textOf(context, 'custodian') || textOf(context, 'ownJid')
  const own =
    participantOf(ownJid, textOf(context, 'ownName')) ??
    unnamed('Owner of the phone', textOf(context, 'ownName'))
  const isGroup = !/@(?:s\.whatsapp\.net|c\.us|lid|hosted)$/.test(jid)
  const name = textOf(chat, 'name') || (jid === 'status@broadcast' ? 'Status updates' : '')
  const partner = isGroup ? null : participantOf(jid, name)
  const people = Array.isArray(context.people) ? context.people : []
  const members = people.flatMap((entry) =>
    Array.isArray(entry) && typeof entry[0] === 'string'
      ? (participantOf(entry[0], typeof entry[1] === 'string' ? entry[1] : '') ?? [])
      : [],
  )
  return {
    ...{ own, partner },
    conversation: {
      id: jid === '' ? 'unknown' : whatsappConversationId(jid, ownJid),
      ...(name === '' ? {} : { name }),
      type: isGroup ? 'group' : 'direct',
    },
    others: members.filter((member) => !isSame(member, own)),
    membersLeftOut: Number(context.peopleLeftOut) || 0,
  }
}

/** `{"jid":…,"phone":…,"name":…}` as records have it. */
export function participantIn(person: Raw): Participant | null {
  return participantOf(textOf(person, 'phone') || textOf(person, 'jid'), textOf(person, 'name'))
}

/** Of a row id, by the record's `jids`. */
export function participantOfRow(record: Raw, row: string): Participant | null {
  return row === '' || row === '0' ? null : participantIn(objectOf(objectOf(record, 'jids'), row))
}

/** Null where the text is no jid. A number of impossible length is shown as it is written, never mapped. */
export function participantOf(jid: string, name: string): Participant | null {
  const at = jid.lastIndexOf('@')
  const user = (at < 0 ? jid : jid.slice(0, at)).replace(/[:.]\d*(?::\d+)?$/, '')
  if (user === '') return null
  const named = name === '' ? {} : { name }
  const server = at < 0 ? '' : jid.slice(at + 1)
  if (server === 'lid' || server === 'hosted.lid') {
    return { identity: { type: 'whatsapp-lid', value: `${user}@lid` }, ...named }
  }
  const digits = user.replace(/^\+/, '')
  if (server !== 'g.us' && /^[1-9]\d{6,14}$/.test(digits)) {
    return { identity: { type: 'phone', value: `+${digits}` }, ...named }
  }
  return unnamed(digits === '0' ? 'WhatsApp' : jid, name)
}

function unnamed(value: string, name: string): Participant {
  return { identity: { type: 'name', value }, ...(name === '' ? {} : { name }) }
}

export function isSame(a: Participant, b: Participant): boolean {
  return a.identity.type === b.identity.type && a.identity.value === b.identity.value
}

/** Each once, without the sender. */
export function recipientsWithout(
  sender: Participant | null,
  all: readonly Participant[],
): readonly Participant[] {
  if (all.length > fewPeople) return recipientsOfMany(sender, all)
  const recipients: Participant[] = []
  for (const participant of all) {
    const isSender = sender !== null && isSame(participant, sender)
    if (!isSender && !recipients.some((other) => isSame(other, participant))) recipients.push(participant)
  }
  return recipients
}

/** Up to so many are compared with each other: direct chats are most messages, and a set costs more than they do. */
const fewPeople = 6

function recipientsOfMany(sender: Participant | null, all: readonly Participant[]): Participant[] {
  const seen = new Set<string>(sender === null ? [] : [keyOf(sender)])
  const recipients: Participant[] = []
  for (const participant of all) {
    const key = keyOf(participant)
    if (seen.has(key)) continue
    seen.add(key)
    recipients.push(participant)
  }
  return recipients
}

function keyOf({ identity }: Participant): string {
  return `${identity.type}:${identity.value}`
}

/** As a sentence names people: `Ann Example`, `+447700900001`. */
export function shownName(participant: Participant | null): string {
  return participant === null ? 'Somebody' : (participant.name ?? participant.identity.value)
}
