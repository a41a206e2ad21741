/** One e-mail as a raw record: its exact bytes, its identity, and its files as attachments. */
import { Readable } from 'node:stream'
import type { Channel } from '../../domain/message.ts'
import type { RecordContext, RecordPlace } from '../../domain/record.ts'
import type { CapturedAttachment, CapturedRecord, RecordIdentity, RegisteredUserFacts } from '../source.ts'
import { readContext } from './context.ts'
import { type Email, type EmailFile, readEmail } from './email.ts'
import { fingerprintOf } from './fingerprint.ts'
import { unquoteMbox } from './mbox-quoting.ts'
import { firstField } from './mime/headers.ts'
import { decodedChunks } from './mime/transfer.ts'
import { peopleOf } from './people.ts'
import type { ReadingSettings } from './settings.ts'

export interface RecordOrigin {
  readonly settings: ReadingSettings
  readonly registeredUsers: readonly RegisteredUserFacts[]
  readonly context: RecordContext
  readonly place: RecordPlace
}

/** Null where the bytes are no e-mail. */
export function emailRecord(bytes: Buffer, origin: RecordOrigin): CapturedRecord | null {
  const message = readContext(origin.context).mbox ? unquoteMbox(bytes) : bytes
  const email = readEmail(message)
  return email === null ? null : recordOf(bytes, message, email, origin)
}

/** What is no e-mail and cannot be asked for again, kept all the same: it decodes to `undecodable`. */
export function unreadRecord(bytes: Buffer, origin: RecordOrigin): CapturedRecord {
  const { context, place, settings } = origin
  const identity = { type: 'bytes', custodian: '' } as const
  return { channel: settings.channel, bytes, place, context, identity, attachments: [] }
}

function recordOf(bytes: Buffer, message: Buffer, email: Email, origin: RecordOrigin): CapturedRecord {
  const { context, place, settings } = origin
  const custodian = custodianOf(email, origin)
  return {
    ...{ channel: channelOf(email, settings), bytes, place, context },
    identity: identityOf(email, message),
    attachments: email.files.map(attachmentOf),
    ...(custodian === null ? {} : { custodian }),
    ...(email.inReplyTo === '' ? {} : { refersTo: email.inReplyTo }),
  }
}

function identityOf(email: Email, message: Buffer): RecordIdentity {
  const { messageId } = email
  if (messageId === '') return { type: 'bytes', custodian: '' }
  return { type: 'vendor-id', messageId, observer: '', fingerprint: fingerprintOf(email, message) }
}

function attachmentOf({ name, mediaType, reference, encoding, body }: EmailFile): CapturedAttachment {
  return {
    ...{ name, mediaType, reference },
    open: async () => Readable.from(decodedChunks(encoding, body), { objectMode: false }),
  }
}

/** The one registered user among those who took part, by number or address. */
function custodianOf(email: Email, { registeredUsers, settings }: RecordOrigin): string | null {
  if (registeredUsers.length === 0) return null
  const { sender, recipients } = peopleOf(email, settings)
  const present = new Set([sender, ...recipients].map((one) => one?.identity.value))
  const users = registeredUsers.filter(
    ({ mobile, email: address }) => present.has(mobile) || present.has(address.toLowerCase()),
  )
  return users.length === 1 ? users[0]!.mobile : null
}

/** Fields by which formats and vendors say where a message comes from. */
const channelHeaders = ['x-globalrelay-msgtype', 'x-rsmf-application'] as const

/** Named by a header field, else the one of the settings. The text of a message never decides. */
export function channelOf(email: Email, settings: ReadingSettings): Channel {
  const names = [...(settings.channelHeader === undefined ? [] : [settings.channelHeader]), ...channelHeaders]
  for (const name of names) {
    const value = firstField(email.fields, name)
    if (/wecom|wework|企业微信/i.test(value)) return 'wecom'
    if (/wechat|weixin|微信/i.test(value)) return 'wechat'
    if (/whats\s?app/i.test(value)) return 'whatsapp'
  }
  return settings.channel
}
