/** ChatLab's open format (0.0.1 and 0.0.2): messages of its JSON and its JSON lines. */
import { numberOf, type Raw, textOf } from '../../formats/raw-json.ts'
import { given, isSystemName, personOf, type ReadRow } from '../row.ts'
import { timeOfEpoch, timeOfText } from '../times.ts'
import { typeOfChatlab } from '../wechat-types.ts'
import { extraFields } from './extra.ts'

const known = new Set([
  ...['_type', 'sender', 'accountName', 'groupNickname', 'timestamp', 'type', 'content'],
  ...['platformMessageId', 'replyToMessageId'],
])

export function readChatlab(raw: Raw): ReadRow {
  const time = timeOfEpoch(textOf(raw, 'timestamp')) ?? timeOfText(textOf(raw, 'timestamp'))
  if (time === null) return { problem: 'the message has no usable time (timestamp)' }
  const id = textOf(raw, 'sender')
  const name = textOf(raw, 'groupNickname') || textOf(raw, 'accountName')
  return {
    row: {
      chatKey: '',
      ...given('messageId', textOf(raw, 'platformMessageId')),
      time,
      sender: isSystemName(id) ? null : personOf(id, name),
      type: typeOfChatlab(numberOf(raw, 'type')),
      content: textOf(raw, 'content'),
      ...given('replyTo', textOf(raw, 'replyToMessageId')),
      extra: extraFields(raw, known),
    },
  }
}
