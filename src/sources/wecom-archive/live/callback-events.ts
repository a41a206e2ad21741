/** Events of WeCom become records, as they were decrypted, and messages: who was renamed, who agreed to be archived. */

import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import type { CardField, Message, MessageKind, Participant } from '../../../domain/message.ts'
import type { Found, KeptBody } from '../../live-source.ts'
import type { DecodeResult, RawRecord, RecordContext } from '../../source.ts'
import { participantOf } from '../participants.ts'
import { chinaOffsetMinutes, chinaZone, instantMs } from '../times.ts'
import { type CallbackElement, childText, readCallbackXml } from './callback-xml.ts'
import { noteRename } from './user-ids.ts'

/** The context's mark of such a record: its bytes are XML, not a message of the archive. */
const isEvent = { callback: true } as const

export function isCallbackRecord({ context }: Pick<RawRecord, 'context'>): boolean {
  return context.callback === true
}

/** The one record of a body that was kept. A rename is remembered, so that the person's messages stay theirs. */
export async function* splitCallback(
  given: { readonly folder: string; readonly settings: { readonly corpId: string } },
  { bytes }: KeptBody,
): AsyncGenerator<Found> {
  const event = readEvent(bytes)
  const [before, after] = [event && childText(event, 'UserID'), event && childText(event, 'NewUserID')]
  if (before && after) await noteRename(given.folder, before, after)
  const digest = hash('sha256', bytes, 'hex')
  const context: RecordContext = { route: 'live', corpId: given.settings.corpId, ...isEvent }
  yield {
    channel: event === null ? 'wecom' : channelOf(event),
    bytes,
    place: { offset: 0 },
    context,
    identity: {
      type: 'vendor-id',
      messageId: `event/${digest.slice(0, 32)}`,
      observer: '',
      fingerprint: digest.slice(0, 16),
    },
    attachments: [],
  }
}

/** Never throws. */
export function decodeCallback(record: RawRecord, route: string): DecodeResult {
  const event = readEvent(record.bytes)
  if (event === null) return undecodable('it is not XML of the documented kind')
  const time = childText(event, 'CreateTime') || childText(event, 'TimeStamp')
  const utc = /^\d{1,12}$/.test(time) ? instantMs(Number(time)) : undefined
  if (utc === undefined) return undecodable('it has no usable time (CreateTime)')
  const people = peopleOf(event)
  const ids = people.map(({ identity }) => identity.value).sort()
  const message: Message = {
    kind: kindOf(event),
    event: 'sent',
    channel: record.channel,
    route,
    conversation: { id: ['events', ...ids].join('~'), name: 'WeCom events', type: 'direct' },
    sender: null,
    recipients: people,
    sentAt: { utc, text: time, zone: chinaZone, offsetMinutes: chinaOffsetMinutes },
    text: sentenceOf(event),
    attachments: [],
    fields: fieldsOf(event, ''),
  }
  return { decoded: true, message }
}

function undecodable(problem: string): DecodeResult {
  return { decoded: false, reason: 'undecodable', explanation: `The event cannot be read: ${problem}.` }
}

function readEvent(bytes: Uint8Array): CallbackElement | null {
  return isUtf8(bytes) ? readCallbackXml(Buffer.from(bytes).toString('utf8')) : null
}

function channelOf(event: CallbackElement): 'wechat' | 'wecom' {
  return childText(event, 'ExternalUserID').startsWith('wm') ? 'wechat' : 'wecom'
}

const consentTypes: ReadonlySet<string> = new Set(['msg_audit_approved', 'msg_audit_disagreed'])

function kindOf(event: CallbackElement): Extract<MessageKind, 'consent' | 'system'> {
  return consentTypes.has(childText(event, 'ChangeType')) ? 'consent' : 'system'
}

function peopleOf(event: CallbackElement): readonly Participant[] {
  const ids = ['UserID', 'NewUserID', 'ExternalUserID']
    .map((key) => childText(event, key))
    .filter((id) => id !== '')
  const people = ids.map((id) => participantOf(id, undefined))
  return [...new Map(people.map((person) => [person.identity.value, person] as const)).values()]
}

/** A plain sentence for the two that matter to an archive; the others by WeCom's own words. */
function sentenceOf(event: CallbackElement): string {
  const type = childText(event, 'ChangeType')
  const [user, renamed, external] = ['UserID', 'NewUserID', 'ExternalUserID'].map((key) =>
    childText(event, key),
  )
  if (renamed !== '') return `The WeCom userid ${user} was changed to ${renamed}`
  if (type === 'msg_audit_approved') return `${external} agreed that messages with ${user} are archived`
  const name = childText(event, 'Event') || childText(event, 'InfoType') || 'without a name'
  return ['WeCom event', name, type, user].filter((part) => part !== '').join(' ')
}

/** Every value, labelled by its dotted path; the address of the receiver says nothing. */
function fieldsOf(element: CallbackElement, path: string): readonly CardField[] {
  const repeated = new Map<string, number>()
  return element.children.flatMap((child) => {
    const count = repeated.get(child.name) ?? 0
    repeated.set(child.name, count + 1)
    const twin = element.children.filter(({ name }) => name === child.name).length > 1
    const label = `${path}${child.name}${twin ? `.${count}` : ''}`
    const own = child.text === '' ? [] : [{ label, value: child.text }]
    return [...own, ...fieldsOf(child, `${label}.`)]
  })
}
