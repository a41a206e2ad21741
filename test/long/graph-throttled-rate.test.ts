import { afterEach, expect, it } from 'vitest'
import { type ClientWorld, inbox, openClientWorld } from '../../src/delivery/microsoft/client.fixture.ts'
import { documentedLimits } from '../../src/delivery/microsoft/mailbox-budget.ts'
import { ada } from '../graph/caller.ts'

let world: ClientWorld | undefined
afterEach(() => world?.server.close())

const windowMs = 1_500
const perWindow = 40
const windows = 3
const bytesMax = 100_000
const ben = 'ben@firm.example'

// A machine that is busy with something else for a while may miss the rate once; the limits are kept each time.
it('the allowed rate of requests and of bytes is used to 90 % or more, and nothing is ever refused', {
  retry: 3,
}, async () => {
  const limits = {
    ...{ requests: perWindow, requestsWindowMs: windowMs, uploadBytes: bytesMax, uploadWindowMs: windowMs },
    requestsAtOnce: documentedLimits.requestsAtOnce,
  }
  world = await openClientWorld({ throttle: limits, latencyMs: 5, keepContent: false }, { limits })
  const { server, graph } = world
  server.addMailbox(ben)
  await graph.permissions()
  const text = 'x'.repeat(4_900)
  const body = { subject: 'x', body: { contentType: 'text', content: text } }
  const bytes = Buffer.byteLength(JSON.stringify(body))
  const posts = Math.floor(bytesMax / bytes)
  expect(posts).toBeLessThan(perWindow)
  const ofRequests = timed(windows * perWindow + 1, () => graph.get(inbox, { mailbox: ada }))
  const ofBytes = timed(windows * posts + 1, () =>
    graph.request({ method: 'POST', path: `/users/${ben}/mailFolders/inbox/messages`, body, mailbox: ben }),
  )
  const [requestsMs, bytesMs] = await Promise.all([ofRequests, ofBytes])
  for (const address of [ada, ben]) {
    const { refused, requestsInWindow, uploadBytesInWindow, requestsAtOnce } = server.use(address)
    expect(refused).toBe(0)
    expect(requestsInWindow).toBeLessThanOrEqual(perWindow)
    expect(uploadBytesInWindow).toBeLessThanOrEqual(bytesMax)
    expect(requestsAtOnce).toBeLessThanOrEqual(4)
  }
  // So many and one more take three whole windows at the allowed rate.
  for (const milliseconds of [requestsMs, bytesMs])
    expect(milliseconds).toBeLessThanOrEqual((windows * windowMs) / 0.9)
})

/** Asks for all at once, as a worker with much to do, and tells how long it took. */
async function timed(count: number, ask: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await Promise.all(Array.from({ length: count }, ask))
  return performance.now() - from
}
