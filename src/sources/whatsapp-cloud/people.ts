/** Who took part, as Meta names them: by number, or only by an id of its own where the number is not shared. */

import { identityKey } from '../../domain/identity.ts'
import type { Conversation, Identity, Participant } from '../../domain/message.ts'
import { normalisePhone } from '../../domain/phone.ts'
import { isRaw, objectOf, type Raw, textOf } from '../formats/raw-json.ts'
import type { RecordContext } from '../source.ts'

export interface Parties {
  readonly sender: Participant | null
  readonly recipients: readonly Participant[]
  readonly conversation: Conversation
}

/** A number, else the business-scoped id; null where neither is there. */
export function participantOf(number: string, userId: string, context: RecordContext): Participant | null {
  const phone = normalisePhone(number)
  const identity: Identity | null = phone
    ? { type: 'phone', value: phone }
    : userId === ''
      ? number === ''
        ? null
        : { type: 'name', value: number }
      : { type: 'whatsapp-bsuid', value: userId }
  if (identity === null) return null
  const name = nameOf(number, userId, context)
  return name === '' ? { identity } : { identity, name }
}

function nameOf(number: string, userId: string, { contacts }: RecordContext): string {
  if (!Array.isArray(contacts)) return ''
  const own = (contacts as unknown[])
    .filter(isRaw)
    .find(
      (contact) =>
        (number !== '' && textOf(contact, 'wa_id') === number) ||
        (userId !== '' && textOf(contact, 'user_id') === userId),
    )
  if (!own) return ''
  const profile = objectOf(own, 'profile')
  return textOf(profile, 'name') || textOf(profile, 'username')
}

/** Of a message or an event about one: who said it, to whom, and in which conversation. */
export function partiesOf(raw: Raw, context: RecordContext): Parties {
  const business = businessOf(context)
  const number = textOf(raw, 'from')
  const from = participantOf(number, textOf(raw, 'from_user_id'), context)
  const named =
    participantOf(textOf(raw, 'to'), textOf(raw, 'to_user_id'), context) ??
    participantOf(textOf(raw, 'recipient_id'), textOf(raw, 'recipient_user_id'), context)
  const thread = participantOf(typeof context.thread === 'string' ? context.thread : '', '', context)
  const isOwn = from !== null && business !== null && isSame(from, business)
  const other = isOwn ? (named ?? thread) : (named ?? business)
  const sender = from ?? (context.list === 'statuses' ? null : business)
  const others = [other, ...(context.list === 'statuses' ? [business] : [])].filter((one) => one !== null)
  const recipients = others.filter(
    (one, place) =>
      (sender === null || !isSame(one, sender)) && others.findIndex((same) => isSame(one, same)) === place,
  )
  return { sender, recipients, conversation: conversationOf(raw, context, [sender, ...recipients, business]) }
}

function businessOf({ business }: RecordContext): Participant | null {
  return typeof business === 'string' && business !== ''
    ? { identity: { type: 'phone', value: business } }
    : null
}

/** The group's id, or both parties in sorted order, so that it is one conversation in both directions. */
function conversationOf(
  raw: Raw,
  { waba }: RecordContext,
  parties: readonly (Participant | null)[],
): Conversation {
  const group = textOf(raw, 'group_id')
  if (group !== '') return { id: group, type: 'group' }
  const keys = parties.flatMap((one) => (one === null ? [] : [one.identity.value]))
  const id = [...new Set(keys)].sort().join('~')
  return { id: id || `account ${typeof waba === 'string' ? waba : ''}`.trim(), type: 'direct' }
}

function isSame(a: Participant, b: Participant): boolean {
  return identityKey(a.identity) === identityKey(b.identity)
}
