/**
 * Deliveries killed for real: SIGKILL to `holdfast delivery run` at random moments while it delivers to Dovecot. What
 * the next run leaves is one copy of each item, whatever the killed one was at.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHoldfast } from '../cli/holdfast.ts'
import { importTexts, items, killAfterMs, people, texts } from '../delivery/killed-firm.ts'
import { type Dovecot, dovecotMissing, startDovecot } from '../dovecot.ts'
import { messageIdsIn } from '../imap-folder.ts'

const kills = Array.from({ length: 20 }, (_, place) => place + 1)
const master = { user: 'archiver', password: 'correct-horse' }

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
      await importTexts(holdfast)
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
        ...{ confirmed: items, waiting: 0, sending: 0, refused: 0, givenUp: 0 },
      })
      expect(await holdfast.json('delivery', 'reconcile', name)).toMatchObject({
        ...{ same: items, missing: 0, changed: 0, doubled: 0, extra: 0, unread: [] },
      })
    }

    it.each(kills)('has left every item there exactly once after the next run (kill %i)', async (kill) => {
      const name = `kill-${kill}`
      await addDestination(name)
      if (await holdfast.kill(killAfterMs(kill, undisturbedMs), 'delivery', 'run', name)) died += 1
      foundAgain += (await holdfast.json<{ found: number }>('delivery', 'run', name)).found
      await expectAllOnce(name)
    })
  },
)
