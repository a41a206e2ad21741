/** What is no message: signals of calls, receipts, changes of groups, stubs, numbers behind LIDs. */
import { isRaw, numberOf, objectOf, type Raw, textOf } from '../formats/raw-json.ts'
import { enumOf, messageStatuses, stubTypes } from './enums.ts'
import { longOf } from './event-line.ts'
import { callSaid, cardOf, type Said } from './read-message.ts'

/** Stubs of WhatsApp's own that are calls, by number: whether video, whether in a group. */
const missedCalls: Readonly<Record<number, readonly [video: boolean, group: boolean]>> = {
  40: [false, false],
  41: [true, false],
  45: [false, true],
  46: [true, true],
}

/** Other stubs in words (`WebMessageInfo.StubType`); the rest are shown by their number. */
const stubs: Readonly<Record<number, string>> = {
  ...{ 1: 'Message deleted', 20: 'Group created', 21: 'Group subject changed', 22: 'Group picture changed' },
  ...{ 24: 'Group description changed', 25: 'Who may change the group was set', 26: 'Who may write was set' },
  ...{
    27: 'Added to the group',
    28: 'Removed from the group',
    29: 'Made administrator',
    30: 'No longer administrator',
  },
  ...{ 31: 'Invited to the group', 32: 'Left the group', 33: 'Changed the number' },
  ...{
    39: 'Security code changed',
    43: 'Messages are encrypted end to end',
    72: 'Disappearing messages were set',
  },
}

export function readStub(info: Raw): Said {
  const type = enumOf(info, 'messageStubType', stubTypes) ?? 0
  const given = Array.isArray(info.messageStubParameters) ? info.messageStubParameters.map(String) : []
  const call = missedCalls[type]
  if (call)
    return callSaid({
      medium: call[0] ? 'video' : 'voice',
      outcome: 'missed',
      group: call[1],
      durationSeconds: undefined,
      fields: [],
    })
  if (type === 2) {
    const viewOnce = objectOf(info, 'key').isViewOnce === true
    return {
      kind: 'unknown',
      text: viewOnce
        ? 'View-once message, whose content is not handed to linked devices'
        : 'A message that could not be decrypted',
      fields: cardOf({ reason: given }),
      notes: [viewOnce ? 'view-once, content not available to linked devices' : 'undecryptable'],
    }
  }
  const words = stubs[type] ?? `Event ${type} of the chat`
  const shown = given.map((one) => (one.startsWith('{') ? '' : one)).filter((one) => one !== '')
  return {
    kind: 'system',
    text: [words, shown.join(', ')].filter((part) => part !== '').join(': '),
    fields: cardOf({ parameter: given }),
  }
}

const finalStates: Readonly<Record<string, 'missed' | 'declined' | 'unknown'>> = {
  timeout: 'missed',
  reject: 'declined',
  terminate: 'unknown',
}

/** A signal of a call. How long it was nobody says; its end is the call's item. */
export function readCallSignal(raw: Raw): Said {
  const status = textOf(raw, 'status')
  const outcome = finalStates[status]
  const medium = raw.isVideo === true ? 'video' : 'voice'
  const fields = cardOf({ call: raw.id, from: raw.from, offline: raw.offline })
  if (outcome === undefined)
    return { kind: 'system', text: `Call signal: ${status || 'unknown'} (${medium})`, fields }
  return callSaid({ medium, outcome, group: raw.isGroup === true, durationSeconds: undefined, fields })
}

/** `CallLogRecord.CallResult`: connected, rejected, cancelled, accepted elsewhere, missed, invalid and others. */
const results = ['completed', 'declined', 'unanswered', 'completed', 'missed'] as const

export function readCallRecord(raw: Raw): Said {
  const isIncoming = raw.isIncoming === true
  return callSaid({
    ...{ medium: raw.isVideo === true ? 'video' : 'voice', group: textOf(raw, 'groupJid') !== '' },
    outcome: results[numberOf(raw, 'callResult') ?? 0] ?? 'unknown',
    durationSeconds: longOf(raw, 'duration'),
    fields: cardOf({
      call: raw.callId,
      direction: isIncoming ? 'incoming' : 'outgoing',
      participant: Array.isArray(raw.participants)
        ? raw.participants.map((one) => (isRaw(one) ? textOf(one, 'userJid') : ''))
        : [],
    }),
  })
}

/** Numbers of `WebMessageInfo.Status`. */
const statuses = ['failed', 'pending', 'sent', 'delivered', 'read', 'played'] as const

export function readUpdate(raw: Raw): Said {
  const update = objectOf(raw, 'update')
  if (enumOf(update, 'messageStubType', stubTypes) === 1)
    return { kind: 'system', event: 'deleted', relation: 'deletes', text: 'Message deleted' }
  const status = enumOf(update, 'status', messageStatuses)
  if (status !== undefined)
    return {
      kind: 'system',
      event: 'receipt',
      relation: 'receipt-of',
      text: `Message ${statuses[status] ?? `in state ${status}`}`,
    }
  return {
    kind: 'system',
    event: 'edited',
    relation: 'edits',
    text: 'Message changed',
    fields: cardOf(update),
  }
}

export function readReceipt(raw: Raw): Said {
  const receipt = objectOf(raw, 'receipt')
  const word = textOf(receipt, 'playedTimestamp')
    ? 'played'
    : textOf(receipt, 'readTimestamp')
      ? 'read'
      : 'delivered'
  return {
    kind: 'system',
    event: 'receipt',
    relation: 'receipt-of',
    text: `Message ${word}`,
    fields: cardOf({ by: receipt.userJid }),
  }
}

export function readParticipants(raw: Raw): Said {
  const people = Array.isArray(raw.participants) ? raw.participants : []
  const names = people.map((one) =>
    isRaw(one) ? textOf(one, 'phoneNumber') || textOf(one, 'id') : String(one),
  )
  return {
    kind: 'system',
    text: `Group: ${textOf(raw, 'action')} ${names.join(', ')}`.trim(),
    fields: cardOf({ author: raw.authorPn ?? raw.author, participant: names }),
  }
}

/** Any other event: everything it has, so that it can be found. */
export function readOther(event: string, raw: Raw): Said {
  if (event === 'lid-mapping.update')
    return { kind: 'system', text: `${textOf(raw, 'lid')} is ${textOf(raw, 'pn')}`, fields: cardOf(raw) }
  if (event === 'messages.delete')
    return { kind: 'system', event: 'deleted', relation: 'deletes', text: 'Message deleted on this phone' }
  return { kind: 'unknown', text: `An event of the kind "${event}"`, fields: cardOf(raw) }
}
