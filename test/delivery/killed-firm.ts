/** A firm of two whose many items wait for destinations, made by commands, for deliveries that are killed. */
import { hash } from 'node:crypto'
import type { Holdfast } from '../cli/holdfast.ts'

/** Each becomes an item of both. */
export const texts = 400
export const people = [
  ['zhang@firm.example', 'ZhangSan', '+8613900000001'],
  ['li@firm.example', 'lisi', '+8613900000002'],
] as const
export const items = texts * people.length

export async function importTexts(holdfast: Holdfast): Promise<void> {
  const account = await holdfast.json<{ username: string; password: string }>(
    ...['site', 'account', 'create', 'Firm'],
  )
  const rows = people.map(([email, userid, mobile]) => `${userid},${mobile},${email},${userid}\n`)
  holdfast.write('users.csv', `name,mobile,email,wecom_userid\n${rows.join('')}`)
  await holdfast.json('site', 'user', 'import', 'users.csv', '--account', 'Firm')
  holdfast.write('mailboxes.csv', `address,name\n${people.map(([one]) => `${one},${one}\n`).join('')}`)
  await holdfast.json('mailbox', 'import', 'mailboxes.csv')
  const lines = Array.from({ length: texts }, (_, nth) => JSON.stringify(textOf(nth)))
  holdfast.write('day.jsonl', `${lines.join('\n')}\n`)
  await holdfast.json('site', 'capture', 'wecom-archive', 'day.jsonl', '--account', 'Firm')
  holdfast.write('password', account.password)
  const server = await holdfast.start('start', '--port', '0')
  const setUp = ['connector', 'create', 'wechat', '--name', 'wechat', '--site', server.announced.site]
  const login = ['--username', account.username, '--password-file', 'password', '--accept-terms']
  await holdfast.json(...setUp, ...login)
  await holdfast.json('connector', 'run', 'wechat')
  await server.stop()
}

/** When to kill a run that would last so long: anywhere in the middle of its work. */
export function killAfterMs(kill: number, undisturbedMs: number): number {
  const share = hash('sha256', `delivery kill ${kill}`, 'buffer').readUInt16BE(0) / 65_536
  return undisturbedMs * (0.3 + 0.4 * share)
}

function textOf(nth: number) {
  const sentMs = Date.parse('2026-03-02T09:30:00Z') + nth * 1_000
  const content = `text ${nth} ${'明天见。'.repeat(nth % 200)}`
  return {
    ...{ msgid: `${90_000_000_000 + nth}_${sentMs}`, action: 'send', from: 'ZhangSan', tolist: ['lisi'] },
    ...{ roomid: '', msgtime: sentMs, msgtype: 'text', text: { content } },
  }
}
