/** WeCom messages for journeys: invented people, in the session archive's shapes. */
import type { Firm } from './firm.ts'

/** 2026-03-02 09:30:00 UTC. */
export const sentMs = Date.parse('2026-03-02T09:30:00Z')
export const room = 'wrTESTroom000000000000000000001'

let lastId = 0

/** A text from Zhang San to Li Si and Wang Wu in their group, with what is given laid over it. */
export function groupText(content: string, rest: Record<string, unknown> = {}): Record<string, unknown> {
  lastId += 1
  return {
    msgid: `${80_000_000_000 + lastId}_${sentMs}`,
    action: 'send',
    from: 'ZhangSan',
    tolist: ['lisi', 'wangwu'],
    roomid: room,
    msgtime: sentMs + lastId * 1000,
    msgtype: 'text',
    text: { content },
    ...rest,
  }
}

/** The event by which its sender recalls a message. */
export function recallOf(original: Record<string, unknown>): Record<string, unknown> {
  const { from, tolist, roomid, msgtime } = original
  const revoke = { pre_msgid: original.msgid }
  const rest = { from, tolist, roomid, msgtime: Number(msgtime) + 60_000, revoke }
  return { ...groupText('', rest), action: 'recall', msgtype: 'revoke', text: undefined }
}

/** Captures messages as one file of JSON lines. */
export async function captureWecom(
  firm: Firm,
  messages: readonly Record<string, unknown>[],
  settings: Record<string, unknown> = {},
  name = 'day.jsonl',
) {
  const lines = messages.map((message) => `${JSON.stringify(message)}\n`)
  return firm.capture('wecom-archive', [await firm.file(name, lines.join(''))], settings)
}

export const threePeople = [
  'name,mobile,email,wecom_userid',
  '张三,+8613900000001,zhang@firm.example,ZhangSan',
  '李四,+8613900000002,li@firm.example,lisi',
  '王五,+8613900000003,wang@firm.example,wangwu',
].join('\n')

export const threeMailboxes = [
  'address,name',
  'zhang@firm.example,张三',
  'li@firm.example,李四',
  'wang@firm.example,王五',
].join('\n')
