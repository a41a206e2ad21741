/** The office's own messages: votes, forms, to-dos, dates, meetings, consent to be archived, red packets. */

import { listOf, numberOf, objectsOf, type Raw, scalarText, textOf } from '../../formats/raw-json.ts'
import { type BodyType, fieldsOf, sentence } from '../body.ts'
import { wallTime } from '../times.ts'

/** Type 101 opens a vote, 102 takes part in it: its items are then those chosen. */
export const vote: BodyType = {
  known: ['votetitle', 'votetype', 'voteid'],
  lists: ['voteitem'],
  read(body) {
    const question = textOf(body, 'votetitle')
    const items = listOf(body, 'voteitem').map(scalarText).filter(Boolean)
    const label = textOf(body, 'votetype') === '102' ? 'Voted in poll' : 'Poll'
    const title = sentence(label, question)
    return {
      kind: 'poll',
      text: items.length === 0 ? title : `${title} (${items.join(', ')})`,
      poll: { question, options: items.map((text) => ({ text })) },
      fields: fieldsOf(['Vote', textOf(body, 'voteid')]),
    }
  },
}

export const form: BodyType = {
  keys: ['collect'],
  known: ['room_name', 'creator', 'create_time', 'title'],
  lists: ['details'],
  read: (body, reading) => ({
    kind: 'form',
    text: sentence('Form', textOf(body, 'title')),
    fields: [
      ...fieldsOf(
        ['Group', textOf(body, 'room_name')],
        ['Creator', reading.person(textOf(body, 'creator'))],
        ['Created', textOf(body, 'create_time')],
      ),
      ...objectsOf(body, 'details').flatMap(questionFields),
    ],
  }),
}

function questionFields(question: Raw) {
  const [id, type] = [textOf(question, 'id'), textOf(question, 'type')]
  const label = `Question${id === '' ? '' : ` ${id}`}${type === '' ? '' : ` (${type})`}`
  return fieldsOf([label, textOf(question, 'ques')])
}

export const todo: BodyType = {
  known: ['title', 'content'],
  read: (body) => ({
    kind: 'task',
    text: sentence('Task', textOf(body, 'content')),
    fields: fieldsOf(['Title', textOf(body, 'title')]),
  }),
}

export const calendar: BodyType = {
  known: ['title', 'creatorname', 'starttime', 'endtime', 'place', 'remarks'],
  lists: ['attendeename'],
  read: (body) => ({
    kind: 'calendar',
    text: sentence('Calendar event', textOf(body, 'title'), wallTime(numberOf(body, 'starttime'))),
    fields: fieldsOf(
      ['Creator', textOf(body, 'creatorname')],
      ['Attendees', listOf(body, 'attendeename').map(scalarText).filter(Boolean).join(', ')],
      ...timeAndPlace(body),
    ),
  }),
}

/** Meanings of `meetingtype` and `status` (wecom page 91774; older messages only). */
const meetingTypes: ReadonlyMap<string, string> = new Map([
  ['101', 'Meeting'],
  ['102', 'Answer to meeting'],
])
const meetingStatuses: ReadonlyMap<string, string> = new Map([
  ['1', 'attending'],
  ['2', 'declined'],
  ['3', 'undecided'],
  ['4', 'not invited'],
  ['5', 'cancelled'],
  ['6', 'expired'],
  ['7', 'not in the room'],
])

export const meeting: BodyType = {
  known: ['topic', 'starttime', 'endtime', 'address', 'remarks', 'meetingid', 'meetingtype', 'status'],
  read(body) {
    const [type, status] = [textOf(body, 'meetingtype'), textOf(body, 'status')]
    return {
      kind: 'meeting',
      text: sentence(
        meetingTypes.get(type) ?? 'Meeting',
        textOf(body, 'topic'),
        wallTime(numberOf(body, 'starttime')),
      ),
      fields: fieldsOf(
        ...timeAndPlace(body),
        ['Meeting', textOf(body, 'meetingid')],
        ['Type', meetingTypes.has(type) ? '' : type],
        ['Status', meetingStatuses.get(status) ?? status],
      ),
    }
  },
}

function timeAndPlace(body: Raw): [string, string][] {
  return [
    ['Starts', wallTime(numberOf(body, 'starttime'))],
    ['Ends', wallTime(numberOf(body, 'endtime'))],
    ['Place', textOf(body, 'place') || textOf(body, 'address')],
    ['Remarks', textOf(body, 'remarks')],
  ]
}

/** Meaning of `notification_type` (wecom page 91774). */
const notificationTypes: ReadonlyMap<string, string> = new Map([
  ['1', 'Joined a meeting'],
  ['2', 'Meeting ended'],
])

export const meetingNotification: BodyType = {
  keys: ['info', 'meeting_notification'],
  known: ['content', 'meeting_id', 'notification_type'],
  read(body) {
    const type = textOf(body, 'notification_type')
    return {
      kind: 'meeting',
      text: sentence(notificationTypes.get(type) ?? 'Meeting notification', textOf(body, 'content')),
      fields: fieldsOf(
        ['Meeting', textOf(body, 'meeting_id')],
        ['Type', notificationTypes.has(type) ? '' : type],
      ),
    }
  },
}

export const agree = consent('agree_time', 'Agreed to the archiving of this conversation')
export const disagree = consent('disagree_time', 'Refused the archiving of this conversation')

function consent(timeKey: string, text: string): BodyType {
  return {
    known: ['userid', 'Userid', timeKey],
    read: (body, reading) => ({
      kind: 'consent',
      text,
      fields: fieldsOf(
        ['Person', reading.person(textOf(body, 'userid') || textOf(body, 'Userid'))],
        ['Time', wallTime(numberOf(body, timeKey))],
      ),
    }),
  }
}

/** Meaning of `type` (wecom page 91774). */
const packetTypes: ReadonlyMap<string, string> = new Map([
  ['1', 'Red packet'],
  ['2', 'Lucky red packet'],
  ['3', 'Incentive red packet'],
])

export const redPacket: BodyType = {
  keys: ['redpacket', 'external_redpacket'],
  known: ['type', 'wish', 'totalcnt', 'totalamount'],
  read(body) {
    const [type, count, amount] = [
      textOf(body, 'type'),
      textOf(body, 'totalcnt'),
      yuan(textOf(body, 'totalamount')),
    ]
    const packets = count === '' ? '' : `${count} ${count === '1' ? 'packet' : 'packets'}`
    const facts = [packets, amount].filter(Boolean).join(', ')
    return {
      kind: 'payment',
      text: `${sentence(packetTypes.get(type) ?? 'Red packet', textOf(body, 'wish'))}${facts === '' ? '' : ` (${facts})`}`,
      fields: fieldsOf(['Packets', count], ['Amount', amount], ['Type', packetTypes.has(type) ? '' : type]),
    }
  },
}

/** `20.00 CNY` from `2000` fen, by moving the point in the digits: no amount is ever rounded. */
function yuan(fen: string): string {
  if (!/^-?\d+$/.test(fen)) return fen
  const digits = fen.replace('-', '').padStart(3, '0')
  return `${fen.startsWith('-') ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)} CNY`
}
