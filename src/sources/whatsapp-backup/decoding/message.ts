/** What a reader told becomes a message. */
import type { Message } from '../../../domain/message.ts'
import type { RawRecord } from '../../source.ts'
import { type Parties, recipientsWithout } from './parties.ts'
import { type Raw, textOf } from './raw.ts'
import type { Told } from './told.ts'

export const sourceName = 'whatsapp-backup'

const latestMs = 8.64e15

export function messageOf(told: Told, record: RawRecord, raw: Raw, parties: Parties): Message {
  const { call, location, poll, fields, refersTo, event, file } = told
  const attachments = record.attachments.map(({ name, mediaType, bytes, sha256 }) => ({
    name,
    mediaType,
    bytes,
    sha256,
  }))
  const vendorId = textOf(raw, 'id')
  const isTime = Number.isFinite(told.utc) && Math.abs(told.utc) <= latestMs
  const notes = [...(told.notes ?? []), ...remarks(told, parties, isTime)]
  const draft = {
    ...{ channel: record.channel, event: event ?? 'sent', route: sourceName, kind: told.kind },
    ...(vendorId === '' ? {} : { vendorId }),
    ...{ conversation: parties.conversation, sender: told.sender },
    recipients: recipientsWithout(told.sender, told.people),
    sentAt: {
      utc: isTime ? Math.trunc(told.utc) : 0,
      text: told.timeText || 'none',
      zone: 'UTC',
      offsetMinutes: 0,
    },
    text: told.text || (attachments.length > 0 ? '' : told.kind === 'text' ? '(no text)' : `(${told.kind})`),
    attachments,
    ...(call ? { call } : {}),
    ...(location ? { location } : {}),
    ...(poll ? { poll } : {}),
    ...(refersTo ? { refersTo } : {}),
    ...(file !== undefined && attachments.length === 0 ? { missingAttachments: [file] } : {}),
    ...(fields === undefined || fields.length === 0 ? {} : { fields }),
    ...(notes.length === 0 ? {} : { notes }),
  }
  return draft as Message
}

function remarks({ timeText, utc }: Told, { membersLeftOut }: Parties, isTime: boolean): string[] {
  return [
    ...(isTime && utc > 0 ? [] : [`The database gives no usable time (${timeText || 'none'})`]),
    ...(membersLeftOut === 0 ? [] : [`${membersLeftOut} further members of the group are not listed here`]),
  ]
}
