// Long because: a Dovecot asks a server of tokens about each sign-in, and takes its time to refuse one.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { deliveryContract, sampleItems } from '../../src/delivery/delivery.contract.ts'
import type { Delivery, OpenFolder } from '../../src/delivery/delivery.ts'
import { imap } from '../../src/delivery/imap/index.ts'
import { keepsSecret } from '../../src/delivery/open-destination.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { type Dovecot, type DovecotOptions, dovecotMissing, startDovecot } from '../dovecot.ts'

const folder = 'WhatsApp Archiver'
const ada = { user: 'ada@firm.example', password: 'ada-secret' }
const bei = { user: 'bei@firm.example', password: 'bei-secret' }
const adasToken = 'token-of-ada'
const client = { clientId: 'holdfast', clientSecret: 'correct-horse', scope: 'mail' }

/** What a token server of the firm knows and was asked. */
interface TokenServer {
  /** Active tokens, and whose they are. */
  readonly tokens: Map<string, string>
  readonly introspectionAddress: string
  /** `https`; gives tokens of Ada to the client. */
  readonly tokenAddress: string
  readonly asked: { readonly introspected: string[]; readonly given: string[] }
  /** Answers nothing but HTTP 500. */
  fail(failing: boolean): void
  close(): Promise<void>
}

const certificate = (name: string) => readFileSync(join(import.meta.dirname, `../certificates/${name}`))

/** RFC 7662 without TLS, as only Dovecot asks there, and RFC 6749 §4.4 with it. */
async function startTokenServer(): Promise<TokenServer> {
  const tokens = new Map([[adasToken, ada.user]])
  const asked = { introspected: [] as string[], given: [] as string[] }
  let failing = false
  const introspect = answering((form) => {
    if (failing) return [500, {}]
    const token = form.get('token')!
    asked.introspected.push(token)
    const username = tokens.get(token)
    return [200, username === undefined ? { active: false } : { active: true, username, scope: 'mail' }]
  })
  const give = answering((form) => {
    if (failing) return [500, {}]
    const isClient =
      form.get('grant_type') === 'client_credentials' &&
      form.get('client_id') === client.clientId &&
      form.get('client_secret') === client.clientSecret &&
      form.get('scope') === client.scope
    if (!isClient) return [401, { error: 'invalid_client' }]
    const token = `given-${asked.given.length}`
    asked.given.push(token)
    tokens.set(token, ada.user)
    return [200, { access_token: token, token_type: 'Bearer', expires_in: 3600 }]
  })
  const plain = createServer(introspect)
  const tls = createTlsServer({ cert: certificate('server.crt'), key: certificate('server.key') }, give)
  return {
    ...{ tokens, asked },
    introspectionAddress: `http://127.0.0.1:${await portOf(plain)}/introspect`,
    tokenAddress: `https://127.0.0.1:${await portOf(tls)}/token`,
    fail(now) {
      failing = now
    },
    async close() {
      for (const server of [plain, tls]) {
        const closed = new Promise((resolve) => server.close(resolve))
        server.closeAllConnections()
        await closed
      }
    },
  }
}

function answering(answer: (form: URLSearchParams) => readonly [number, object]): RequestListener {
  return (request, response) => {
    void text(request).then((body) => {
      const [status, json] = answer(new URLSearchParams(body))
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
    })
  }
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function dovecotOf(tokenServer: TokenServer, options: DovecotOptions = {}): Promise<Dovecot> {
  const { introspectionAddress } = tokenServer
  return startDovecot({ users: [ada, bei], introspectionAddress, ...options })
}

function deliveryTo(
  port: number,
  secret: object = { accessToken: adasToken },
  settings: object = {},
  clock = systemClock,
): Delivery {
  return imap.create({
    settings: imap.settings.parse({
      ...{ host: '127.0.0.1', port, tls: 'none-loopback-only', login: 'oauth' },
      ...settings,
    }),
    secret: imap.secret.parse(secret),
    ...{ clock, random: systemRandom },
  })
}

async function openOf(delivery: Delivery, address = ada.user): Promise<OpenFolder> {
  onTestFinished(() => delivery.close())
  return delivery.open({ address, folder }, AbortSignal.timeout(60_000))
}

/** Message-IDs of the folder, as they lie on the server's disk; null without the folder. */
function messageIdsOf(dovecot: Dovecot, user = ada.user): string[] | null {
  if (!existsSync(join(dovecot.maildirOf(user), `.${folder}`))) return null
  return emailsOf(dovecot, user, folder).map(messageIdOf)
}

function emailsOf(dovecot: Dovecot, user: string, name: string): string[] {
  return ['new', 'cur'].flatMap((part) => {
    const path = join(dovecot.maildirOf(user), `.${name}`, part)
    return readdirSync(path).map((file) => readFileSync(join(path, file), 'latin1'))
  })
}

function messageIdOf(email: string): string {
  return /^Message-ID: (<.+>)/m.exec(email)![1]!.trim()
}

/** A JWT of this end, whose signature nobody looks at here. */
function tokenEnding(at: number): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
  return `${part({ alg: 'RS256' })}.${part({ sub: ada.user, exp: Math.floor(at / 1000) })}.c2lnbmF0dXJl`
}

describe.skipIf(dovecotMissing !== null)(`OAuth over IMAP (${dovecotMissing ?? 'Dovecot'})`, () => {
  let tokenServer: TokenServer
  let dovecot: Dovecot
  const believed = getCACertificates('default')
  beforeAll(async () => {
    setDefaultCACertificates([...believed, certificate('server.crt').toString()])
    tokenServer = await startTokenServer()
    dovecot = await dovecotOf(tokenServer)
  })
  afterAll(async () => {
    setDefaultCACertificates(believed)
    dovecot?.stop()
    await tokenServer?.close()
  })

  deliveryContract('imap: OAuth', async () => {
    const own = await dovecotOf(tokenServer, { mechanisms: 'oauthbearer' })
    return {
      ...{ address: ada.user, delivery: deliveryTo(own.port) },
      withWrongSecret: () => deliveryTo(own.port, { accessToken: 'unknown' }),
      // Maildir keeps lines as this system has them.
      contents: async (name) =>
        emailsOf(own, ada.user, name).map((email) => ({
          messageId: messageIdOf(email),
          bytes: Buffer.from(email.replace(/\r?\n/g, '\r\n'), 'latin1'),
        })),
      close: async () => own.stop(),
    }
  })

  it.each(['oauthbearer', 'xoauth2'])('opens the mailbox of a token by %s', async (mechanisms) => {
    const own = await dovecotOf(tokenServer, { mechanisms })
    onTestFinished(() => own.stop())
    const items = sampleItems(mechanisms, 3)
    const before = tokenServer.asked.introspected.length
    const one = await openOf(deliveryTo(own.port))
    expect(tokenServer.asked.introspected.slice(before)).toEqual([adasToken])
    const outcomes = await one.deliver(items, AbortSignal.timeout(60_000))
    expect(outcomes.map(({ state }) => state)).toEqual(['confirmed', 'confirmed', 'confirmed'])
    expect(messageIdsOf(own)?.sort()).toEqual(items.map(({ messageId }) => messageId).sort())
  })

  it('does not open the mailbox of somebody else, and the token’s own goes on', async () => {
    const delivery = deliveryTo(dovecot.port)
    await expect(openOf(delivery, bei.user)).rejects.toMatchObject({
      reason: 'mailbox-not-found',
      message: expect.stringContaining(`does not open ${bei.user} with the token`),
    })
    await expect(openOf(delivery)).resolves.toBeDefined()
    await expect(openOf(delivery, bei.user)).rejects.toMatchObject({ reason: 'mailbox-not-found' })
    expect(messageIdsOf(dovecot, bei.user)).toBeNull()
  })

  it('says of a token that opens nothing what to do, and delivers nothing', async () => {
    const own = await dovecotOf(tokenServer)
    onTestFinished(() => own.stop())
    const delivery = deliveryTo(own.port, { accessToken: 'unknown' })
    await expect(openOf(delivery)).rejects.toMatchObject({
      message: expect.stringContaining('check whether the token has ended'),
    })
    await expect(openOf(delivery, bei.user)).rejects.toMatchObject({
      reason: 'sign-in-refused',
      message: expect.stringContaining('give the destination a new one'),
    })
    for (const { user } of [ada, bei]) expect(messageIdsOf(own, user)).toBeNull()
  })

  it('says at once when a token has ended that names its end', async () => {
    const own = await dovecotOf(tokenServer)
    onTestFinished(() => own.stop())
    const accessToken = tokenEnding(Date.UTC(2026, 2, 4, 9, 30))
    const delivery = deliveryTo(own.port, { accessToken })
    const refusal = {
      reason: 'sign-in-refused',
      message:
        '127.0.0.1 refuses the token, which ended at 2026-03-04T09:30:00.000Z: give the destination a new one, or a client secret with which tokens are fetched.',
    }
    await expect(openOf(delivery)).rejects.toMatchObject(refusal)
    expect((await delivery.test(ada.user)).filter(({ ok }) => !ok)).toMatchObject([
      { what: `Sign-in to the mailbox ${ada.user}`, remedy: refusal.message },
    ])
    expect(messageIdsOf(own)).toBeNull()
  })

  it('leaves it to the server whether a token that names its end has ended', async () => {
    const accessToken = tokenEnding(Date.UTC(2026, 2, 4, 9, 30))
    tokenServer.tokens.set(accessToken, ada.user)
    onTestFinished(() => void tokenServer.tokens.delete(accessToken))
    await expect(openOf(deliveryTo(dovecot.port, { accessToken }))).resolves.toBeDefined()
  })

  it('waits while the server cannot look tokens up', async () => {
    tokenServer.fail(true)
    onTestFinished(() => tokenServer.fail(false))
    const delivery = deliveryTo(dovecot.port)
    await expect(openOf(delivery)).rejects.toBeDefined()
    await expect(openOf(delivery, bei.user)).rejects.toMatchObject({
      reason: 'unreachable',
      message: expect.stringContaining('cannot check the token now'),
    })
    tokenServer.fail(false)
    await expect(openOf(delivery)).resolves.toBeDefined()
  })

  it('says that a server takes no tokens', async () => {
    const own = await dovecotOf(tokenServer, { mechanisms: 'plain login' })
    onTestFinished(() => own.stop())
    const delivery = deliveryTo(own.port)
    const problem = {
      reason: 'bad-settings',
      message: expect.stringMatching(/takes no OAuth tokens \(.*PLAIN, LOGIN\): let it offer OAUTHBEARER/),
    }
    await expect(openOf(delivery)).rejects.toMatchObject(problem)
    expect(await delivery.test(null)).toMatchObject([{ ok: false, remedy: problem.message }])
  })

  describe('a client with a secret', () => {
    const { clientSecret, clientId, scope } = client
    const oauthAt = (tokenAddress: string, more: object = {}) => ({
      oauth: { tokenAddress, clientId, scope, ...more },
    })
    const tries = (delivery: Delivery) => delivery.test(ada.user)

    it('fetches a token, uses it until shortly before it ends, and then another one', async () => {
      let now = Date.UTC(2026, 2, 4, 9, 30)
      const clock = { now: () => now }
      const settings = oauthAt(tokenServer.tokenAddress)
      const delivery = deliveryTo(dovecot.port, { clientSecret }, settings, clock)
      const before = tokenServer.asked.given.length
      const one = await openOf(delivery)
      const outcomes = await one.deliver(sampleItems('fetched', 2), AbortSignal.timeout(60_000))
      expect(outcomes).toMatchObject([{ state: 'confirmed' }, { state: 'confirmed' }])
      now += 3_500_000
      await openOf(delivery)
      expect(tokenServer.asked.given).toHaveLength(before + 1)
      now += 60_000
      await openOf(delivery)
      expect(tokenServer.asked.given).toHaveLength(before + 2)
      expect(tokenServer.asked.introspected.at(-1)).toBe(tokenServer.asked.given.at(-1))
    })

    it('is tried from the token to the folders', async () => {
      const delivery = deliveryTo(dovecot.port, { clientSecret }, oauthAt(tokenServer.tokenAddress))
      const checks = await tries(delivery)
      expect(checks.every(({ ok }) => ok)).toBe(true)
      expect(checks.map(({ what }) => what)).toEqual([
        `Token from ${new URL(tokenServer.tokenAddress).host}`,
        `Connection to 127.0.0.1:${dovecot.port} (without TLS)`,
        `Sign-in to the mailbox ${ada.user}`,
        `Folders of ${ada.user}`,
      ])
      expect((await delivery.test(null)).map(({ ok }) => ok)).toEqual([true, true])
    })

    it('whose secret is wrong is told so, before any mailbox is asked for', async () => {
      const settings = oauthAt(tokenServer.tokenAddress)
      const delivery = deliveryTo(dovecot.port, { clientSecret: 'wrong' }, settings)
      const before = tokenServer.asked.introspected.length
      const problem = {
        reason: 'sign-in-refused',
        message: `${tokenServer.tokenAddress} gave no token (HTTP 401, invalid_client): check the client id, its secret and the scope.`,
      }
      await expect(openOf(delivery)).rejects.toMatchObject(problem)
      expect(await tries(delivery)).toMatchObject([{ ok: false, remedy: problem.message }])
      expect(tokenServer.asked.introspected).toHaveLength(before)
    })

    it('waits while no token can be fetched', async () => {
      tokenServer.fail(true)
      onTestFinished(() => tokenServer.fail(false))
      for (const address of [tokenServer.tokenAddress, 'https://127.0.0.1:1/token'])
        await expect(
          openOf(deliveryTo(dovecot.port, { clientSecret }, oauthAt(address))),
        ).rejects.toMatchObject({ reason: 'unreachable', message: expect.stringContaining(address) })
    })

    it('sends its secret to no server whose certificate is not believed', async () => {
      const other = { cert: certificate('other.crt'), key: certificate('other.key') }
      const asked: string[] = []
      const stranger = createTlsServer(other, (request, response) => {
        asked.push(request.url ?? '')
        response.end()
      })
      const settings = oauthAt(`https://127.0.0.1:${await portOf(stranger)}/token`)
      onTestFinished(() => void stranger.close())
      await expect(openOf(deliveryTo(dovecot.port, { clientSecret }, settings))).rejects.toMatchObject({
        reason: 'untrusted',
        message: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
      })
      expect(asked).toEqual([])
    })

    it('gives its secret again when tokens are fetched elsewhere or as somebody else', async () => {
      const server = { host: 'imap.firm.example', port: 993, tls: 'tls', login: 'oauth' }
      const before = { ...server, ...oauthAt('https://login.firm.example/token') }
      const elsewhere = { ...server, ...oauthAt('https://login.stranger.example/token') }
      expect(await keepsSecret('imap', before, elsewhere)).toBe(false)
      const somebody = { ...server, ...oauthAt('https://login.firm.example/token', { clientId: 'other' }) }
      expect(await keepsSecret('imap', before, somebody)).toBe(false)
    })
  })
})
