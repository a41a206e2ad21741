import { hash } from 'node:crypto'
import { mkdtemp, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSshServer } from '../../../../test/email-drop/ssh-server.ts'
import type { Json } from '../../../domain/record.ts'
import { systemRandom } from '../../../platform/random.ts'
import type { Pulled } from '../../live-source.ts'
import type { CapturedRecord } from '../../source.ts'
import { eml } from '../fixtures.ts'
import { emailDrop } from '../index.ts'
import { writeZip } from '../test-capture.ts'
import { splitKept } from './kept-email.ts'
import { type EmailDropSecret, emailDropRouteSettings, type SmtpWay } from './route-settings.ts'
import { listenForEmails } from './smtp.ts'

const live = emailDrop.live!
const certificates = join(import.meta.dirname, '../../../../test/certificates')
const numbered = (index: number) =>
  eml({ fields: { 'Message-ID': `<n${index}@vendor.example>` }, body: `Number ${index}` })

let root = ''
let stop: AbortController
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'email-drop-live-'))
  stop = new AbortController()
})
afterEach(async () => {
  stop.abort()
  await rm(root, { recursive: true, force: true })
})

function givenOf(settings: object, secret: EmailDropSecret = {}) {
  return {
    settings: emailDropRouteSettings.parse({ quietSeconds: 0.05, ...settings }),
    ...{ secret, registeredUsers: [], clock: { now: () => Date.UTC(2026, 2, 2) }, random: systemRandom },
    ...{ signal: stop.signal, folder: join(root, 'route') },
  }
}
type Given = ReturnType<typeof givenOf>

interface Pull {
  readonly names: unknown[]
  readonly gaps: string[]
  readonly closed: unknown[]
  readonly cursor: Json | null
}

async function pull(given: Given, cursor: Json | null): Promise<Pull> {
  const found: Pulled[] = await Array.fromAsync(live.pull!({ ...given, cursor }))
  const records = found.filter((one): one is CapturedRecord => 'identity' in one)
  return {
    names: records.map(({ context }) => context.entry ?? context.file),
    gaps: found.flatMap((one) => ('gap' in one ? [one.gap.reason] : [])),
    closed: found.flatMap((one) => ('closed' in one ? [one.closed.key] : [])),
    cursor: found.reduce<Json | null>((last, one) => ('cursor' in one ? one.cursor : last), cursor),
  }
}

describe('a folder', () => {
  test('from which a file is taken away before its turn has lost it, and says so', async () => {
    const given = givenOf({ way: 'folder', folder: root })
    for (const name of ['a.eml', 'b.eml']) await writeFile(join(root, name), numbered(name.charCodeAt(0)))
    const gaps: unknown[] = []
    for await (const one of live.pull!({ ...given, cursor: null })) {
      if ('identity' in one) await rm(join(root, 'b.eml'))
      if ('gap' in one) gaps.push(one.gap)
    }
    expect(gaps).toMatchObject([
      { reason: 'file-gone', explanation: expect.stringMatching(/^b\.eml was taken/) },
    ])
  })

  test('gives each file once, again when it is written anew, and leaves all of them where they are', async () => {
    const given = givenOf({ way: 'folder', folder: root })
    await writeFile(join(root, 'a.eml'), numbered(1))
    await writeZip(join(root, 'day.zip'), { '2.eml': numbered(2) })
    await writeFile(join(root, 'c.eml.part'), numbered(3))
    const first = await pull(given, null)
    expect(first.names).toEqual(['a.eml', '2.eml'])
    const second = await pull(given, first.cursor)
    expect(second.names).toEqual([])
    await rename(join(root, 'c.eml.part'), join(root, 'c.eml'))
    await writeFile(join(root, 'a.eml'), eml({ body: 'another, longer one' }))
    const third = await pull(given, second.cursor)
    expect(third.names).toEqual(['a.eml', 'c.eml'])
    expect(await readFile(join(root, 'c.eml'))).toEqual(numbered(3))
    expect((await pull(given, third.cursor)).names).toEqual([])
  })

  test('leaves a file that is still being written for the next time', async () => {
    const given = givenOf({ way: 'folder', folder: root, quietSeconds: 0.2 })
    const path = join(root, 'a.eml')
    await writeFile(path, numbered(1))
    const writing = setInterval(() => void utimes(path, Date.now() / 1000, performance.now()), 10)
    const { names, cursor } = await pull(given, null)
    clearInterval(writing)
    expect(names).toEqual([])
    expect((await pull(given, cursor)).names).toEqual(['a.eml'])
  })

  test('with a manifest opens a gap for a file that is missing, and closes it when the file comes', async () => {
    const given = givenOf({ way: 'folder', folder: root })
    const listed = [1, 2].map((index) => ({ file: `${index}.eml`, sha256: hash('sha256', numbered(index)) }))
    await writeFile(join(root, '1.eml'), numbered(1))
    const before = await pull(given, null)
    await writeFile(join(root, 'manifest.json'), JSON.stringify(listed))
    const first = await pull(given, before.cursor)
    expect(first).toMatchObject({ names: ['1.eml'], gaps: ['manifest-missing-file'], closed: [] })
    expect(await pull(given, first.cursor)).toMatchObject({ names: [], gaps: [], closed: [] })
    await writeFile(join(root, '2.eml'), numbered(2))
    const second = await pull(given, first.cursor)
    expect(second).toMatchObject({ names: ['2.eml'], gaps: [], closed: ['manifest.json/2.eml'] })
  })

  test('with a file that is refused goes on with the others', async () => {
    const given = givenOf({ way: 'folder', folder: root })
    await writeFile(join(root, 'bad.zip'), 'no zip at all')
    await writeFile(join(root, 'c.eml'), numbered(1))
    await symlink(join(root, 'c.eml'), join(root, 'link.eml'))
    const first = await pull(given, null)
    expect(first).toMatchObject({ names: ['c.eml'], gaps: ['file-refused', 'file-refused'] })
    expect(await pull(given, first.cursor)).toMatchObject({ names: [], gaps: [] })
  })

  test('that is not there is told', async () => {
    const given = givenOf({ way: 'folder', folder: join(root, 'none') })
    await expect(pull(given, null)).rejects.toMatchObject({ code: 'file-not-found' })
    expect(await live.test!(given)).toMatchObject([{ problem: expect.stringContaining('cannot be read') }])
  })
})

describe('an SFTP server', () => {
  const password = 'correct-horse'

  test('gives each file once, and nothing of it stays on our disk', async () => {
    await writeFile(join(root, 'b.eml'), numbered(1))
    await writeZip(join(root, 'day.zip'), { '2.eml': numbered(2), 'day.mf': 'Count: 1\n2.eml\n' })
    await using server = await openSshServer({ root, user: 'firm', password })
    const { port, hostKeySha256 } = server
    const given = givenOf(
      { way: 'sftp', host: '127.0.0.1', port, user: 'firm', folder: '.', hostKeySha256 },
      { password },
    )
    expect(await live.test!(given)).toEqual([{ check: 'list .' }])
    const first = await pull(given, null)
    expect(first).toMatchObject({ names: ['b.eml', '2.eml'], gaps: [] })
    await expect(readFile(join(given.folder, 'taken', '1'))).rejects.toMatchObject({ code: 'ENOENT' })
    await writeFile(join(root, 'c.eml'), numbered(3))
    expect((await pull(given, first.cursor)).names).toEqual(['c.eml'])
  })

  test('with another host key, or a wrong password, is not spoken to', async () => {
    await using server = await openSshServer({ root, user: 'firm', password })
    const settings = { way: 'sftp', host: '127.0.0.1', port: server.port, user: 'firm' }
    const other = givenOf({ ...settings, hostKeySha256: `SHA256:${'A'.repeat(43)}` }, { password })
    await expect(pull(other, null)).rejects.toMatchObject({
      code: 'vendor-refused',
      message: expect.stringContaining('host key'),
    })
    expect(server.passwordsSeen()).toBe(0)
    const wrong = givenOf({ ...settings, hostKeySha256: server.hostKeySha256 }, { password: 'guess' })
    await expect(pull(wrong, null)).rejects.toMatchObject({
      code: 'vendor-refused',
      message: expect.stringContaining('does not let firm in'),
    })
    await server.stop()
    const gone = givenOf({ ...settings, hostKeySha256: server.hostKeySha256 }, { password })
    await expect(pull(gone, null)).rejects.toMatchObject({ code: 'vendor-unreachable' })
  })

  test('that is cut off in the middle of a file loses nothing', async () => {
    await writeFile(join(root, 'a.eml'), numbered(1))
    await writeFile(join(root, 'b.eml'), numbered(2))
    await using server = await openSshServer({ root, user: 'firm', password, cutAtRead: 2 })
    const given = givenOf(
      {
        way: 'sftp',
        host: '127.0.0.1',
        port: server.port,
        user: 'firm',
        hostKeySha256: server.hostKeySha256,
      },
      { password },
    )
    await expect(pull(given, null)).rejects.toMatchObject({ code: 'vendor-unreachable' })
    expect((await pull(given, null)).names).toEqual(['a.eml', 'b.eml'])
  })
})

describe('the SMTP listener', () => {
  const isPlain = { way: 'smtp', host: '127.0.0.1', port: 1, tls: 'none-loopback-only' }

  /** Listens on a free port. */
  async function listening(settings: object, keep: (body: Uint8Array) => Promise<void>, secret = {}) {
    const given = givenOf({ ...isPlain, ...settings }, secret)
    const { promise, resolve } = Promise.withResolvers<number>()
    const way = { ...given.settings, port: 0 } as SmtpWay
    const ended = listenForEmails({ ...given, settings: way, keep }, resolve)
    return { given, ended, port: await Promise.race([promise, ended.then(() => 0)]) }
  }

  function send(port: number, raw: Buffer, options: object = {}, from = 'archiver@vendor.example') {
    const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true, ...options })
    return transport
      .sendMail({ raw, envelope: { from, to: ['drop@holdfast.example'] } })
      .finally(() => transport.close())
  }
  const codeOf = (sent: Promise<unknown>) =>
    sent.then(
      () => 250,
      (error: { responseCode?: number }) => error.responseCode,
    )

  test('keeps an e-mail byte for byte, with its envelope, before it says so', async () => {
    const kept: Uint8Array[] = []
    const { given, port } = await listening({}, async (body) => void kept.push(body))
    const email = eml({ body: 'A line\n.\n..dots\n\nend\n' })
    await send(port, email)
    const [record, ...more] = [...splitKept(given, { bytes: kept[0]!, receivedAt: Date.UTC(2026, 2, 2) })]
    expect(more).toEqual([])
    expect(record).toMatchObject({
      context: {
        envelope: { from: 'archiver@vendor.example', to: ['drop@holdfast.example'] },
        receivedAt: '2026-03-02T00:00:00.000Z',
      },
    })
    expect(Buffer.from((record as CapturedRecord).bytes).toString()).toBe(email.toString())
    expect(emailDrop.decode({ ...(record as CapturedRecord), attachments: [] })).toMatchObject({
      decoded: true,
    })
  })

  test('answers 451 where it could not be kept, and the sender that comes again has it kept once', async () => {
    const journal = new Map<string, number>()
    let isFailing = true
    const { port, given } = await listening({}, async (body) => {
      if (isFailing) throw new Error('the database is away')
      for (const one of splitKept(given, { bytes: body, receivedAt: 0 })) {
        const key = JSON.stringify((one as CapturedRecord).identity)
        journal.set(key, (journal.get(key) ?? 0) + 1)
      }
    })
    expect(await codeOf(send(port, numbered(1)))).toBe(451)
    expect(journal.size).toBe(0)
    isFailing = false
    expect(await codeOf(send(port, numbered(1)))).toBe(250)
    expect([...journal.values()]).toEqual([1])
  })

  test('that is stopped while it keeps does not say that it has, and what is kept twice is one record', async () => {
    const bodies: Uint8Array[] = []
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
    const first = await listening({}, (body) => {
      bodies.push(body)
      reach()
      // As when the process is killed: it never resolves.
      return new Promise(() => {})
    })
    const sent = codeOf(send(first.port, numbered(1), { socketTimeout: 700 }))
    await reached
    expect(await sent).not.toBe(250)
    const second = await listening({}, async (body) => void bodies.push(body))
    expect(await codeOf(send(second.port, numbered(1)))).toBe(250)
    const identities = bodies.flatMap((bytes) =>
      [...splitKept(second.given, { bytes, receivedAt: 0 })].map((one) => (one as CapturedRecord).identity),
    )
    expect(identities).toHaveLength(2)
    expect(identities[0]).toEqual(identities[1])
  })

  test('takes what is not too large, from those who may', async () => {
    const keep = async () => {}
    const one = await listening(
      { emailMegabytesMax: 1, allowedSenders: ['vendor.example'], allowedClients: ['127.0.0.0/8'] },
      keep,
    )
    expect(await codeOf(send(one.port, numbered(1)))).toBe(250)
    expect(await codeOf(send(one.port, numbered(1), {}, 'a@other.example'))).toBe(550)
    expect(await codeOf(send(one.port, eml({ body: 'x'.repeat(2 * 1024 * 1024) })))).toBe(552)
    const other = await listening({ allowedClients: ['192.0.2.0/24'] }, keep)
    expect(await codeOf(send(other.port, numbered(1)))).toBe(554)
  })

  test('lets in who signs in over TLS, and nobody without', async () => {
    const [certificate, privateKey] = await Promise.all(
      ['server.crt', 'server.key'].map((name) => readFile(join(certificates, name), 'utf8')),
    )
    const secret = { privateKey: privateKey!, password: 'correct-horse' }
    const settings = { tls: 'starttls', certificate, user: 'archiver' }
    const { port, given } = await listening(settings, async () => {}, secret)
    const tls = { ca: certificate, servername: 'localhost' }
    const signedIn = (pass: string) => ({
      ignoreTLS: false,
      requireTLS: true,
      tls,
      auth: { user: 'archiver', pass },
    })
    expect(await codeOf(send(port, numbered(1), signedIn('correct-horse')))).toBe(250)
    expect(await codeOf(send(port, numbered(1), signedIn('guess')))).toBe(535)
    expect(await codeOf(send(port, numbered(1), { ignoreTLS: false, requireTLS: true, tls }))).toBe(530)
    expect(await codeOf(send(port, numbered(1)))).not.toBe(250)
    expect((await live.test!(given)).filter(({ problem }) => problem !== undefined)).toEqual([])
  })

  test('ends when it is told to, and names a port that is taken', async () => {
    const one = await listening({}, async () => {})
    const given = givenOf({ ...isPlain, port: one.port })
    await expect(live.listen!({ ...given, keep: async () => {} })).rejects.toMatchObject({
      code: 'port-in-use',
    })
    stop.abort()
    await one.ended
  })
})

describe('settings', () => {
  const problem = (settings: object) =>
    emailDropRouteSettings.safeParse(settings).error?.issues.map(({ message }) => message)
  test('that would speak or listen in the open are refused', () => {
    const plain = { tls: 'none-loopback-only', port: 25 }
    expect(problem({ way: 'smtp', host: '0.0.0.0', ...plain })).toContain(
      'Without TLS only this machine is listened to: choose tls or starttls.',
    )
    expect(problem({ way: 'smtp', host: '0.0.0.0', port: 25, certificate: 'x' })).toEqual([
      'Say who may deliver: networks, or a name to sign in with.',
    ])
    expect(problem({ way: 'smtp', port: 25 })).toEqual(['Give the certificate that the listener shows.'])
    expect(
      problem({ way: 'imap', host: 'imap.vendor.example', user: 'a', tls: 'none-loopback-only' }),
    ).toHaveLength(1)
    expect(problem({ way: 'sftp', host: 'sftp.vendor.example', user: 'a' })).toHaveLength(1)
    expect(problem({ way: 'imap', host: 'imap.vendor.example', user: 'a', moveTo: 'INBOX' })).toHaveLength(1)
  })
})
