import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ada } from '../../../test/graph/caller.ts'
import { type ClientWorld, clientOf, inbox, openClientWorld } from './client.fixture.ts'
import { type BatchRequest, batch, batchRequestsMax, GraphError } from './index.ts'

const closings: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0)) await close()
})

async function opened(): Promise<ClientWorld> {
  const world = await openClientWorld()
  closings.push(world.server.close)
  return world
}

const write = (subject: string): BatchRequest => ({
  method: 'POST',
  path: `${inbox}/messages`,
  body: { subject },
})
const read = (path: string): BatchRequest => ({ method: 'GET', path })

const send = ({ graph }: ClientWorld, requests: readonly BatchRequest[], repeatable = false) =>
  batch(graph, { requests, repeatable, mailbox: ada, now: Date.now })

describe('a batch', () => {
  it('answers in the order of its requests, refusals among them', async () => {
    const world = await opened()
    const answers = await send(world, [
      write('a'),
      read('/users/none@firm.example/mailFolders'),
      write('c'),
      read(inbox),
    ])
    expect(answers.map(({ status }) => status)).toEqual([201, 404, 201, 200])
    expect(answers.map(({ body }) => (body as { subject?: string }).subject)).toEqual([
      ...['a', undefined, 'c', undefined],
    ])
    expect(answers[1]!.error).toBeInstanceOf(GraphError)
    expect(answers[1]!.error).toMatchObject({ status: 404, code: 'ErrorInvalidUser' })
    expect(answers[0]!.error).toBeNull()
  })

  it('counts as many requests of the mailbox as it holds, and is never more than four', async () => {
    const world = await opened()
    const rounds = Array.from({ length: 6 }, () => send(world, [1, 2, 3, 4].map(String).map(write)))
    expect((await Promise.all(rounds)).flat().map(({ status }) => status)).toEqual(Array(24).fill(201))
    expect(world.server.use(ada)).toMatchObject({ requestsAtOnce: 4, refused: 0 })
    const five = Array.from({ length: batchRequestsMax + 1 }, () => write('x'))
    await expect(send(world, five)).rejects.toThrow(RangeError)
  })

  it('of nothing asks nothing', async () => {
    const world = await opened()
    expect(await send(world, [])).toEqual([])
    expect(world.server.calls).toEqual([])
  })

  it('in which one is throttled says for how long, and nothing goes to the mailbox meanwhile', async () => {
    const world = await opened()
    const match = ({ inBatch }: { inBatch: boolean }) => inBatch
    world.server.faults.plan({ kind: '429', retryAfterSeconds: 1, match })
    const [first, second] = await send(world, [write('a'), write('b')])
    expect(first).toMatchObject({ status: 429, error: { retryAfterMs: 1_000 } })
    expect(second).toMatchObject({ status: 201, error: null })
    const from = performance.now()
    await world.graph.get(inbox, { mailbox: ada })
    expect(performance.now() - from).toBeGreaterThanOrEqual(900)
  })

  it('that is cut is sent again only where all of it may be', async () => {
    const world = await opened()
    const match = ({ path }: { path: string }) => path === '/$batch'
    world.server.faults.plan({ kind: 'cut-after', match })
    await expect(send(world, [write('a')])).rejects.toMatchObject({ reason: 'unreachable' })
    expect(world.server.messages(ada, 'Inbox')).toHaveLength(1)
    world.server.faults.plan({ kind: 'cut-after', match })
    expect(await send(world, [read(inbox)], true)).toMatchObject([{ status: 200 }])
  })

  it('whose answer lacks one takes that one for uncertain', async () => {
    const answers: object[] = [{ access_token: 'one-token', expires_in: 3_600 }]
    const server = createServer((_request, response) => response.end(JSON.stringify(answers.shift())))
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const graph = clientOf({ login: address, graph: address })
    const given = { requests: [write('a'), write('b')], repeatable: false, mailbox: ada, now: Date.now }
    answers.push({ responses: [{ id: '2', status: 201, headers: null, body: null }] })
    expect(await batch(graph, given)).toMatchObject([
      { status: 504, error: { code: 'HTTP 504' } },
      { status: 201 },
    ])
    answers.push({ value: [] })
    await expect(batch(graph, given)).rejects.toThrow(/no answers to a batch/)
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })
})
