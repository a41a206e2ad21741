import { describe, expect, it, onTestFinished } from 'vitest'
import type { FaultKind } from '../../../test/graph/faults.ts'
import type { Silence } from '../../../test/graph/messages.ts'
import { AppError } from '../../domain/errors.ts'
import { contentOf, deliveryContract, sampleItems } from '../delivery.contract.ts'
import type { OpenFolder, Outcome } from '../delivery.ts'
import { itemFixture } from '../outgoing-item.fixture.ts'
import type { OutgoingItem } from '../outgoing-item.ts'
import { DeliveryProblem } from '../problem.ts'
import {
  ada,
  clientId,
  deliver,
  deliveryTo,
  folder,
  openExchange,
  startExchange,
} from './exchange-world.fixture.ts'

deliveryContract('exchange-online', async () => {
  const server = await startExchange()
  return {
    delivery: deliveryTo(server),
    address: ada,
    contents: async (name) =>
      server.messages(ada, name).map(({ internetMessageId, attachments }) => ({
        messageId: internetMessageId,
        bytes: attachments.find(({ contentType }) => contentType === 'message/rfc822')?.content ?? null,
      })),
    withWrongSecret: () => deliveryTo(server, {}, { clientSecret: 'another' }),
    close: () => server.close(),
  }
})

function withFilm(id: string, bytes: number): OutgoingItem {
  const attachments = [{ name: '现场.mp4', type: 'video/mp4', content: () => contentOf(bytes) }]
  return itemFixture({ id, attachments })
}

async function stateOf(one: OpenFolder, item: OutgoingItem): Promise<Outcome> {
  const [outcome] = await deliver(one, [item])
  return outcome!
}

async function problemOf(work: Promise<unknown>): Promise<DeliveryProblem> {
  const error = await work.catch((cause: unknown) => cause)
  expect(error).toBeInstanceOf(DeliveryProblem)
  return error as DeliveryProblem
}

describe('a copy in Exchange Online', () => {
  it('is no draft and carries times, class, people, text, headers and files', async () => {
    const { server, one } = await openExchange()
    const item = itemFixture({
      id: 'whole',
      text: '明天见 <b>',
      attachments: [{ name: '合同 最终版.png', type: 'image/png', content: () => contentOf(5_000) }],
    })
    expect(await deliver(one, [item])).toMatchObject([{ state: 'confirmed' }])
    const [copy] = server.messages(ada, folder)
    expect(copy).toMatchObject({
      ...{
        isDraft: false,
        subject: item.subject,
        internetMessageId: item.messageId,
        itemClass: item.itemClass,
      },
      ...{ sentDateTime: '2026-03-04T09:30:00.000Z', receivedDateTime: '2026-03-04T09:30:00.000Z' },
      from: { emailAddress: { name: 'Ada Lovelace', address: 'ada@firm.example' } },
      toRecipients: [{ emailAddress: { name: '张伟' } }],
    })
    expect(copy!.body).toMatchObject({
      contentType: 'html',
      content: expect.stringContaining('明天见 &lt;b&gt;'),
    })
    const headers = new Map(copy!.internetMessageHeaders.map(({ name, value }) => [name, value]))
    expect(headers.get('x-holdfast-channel')).toBe('whatsapp')
    expect(headers.get('x-holdfast-item-class')).toBe(item.itemClass)
    expect([...copy!.properties.keys()].some((id) => id.endsWith('name x-holdfast-route'))).toBe(true)
    expect(copy!.attachments.map(({ name, contentType, bytes }) => ({ name, contentType, bytes }))).toEqual([
      { name: '合同 最终版.png', contentType: 'image/png', bytes: 5_000 },
      { name: 'item-whole.eml', contentType: 'message/rfc822', bytes: item.emailBytes },
    ])
  })

  it.each<[Silence, string]>([
    ['drafts', 'it is a draft'],
    ['times', 'another time of sending'],
    ['class', 'the class IPM.Note'],
    ['truncates-attachments', 'is not there with its'],
  ])('is refused loudly where the server silently did otherwise (%s)', async (silence, difference) => {
    const { server, one } = await openExchange()
    server.beSilent(silence)
    const outcome = await stateOf(one, itemFixture({ id: silence }))
    expect(outcome).toMatchObject({ state: 'refused', reason: 'item-changed' })
    expect(outcome).toHaveProperty('message', expect.stringContaining(difference))
  })

  it('is missed where the server accepts it and loses it', async () => {
    const { server, one } = await openExchange()
    server.beSilent('loses')
    expect(await stateOf(one, itemFixture({ id: 'lost' }))).toMatchObject({
      state: 'refused',
      reason: 'item-lost',
    })
  })
})

describe('a mailbox or a tenant that does not take copies', () => {
  it('names a mailbox without a licence, a full one, and one that a policy keeps out', async () => {
    const { server, delivery, one } = await openExchange()
    const opening = () =>
      delivery.open({ address: ada, folder: 'WeChat Archiver' }, AbortSignal.timeout(60_000))
    server.mailbox(ada).state = 'unlicensed'
    expect(await problemOf(opening())).toMatchObject({ reason: 'mailbox-unlicensed' })
    server.mailbox(ada).state = 'blocked-by-policy'
    expect(await problemOf(opening())).toMatchObject({ reason: 'mailbox-refused' })
    server.mailbox(ada).state = 'full'
    const full = await problemOf(deliver(one, [itemFixture({ id: 'full' })]))
    expect(full).toMatchObject({ reason: 'mailbox-full', message: expect.stringContaining(ada) })
  })

  it('names a hidden folder that has taken the name', async () => {
    const server = await startExchange()
    onTestFinished(() => server.close())
    server.addFolder(ada, folder, true)
    const problem = await problemOf(
      deliveryTo(server).open({ address: ada, folder }, AbortSignal.timeout(60_000)),
    )
    expect(problem).toMatchObject({ reason: 'folder-taken', message: expect.stringContaining(folder) })
  })

  it('names the permission that is missing', async () => {
    const server = await startExchange({}, ['Mail.Read'])
    onTestFinished(() => server.close())
    const checks = await deliveryTo(server).test(ada)
    expect(checks.map(({ what, ok }) => ({ what, ok }))).toEqual([
      { what: `Sign-in of application ${clientId} to tenant firm.onmicrosoft.test`, ok: true },
      { what: 'Permission Mail.ReadWrite', ok: false },
    ])
    const opening = deliveryTo(server).open({ address: ada, folder }, AbortSignal.timeout(60_000))
    expect(await problemOf(opening)).toMatchObject({
      reason: 'permission-missing',
      message: expect.stringContaining('Mail.ReadWrite'),
    })
  })

  it('does not take the in-place archive for a place, and says why', () => {
    expect(() => deliveryTo({ origin: 'http://127.0.0.1:1' }, { folderIn: 'archive' })).toThrow(
      /in-place archive/,
    )
  })
})

describe('an item that is too large', () => {
  it('is delivered without its large attachments where the tenant allows less, and they are named', async () => {
    const { server, one } = await openExchange({ attachments: { sessionBytesMax: 4_000_000 } })
    const item = withFilm('tenant-limit', 5_000_000)
    const outcome = await stateOf(one, item)
    const { name, bytes, sha256 } = item.attachments[0]!
    expect(outcome).toMatchObject({ state: 'confirmed', leftOut: [{ name, bytes, sha256 }] })
    const copies = server.messages(ada, folder)
    expect(copies).toHaveLength(1)
    expect(copies[0]!.attachments.map((one) => one.name)).toEqual(['item-tenant-limit.eml'])
    for (const said of [name, String(bytes), sha256]) expect(copies[0]!.body.content).toContain(said)
    expect(await one.find([item])).toEqual(
      new Map([[item.id, { receipt: copies[0]!.id, leftOut: [{ name, bytes, sha256 }] }]]),
    )
  })

  it('leaves out what is over the set limit without asking the server', async () => {
    const { server, one } = await openExchange({}, { itemBytesMax: 4_000_000 })
    expect(await stateOf(one, withFilm('set-limit', 4_000_001))).toMatchObject({
      leftOut: [{ bytes: 4_000_001 }],
    })
    expect(server.calls.some(({ path }) => path.endsWith('createUploadSession'))).toBe(false)
  })

  it('stays here where it does not go even so', async () => {
    const { server, one } = await openExchange()
    server.setMessageBytesMax(500)
    expect(await stateOf(one, itemFixture({ id: 'never' }))).toMatchObject({ reason: 'item-too-large' })
    expect(server.messages(ada, folder)).toEqual([])
  })

  it('is not sent where our own copy is damaged, and nothing of it stays there', async () => {
    const { server, one } = await openExchange()
    const damaged = (item: OutgoingItem): OutgoingItem => ({
      ...item,
      attachment: async (place) => ({
        ...(await item.attachment(place)),
        // biome-ignore lint/correctness/useYield: it fails before it has anything
        content: (async function* () {
          throw new AppError('content-damaged', 'The hash is another one.')
        })(),
      }),
    })
    const outcomes = [
      await stateOf(one, damaged(withFilm('damaged-small', 70_000))),
      await stateOf(one, damaged(withFilm('damaged-large', 4_000_000))),
    ]
    expect(outcomes).toMatchObject([{ reason: 'content-damaged' }, { reason: 'content-damaged' }])
    expect(server.messages(ada, folder)).toEqual([])
  })
})

describe('what was sent and not answered', () => {
  it('is found when it is whole, and its half is taken away', async () => {
    const { server, one } = await openExchange()
    const [whole, half] = [itemFixture({ id: 'was-whole' }), withFilm('was-half', 4_000_000)]
    server.faults.plan({ kind: 'cut-after', match: ({ path }) => path === '/$batch' })
    expect(await problemOf(deliver(one, [whole]))).toMatchObject({ reason: 'unreachable' })
    server.faults.plan({ kind: 'cut-before', match: ({ path }) => path.endsWith('createUploadSession') })
    expect(await problemOf(deliver(one, [half]))).toMatchObject({ reason: 'unreachable' })
    expect(server.messages(ada, folder)).toHaveLength(2)
    expect([...(await one.find([whole, half]))!.keys()]).toEqual([whole.id])
    expect(server.messages(ada, folder).map(({ internetMessageId }) => internetMessageId)).toEqual([
      whole.messageId,
    ])
    expect(server.messages(ada, 'Deleted Items')).toEqual([])
  })

  it.each<FaultKind>(['500', '502', '503', '504', '504-after'])(
    'is to be looked for before it is sent again after %s',
    async (kind) => {
      const { server, one } = await openExchange()
      const items = sampleItems('uncertain', 4)
      const creation = ({ method, path }: { method: string; path: string }) =>
        method === 'POST' && path.endsWith('/messages')
      server.faults.plan({ kind, match: creation, retryAfterSeconds: 7 })
      const outcomes = await deliver(one, items)
      const later = outcomes.filter(({ state }) => state === 'later')
      expect(later).toMatchObject([{ uncertain: true }])
      expect(outcomes.filter(({ state }) => state === 'confirmed')).toHaveLength(3)
      const found = await one.find(items)
      expect(found?.size).toBe(kind === '504-after' ? 4 : 3)
    },
  )

  it('is asked again as the server says where it was throttled alone', async () => {
    const { server, one } = await openExchange()
    const creation = ({ method, path }: { method: string; path: string }) =>
      method === 'POST' && path.endsWith('/messages')
    server.faults.plan({ kind: '429', match: creation, retryAfterSeconds: 1, times: 2 })
    const begun = Date.now()
    const outcomes = await deliver(one, sampleItems('throttled', 4))
    expect(outcomes.map(({ state }) => state)).toEqual(Array(4).fill('confirmed'))
    expect(Date.now() - begun).toBeGreaterThanOrEqual(1_000)
    expect(server.messages(ada, folder)).toHaveLength(4)
  })

  it('goes to the ledger with the time the server asked for where that is long', async () => {
    const { server, one } = await openExchange()
    const creation = ({ method, path }: { method: string; path: string }) =>
      method === 'POST' && path.endsWith('/messages')
    server.faults.plan({ kind: '429', match: creation, retryAfterSeconds: 120 })
    expect(await stateOf(one, itemFixture({ id: 'long' }))).toMatchObject({
      state: 'later',
      afterMs: 120_000,
    })
  })
})
