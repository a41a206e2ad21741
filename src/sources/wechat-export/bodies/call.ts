/** Calls: WeChat's bubble XML, or the words it shows. Of a call there is a record, never what was said. */
import type { CallDetails } from '../../../domain/message.ts'
import type { Body } from '../body.ts'
import { sentence } from '../fields.ts'
import { durationText } from '../times.ts'
import { childOf, textAt, type XmlElement } from '../xml.ts'

type Outcome = CallDetails['outcome']

/** Wordings of the bubble; the first that is found counts. */
const outcomes: readonly (readonly [Outcome, RegExp])[] = [
  ['completed', /通话时长|通話時長|通话结束|duration/i],
  ['declined', /拒绝|拒絕|declined|rejected/i],
  ['missed', /对方已?取消|對方已?取消|未接听|未接聽|未接来电|missed|canceled by caller|cancelled by caller/i],
  ['unanswered', /无应答|無應答|未应答|已取消|忙线|忙線|no answer|not answered|busy|cancel/i],
]

/** `通话时长 01:23` or `1:02:03` alone is a call, also where the format has no types. */
export const durationNotice =
  /^(?:通话时长|通話時長|Call duration:?|Duration:?)\s*((?:\d{1,3}:)?\d{1,3}:\d{2})$/i

/** From the bubble's words; `medium` where something tells it. */
export function readCallWords(words: string, medium?: 'voice' | 'video', durationSeconds?: number): Body {
  const told = medium ?? mediumIn(words)
  const seconds = durationSeconds ?? secondsIn(words)
  const outcome = outcomes.find(([, wording]) => wording.test(words))?.[0]
  const call: CallDetails = {
    medium: told ?? 'voice',
    outcome: outcome ?? (seconds === undefined ? 'unknown' : 'completed'),
    group: false,
    ...(seconds === undefined ? {} : { durationSeconds: seconds }),
  }
  const label = told === undefined ? 'Call' : told === 'video' ? 'Video call' : 'Voice call'
  const length = seconds === undefined ? '' : durationText(seconds)
  return {
    kind: 'call',
    text: sentence(label, length || words.trim()),
    call,
    notes: [
      'Call content not recorded.',
      ...(told === undefined ? ['The export does not tell a voice call from a video call.'] : []),
    ],
  }
}

/** From `<voipmsg>`: `room_type` 1 is voice and 0 video (three parsers agree). */
export function readCallXml(voipmsg: XmlElement): Body {
  const bubble = childOf(voipmsg, 'VoIPBubbleMsg') ?? voipmsg
  const room = textAt(bubble, 'room_type')
  const medium = room === '1' ? 'voice' : room === '0' ? 'video' : undefined
  const duration = Number(textAt(bubble, 'duration'))
  return readCallWords(textAt(bubble, 'msg'), medium, duration > 0 ? duration : undefined)
}

function mediumIn(words: string): 'voice' | 'video' | undefined {
  if (/视频|視頻|video/i.test(words)) return 'video'
  return /语音|語音|voice/i.test(words) ? 'voice' : undefined
}

function secondsIn(words: string): number | undefined {
  const found = /(?:(\d{1,3}):)?(\d{1,3}):(\d{2})/.exec(words)
  if (found === null) return undefined
  return Number(found[1] ?? 0) * 3600 + Number(found[2]) * 60 + Number(found[3])
}
