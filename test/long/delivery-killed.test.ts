/**
 * Deliveries killed for real: SIGKILL to `holdfast delivery run` at random moments while it delivers to Dovecot. What
 * the next run leaves is one copy of each item, whatever the killed one was at.
 */
import { hash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHoldfast } from '../cli/holdfast.ts'
import { type Dovecot, dovecotMissing, startDovecot } from '../dovecot.ts'
import { messageIdsIn } from '../imap-folder.ts'

const kills = Array.from({ length: 20 }, (_, place) => place + 1)
const master = { user: 'archiver', password: 'correct-horse' }
const texts = 400
const people = [
  ['zhang@firm.example', 'ZhangSan', '+8613900000001'],
  ['li@firm.example', 'lisi', '+8613900000002'],
] as const

describe.skipIf(dovecotMissing !== null)(
  `a delivery that is killed (${dovecotMissing ?? 'Dovecot'})`,
  { timeout: 120_000 },
  () => {
    const holdfast = createHoldfast()
    let dovecot: Dovecot
    let undisturbedMs: number
    let [died, foundAgain] = [0, 0]

    beforeAll(async () => {
      const users = people.map(([user]) => ({ user, password: 'of-its-own' }))
      dovecot = await startDovecot({ users, master })
      holdfast.write('master', master.password)
      await importTexts()
      await addDestination('undisturbed')
      const start = performance.now()
      await holdfast.json('delivery', 'run', 'undisturbed')
      undisturbedMs = performance.now() - start
      await expectAllOnce('undisturbed')
    })
    afterAll(async () => {
      await holdfast.remove()
      dovecot?.stop()
    })
    afterAll(() => {
      // A run on a machine that has become faster may end before a late kill.
      expect(died).toBeGreaterThanOrEqual(kills.length / 2)
      // Some of the kills fell between what the server did and what the ledger knew of it.
      expect(foundAgain).toBeGreaterThan(0)
    })

    async function importTexts() {
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

    async function addDestination(name: string) {
      const server = ['--host', '127.0.0.1', '--port', String(dovecot.port), '--tls', 'none-loopback-only']
      const login = ['--user', master.user, '--password-file', 'master', '--connections', '2']
      const where = ['--folder-prefix', name, '--connector', 'wechat']
      await holdfast.json('delivery', 'add', 'imap', '--name', name, ...server, ...login, ...where)
    }

    async function expectAllOnce(name: string) {
      for (const [address] of people) {
        const there = await messageIdsIn(dovecot, { master, address, folder: `${name}/WeChat Archiver` })
        expect(there.length, `${name} of ${address}`).toBe(texts)
        expect(new Set(there).size).toBe(texts)
      }
      expect(await holdfast.json('delivery', 'status', name)).toMatchObject({
        ...{ confirmed: texts * people.length, waiting: 0, sending: 0, refused: 0, givenUp: 0 },
      })
      expect(await holdfast.json('delivery', 'reconcile', name)).toMatchObject({
        ...{ same: texts * people.length, missing: 0, changed: 0, doubled: 0, extra: 0, unread: [] },
      })
    }

    it.each(kills)('has left every item there exactly once after the next run (kill %i)', async (kill) => {
      const name = `kill-${kill}`
      await addDestination(name)
      const share = hash('sha256', `delivery kill ${kill}`, 'buffer').readUInt16BE(0) / 65_536
      if (await holdfast.kill(undisturbedMs * (0.3 + 0.4 * share), 'delivery', 'run', name)) died += 1
      foundAgain += (await holdfast.json<{ found: number }>('delivery', 'run', name)).found
      await expectAllOnce(name)
    })
  },
)

function textOf(nth: number) {
  const sentMs = Date.parse('2026-03-02T09:30:00Z') + nth * 1_000
  return {
    ...{ msgid: `${90_000_000_000 + nth}_${sentMs}`, action: 'send', from: 'ZhangSan', tolist: ['lisi'] },
    ...{
      roomid: '',
      msgtime: sentMs,
      msgtype: 'text',
      text: { content: `text ${nth} ${'明天见。'.repeat(nth % 200)}` },
    },
  }
}
