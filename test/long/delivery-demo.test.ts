/** The demo's items in the mailboxes of a mail server, as people who open them in a mail program see them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHoldfast } from '../cli/holdfast.ts'
import { type Dovecot, dovecotMissing, startDovecot } from '../dovecot.ts'
import { type NeomuttEmail, neomuttMissing, neomuttShows } from '../neomutt.ts'

const missing = dovecotMissing ?? neomuttMissing
const master = { user: 'archiver', password: 'correct-horse' }

interface Run {
  readonly mailboxes: Record<string, number>
  readonly items: number
}

describe.skipIf(missing !== null)(
  `the demo’s items on a mail server (${missing ?? 'Dovecot, NeoMutt'})`,
  () => {
    const holdfast = createHoldfast()
    let dovecot: Dovecot
    let runs: Record<'whatsapp' | 'wechat', Run>

    beforeAll(async () => {
      runs = (await holdfast.json<{ runs: typeof runs }>('demo', '--exit', '--port', '0')).runs
      const mailboxes = await holdfast.lines<{ address: string }>('mailbox', 'list')
      const users = mailboxes.map(({ address }) => ({ user: address, password: 'of-its-own' }))
      dovecot = await startDovecot({ users, master })
      holdfast.write('master', master.password)
      const server = ['--host', '127.0.0.1', '--port', String(dovecot.port), '--tls', 'none-loopback-only']
      const login = ['--user', master.user, '--password-file', 'master', '--connector', 'whatsapp', 'wechat']
      await holdfast.json('delivery', 'add', 'imap', '--name', 'mail', ...server, ...login)
      await holdfast.json('delivery', 'run', 'mail')
    }, 180_000)
    afterAll(async () => {
      await holdfast.remove()
      dovecot?.stop()
    })

    const shownOf = (user: string, folder: string): Promise<NeomuttEmail[]> =>
      neomuttShows({
        ...{ host: dovecot.host, port: dovecot.port },
        ...{ user: `${user}*${master.user}`, password: master.password, folder },
      })

    it('are all there, each once, in the folder of its connector', async () => {
      const items = runs.whatsapp.items + runs.wechat.items
      expect(await holdfast.json('delivery', 'status', 'mail')).toMatchObject({
        ...{ confirmed: items, waiting: 0, sending: 0, refused: 0, givenUp: 0, heldMailboxes: [] },
      })
      expect(await holdfast.json('delivery', 'reconcile', 'mail')).toMatchObject({
        ...{ same: items, missing: 0, changed: 0, doubled: 0, extra: 0 },
      })
      for (const [type, folder] of [
        ['whatsapp', 'WhatsApp Archiver'],
        ['wechat', 'WeChat Archiver'],
      ] as const) {
        for (const [address, count] of Object.entries(runs[type].mailboxes))
          expect(await shownOf(address, folder), `${folder} of ${address}`).toHaveLength(count)
      }
    }, 180_000)

    it('show subject, people, date, text, pictures and Chinese file names in another’s mail program', async () => {
      const english = await shownOf('amelia.hart@lanternquay.example', 'WhatsApp Archiver')
      expect(english.every(({ subject, from, to }) => subject !== '' && from !== '' && to !== '')).toBe(true)
      expect(english.every(({ date }) => /\b2026\b/.test(date))).toBe(true)
      expect(english.some(({ from }) => from.includes('Amelia Hart'))).toBe(true)
      expect(english.some(({ shown }) => /\.(?:png|jpe?g)/i.test(shown))).toBe(true)
      const chinese = await shownOf('wang.haoran@lanternquay.example', 'WeChat Archiver')
      expect(chinese.some(({ from }) => /王浩然|陈雨桐|李思源/.test(from))).toBe(true)
      expect(chinese.some(({ shown }) => shown.includes('发票'))).toBe(true)
      expect(
        chinese.some(({ shown }) => /\p{Script=Han}+[^\n]*\.(?:pdf|docx|xlsx|png|jpe?g)/u.test(shown)),
      ).toBe(true)
    }, 180_000)
  },
)
