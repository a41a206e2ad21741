/** The words tools put where a message is no text: `[图片]`, `[文件|合同.pdf](…)`, `![视频](…)`, `[转账|发送 ￥1.00](货款)`. */
import { typeOfWord, unknownCode, type WechatType } from '../wechat-types.ts'

export interface Placeholder {
  readonly type: WechatType
  /** What stands after the bar. */
  readonly title: string
  /** What stands in brackets: an address, a path or a memo. */
  readonly link: string
  readonly rest: string
}

const form = /^!?\[([^[\]|\n]{1,20})(?:\|([^\]\n]{0,500}))?\](?:\(([^()\n]{0,2000})\))?\s*([\s\S]*)$/

/** Words of chatlog that no other tool uses. */
const chatlogWords: Readonly<Record<string, string>> = {
  GIF表情: '表情',
  红包封面: '红包',
  音频: '语音',
}

/** The placeholder a content begins with, or null: WeChat's own faces (`[微笑]`) are none. */
export function placeholderIn(content: string): Placeholder | null {
  const found = form.exec(content)
  if (found === null) return null
  const word = found[1]!.trim()
  const type = typeOfWord(chatlogWords[word] ?? word)
  if (type.code === unknownCode || /^\d+$/.test(word)) return null
  return { type, title: (found[2] ?? '').trim(), link: (found[3] ?? '').trim(), rest: found[4] ?? '' }
}
