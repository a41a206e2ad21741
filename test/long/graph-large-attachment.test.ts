/** An attachment of 150 MB to Exchange Online: by upload session, whole, and with flat memory. */
import { setInterval } from 'node:timers'
import { expect, it } from 'vitest'
import {
  ada,
  deliver,
  deliveryTo,
  folder,
  startExchange,
} from '../../src/delivery/exchange-online/exchange-world.fixture.ts'
import { itemFixture } from '../../src/delivery/outgoing-item.fixture.ts'
import type { OutgoingItem } from '../../src/delivery/outgoing-item.ts'

const largeBytes = 150_000_000
const smallBytes = 10_000_000
/** Above what the process held before; a range is 4 MB, and the server in this process has it too. */
const excessBytesMax = 80_000_000

it('an attachment of 150 MB arrives whole in ranges, with flat memory', async () => {
  // First a small one, after which code and buffers are there.
  await delivered(filmOf(smallBytes))
  const large = await delivered(filmOf(largeBytes))
  console.log(`150 MB: ${Math.round(large.peak / 1_000_000)} MB above what was held before`)
  expect(large.peak).toBeLessThan(excessBytesMax)
})

/** The item's content is made as it is read: nothing of it is held by the test. */
function filmOf(bytes: number): OutgoingItem {
  const piece = Buffer.alloc(65_536, 'film ')
  function* content() {
    for (let from = 0; from < bytes; from += piece.length)
      yield piece.subarray(0, Math.min(piece.length, bytes - from))
  }
  return itemFixture({ id: `film-${bytes}`, attachments: [{ name: '现场.mp4', type: 'video/mp4', content }] })
}

async function delivered(item: OutgoingItem): Promise<{ peak: number }> {
  // Throttling is for another test: 150 MB are all that five minutes allow.
  const server = await startExchange({ keepContent: false, throttle: { uploadBytes: 1_000_000_000 } })
  try {
    const limits = {
      ...{ requests: 10_000, requestsWindowMs: 600_000, requestsAtOnce: 4 },
      ...{ uploadBytes: 1_000_000_000, uploadWindowMs: 300_000 },
    }
    const delivery = deliveryTo(server, {}, undefined, limits)
    const one = await delivery.open({ address: ada, folder }, AbortSignal.timeout(60_000))
    const rest = process.memoryUsage.rss()
    const { peak, result } = await peakOf(() => deliver(one, [item]))
    expect(result).toMatchObject([{ state: 'confirmed' }])
    expect(result[0]).not.toHaveProperty('leftOut')
    const [copy] = server.messages(ada, folder)
    const { name, bytes, sha256 } = item.attachments[0]!
    expect(copy!.attachments[0]).toMatchObject({ name, bytes, sha256 })
    // With 150 MB beside it there is no room for the film in the e-mail too.
    const email = copy!.attachments[1]!
    expect(email.bytes < largeBytes).toBe(true)
    const ranges = server.calls.filter(({ method, path }) => method === 'PUT' && path.startsWith('/upload/'))
    expect(ranges.length).toBeGreaterThanOrEqual(Math.ceil(bytes / 4_000_000))
    expect(ranges.every(({ bodyBytes }) => bodyBytes < 4_000_000)).toBe(true)
    return { peak: peak - rest }
  } finally {
    await server.close()
  }
}

async function peakOf<Result>(work: () => Promise<Result>): Promise<{ peak: number; result: Result }> {
  let peak = 0
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  const watch = setInterval(look, 20)
  try {
    const result = await work()
    look()
    return { peak, result }
  } finally {
    clearInterval(watch)
  }
}
