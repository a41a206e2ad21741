/** What makes a record of Meta's the same record when it is sent again, and what it speaks of. */
import { hash } from 'node:crypto'
import { objectOf, type Raw, textOf } from '../formats/raw-json.ts'
import { whatsappMessageIdOfWamid } from '../formats/whatsapp-message-id.ts'
import type { Change } from './change.ts'
import type { RecordList } from './lists.ts'

/**
 * The id under which the record is known, or null where Meta gives none. A message has its own (`wamid…`); what happens
 * to it later is an event with an id made of the message's and what happened. A placeholder of the history has another
 * id than the message it stands for, which comes later.
 */
export function identityOf(
  list: RecordList,
  { waba, time, field, business }: Change,
  raw: Raw,
): string | null {
  const id = textOf(raw, 'id')
  switch (list) {
    case 'messages':
    case 'message_echoes':
    case 'history':
      return id === '' ? null : textOf(raw, 'type') === 'media_placeholder' ? `${id}#placeholder` : id
    case 'statuses': {
      const recipient = textOf(raw, 'recipient_id') || textOf(raw, 'recipient_user_id')
      return id === '' ? null : `${id}#${textOf(raw, 'status').toLowerCase()}/${recipient}`
    }
    case 'calls': {
      const event = textOf(raw, 'event')
      return id === '' ? null : event === 'terminate' ? id : `${id}#${event}`
    }
    case 'state_sync': {
      const changed = objectOf(raw, 'contact')
      const at = textOf(objectOf(raw, 'metadata'), 'timestamp')
      return at === ''
        ? null
        : `contact/${business}/${textOf(changed, 'phone_number')}/${at}/${textOf(raw, 'action')}`
    }
    case 'groups': {
      const request = textOf(raw, 'request_id')
      return request === '' ? null : `group/${request}/${textOf(raw, 'type')}/${field}`
    }
    case 'value':
      return time === '' ? null : `${waba}/${field}/${time}/${textOf(raw, 'event')}`
    case 'errors':
      return null
  }
}

/**
 * What the other ways in call the message, where its id says so. One whose content Meta does not hand over stands beside
 * the one that another way may bring, as a placeholder does.
 */
export function sharedIdOf(list: RecordList, { business }: Change, raw: Raw): string | null {
  if (list !== 'messages' && list !== 'message_echoes' && list !== 'history') return null
  const shared = sharedNameOf(textOf(raw, 'id'), raw, business)
  if (shared === null) return null
  const type = textOf(raw, 'type')
  if (type === 'media_placeholder') return `${shared}#placeholder`
  return isUnsupported(type) ? `${shared}#unsupported` : shared
}

/** What the other ways in call the message that Meta calls `wamid`, in the chat that `raw` is of; null in groups. */
export function sharedNameOf(wamid: string, raw: Raw, business: string): string | null {
  const inGroup = textOf(raw, 'group_id') !== '' || textOf(raw, 'recipient_type') === 'group'
  return inGroup ? null : whatsappMessageIdOfWamid(wamid, business)
}

/** Types of messages that come without their content. */
export function isUnsupported(type: string): boolean {
  return type === 'unsupported' || type === 'unknown'
}

/** The message that the record speaks of, for the ledger of messages never seen. */
export function refersToOf(list: RecordList, raw: Raw): string | null {
  if (list === 'statuses') return textOf(raw, 'type') === 'call' ? null : textOf(raw, 'id') || null
  const quoting = objectOf(raw, 'context')
  const original =
    textOf(objectOf(raw, 'edit'), 'original_message_id') ||
    textOf(objectOf(raw, 'revoke'), 'original_message_id') ||
    textOf(objectOf(raw, 'reaction'), 'message_id') ||
    // A question about a product quotes a message that is none.
    (quoting.referred_product === undefined ? textOf(quoting, 'id') : '')
  return original === '' ? null : original
}

/** Addresses of media change from one sending to the next, and the history adds how far a message came. */
const passing: ReadonlySet<string> = new Set(['url', 'history_context'])

/** A digest of what a message says. Events are their id. */
export function fingerprintOf(list: RecordList, raw: Raw, bytes: Uint8Array): string {
  if (list === 'statuses') return textOf(raw, 'status')
  if (list !== 'messages' && list !== 'message_echoes' && list !== 'history') return hash('sha256', bytes)
  const type = textOf(raw, 'type')
  return hash(
    'sha256',
    JSON.stringify([type, raw[type]], (key, value) => (passing.has(key) ? undefined : value)) ?? type,
  )
}
