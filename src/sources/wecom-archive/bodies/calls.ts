/** Calls: the log entry of a call, and the recording that the enterprise edition keeps of voice calls. */

import { numberOf, objectsOf, type Raw, textOf } from '../../formats/raw-json.ts'
import { type Body, type BodyType, fieldsOf, mediaOf, type Reading, secondsOf } from '../body.ts'
import { addressedIds } from '../participants.ts'
import { durationText, wallTime } from '../times.ts'

/** Meaning of `invitetype` (wecom page 91774). */
const inviteTypes: ReadonlyMap<number, { medium: 'voice' | 'video'; group: boolean; label: string }> =
  new Map([
    [1, { medium: 'video', group: false, label: 'Video call' }],
    [2, { medium: 'voice', group: false, label: 'Voice call' }],
    [3, { medium: 'video', group: true, label: 'Group video call' }],
    [4, { medium: 'voice', group: true, label: 'Group voice call' }],
  ])

/** What the log tells is all there is: the enterprise edition's recordings are messages of another kind. */
const notRecorded = 'Call content not recorded'
const onePerParticipant =
  'WeCom logs an ordinary call once per participant, each under an id of its own; the records share conversation and time'

export const callLog: BodyType = {
  keys: ['info', 'voiptext'],
  known: ['callduration', 'invitetype'],
  read(body, reading) {
    const seconds = secondsOf(body, 'callduration')
    const invite = inviteTypes.get(numberOf(body, 'invitetype') ?? 0)
    const { medium, group, label } = invite ?? { medium: 'voice', group: false, label: 'Call' }
    return {
      kind: 'call',
      text: seconds === undefined ? `${label}, no duration recorded` : `${label}, ${durationText(seconds)}`,
      call: {
        medium,
        group,
        outcome: seconds === undefined ? 'unknown' : 'completed',
        ...(seconds === undefined ? {} : { durationSeconds: seconds }),
      },
      fields: fieldsOf(['Invite type', invite === undefined ? textOf(body, 'invitetype') : '']),
      notes: [notRecorded, ...(isInterop(reading) ? [] : [onePerParticipant])],
    }
  },
}

/** A call between WeCom and WeChat is logged once; its id says that it is external. */
function isInterop({ message }: Reading): boolean {
  return textOf(message, 'msgid').endsWith('_external')
}

export const recordedCall: BodyType = {
  keys: ['meeting_voice_call', 'meetingvoicecall'],
  known: ['endtime', 'sdkfileid', 'md5sum'],
  lists: ['demofiledata', 'sharescreendata'],
  beside: ['voiceid'],
  read(body, reading): Body {
    const ended = wallTime(numberOf(body, 'endtime'))
    return {
      kind: 'call',
      text: ended === '' ? 'Recorded voice call' : `Recorded voice call, ended ${ended}`,
      call: { medium: 'voice', outcome: 'completed', group: addressedIds(reading.message).length > 1 },
      media: mediaOf(body, reading, { prefix: 'recording', extension: 'amr' }),
      fields: [
        ...fieldsOf(['Call', textOf(reading.message, 'voiceid')], ['Ended', ended]),
        ...objectsOf(body, 'demofiledata').flatMap((shown) =>
          fieldsOf(['Document shown', documentShown(shown, reading)]),
        ),
        ...objectsOf(body, 'sharescreendata').flatMap((shown) =>
          fieldsOf(['Screen shared', screenShared(shown, reading)]),
        ),
      ],
    }
  },
}

function documentShown(shown: Raw, reading: Reading): string {
  const by = reading.person(textOf(shown, 'demooperator'))
  return [textOf(shown, 'filename'), by === '' ? '' : `by ${by}`, span(shown)].filter(Boolean).join(', ')
}

function screenShared(shown: Raw, reading: Reading): string {
  const by = reading.person(textOf(shown, 'share'))
  return [by === '' ? '' : `by ${by}`, span(shown)].filter(Boolean).join(', ')
}

function span(shown: Raw): string {
  const [from, to] = [wallTime(numberOf(shown, 'starttime')), wallTime(numberOf(shown, 'endtime'))]
  return from === '' || to === '' ? from || to : `${from} to ${to}`
}
