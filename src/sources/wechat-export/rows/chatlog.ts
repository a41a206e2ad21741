/** chatlog's JSON: what its HTTP interface answers for `format=json`. */
import { isRaw, numberOf, type Raw, textOf } from '../../formats/raw-json.ts'
import { given, isRoomId, isSystemName, personOf, type ReadRow } from '../row.ts'
import { timeOfEpoch, timeOfText } from '../times.ts'
import { typeOfNumber } from '../wechat-types.ts'
import { extraFields } from './extra.ts'

/** Some builds add the server's id; `seq` is a place in one database and names nothing elsewhere. */
const serverIdKeys = ['serverId', 'server_id', 'msgSvrId', 'MsgSvrID', 'svrid']

const known = new Set([
  ...['seq', 'time', 'talker', 'talkerName', 'isChatRoom', 'sender', 'senderName', 'isSelf'],
  ...['type', 'subType', 'content', 'contents', ...serverIdKeys],
])

export function readChatlog(raw: Raw): ReadRow {
  const time = timeOfText(textOf(raw, 'time')) ?? timeOfEpoch(textOf(raw, 'time'))
  if (time === null) return { problem: 'the message has no usable time (time)' }
  const talker = textOf(raw, 'talker')
  const sender = textOf(raw, 'sender')
  const serverId = serverIdKeys.map((key) => textOf(raw, key)).find((id) => id !== '') ?? ''
  return {
    row: {
      chatKey: talker,
      ...given('chatId', talker),
      ...given('chatName', textOf(raw, 'talkerName')),
      chatIsGroup: raw.isChatRoom === true || isRoomId(talker),
      ...given('messageId', serverId),
      time,
      sender: isSystemName(sender) ? null : personOf(sender, textOf(raw, 'senderName')),
      ...(typeof raw.isSelf === 'boolean' ? { self: raw.isSelf } : {}),
      type: typeOfNumber(numberOf(raw, 'type') ?? Number.NaN, numberOf(raw, 'subType') ?? 0),
      content: textOf(raw, 'content'),
      ...(isRaw(raw.contents) ? { contents: raw.contents } : {}),
      extra: extraFields(raw, known),
    },
  }
}
