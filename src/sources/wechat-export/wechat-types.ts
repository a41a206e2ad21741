/** Types of WeChat messages by number and by the words tools put for them. */

/** WeChat's own number, and for 49 (what apps share) the number within; `word` is what the tool wrote for it. */
export interface WechatType {
  readonly code: number
  readonly sub: number
  readonly word: string
}

/** Of types that have no number of WeChat's. */
export const unknownCode = -1
/** A recall that a tool names as such (WeChat itself writes it as 10000 or 10002). */
export const recallCode = 10002

/** WeChat 4 packs the type in the low and the subtype in the high 32 bits (facts: chatlog's SplitInt64ToTwoInt32). */
const packedMin = 2 ** 32

/** Android packs what apps share into numbers of its own. */
const androidTypes: Readonly<Record<number, readonly [code: number, sub: number]>> = {
  1048625: [47, 0],
  16777265: [49, 0],
  268435505: [49, 0],
  419430449: [49, 2000],
  436207665: [49, 2001],
  822083633: [49, 57],
  1040187441: [49, 3],
  1090519089: [49, 6],
}

/** The type by number; numbers of WeChat 4 and of Android are unpacked. */
export function typeOfNumber(code: number, sub = 0): WechatType {
  const word = sub === 0 ? String(code) : `${code}/${sub}`
  const android = androidTypes[code]
  if (android !== undefined) return { code: android[0], sub: sub === 0 ? android[1] : sub, word }
  if (Number.isSafeInteger(code) && code >= packedMin) {
    return { code: code % packedMin, sub: Math.floor(code / packedMin), word }
  }
  return {
    code: Number.isSafeInteger(code) ? code : unknownCode,
    sub: Number.isSafeInteger(sub) ? sub : 0,
    word,
  }
}

/** ChatLab's numbers (its format specification, 0.0.1 and 0.0.2). 99 is "other", so not here. */
const chatlabTypes: Readonly<Record<number, readonly [code: number, sub: number]>> = {
  0: [1, 0],
  1: [3, 0],
  2: [34, 0],
  3: [43, 0],
  4: [49, 6],
  5: [47, 0],
  7: [49, 5],
  8: [48, 0],
  20: [49, 2001],
  21: [49, 2000],
  22: [49, 62],
  23: [50, 0],
  24: [49, 5],
  25: [49, 57],
  26: [49, 19],
  27: [42, 0],
  80: [10000, 0],
  81: [recallCode, 0],
}

export function typeOfChatlab(type: number | undefined): WechatType {
  const word = type === undefined ? '' : String(type)
  const known = type === undefined ? undefined : chatlabTypes[type]
  return known === undefined ? { code: unknownCode, sub: 0, word } : { code: known[0], sub: known[1], word }
}

/** The words of PyWxDump, WeFlow, WeChatMsg and MemoTrace, without `消息` at their end and in lower case. */
const types: readonly (readonly [code: number, sub: number, words: string])[] = [
  [1, 0, '文本 文字 text'],
  [3, 0, '图片 image picture photo'],
  [34, 0, '语音 voice audio'],
  [42, 0, '名片 contact card'],
  [43, 0, '视频 video'],
  [47, 0, '动画表情 表情包 表情 sticker emoji emoticon'],
  [48, 0, '位置 地理位置 location'],
  [49, 0, '分享 share appmsg'],
  [49, 3, '音乐 音乐分享 music'],
  [49, 5, '链接 卡片式链接 卡片链接 link url'],
  [49, 6, '文件 file'],
  [49, 19, '聊天记录合并转发 合并转发 合并转发的聊天记录 合并聊天记录 聊天记录 forward chat_record'],
  [49, 33, '小程序分享 小程序 miniprogram mini_program'],
  [49, 51, '视频号 视频号视频 channels'],
  [49, 57, '引用 引用回复 回复 带有引用的文本 quote reply refer'],
  [49, 62, '拍一拍 pat poke'],
  [49, 87, '群公告 announcement'],
  [49, 2000, '转账卡片 转账 transfer'],
  [49, 2001, '红包卡片 红包 red_packet redpacket'],
  [50, 0, '语音通话 视频通话 音视频通话 通话 voip call'],
  [10000, 0, '系统 系统通知 系统提示 system'],
  [recallCode, 0, '撤回 撤回通知 recall revoke'],
]
const typesByWord = new Map(
  types.flatMap(([code, sub, words]) => words.split(' ').map((word) => [word, { code, sub }] as const)),
)

/** The type for a tool's word, also where it writes a number; unknown words keep code -1. */
export function typeOfWord(written: string): WechatType {
  const word = written.trim()
  if (/^-?\d{1,16}$/.test(word)) return typeOfNumber(Number(word))
  const found = typesByWord.get(
    word
      .toLowerCase()
      .replace(/消息$/, '')
      .replace(/[\s-]+/g, '_'),
  )
  return found === undefined ? { code: unknownCode, sub: 0, word } : { ...found, word }
}
