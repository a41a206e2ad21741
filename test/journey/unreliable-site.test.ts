/** A site that refuses, is away, or answers rubbish in the middle of a run. */

import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { systemRandom } from '../../src/platform/random.ts'
import { generateKeyPair } from '../../src/platform/sealing/index.ts'
import { createAccount } from '../../src/site/index.ts'
import { type Firm, withFirm } from './firm.ts'
import { captureWecom, groupText, threeMailboxes, threePeople } from './wecom.ts'

type Mischief = 'rubbish' | 'half a page' | 'hang up' | 'failure' | 'session ended'

/** Stands between connector and site; `next` are the answers it spoils, one after the other. */
async function openMeddler(siteUrl: string) {
  const next: Mischief[] = []
  const server = createServer((incoming, outgoing) => {
    const isPage = incoming.url?.includes('/feed/v1/records') ?? false
    const mischief = isPage ? next.shift() : undefined
    if (mischief === 'rubbish') outgoing.end('<html>Welcome to the hotel</html>')
    else if (mischief === 'hang up') outgoing.destroy()
    else if (mischief === 'failure') outgoing.writeHead(500).end('{}')
    else if (mischief === 'session ended')
      outgoing.writeHead(401).end('{"code":"session-expired","message":"x"}')
    else pass(siteUrl, incoming, outgoing, mischief === 'half a page')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise((resolve) => {
      server.closeAllConnections()
      server.close(resolve)
    })
  return { url: `http://127.0.0.1:${port}/site`, next, close }
}

function pass(siteUrl: string, incoming: IncomingMessage, outgoing: ServerResponse, half: boolean): void {
  const url = siteUrl.replace(/\/site$/, '') + incoming.url
  const { method, headers } = incoming
  const forwarded = request(url, { method: method ?? 'GET', headers }, async (answer) => {
    const body = Buffer.concat(await Array.fromAsync(answer))
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
    if (!half) return outgoing.end(body)
    outgoing.write(body.subarray(0, body.length >> 1), () => outgoing.destroy())
  })
  forwarded.on('error', () => outgoing.destroy())
  incoming.pipe(forwarded)
}

async function withMeddler(use: (firm: Firm, next: Mischief[]) => Promise<void>): Promise<void> {
  await withFirm(async (firm) => {
    const meddler = await openMeddler(firm.siteUrl)
    try {
      await firm.addUsers(threePeople)
      await firm.addMailboxes(threeMailboxes)
      await firm.connect('wechat', { siteUrl: meddler.url })
      await captureWecom(firm, [groupText('第一条'), groupText('第二条')])
      await use(firm, meddler.next)
    } finally {
      await meddler.close()
    }
  })
}

describe.concurrent('a connector', () => {
  it('is not made with a wrong password, for a site that is away, or without its key', async () => {
    await withFirm(async (firm) => {
      await expect(firm.connect('wechat', { password: 'wrong' })).rejects.toMatchObject({
        code: 'sign-in-refused',
      })
      await expect(firm.connect('wechat', { siteUrl: 'http://127.0.0.1:9/site' })).rejects.toMatchObject({
        code: 'site-unreachable',
      })
      await expect(firm.connect('wechat', { siteUrl: 'http://site.example/site' })).rejects.toMatchObject({
        code: 'bad-settings',
      })
      const { publicKey } = generateKeyPair(systemRandom)
      const stranger = await createAccount(firm.site, { name: 'Of another centre', publicKey })
      await expect(firm.connect('wechat', stranger)).rejects.toMatchObject({ code: 'account-has-no-key' })
      expect((await firm.pool.query('select from connector')).rowCount).toBe(0)
    })
  })

  it('fails while the site is away and goes on when it is back', async () => {
    await withMeddler(async (firm) => {
      await firm.run('wechat')
      await captureWecom(firm, [groupText('第三条')])
      await firm.stopSite()
      await expect(firm.run('wechat')).rejects.toMatchObject({ code: 'site-unreachable' })
      const before = await firm.counts()
      // Correcting a mapping needs no site.
      expect(await firm.reprocess('wechat')).toMatchObject({ state: 'succeeded' })
      expect(await firm.counts()).toEqual(before)
      await firm.startSite()
      expect(await firm.run('wechat')).toMatchObject({ state: 'succeeded', imported: 1, items: 3 })
    })
  }, 60_000)

  it.each<Mischief>(['rubbish', 'half a page', 'hang up', 'failure', 'session ended'])(
    'tries again after an answer with %s',
    async (mischief) => {
      await withMeddler(async (firm, next) => {
        next.push(mischief)
        expect(await firm.run('wechat')).toMatchObject({ state: 'succeeded', imported: 2, items: 6 })
      })
    },
  )

  it('gives up on a site that only answers rubbish, and goes on later where it stopped', async () => {
    await withMeddler(async (firm, next) => {
      next.push(...Array.from({ length: 5 }, (): Mischief => 'rubbish'))
      await expect(firm.run('wechat')).rejects.toMatchObject({ code: 'site-answer-invalid' })
      expect(next).toEqual([])
      expect(await firm.counts()).toMatchObject({ message: 0, item: 0 })
      expect(await firm.run('wechat')).toMatchObject({ state: 'succeeded', imported: 2, items: 6 })
    })
  }, 60_000)
})
