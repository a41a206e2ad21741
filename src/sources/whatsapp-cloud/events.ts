/** What is no message of its own: receipts, signals of calls, contacts, news of the account. */
import type { CallDetails, Message } from '../../domain/message.ts'
import { numberOf, objectOf, objectsOf, type Raw, textOf } from '../formats/raw-json.ts'
import type { RecordContext } from '../source.ts'
import { type Body, fieldsOf, readAnything } from './bodies.ts'

export interface Said extends Body {
  readonly event?: Message['event']
}

export function readStatus(raw: Raw): Said {
  const status = textOf(raw, 'status').toLowerCase()
  if (textOf(raw, 'type') === 'call')
    return { kind: 'system', text: `Call ${status || 'signalled'}`, fields: fieldsOf({ call: raw.id }) }
  const [error] = objectsOf(raw, 'errors')
  const why = error ? `: ${textOf(error, 'title')}` : ''
  return {
    ...{ kind: 'system', event: 'receipt' },
    text: `Message ${status || 'reported'}${why}`,
    fields: fieldsOf({ ...(error ? { code: error.code } : {}), category: objectOf(raw, 'pricing').category }),
  }
}

/** A call's end has its outcome; its other signals are records of their own. Its sound is nobody's here. */
export function readCall(raw: Raw): Said {
  const event = textOf(raw, 'event')
  const direction = textOf(raw, 'direction') === 'BUSINESS_INITIATED' ? 'outgoing' : 'incoming'
  if (event !== 'terminate')
    return {
      kind: 'system',
      text: `Call ${event || 'signalled'} (${direction})`,
      fields: fieldsOf({ call: raw.id }),
    }
  const durationSeconds = numberOf(raw, 'duration')
  const completed = textOf(raw, 'status').toUpperCase() === 'COMPLETED'
  const call: CallDetails = {
    ...{
      medium: 'voice',
      group: false,
      outcome: completed ? 'completed' : direction === 'incoming' ? 'missed' : 'unanswered',
    },
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
  }
  return {
    kind: 'call',
    text: completed
      ? `Voice call, ${durationSeconds ?? '?'} s (${direction})`
      : `Voice call, not answered (${direction})`,
    call,
    fields: fieldsOf({ call: raw.id, start_time: raw.start_time, end_time: raw.end_time, direction }),
    notes: ['call content not recorded'],
  }
}

export function readGroup(raw: Raw): Said {
  const subject = textOf(raw, 'subject')
  const words = textOf(raw, 'type').replaceAll('_', ' ') || 'group changed'
  return { kind: 'system', text: subject === '' ? words : `${words}: ${subject}`, fields: fieldsOf(raw) }
}

export function readContactSync(raw: Raw): Said {
  const contact = objectOf(raw, 'contact')
  const name = textOf(contact, 'full_name') || textOf(contact, 'phone_number')
  const removed = textOf(raw, 'action') === 'remove'
  return {
    kind: 'system',
    text: removed ? `Contact removed from the phone: ${name}` : `Contact saved on the phone: ${name}`,
    fields: fieldsOf(contact),
  }
}

export function readAccount(raw: Raw, { field }: RecordContext): Said {
  if (field !== 'account_update') return readAnything(raw)
  const reason = textOf(objectOf(raw, 'disconnection_info'), 'reason')
  return {
    kind: 'system',
    text: `Account: ${textOf(raw, 'event')}${reason === '' ? '' : ` (${reason})`}`,
    fields: fieldsOf(raw),
  }
}
