import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ada } from '../../../test/graph/caller.ts'
import { type ClientWorld, clientOf, inbox, openClientWorld } from './client.fixture.ts'
import { GraphError } from './index.ts'
import { documentedLimits } from './mailbox-budget.ts'

const closings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0)) await close()
})

async function opened(...given: Parameters<typeof openClientWorld>): Promise<ClientWorld> {
  const world = await openClientWorld(...given)
  closings.push(world.server.close)
  return world
}

/** A server that is not what it should be. */
async function crooked(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  closings.push(async () => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const post = { method: 'POST', path: `${inbox}/messages`, body: { subject: 'x' }, mailbox: ada } as const
const unrepeated = { reason: 'unreachable' }
const kept = ({ server }: ClientWorld) => server.messages(ada, 'Inbox').length

describe('a request', () => {
  it('carries the token and an id that Microsoft’s support can be told', async () => {
    const { server, graph } = await opened()
    expect(await graph.get(`${inbox}?$select=displayName`, { mailbox: ada })).toEqual({
      displayName: 'Inbox',
    })
    const { headers } = server.calls.at(-1)!
    expect(headers.authorization).toMatch(/^Bearer ey/)
    expect(headers['client-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(await graph.permissions()).toContain('Mail.ReadWrite')
  })

  it('that Graph refuses is an error with Graph’s own code and the id', async () => {
    const { server, graph } = await opened()
    const error = await graph
      .get(`/users/${ada}/mailFolders/none`, { mailbox: ada })
      .catch((one) => one as GraphError)
    expect(error).toBeInstanceOf(GraphError)
    expect(error).toMatchObject({ status: 404, code: 'ErrorItemNotFound', retryAfterMs: null })
    expect((error as GraphError).requestId).toBe(server.calls.at(-1)!.headers['client-request-id'])
  })

  it('with no body in the answer gives null', async () => {
    const { graph } = await opened()
    const { body } = await graph.request(post)
    const path = `/users/${ada}/messages/${(body as { id: string }).id}`
    expect(await graph.request({ method: 'DELETE', path })).toMatchObject({ status: 204, body: null })
  })
})

describe('a service that is throttled or troubled', () => {
  it.each(['GET', 'POST'] as const)('429 of a %s is waited for as long as it says', async (method) => {
    const world = await opened()
    const hits = world.fail({ kind: '429', retryAfterSeconds: 1 })
    const from = performance.now()
    await (method === 'GET' ? world.graph.get(inbox, { mailbox: ada }) : world.graph.request(post))
    expect(performance.now() - from).toBeGreaterThanOrEqual(1_000)
    expect(hits()).toBe(1)
  })

  it('429 holds back what else goes to the mailbox, and nothing that goes elsewhere', async () => {
    const limits = { ...documentedLimits, requestsAtOnce: 1 }
    const { graph, fail, server } = await opened({}, { limits })
    server.addMailbox('ben@firm.example')
    await graph.permissions()
    fail({ kind: '429', retryAfterSeconds: 2 })
    const ended: string[] = []
    const note = (name: string) => () => ended.push(name)
    const from = performance.now()
    await Promise.all([
      graph.get(inbox, { mailbox: ada }).then(note('first')),
      graph.get(inbox, { mailbox: ada }).then(note('second')),
      graph.get('/users/ben@firm.example/mailFolders', { mailbox: 'ben@firm.example' }).then(note('ben')),
    ])
    expect(ended[0]).toBe('ben')
    expect(performance.now() - from).toBeGreaterThanOrEqual(2_000)
    // The refused one came to no mailbox: both others were counted after the wait.
    expect(server.use(ada).requestTimes).toHaveLength(2)
  })

  it('429 for longer than is waited here is told with its time', async () => {
    const { graph, fail } = await opened()
    const hits = fail({ kind: '429', retryAfterSeconds: 40 })
    await expect(graph.get(inbox, { mailbox: ada })).rejects.toMatchObject({
      ...{ reason: 'throttled', retryAfterMs: 40_000 },
    })
    expect(hits()).toBe(1)
  })

  it.each(['503', '504', '500', '502', '504-after'] as const)(
    '%s is asked again where that does no harm, and not after a POST',
    async (kind) => {
      const world = await opened()
      const hits = world.fail({ kind, times: 2, retryAfterSeconds: 0 })
      await world.graph.get(inbox, { mailbox: ada })
      expect(hits()).toBe(2)
      const once = world.fail({ kind, retryAfterSeconds: 0 })
      await expect(world.graph.request(post)).rejects.toMatchObject({ status: Number.parseInt(kind, 10) })
      expect(once()).toBe(1)
      expect(kept(world)).toBe(kind === '504-after' ? 1 : 0)
      world.fail({ kind, retryAfterSeconds: 0 })
      await world.graph.request({ ...post, repeatable: true })
      expect(kept(world)).toBe(kind === '504-after' ? 3 : 1)
    },
  )

  it('is asked five times and no more', async () => {
    const { graph, fail } = await opened()
    const hits = fail({ kind: '503', times: 9, retryAfterSeconds: 0 })
    await expect(graph.get(inbox, { mailbox: ada })).rejects.toMatchObject({ reason: 'unreachable' })
    expect(hits()).toBe(5)
  })

  it('a token that it no longer takes is replaced once; a new one that it does not take is a refusal', async () => {
    const { server, graph, fail } = await opened()
    await graph.get(inbox)
    server.signIn.revoke()
    await graph.request(post)
    expect(server.signIn.issued.count).toBe(2)
    const hits = fail({ kind: '401', times: 9 })
    await expect(graph.get(inbox)).rejects.toMatchObject({ reason: 'sign-in-refused' })
    expect(hits()).toBe(2)
  })
})

describe('a network that fails', () => {
  it.each([
    ['cut-before', 0],
    ['cut-after', 1],
  ] as const)('%s: a GET is asked again, a POST may have been done and is not', async (kind, effects) => {
    const world = await opened()
    const hits = world.fail({ kind, times: 2 })
    await world.graph.get(inbox, { mailbox: ada })
    expect(hits()).toBe(2)
    world.fail({ kind })
    await expect(world.graph.request(post)).rejects.toMatchObject(unrepeated)
    expect(kept(world)).toBe(effects)
  })

  it('an answer that is not JSON says that something answers instead of Graph', async () => {
    const graph = await graphAt((_request, response) => response.end('<html>Please sign in</html>'))
    await expect(graph.get(`${inbox}?$select=id`)).rejects.toMatchObject({
      ...{ reason: 'unreachable', message: expect.stringMatching(/inbox is not JSON: something between/) },
    })
  })

  it('a redirect is not followed, and the token stays here', async () => {
    const { seen, address } = await stranger()
    const graph = await graphAt((_request, response) =>
      response.writeHead(307, { location: `${address}/v1.0/users` }).end(),
    )
    await expect(graph.request({ ...post, repeatable: false })).rejects.toMatchObject(unrepeated)
    expect(seen).toEqual([])
  })

  it('a request that is given up ends at once, wherever it waits', async () => {
    const { graph, fail } = await opened()
    fail({ kind: '503', times: 9, retryAfterSeconds: 20 })
    const signal = AbortSignal.timeout(200)
    await expect(graph.get(inbox, { mailbox: ada, signal })).rejects.toThrow(/timeout/)
    const aborted = AbortSignal.abort(new Error('enough'))
    await expect(graph.get(inbox, { mailbox: ada, signal: aborted })).rejects.toThrow('enough')
  })
})

describe('pages', () => {
  it('are followed to the end, then on from the delta link', async () => {
    const { server, graph } = await opened({ userPageSize: 2 })
    for (const id of ['a', 'b', 'c', 'd', 'e'])
      server.users.put({ id, userPrincipalName: `${id}@firm.example` })
    const read = async (path: string) => {
      const ids: string[] = []
      let deltaLink: string | null = null
      for await (const page of graph.pages<{ id: string }>(path)) {
        ids.push(...page.value.map(({ id }) => id))
        deltaLink = page.deltaLink
      }
      return { ids, deltaLink }
    }
    const first = await read('/users/delta?$select=id')
    expect(first.ids).toEqual(['a', 'b', 'c', 'd', 'e'])
    server.users.remove('b')
    expect((await read(first.deltaLink!)).ids).toEqual(['b'])
  })

  it('at another origin are refused, and no token is sent there', async () => {
    const { seen, address } = await stranger()
    const graph = await graphAt((_request, response) =>
      response.end(JSON.stringify({ value: [1], '@odata.nextLink': `${address}/v1.0/users?page=2` })),
    )
    const read: unknown[] = []
    const reading = (async () => {
      for await (const page of graph.pages('/users')) read.push(...page.value)
    })()
    await expect(reading).rejects.toMatchObject({ message: expect.stringContaining(`a link to ${address}`) })
    expect({ read, seen }).toEqual({ read: [1], seen: [] })
  })

  it('without values are refused', async () => {
    const graph = await graphAt((_request, response) => response.end('{}'))
    await expect(graph.pages('/users').next()).rejects.toThrow(/a page without values at \/users/)
  })
})

describe('an upload', () => {
  const session = async ({ graph }: ClientWorld) => {
    const { body } = await graph.request(post)
    const path = `/users/${ada}/messages/${(body as { id: string }).id}/attachments/createUploadSession`
    const item = { attachmentType: 'file', name: 'a.mp4', size: 4_000_000 }
    const made = await graph.request({ method: 'POST', path, body: { AttachmentItem: item }, mailbox: ada })
    return (made.body as { uploadUrl: string }).uploadUrl
  }
  const rangeOf = (url: string, from: number, bytes: number) => ({
    ...({ method: 'PUT', url, mailbox: ada, body: new Uint8Array(bytes) } as const),
    headers: {
      'content-type': 'application/octet-stream',
      'content-range': `bytes ${from}-${from + bytes - 1}/4000000`,
    },
  })

  it('sends no token, and gives refusals back as answers', async () => {
    const world = await opened()
    const url = await session(world)
    expect((await world.graph.upload(rangeOf(url, 0, 2_000_000))).status).toBe(200)
    expect(world.server.calls.at(-1)!.headers).not.toHaveProperty('authorization')
    expect((await world.graph.upload(rangeOf(url, 0, 2_000_000))).status).toBe(416)
    expect((await world.graph.upload(rangeOf(url, 2_000_000, 2_000_000))).status).toBe(201)
  })

  it('waits as it is told, five times at most', async () => {
    const world = await opened()
    const url = await session(world)
    const match = ({ segments }: { segments: readonly string[] }) => segments[0] === 'upload'
    world.server.faults.plan({ kind: '503', retryAfterSeconds: 0, times: 4, match })
    expect((await world.graph.upload(rangeOf(url, 0, 1_000))).status).toBe(200)
    world.server.faults.plan({ kind: '429', retryAfterSeconds: 0, times: 5, match })
    await expect(world.graph.upload(rangeOf(url, 1_000, 1_000))).rejects.toMatchObject({
      reason: 'throttled',
    })
    world.server.faults.plan({ kind: '429', retryAfterSeconds: 40, match })
    await expect(world.graph.upload(rangeOf(url, 1_000, 1_000))).rejects.toMatchObject({
      retryAfterMs: 40_000,
    })
  })
})

/** A server that must not be spoken to, and what was said to it. */
async function stranger() {
  const seen: unknown[] = []
  const address = await crooked((request, response) => {
    seen.push(request.headers)
    response.end('{"value":[]}')
  })
  return { seen, address }
}

/** A client that finds this instead of Graph. */
async function graphAt(listener: RequestListener) {
  const login = await crooked((_request, response) =>
    response.end(JSON.stringify({ access_token: 'one-token', expires_in: 3_600 })),
  )
  return clientOf({ login, graph: await crooked(listener) })
}
