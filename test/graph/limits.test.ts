import { afterEach, describe, expect, it } from 'vitest'
import { ada, type Caller, startCaller } from './caller.ts'
import type { FaultKind } from './faults.ts'

let caller: Caller
afterEach(() => caller.close())

const started = async (options: Parameters<typeof startCaller>[0] = {}) => {
  caller = await startCaller(options)
}
const post = () => caller.mail('POST', '/mailFolders/inbox/messages', { body: { subject: 'x' } })
const get = () => caller.mail('GET', '/mailFolders/inbox')
const inbox = () => caller.server.messages(ada, 'Inbox').length

describe('$batch', () => {
  const batch = (requests: object[]) => caller.ask('POST', '/$batch', { body: { requests } })
  const read = (id: string) => ({ id, method: 'GET', url: `/users/${ada}/mailFolders/inbox` })
  const write = (id: string) => ({
    ...{ id, method: 'POST', url: `/users/${ada}/mailFolders/inbox/messages` },
    ...{ headers: { 'Content-Type': 'application/json' }, body: { subject: id } },
  })

  it('answers each by its id, in no order that is promised, and refuses what is over four of a mailbox', async () => {
    await started()
    caller.server.addMailbox('ben@firm.example')
    const ids = ['1', '2', '3', '4', '5', '6']
    const other = { id: '7', method: 'GET', url: '/users/ben@firm.example/mailFolders/inbox' }
    const { status, body } = await batch([...ids.map(write), other])
    expect(status).toBe(200)
    const byId = body.responses.map(({ id, status }: { id: string; status: number }) => [id, status])
    expect(byId).not.toEqual(byId.toSorted())
    expect(byId.toSorted()).toEqual([
      ...[1, 2, 3, 4].map((id) => [String(id), 201]),
      ...[
        ['5', 429],
        ['6', 429],
        ['7', 200],
      ],
    ])
    const refused = body.responses.find(({ id }: { id: string }) => id === '5')
    expect(refused.headers).toEqual({ 'Retry-After': '1' })
    expect(inbox()).toBe(4)
    expect(caller.server.use(ada)).toMatchObject({ requestsInWindow: 6, refused: 2 })
    expect(caller.server.calls.filter(({ inBatch }) => inBatch)).toHaveLength(7)
  })

  it('is refused as a whole when it is not well made', async () => {
    await started()
    const many = Array.from({ length: 21 }, (_, index) => read(String(index)))
    const bare = { ...write('1'), headers: {} }
    const statuses = [
      await batch([]),
      await batch(many),
      await batch([read('1'), read('1')]),
      await batch([{ ...read('1'), url: `/v1.0/users/${ada}/mailFolders` }]),
    ].map(({ status }) => status)
    expect(statuses).toEqual([400, 400, 400, 400])
    expect((await batch([bare])).body.responses[0].status).toBe(400)
    expect(
      (await batch([write('1'), { ...write('2'), body: { subject: 'x'.repeat(4_200_000) } }])).status,
    ).toBe(413)
    expect(inbox()).toBe(0)
  })

  it('has faults of its own requests; a connection that would be cut is a gateway’s timeout', async () => {
    await started()
    caller.server.faults.plan({ kind: 'cut-after', match: ({ inBatch }) => inBatch })
    const { body } = await batch([write('1'), write('2')])
    expect(body.responses.map(({ status }: { status: number }) => status).toSorted()).toEqual([201, 504])
    expect(inbox()).toBe(2)
  })
})

describe('budgets', () => {
  it('of requests in a window: what is over is refused with the time to wait', async () => {
    await started({ throttle: { requests: 3, requestsWindowMs: 60_000 } })
    for (let count = 0; count < 3; count++) expect((await get()).status).toBe(200)
    const refused = await get()
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'ApplicationThrottled' } } })
    const seconds = Number(refused.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(30)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(caller.server.use(ada)).toMatchObject({ requestsInWindow: 4, refused: 1 })
    caller.server.addMailbox('ben@firm.example')
    expect((await caller.ask('GET', '/users/ben@firm.example/mailFolders')).status).toBe(200)
  })

  it('of bytes that are uploaded', async () => {
    await started({ throttle: { uploadBytes: 60 } })
    const statuses = []
    for (let count = 0; count < 5; count++) statuses.push((await post()).status)
    expect(statuses).toEqual([201, 201, 201, 201, 429])
    expect((await get()).status).toBe(429)
  })

  it('of requests at once', async () => {
    await started({ latencyMs: 1_000 })
    const statuses = (await Promise.all([1, 2, 3, 4, 5, 6].map(get))).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([200, 200, 200, 200, 429, 429])
    expect(caller.server.use(ada).requestsAtOnce).toBe(5)
  })

  it('are whole again when the window has passed', async () => {
    await started({ throttle: { requests: 1, requestsWindowMs: 1_000 } })
    expect((await get()).status).toBe(200)
    await expect.poll(async () => (await get()).status, { interval: 1_100, timeout: 15_000 }).toBe(200)
  })
})

describe('faults', () => {
  it.each([
    ['500', 500, 0],
    ['502', 502, 0],
    ['503', 503, 0],
    ['504', 504, 0],
    ['429', 429, 0],
    ['401', 401, 0],
    ['504-after', 504, 1],
  ] as const)('%s, once', async (kind, status, kept) => {
    await started()
    caller.server.faults.plan({ kind, retryAfterSeconds: 7 })
    const refused = await post()
    expect(refused.status).toBe(status)
    if (kept === 0) expect(refused.headers.get('retry-after')).toBe('7')
    expect(inbox()).toBe(kept)
    expect((await post()).status).toBe(201)
  })

  it.each([
    ['cut-before', 0],
    ['cut-after', 1],
  ] as const)('%s', async (kind, kept) => {
    await started()
    caller.server.faults.plan({ kind })
    await expect(post()).rejects.toThrow('fetch failed')
    expect(inbox()).toBe(kept)
  })

  it('can be planned for certain requests, after some that pass, and taken back', async () => {
    await started()
    caller.server.faults.plan({ kind: '503', match: ({ method }) => method === 'POST', after: 1, times: 2 })
    const statuses = [await get(), await post(), await post(), await post(), await post()]
    expect(statuses.map(({ status }) => status)).toEqual([200, 201, 503, 503, 201])
    caller.server.faults.plan({ kind: '503', times: 9 })
    caller.server.faults.clear()
    expect((await post()).status).toBe(201)
  })

  it('at random are the same for the same seed', async () => {
    const chances: Partial<Record<FaultKind, number>> = { '503': 0.2, '504-after': 0.2 }
    const seen: number[][] = []
    for (const seed of [7, 7, 8]) {
      await started({ faults: { seed, chances } })
      const statuses: number[] = []
      for (let count = 0; count < 30; count++) statuses.push((await post()).status)
      seen.push(statuses)
      await caller.close()
    }
    expect(seen[0]).toEqual(seen[1])
    expect(seen[0]).not.toEqual(seen[2])
    expect(new Set(seen.flat())).toEqual(new Set([201, 503, 504]))
  })
})
