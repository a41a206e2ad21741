/** WeFlow's JSON (and echotrace's, which is the same without `weflow`). Its `localType` is unreliable: the word counts. */
import { numberOf, type Raw, textOf } from '../../formats/raw-json.ts'
import { given, isSystemName, personOf, type ReadRow } from '../row.ts'
import { timeOfEpoch, timeOfText } from '../times.ts'
import { typeOfNumber, typeOfWord, unknownCode, type WechatType } from '../wechat-types.ts'
import { extraFields } from './extra.ts'

const known = new Set([
  ...['localId', 'createTime', 'formattedTime', 'type', 'localType', 'content', 'isSend'],
  ...['senderUsername', 'senderDisplayName', 'senderAvatarKey', 'source', 'serverId', 'mediaPath'],
])

export function readWeflow(raw: Raw): ReadRow {
  const time = timeOfEpoch(textOf(raw, 'createTime')) ?? timeOfText(textOf(raw, 'formattedTime'))
  if (time === null) return { problem: 'the message has no usable time (createTime)' }
  const [id, name] = [textOf(raw, 'senderUsername'), textOf(raw, 'senderDisplayName')]
  const isSend = numberOf(raw, 'isSend')
  return {
    row: {
      chatKey: '',
      ...given('messageId', textOf(raw, 'serverId')),
      time,
      sender: isSystemName(id || name) ? null : personOf(id, name),
      ...(isSend === undefined ? {} : { self: isSend === 1 }),
      type: typeOf(raw),
      content: textOf(raw, 'content'),
      ...given('path', textOf(raw, 'mediaPath')),
      extra: extraFields(raw, known),
    },
  }
}

function typeOf(raw: Raw): WechatType {
  const byWord = typeOfWord(textOf(raw, 'type'))
  const number = numberOf(raw, 'localType')
  return byWord.code !== unknownCode || number === undefined ? byWord : typeOfNumber(number)
}
