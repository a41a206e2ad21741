import PostalMime from 'postal-mime'
import { afterEach, describe, expect, it } from 'vitest'
import { AppError } from '../../domain/errors.ts'
import { systemClock } from '../../platform/clock.ts'
import { systemRandom } from '../../platform/random.ts'
import { contentOf, deliveryContract, sampleItems } from '../delivery.contract.ts'
import type { Delivery, Outcome } from '../delivery.ts'
import { itemFixture } from '../outgoing-item.fixture.ts'
import type { OutgoingItem } from '../outgoing-item.ts'
import type { ProblemReason } from '../problem.ts'
import { smtpJournal } from './index.ts'
import {
  certificateOf,
  type JournalServer,
  type JournalServerOptions,
  originalOf,
  startJournalServer,
  textOf,
} from './journal-server.fixture.ts'

const address = 'ada@firm.example'
const target = { address, folder: 'WhatsApp Archiver' } as const
const user = { name: 'holdfast', password: 'correct-horse' }
const closings: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close()
})

function deliveryTo(server: { port: number }, settings: object = {}, secret: object | null = null): Delivery {
  return smtpJournal.create({
    settings: smtpJournal.settings.parse({
      ...{ host: '127.0.0.1', port: server.port, tls: 'none-loopback-only' },
      ...{ from: 'holdfast@archive.example', to: 'journal@vault.example' },
      ...settings,
    }),
    secret: smtpJournal.secret.parse(secret),
    ...{ clock: systemClock, random: systemRandom },
  })
}

async function started(
  options: JournalServerOptions = {},
  settings: object = {},
  secret: object | null = null,
) {
  const server = await startJournalServer(options)
  closings.push(() => server.close())
  const delivery = deliveryTo(server, settings, secret)
  closings.push(() => delivery.close())
  return { server, delivery }
}

async function deliver(delivery: Delivery, items: readonly OutgoingItem[]): Promise<Outcome[]> {
  const one = await delivery.open(target, AbortSignal.timeout(30_000))
  return one.deliver(items, AbortSignal.timeout(30_000))
}

function withFilm(id: string, bytes = 900_000): OutgoingItem {
  const attachments = [{ name: '现场.mp4', type: 'video/mp4', content: () => contentOf(bytes) }]
  return itemFixture({ id, attachments })
}

deliveryContract(
  'smtp-journal',
  async () => {
    const server = await startJournalServer({ user })
    return {
      ...{ address, delivery: deliveryTo(server, { user: user.name }, { password: user.password }) },
      withWrongSecret: () => deliveryTo(server, { user: user.name }, { password: 'wrong' }),
      contents: async () =>
        Promise.all(
          server.reports.map(async (report) => {
            const bytes = originalOf(report)
            return { bytes, messageId: (await PostalMime.parse(bytes)).messageId ?? '' }
          }),
        ),
      close: () => server.close(),
    }
  },
  {
    looking: 'a journal address can only be sent to',
    'unknown-mailbox': 'the mailbox is a line of the report; no server is asked for it',
  },
)

describe('a journal report', () => {
  it('names the people and the mailbox, and goes from and to the addresses of the destination', async () => {
    const { server, delivery } = await started()
    const item = withFilm('named')
    expect(await deliver(delivery, [item])).toEqual([{ state: 'confirmed', receipt: '250 2.0.0 taken as 1' }])
    const [report] = server.reports
    expect(report).toMatchObject({ from: 'holdfast@archive.example', to: ['journal@vault.example'] })
    const mail = await PostalMime.parse(report!.bytes, { forceRfc822Attachments: true })
    expect(mail.headers.map(({ key }) => key)).toContain('x-ms-journal-report')
    expect(mail.attachments.map(({ mimeType }) => mimeType)).toEqual(['message/rfc822'])
    expect(mail.text?.trim().split(/\r?\n/)).toEqual([
      'Sender: ada@firm.example',
      `Subject: ${item.subject}`,
      `Message-Id: ${item.messageId}`,
      'Recipient: ada@firm.example',
      'To: wecom-userid.zhangwei@archive.example',
    ])
  })

  it('is the same, Message-ID included, when it is sent again, and another one for another item', async () => {
    const { server, delivery } = await started()
    const [first, second] = [itemFixture({ id: 'first' }), itemFixture({ id: 'second' })]
    await deliver(delivery, [first, second, first])
    const [one, other, again] = server.reports.map(({ bytes }) => bytes)
    expect(again!.equals(one!)).toBe(true)
    const ids = await Promise.all(
      [one!, other!].map(async (bytes) => (await PostalMime.parse(bytes)).messageId),
    )
    expect(ids[0]).toMatch(/^<[0-9a-f]{32}@archive\.example>$/)
    expect(ids[1]).not.toBe(ids[0])
  })

  it('uses its connections again', async () => {
    const { server, delivery } = await started()
    for (const prefix of ['one', 'two', 'three']) await deliver(delivery, sampleItems(prefix, 5))
    expect(server.reports).toHaveLength(15)
    expect(server.connections).toBe(1)
  })
})

describe('what a journal server does not take', () => {
  it.each([
    ['named by the server', { bytesMax: 400_000 }, {}],
    ['set for the destination', {}, { itemBytesMax: 400_000 }],
  ])('is sent without its large attachments where it is over a limit %s', async (_, server, settings) => {
    const { server: journal, delivery } = await started(server, settings)
    const item = withFilm('reduced')
    const [{ name, bytes, sha256 }] = item.attachments as [OutgoingItem['attachments'][0]]
    expect(await deliver(delivery, [item])).toMatchObject([
      { state: 'confirmed', leftOut: [{ name, bytes, sha256 }] },
    ])
    const original = await PostalMime.parse(originalOf(journal.reports[0]!))
    expect(original.attachments).toEqual([])
    expect(original.text).toContain(sha256)
    expect(await textOf(journal.reports[0]!)).toContain(
      `Left-Out: ${name}, ${bytes} bytes, SHA-256 ${sha256}`,
    )
  })

  it('is sent without its large attachments where the server says only afterwards that it is too large', async () => {
    const { server, delivery } = await started()
    server.answer = ({ bytes }) => (bytes.length > 400_000 ? { status: 552, words: '5.3.4 too big' } : null)
    expect(await deliver(delivery, [withFilm('late')])).toMatchObject([{ state: 'confirmed', leftOut: [{}] }])
  })

  it('is refused as too large where its text alone is, and the others go on', async () => {
    const { server, delivery } = await started({ bytesMax: 100_000 })
    const long = itemFixture({ id: 'long', text: 'word '.repeat(40_000) })
    const outcomes = await deliver(delivery, [long, itemFixture({ id: 'short' })])
    expect(outcomes).toMatchObject([{ state: 'refused', reason: 'item-too-large' }, { state: 'confirmed' }])
    expect(server.reports).toHaveLength(1)
  })

  it('waits after a 4xx, is refused after a 5xx, and neither stops the next item', async () => {
    const { server, delivery } = await started()
    const answers = [{ status: 451, words: '4.3.0 later' }, { status: 554, words: '5.7.1 no thanks' }, null]
    server.answer = () => answers.shift() ?? null
    expect(await deliver(delivery, sampleItems('answers', 3))).toMatchObject([
      { state: 'later', message: expect.stringContaining('4.3.0 later') },
      { state: 'refused', reason: 'item-refused', message: expect.stringContaining('5.7.1 no thanks') },
      { state: 'confirmed' },
    ])
  })

  it('is not sent where our own copy is damaged, and the others go on', async () => {
    const { server, delivery } = await started()
    const damaged: OutgoingItem = {
      ...withFilm('damaged'),
      email: async () =>
        (async function* () {
          yield Buffer.from('Subject: half of it\r\n')
          throw new AppError('content-damaged', 'The content of item-damaged fails its hash.')
        })(),
    }
    const outcomes = await deliver(delivery, [damaged, itemFixture({ id: 'sound' })])
    expect(outcomes).toMatchObject([{ state: 'refused', reason: 'content-damaged' }, { state: 'confirmed' }])
    expect(server.reports).toHaveLength(1)
  })
})

describe('a journal server that', () => {
  it('cuts the connection leaves a report uncertain, and what it took before is said', async () => {
    const { server, delivery } = await started()
    server.answer = ({ bytes }) => (bytes.includes('cut-1 ') ? 'cut-after' : null)
    const items = ['cut-0', 'cut-1', 'cut-2'].map((id) => itemFixture({ id, text: `${id} is here` }))
    expect(await deliver(delivery, items)).toMatchObject([
      { state: 'confirmed' },
      { state: 'later' },
      { state: 'later' },
    ])
    server.answer = () => 'cut-before'
    await expect(deliver(delivery, [itemFixture({ id: 'alone' })])).rejects.toMatchObject({
      reason: 'unreachable',
    })
    server.answer = () => null
    expect(await deliver(delivery, [itemFixture({ id: 'alone' })])).toMatchObject([{ state: 'confirmed' }])
  })

  const authority = certificateOf('server').cert
  it.each(['tls', 'starttls'] as const)(
    'speaks %s is trusted with its certificate authority',
    async (tls) => {
      const { server, delivery } = await started({ tls }, { tls, certificateAuthority: authority })
      expect(await deliver(delivery, [itemFixture({ id: tls })])).toMatchObject([{ state: 'confirmed' }])
      expect(server.reports).toHaveLength(1)
    },
  )

  const untrusted: [string, JournalServerOptions, object, ProblemReason][] = [
    ['has an unknown authority', { tls: 'tls' }, { tls: 'tls' }, 'untrusted'],
    ['has an unknown authority (STARTTLS)', { tls: 'starttls' }, { tls: 'starttls' }, 'untrusted'],
    [
      'answers for another name',
      { tls: 'tls', certificate: 'other' },
      { tls: 'tls', certificateAuthority: certificateOf('other').cert },
      'untrusted',
    ],
    ['speaks no TLS', {}, { tls: 'tls' }, 'untrusted'],
    ['offers no STARTTLS', {}, { tls: 'starttls' }, 'untrusted'],
  ]
  it.each(untrusted)('%s gets nothing', async (_, options, settings, reason) => {
    const { server, delivery } = await started(options, settings)
    await expect(deliver(delivery, [itemFixture({ id: 'secret' })])).rejects.toMatchObject({ reason })
    const failed = (await delivery.test(null)).filter(({ ok }) => !ok)
    expect(failed).toMatchObject([{ remedy: expect.stringMatching(/certificate|TLS/) }])
    expect(server.reports).toEqual([])
  })

  it('does not take our addresses, or wants a sign-in, is a matter of the settings', async () => {
    const refusing: JournalServerOptions = {
      server: {
        onRcptTo: (_address, _session, done) =>
          done(Object.assign(new Error('no such'), { responseCode: 550 })),
      },
    }
    const { delivery } = await started(refusing)
    await expect(deliver(delivery, sampleItems('rcpt', 2))).rejects.toMatchObject({ reason: 'bad-settings' })
    const signIn = await started({ user }, { user: user.name })
    await expect(deliver(signIn.delivery, sampleItems('auth', 1))).rejects.toMatchObject({
      reason: 'bad-settings',
    })
    const wrong = await started({ user }, { user: user.name }, { password: 'wrong' })
    await expect(deliver(wrong.delivery, sampleItems('auth', 1))).rejects.toMatchObject({
      reason: 'sign-in-refused',
    })
  })

  it('is not there is unreachable', async () => {
    const gone: JournalServer = await startJournalServer()
    await gone.close()
    await expect(deliver(deliveryTo(gone), sampleItems('gone', 1))).rejects.toMatchObject({
      reason: 'unreachable',
    })
  })
})

describe('the settings of a journal destination', () => {
  const good = {
    ...{ host: 'mail.firm.example', port: 587, tls: 'starttls' },
    ...{ from: 'holdfast@archive.example', to: 'journal@vault.example' },
  }
  it.each([
    ['a connection without TLS to another machine', { tls: 'none-loopback-only' }],
    ['an address with a line break', { to: 'journal@vault.example\r\nBcc: eve@evil.example' }],
    ['a certificate authority that is none', { certificateAuthority: 'trust me' }],
    ['what it does not know', { rejectUnauthorized: false }],
  ])('do not allow %s', (_, bad) => {
    expect(smtpJournal.settings.safeParse(good).success).toBe(true)
    expect(smtpJournal.settings.safeParse({ ...good, ...bad }).success).toBe(false)
  })
})
