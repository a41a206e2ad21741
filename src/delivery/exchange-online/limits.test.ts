/** The documented limits of Microsoft Graph and Exchange Online, each of which the adapter would be refused for breaking. */
import { describe, expect, it } from 'vitest'
import type { RecordedCall } from '../../../test/graph/server.ts'
import { contentOf, sampleItems } from '../delivery.contract.ts'
import { type ItemFixture, itemFixture } from '../outgoing-item.fixture.ts'
import { ada, clientSecret, deliver, deliveryTo, folder, openExchange } from './exchange-world.fixture.ts'
import { messageOf } from './message.ts'
import { exchangeSettings } from './settings.ts'

const film = (bytes: number) => [{ name: 'film.mp4', type: 'video/mp4', content: () => contentOf(bytes) }]
const creations = (calls: readonly RecordedCall[]) =>
  calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/messages'))

/** Delivers one item, expects it to be there, and answers what was asked of the server. */
async function callsFor(given: ItemFixture): Promise<readonly RecordedCall[]> {
  const { server, one } = await openExchange()
  expect(await deliver(one, [itemFixture(given)])).toMatchObject([{ state: 'confirmed' }])
  return server.calls
}

describe('a message as it is made', () => {
  it('is JSON, in the folder, with the flags that make it no draft from the beginning (a later change does nothing)', async () => {
    const calls = await callsFor({ id: 'flags' })
    const [creation, ...others] = creations(calls)
    expect(others).toEqual([])
    expect(creation!.headers['content-type']).toMatch(/^application\/json/)
    const properties = (creation!.body as { singleValueExtendedProperties: { id: string; value: string }[] })
      .singleValueExtendedProperties
    expect(properties).toEqual(
      expect.arrayContaining([
        { id: 'Integer 0x0E07', value: '1' },
        { id: 'SystemTime 0x0E06', value: '2026-03-04T09:30:00.000Z' },
        { id: 'SystemTime 0x0039', value: '2026-03-04T09:30:00.000Z' },
        { id: 'String 0x001A', value: 'IPM.ExternalData.WhatsAppArchiver.Message' },
      ]),
    )
    expect(calls.filter(({ method }) => method === 'PATCH')).toEqual([])
  })

  it('has one to five headers, all beginning with x-, none longer than Graph takes', async () => {
    const item = itemFixture({ id: 'headers' })
    const long = `X-Holdfast-Participants: ${'phone:+447700900123, '.repeat(80)}end\r\n`
    const skeleton = Buffer.concat([Buffer.from(long), item.skeleton])
    for (const one of [item, { ...item, skeleton }]) {
      const { internetMessageHeaders } = await messageOf(one, [])
      expect(internetMessageHeaders!.length).toBeGreaterThan(0)
      expect(internetMessageHeaders!.length).toBeLessThanOrEqual(5)
      for (const { name, value } of internetMessageHeaders!) {
        expect(name).toMatch(/^x-/)
        expect(value.length).toBeLessThanOrEqual(995)
      }
    }
    const { singleValueExtendedProperties } = await messageOf({ ...item, skeleton }, [])
    expect(singleValueExtendedProperties.some(({ value }) => value.length > 995)).toBe(true)
  })

  it('names at most 500 recipients, and says how many more there are', async () => {
    const item = itemFixture({ id: 'many' })
    const to = Array.from({ length: 612 }, (_, nth) => `<user${nth}@firm.example>`).join(',\r\n ')
    const text = Buffer.from(item.skeleton)
      .toString('utf8')
      .replace(/^To: .*$/m, `To: ${to}`)
    const { toRecipients, body } = await messageOf({ ...item, skeleton: Buffer.from(text) }, [])
    expect(toRecipients).toHaveLength(500)
    expect(body.content).toContain('112 more recipients')
  })

  it('has a subject of 255 characters at most, and breaks none of them', async () => {
    const { subject } = await messageOf(
      { ...itemFixture({ id: 'subject' }), subject: `a${'🙂'.repeat(200)}` },
      [],
    )
    expect(subject.length).toBeLessThanOrEqual(255)
    expect(subject.isWellFormed()).toBe(true)
  })

  it('stays under the size of a request with a text of megabytes, which is whole in the e-mail', async () => {
    const calls = await callsFor({ id: 'long', text: '明天<见>&'.repeat(400_000) })
    for (const { bodyBytes, path } of calls)
      if (!path.startsWith('/upload')) expect(bodyBytes).toBeLessThanOrEqual(4_000_000)
    expect(calls.some(({ path }) => path.endsWith('createUploadSession'))).toBe(true)
  })
})

describe('files by their sizes', () => {
  it.each([
    ['under 2 MB: in the same request', 600_000, { sessions: 0, posts: 0 }],
    [
      'under 3 MB: in a request of its own, and the e-mail by upload session',
      2_900_000,
      { sessions: 1, posts: 1 },
    ],
    // Graph counts 3 MB as 3 × 1,024 × 1,024 here, or as 3,000,000; whichever it is, the file goes.
    ['of 3,000,001 bytes: whichever the server takes', 3_000_001, { sessions: 2, posts: 1 }],
    ['over 3 MB: by upload session', 3_200_000, { sessions: 2, posts: 0 }],
  ])('%s', async (_, bytes, { sessions, posts }) => {
    const calls = await callsFor({ id: 'sized', attachments: film(bytes) })
    expect(calls.filter(({ path }) => path.endsWith('/createUploadSession'))).toHaveLength(sessions)
    expect(
      calls.filter(({ path, method }) => method === 'POST' && path.endsWith('/attachments')),
    ).toHaveLength(posts)
  })

  it('go to an upload address in order, less than 4 MB at a time, and without the token', async () => {
    const calls = await callsFor({ id: 'ranges', attachments: film(9_000_000) })
    const ranges = calls.filter(({ path }) => path.startsWith('/upload/'))
    expect(ranges.length).toBeGreaterThan(5)
    for (const { bodyBytes, headers, status } of ranges) {
      expect(bodyBytes).toBeLessThan(4_000_000)
      expect(headers.authorization).toBeUndefined()
      expect(status).toBeLessThan(300)
    }
  })

  it('of more than 150 MB stay here, and the set limit is no larger', () => {
    expect(exchangeSettings.shape.itemBytesMax.safeParse(150_000_000).success).toBe(true)
    expect(exchangeSettings.shape.itemBytesMax.safeParse(150_000_001).success).toBe(false)
  })

  it('go on where a connection was cut, before and after the server took a range', async () => {
    const { server, one } = await openExchange()
    const range = ({ method, path }: { method: string; path: string }) =>
      method === 'PUT' && path.startsWith('/upload')
    server.faults.plan({ kind: 'cut-before', match: range, after: 1 })
    server.faults.plan({ kind: 'cut-after', match: range, after: 2 })
    server.faults.plan({ kind: '503', match: range, after: 3, retryAfterSeconds: 0 })
    const item = itemFixture({ id: 'cut', attachments: film(20_000_001) })
    expect(await deliver(one, [item])).toMatchObject([{ state: 'confirmed' }])
    const [copy] = server.messages(ada, folder)
    expect(copy!.attachments.map(({ bytes }) => bytes)).toEqual([20_000_001, item.emailBytes])
    expect(copy!.attachments[0]!.sha256).toBe(item.attachments[0]!.sha256)
  })

  it('begin again later where an upload session has ended', async () => {
    const { server, one } = await openExchange()
    const item = itemFixture({ id: 'expired', attachments: film(9_000_000) })
    let read = 0
    async function* expiring(content: AsyncIterable<Uint8Array>) {
      for await (const piece of content) {
        read += piece.length
        if (read > 5_000_000) server.uploads.expire()
        yield piece
      }
    }
    const attachment = async (place: number) => {
      const opened = await item.attachment(place)
      return { ...opened, content: expiring(opened.content) }
    }
    const outcome = await deliver(one, [{ ...item, attachment }]).catch((error: unknown) => error)
    expect(JSON.stringify(outcome)).toMatch(/unreachable|later/)
    expect((await one.find([item]))?.size).toBe(0)
    expect(await deliver(one, [item])).toMatchObject([{ state: 'confirmed' }])
    expect(server.messages(ada, folder)).toHaveLength(1)
  })
})

describe('the budget of a mailbox', () => {
  it('has at most four requests at once, in batches of at most four', async () => {
    const { server, delivery, one } = await openExchange({ latencyMs: 5 })
    const other = await delivery.open(
      { address: ada, folder: 'WeChat Archiver' },
      AbortSignal.timeout(60_000),
    )
    await Promise.all([deliver(one, sampleItems('one', 20)), deliver(other, sampleItems('other', 20))])
    const use = server.use(ada)
    expect(use.refused).toBe(0)
    expect(use.requestsAtOnce).toBe(4)
    const batches = server.calls.filter(({ path }) => path === '/$batch')
    for (const { body } of batches)
      expect((body as { requests: unknown[] }).requests.length).toBeLessThanOrEqual(4)
  })

  it('is never overrun, in requests', { timeout: 60_000 }, async () => {
    const limits = {
      ...{ requests: 40, requestsWindowMs: 1_000, uploadBytes: 100_000_000, uploadWindowMs: 1_000 },
      requestsAtOnce: 4,
    }
    const { server, one } = await openExchange({ throttle: limits }, {}, limits)
    for (const round of ['first', 'second', 'third'])
      expect((await deliver(one, sampleItems(round, 20))).every(({ state }) => state === 'confirmed')).toBe(
        true,
      )
    expect(server.use(ada)).toMatchObject({ refused: 0 })
  })
})

it('keeps the secret out of everything but the sign-in', async () => {
  const { server, one } = await openExchange()
  await deliver(one, [itemFixture({ id: 'secret' })])
  expect(JSON.stringify(server.calls.filter(({ path }) => !path.endsWith('/token')))).not.toContain(
    clientSecret,
  )
  expect(() => deliveryTo(server, {}, { clientSecret: '' })).toThrow()
})
