// Long because: one Dovecot is set up in many ways, and each way is a promise of its own.
import { readdirSync, readFileSync } from 'node:fs'
import { type AddressInfo, connect as connectSocket, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { ImapFlow } from 'imapflow'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { contentOf, deliveryContract, sampleItems } from '../../src/delivery/delivery.contract.ts'
import type { Delivery, OpenFolder, Outcome } from '../../src/delivery/delivery.ts'
import { imap } from '../../src/delivery/imap/index.ts'
import { itemFixture } from '../../src/delivery/outgoing-item.fixture.ts'
import type { OutgoingItem } from '../../src/delivery/outgoing-item.ts'
import { AppError } from '../../src/domain/errors.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { type Dovecot, type DovecotOptions, dovecotMissing, startDovecot } from '../dovecot.ts'
import { neomuttMissing, neomuttShows } from '../neomutt.ts'

const folder = 'WhatsApp Archiver'
const ada = { user: 'ada@firm.example', password: 'ada-secret' }
const bei = { user: 'bei@firm.example', password: 'bei-secret' }
const master = { user: 'archiver', password: 'master-secret' }
const masterLogin = { login: 'master-user', masterUser: master.user } as const
const authority = (name: string) =>
  readFileSync(join(import.meta.dirname, `../certificates/${name}.crt`), 'utf8')

function deliveryTo(
  port: number,
  settings: object = {},
  secret: object = { password: master.password },
): Delivery {
  return imap.create({
    settings: imap.settings.parse({
      ...{ host: '127.0.0.1', port, tls: 'none-loopback-only', ...masterLogin },
      ...settings,
    }),
    secret: imap.secret.parse(secret),
    ...{ clock: systemClock, random: systemRandom },
  })
}

async function openOf(delivery: Delivery, address = ada.user): Promise<OpenFolder> {
  onTestFinished(() => delivery.close())
  return delivery.open({ address, folder }, AbortSignal.timeout(60_000))
}

async function deliver(
  delivery: Delivery,
  items: readonly OutgoingItem[],
  address = ada.user,
): Promise<Outcome[]> {
  const one = await openOf(delivery, address)
  return one.deliver(items, AbortSignal.timeout(60_000))
}

function withFilm(id: string, bytes: number): OutgoingItem {
  const attachments = [{ name: '现场.mp4', type: 'video/mp4', content: () => contentOf(bytes) }]
  return itemFixture({ id, attachments })
}

/** Files of the folder, as they lie on the server's disk. */
function filesOf(dovecot: Dovecot, user: string, name = folder): string[] {
  return ['new', 'cur'].flatMap((part) => {
    const path = join(dovecot.maildirOf(user), `.${name}`, part)
    return readdirSync(path).map((file) => join(path, file))
  })
}

function messageIdsOf(dovecot: Dovecot, user = ada.user): string[] {
  return filesOf(dovecot, user).map((file) => /^Message-ID: (<.+>)/m.exec(readFileSync(file, 'latin1'))![1]!)
}

function contentsOf(dovecot: Dovecot, name: string) {
  return filesOf(dovecot, ada.user, name).map((file) => {
    const text = readFileSync(file, 'latin1')
    // Maildir keeps lines as this system has them.
    const bytes = Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1')
    return { messageId: /^Message-ID: (<.+>)/m.exec(text)![1]!.trim(), bytes }
  })
}

async function asAda(dovecot: Dovecot, use: (client: ImapFlow) => Promise<unknown>): Promise<void> {
  const { host, port } = dovecot
  const auth = { user: ada.user, pass: ada.password }
  const client = new ImapFlow({ host, port, secure: false, auth, logger: false })
  await client.connect()
  try {
    await use(client)
  } finally {
    await client.logout()
  }
}

function dovecotOf(options: DovecotOptions = {}): Promise<Dovecot> {
  return startDovecot({ users: [ada, bei], master, ...options })
}

function contractOver(name: string, options: DovecotOptions, settings: object): void {
  deliveryContract(`imap: ${name}`, async () => {
    const dovecot = await dovecotOf(options)
    const port = 'tls' in settings && settings.tls === 'tls' ? dovecot.tlsPort : dovecot.port
    return {
      ...{ address: ada.user, delivery: deliveryTo(port, settings) },
      withWrongSecret: () => deliveryTo(port, settings, { password: 'wrong' }),
      contents: async (name) => contentsOf(dovecot, name),
      close: async () => dovecot.stop(),
    }
  })
}

describe.skipIf(dovecotMissing !== null)(`delivery over IMAP (${dovecotMissing ?? 'Dovecot'})`, () => {
  contractOver('a master user', {}, {})
  contractOver(
    'TLS and folders of its own',
    { certificate: 'server' },
    {
      ...{ tls: 'tls', certificateAuthority: authority('server') },
    },
  )
  contractOver('a server without UIDPLUS and MULTIAPPEND', { without: 'UIDPLUS MULTIAPPEND LITERAL+' }, {})

  describe('a sign-in', () => {
    let dovecot: Dovecot
    beforeAll(async () => {
      dovecot = await dovecotOf({ certificate: 'server' })
    })
    afterAll(() => dovecot?.stop())
    const own = { login: 'own-passwords' } as const

    it('uses the password of each mailbox', async () => {
      const passwords = { 'Ada@firm.example': ada.password, [bei.user]: bei.password }
      for (const { user } of [ada, bei]) {
        const outcomes = await deliver(
          deliveryTo(dovecot.port, own, { passwords }),
          sampleItems('own', 2),
          user,
        )
        expect(outcomes).toMatchObject([{ state: 'confirmed' }, { state: 'confirmed' }])
        expect(messageIdsOf(dovecot, user)).toHaveLength(2)
      }
    })

    it('that one mailbox refuses, or has no password for, concerns that mailbox', async () => {
      const delivery = deliveryTo(dovecot.port, own, {
        passwords: { [ada.user]: 'old', [bei.user]: bei.password },
      })
      await expect(openOf(delivery)).rejects.toMatchObject({ reason: 'mailbox-refused' })
      await expect(openOf(delivery, 'eve@firm.example')).rejects.toMatchObject({
        reason: 'mailbox-not-found',
      })
      await expect(openOf(delivery, bei.user)).resolves.toBeDefined()
    })

    it('of a master user that is refused everywhere concerns the destination', async () => {
      const delivery = deliveryTo(dovecot.port, {}, { password: 'wrong' })
      await expect(openOf(delivery, 'eve@firm.example')).rejects.toMatchObject({
        reason: 'mailbox-not-found',
      })
      await expect(openOf(delivery)).rejects.toMatchObject({ reason: 'sign-in-refused' })
    })

    it.each(['tls', 'starttls'] as const)(
      'goes over %s only where the certificate is trusted',
      async (tls) => {
        const port = tls === 'tls' ? dovecot.tlsPort : dovecot.port
        const trusted = deliveryTo(port, { tls, certificateAuthority: authority('server') })
        await expect(openOf(trusted)).resolves.toBeDefined()
        for (const settings of [{ tls }, { tls, certificateAuthority: authority('other') }]) {
          const delivery = deliveryTo(port, settings)
          await expect(openOf(delivery)).rejects.toMatchObject({ reason: 'untrusted' })
          const failed = (await delivery.test(null)).filter(({ ok }) => !ok)
          expect(failed).toMatchObject([{ remedy: expect.stringContaining('certificate') }])
        }
      },
    )

    it('is not sent to a server that answers for another name, or speaks no TLS', async () => {
      const other = await dovecotOf({ certificate: 'other' })
      onTestFinished(() => other.stop())
      const trusting = { tls: 'tls', certificateAuthority: authority('other') }
      await expect(openOf(deliveryTo(other.tlsPort, trusting))).rejects.toMatchObject({ reason: 'untrusted' })
      const plain = await dovecotOf()
      onTestFinished(() => plain.stop())
      for (const tls of ['tls', 'starttls'])
        await expect(openOf(deliveryTo(plain.port, { tls }))).rejects.toMatchObject({ reason: 'untrusted' })
    })

    it('finds nobody where no server is', async () => {
      await expect(openOf(deliveryTo(1))).rejects.toMatchObject({ reason: 'unreachable' })
    })
  })

  describe('a folder', () => {
    let dovecot: Dovecot
    beforeAll(async () => {
      dovecot = await dovecotOf()
    })
    afterAll(() => dovecot?.stop())

    it('lies under its prefix, subscribed, and holds e-mails that are read and dated when they were sent', async () => {
      const [item] = sampleItems('prefixed', 1)
      await deliver(deliveryTo(dovecot.port, { folderPrefix: 'Records/Chats' }), [item!])
      await asAda(dovecot, async (client) => {
        const listed = (await client.list()).find(({ path }) => path === `Records/Chats/${folder}`)
        expect(listed?.subscribed).toBe(true)
        await client.mailboxOpen(listed!.path)
        const one = await client.fetchOne('1', { flags: true, internalDate: true })
        expect(one).toMatchObject({ flags: new Set(['\\Seen']), internalDate: new Date(item!.sentAt) })
      })
    })

    it('that is a mere node is taken', async () => {
      await asAda(dovecot, async (client) => {
        await client.mailboxCreate(`${folder}/below`)
      })
      await expect(openOf(deliveryTo(dovecot.port))).rejects.toMatchObject({ reason: 'folder-taken' })
    })
  })

  describe('what the server does not take', () => {
    let dovecot: Dovecot
    const full = { user: 'full@firm.example', password: 'full-secret', quotaBytes: 20_000 }
    beforeAll(async () => {
      dovecot = await dovecotOf({ users: [ada, full], itemBytesMax: { bytes: 1_000_000, named: false } })
    })
    afterAll(() => dovecot?.stop())

    it('waits where the mailbox is full, and what went in before is found', async () => {
      const items = sampleItems('full', 60)
      const delivery = deliveryTo(dovecot.port)
      await expect(deliver(delivery, items, full.user)).rejects.toMatchObject({ reason: 'mailbox-full' })
      const one = await openOf(deliveryTo(dovecot.port), full.user)
      const found = await one.find(items)
      expect(found!.size).toBeGreaterThan(0)
      expect(found!.size).toBe(messageIdsOf(dovecot, full.user).length)
    })

    it.each([
      ['refused afterwards', {}, 1_500_000],
      ['over what is set', { itemBytesMax: 300_000 }, 400_000],
    ])('comes without its large attachments where it is too large (%s)', async (why, settings, bytes) => {
      const item = withFilm(`reduced ${why}`, bytes)
      const small = itemFixture({ id: `beside ${why}` })
      const outcomes = await deliver(deliveryTo(dovecot.port, settings), [item, small])
      const [{ name, sha256 }] = item.attachments as [OutgoingItem['attachments'][0]]
      expect(outcomes).toMatchObject([
        { state: 'confirmed', leftOut: [{ name, bytes, sha256 }] },
        { state: 'confirmed' },
      ])
      expect(outcomes[1]).not.toHaveProperty('leftOut')
    })

    it('is refused where even its text is too large, and the others go on', async () => {
      const long = itemFixture({ id: 'long', text: 'word '.repeat(300_000) })
      const outcomes = await deliver(deliveryTo(dovecot.port), [long, itemFixture({ id: 'short' })])
      expect(outcomes).toMatchObject([{ state: 'refused', reason: 'item-too-large' }, { state: 'confirmed' }])
    })

    it('heeds the limit that a server names', async () => {
      const naming = await dovecotOf({ itemBytesMax: { bytes: 500_000, named: true } })
      onTestFinished(() => naming.stop())
      const outcomes = await deliver(deliveryTo(naming.port), [withFilm('named', 600_000)])
      expect(outcomes).toMatchObject([{ state: 'confirmed', leftOut: [{ bytes: 600_000 }] }])
    })

    it('does not get an item whose content is damaged, and gets the others', async () => {
      const damaged = (id: string, bytes: number): OutgoingItem => {
        const item = withFilm(id, bytes)
        async function* broken() {
          let sent = 0
          for await (const chunk of await item.email()) {
            yield chunk
            sent += chunk.length
            if (sent > bytes / 2)
              throw new AppError('content-damaged', `The content of ${id} fails its hash.`)
          }
        }
        return { ...item, email: async () => broken() }
      }
      const roomy = await dovecotOf({})
      onTestFinished(() => roomy.stop())
      const items = [
        damaged('torn', 80_000),
        itemFixture({ id: 'sound' }),
        damaged('torn film', 1_200_000),
        itemFixture({ id: 'sound too' }),
      ]
      const outcomes = await deliver(deliveryTo(roomy.port), items)
      expect(outcomes.map((one) => ('reason' in one ? one.reason : one.state))).toEqual([
        ...['content-damaged', 'confirmed', 'content-damaged', 'confirmed'],
      ])
      expect(messageIdsOf(roomy)).toHaveLength(2)
    })
  })

  describe('a connection that is cut', () => {
    let dovecot: Dovecot
    let proxy: Proxy
    beforeAll(async () => {
      dovecot = await dovecotOf()
      proxy = await startProxy(dovecot.port)
    })
    afterAll(async () => {
      await proxy?.close()
      dovecot?.stop()
    })

    it.each(['before', 'after'] as const)(
      '%s the effect leaves nothing twice and nothing lost',
      async (when) => {
        const items = [...sampleItems(`cut-${when}`, 12), withFilm(`film-${when}`, 1_500_000)]
        const one = await openOf(deliveryTo(proxy.port))
        proxy.cutNextAppend(when)
        await expect(one.deliver(items, AbortSignal.timeout(60_000))).rejects.toMatchObject({
          reason: 'unreachable',
        })
        const again = await openOf(deliveryTo(proxy.port))
        const found = await again.find(items)
        expect(found!.size).toBe(when === 'before' ? 0 : 12)
        const rest = items.filter(({ id }) => !found!.has(id))
        const outcomes = await again.deliver(rest, AbortSignal.timeout(60_000))
        expect(outcomes.every(({ state }) => state === 'confirmed')).toBe(true)
        const there = messageIdsOf(dovecot)
        for (const { messageId } of items) expect(there.filter((id) => id === messageId)).toHaveLength(1)
      },
    )

    it('is told of what the server accepted and lost before it was read back', async () => {
      const items = sampleItems('lost', 4)
      const one = await openOf(deliveryTo(proxy.port))
      proxy.beforeReadBack(() =>
        asAda(dovecot, async (client) => {
          await client.mailboxOpen(folder)
          await client.messageDelete({ header: { 'message-id': items[2]!.messageId } })
        }),
      )
      const outcomes = await one.deliver(items, AbortSignal.timeout(60_000))
      expect(outcomes.map((outcome) => ('reason' in outcome ? outcome.reason : outcome.state))).toEqual([
        ...['confirmed', 'confirmed', 'item-lost', 'confirmed'],
      ])
    })
  })

  it.skipIf(neomuttMissing !== null)(
    `shows in another mail client what was said, by whom, and its attachments (${neomuttMissing ?? 'NeoMutt'})`,
    async () => {
      const dovecot = await dovecotOf()
      onTestFinished(() => dovecot.stop())
      const picture = { name: '合同 最终版.png', type: 'image/png', content: () => contentOf(5_000) }
      const items = [
        itemFixture({ id: 'chinese', text: '明天上午十点开会🙂', sentAt: Date.UTC(2026, 2, 4, 9, 30) }),
        itemFixture({
          id: 'picture',
          text: 'The last page',
          sentAt: Date.UTC(2026, 2, 4, 9, 31),
          attachments: [picture],
        }),
      ]
      await deliver(deliveryTo(dovecot.port), items)
      const { host, port } = dovecot
      const shown = await neomuttShows({ host, port, folder, ...ada })
      expect(shown).toMatchObject(
        items.map(({ subject }, place) => ({
          ...{ subject, from: 'Ada Lovelace <ada@firm.example>', to: expect.stringContaining('张伟 <') },
          date: `Wed, 04 Mar 2026 09:3${place}:00 +0000`,
        })),
      )
      expect(shown[0]!.shown).toContain('明天上午十点开会🙂')
      expect(shown[1]!.shown).toContain('The last page')
      expect(shown[1]!.shown).toContain('合同 最终版.png')
      expect(shown[1]!.shown).toContain('image/png')
    },
  )

  it('is about as fast as a bare APPEND loop of the same e-mails', async () => {
    const dovecot = await dovecotOf()
    onTestFinished(() => dovecot.stop())
    const items = sampleItems('fast', 2_000)
    const emails = await Promise.all(
      items.map(async (item) => Buffer.concat(await Array.fromAsync(await item.email()))),
    )
    const bare = new ImapFlow({
      ...{ host: dovecot.host, port: dovecot.port, secure: false, logger: false },
      auth: { user: bei.user, pass: bei.password },
    })
    await bare.connect()
    await bare.mailboxCreate(folder)
    const bareStart = performance.now()
    for (const [place, email] of emails.entries())
      await bare.append(folder, email, ['\\Seen'], new Date(items[place]!.sentAt))
    const bareMs = performance.now() - bareStart
    await bare.logout()
    const delivery = deliveryTo(dovecot.port)
    const one = await openOf(delivery)
    const start = performance.now()
    for (let from = 0; from < items.length; from += delivery.batch.items) {
      const outcomes = await one.deliver(
        items.slice(from, from + delivery.batch.items),
        AbortSignal.timeout(60_000),
      )
      expect(outcomes.every(({ state }) => state === 'confirmed')).toBe(true)
    }
    const ms = performance.now() - start
    console.log(
      `2,000 e-mails: bare loop ${bareMs.toFixed(0)} ms, delivery ${ms.toFixed(0)} ms, ${((bareMs / ms) * 100).toFixed(0)} % of its speed`,
    )
  })

  it('holds no large e-mail in memory', async () => {
    const dovecot = await dovecotOf()
    onTestFinished(() => dovecot.stop())
    const item = withFilm('huge', 100_000_000)
    const one = await openOf(deliveryTo(dovecot.port))
    let most = 0
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers)
    }, 5)
    const before = process.memoryUsage().arrayBuffers
    const outcomes = await one.deliver([item], AbortSignal.timeout(120_000))
    clearInterval(watch)
    expect(outcomes).toMatchObject([{ state: 'confirmed' }])
    expect(most - before).toBeLessThan(64 * 1024 * 1024)
  })
})

interface Proxy {
  readonly port: number
  /** Cuts at the next APPEND: before the server has all of it, or when its answer comes back. */
  cutNextAppend(when: 'before' | 'after'): void
  /** Runs once, before the next NOOP goes to the server. */
  beforeReadBack(act: () => Promise<void>): void
  close(): Promise<void>
}

/** Between client and server; it reads along. */
async function startProxy(target: number): Promise<Proxy> {
  let cut: 'before' | 'after' | null = null
  let act: (() => Promise<void>) | null = null
  const sockets = new Set<Socket>()
  const server: Server = createServer((client) => {
    const upstream = connectSocket(target, '127.0.0.1')
    let tag: string | null = null
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    client.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1')
      const append = cut && /^(\w+) APPEND /.exec(text)
      if (append) {
        if (cut === 'before') {
          cut = null
          upstream.write(chunk.subarray(0, chunk.length >> 1))
          return end()
        }
        tag = append[1]!
        cut = null
      }
      if (act && /^\w+ NOOP/.test(text)) {
        void act().then(() => upstream.write(chunk), end)
        act = null
      } else upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => {
      if (tag && new RegExp(`^${tag} OK`, 'm').test(chunk.toString('latin1'))) return end()
      client.write(chunk)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    cutNextAppend(when) {
      cut = when
    },
    beforeReadBack(once) {
      act = once
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
