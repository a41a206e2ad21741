/** Calls of the call logs: who, when, how long, how it ended. What was said is nowhere. */
import type { CallDetails, CardField, Participant } from '../../../domain/message.ts'
import { cardFields, field, linkedFields } from './fields.ts'
import { iosTime } from './ios-time.ts'
import { type Parties, participantIn, participantOfRow, shownName } from './parties.ts'
import { linkedRows, numberOf, objectOf, objectsOf, type Raw, textOf } from './raw.ts'
import type { Told } from './told.ts'
import { durationText } from './words.ts'

const notRecorded = 'Call content not recorded'

/** `call_result`: 0, 4, 7 missed or cancelled, 2 not answered, 3 unavailable, 5 connected. */
export function tellAndroidCall(record: Raw, parties: Parties): Told {
  const row = record.row as Raw
  const fromMe = numberOf(row, 'from_me') === 1
  const participants = linkedRows(record, 'call_log_participant_v2')
  const called = participants.flatMap((one) => participantOfRow(record, textOf(one, 'jid_row_id')) ?? [])
  const other = participantOfRow(record, textOf(row, 'jid_row_id')) ?? parties.partner
  const creator = participantOfRow(record, textOf(row, 'call_creator_device_jid_row_id'))
  const group =
    numberOf(row, 'group_jid_row_id') > 0 ||
    called.length > 1 ||
    numberOf(row, 'is_joinable_group_call') === 1
  const seconds = numberOf(row, 'duration')
  const call: CallDetails = {
    medium: numberOf(row, 'video_call') === 1 ? 'video' : 'voice',
    ...{ outcome: androidOutcome(numberOf(row, 'call_result'), fromMe, seconds), group },
    ...(seconds > 0 ? { durationSeconds: seconds } : {}),
  }
  const caller = other ?? creator ?? called[0] ?? { identity: { type: 'name', value: 'Unknown caller' } }
  return {
    ...{ kind: 'call', text: callText(call), call, notes: [notRecorded] },
    sender: fromMe ? parties.own : caller,
    people: [parties.own, ...(other === null ? [] : [other]), ...called],
    ...{ utc: numberOf(row, 'timestamp'), timeText: textOf(row, 'timestamp') },
    fields: [...resultsOf(record, participants), ...callFields(row), ...linkedFields(record, readLinks)],
  }
}

const readLinks: ReadonlySet<string> = new Set(['call_log_participant_v2', 'message_call_log'])

function androidOutcome(result: number, fromMe: boolean, seconds: number): CallDetails['outcome'] {
  if (result === 5 || (seconds > 0 && result !== 2)) return 'completed'
  if (result === 3) return 'unanswered'
  return [0, 2, 4, 7].includes(result) ? (fromMe ? 'unanswered' : 'missed') : 'unknown'
}

function resultsOf(record: Raw, participants: readonly Raw[]): CardField[] {
  return participants.flatMap((one) => {
    const person = participantOfRow(record, textOf(one, 'jid_row_id'))
    const words =
      numberOf(one, 'call_result') === 5 ? 'connected' : `not connected (${textOf(one, 'call_result')})`
    return person === null ? [] : [{ label: `Participant ${shownName(person)}`, value: words }]
  })
}

function callFields(row: Raw): CardField[] {
  const { call_link_row_id: link, scheduled_id: scheduled, call_result: result } = row
  return [
    ...field('call_result', result === undefined ? '' : String(result)),
    ...field('Call link', Number(link) > 0 ? String(link) : ''),
    ...field('Scheduled call', scheduled === undefined || scheduled === 0 ? '' : String(scheduled)),
    ...field('Bytes transferred', textOf(row, 'bytes_transferred')),
  ]
}

/** `ZOUTCOME`: 0 connected, 1 and 4 missed, 2 failed. */
export function tellIosCall(record: Raw, parties: Parties): Told {
  const row = record.row as Raw
  const line = objectOf(record, 'line')
  const incoming = numberOf(line, 'ZINCOMING') === 1
  const people = objectsOf(record, 'people').flatMap((person): Participant[] => {
    const participant = participantIn(person)
    return participant === null ? [] : [participant]
  })
  const seconds = Math.round(numberOf(row, 'ZDURATION'))
  const call: CallDetails = {
    medium: numberOf(line, 'ZVIDEO') === 1 ? 'video' : 'voice',
    outcome: iosOutcome(numberOf(row, 'ZOUTCOME'), numberOf(line, 'ZMISSED') === 1, incoming),
    group: textOf(row, 'ZGROUPJIDSTRING') !== '' || people.length > 2,
    ...(seconds > 0 ? { durationSeconds: seconds } : {}),
  }
  const caller = people[0] ??
    parties.partner ?? { identity: { type: 'name', value: 'Unknown caller' } as const }
  return {
    ...{ kind: 'call', text: callText(call), call, notes: [notRecorded] },
    sender: incoming ? caller : parties.own,
    people: [parties.own, ...people, ...(parties.partner === null ? [] : [parties.partner])],
    ...iosTime(row.ZDATE),
    fields: cardFields(objectOf(record, 'linked'), ''),
  }
}

function iosOutcome(outcome: number, missed: boolean, incoming: boolean): CallDetails['outcome'] {
  if (outcome === 0 && !missed) return 'completed'
  if (outcome === 1 || outcome === 4 || missed) return incoming ? 'missed' : 'unanswered'
  return outcome === 2 ? 'unanswered' : 'unknown'
}

function callText({ medium, outcome, group, durationSeconds }: CallDetails): string {
  const what = `${group ? 'group ' : ''}${medium} call`
  if (outcome === 'missed') return `Missed ${what}`
  const length = durationSeconds === undefined ? '' : `, ${durationText(durationSeconds)}`
  const words = `${what[0]!.toUpperCase()}${what.slice(1)}${length}`
  return outcome === 'unanswered' ? `${words}, not answered` : words
}
