import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { UploadBody } from '../api/client.ts'
import { auditOrigin } from '../platform/audit/audit.ts'
import { type CoreHandlers, openCoreWorld, personOf } from './core-world.fixture.ts'
import type { Download } from './handler.ts'

const people = [personOf('clerk', ['Mail Recipients', 'Export'])]
const mebibyte = 1024 * 1024

type FetchHandler = CoreHandlers['fetch']

async function withDownload(
  download: Download | FetchHandler,
  use: (get: (name: string, headers?: Record<string, string>) => Promise<Response>) => Promise<void>,
): Promise<unknown[]> {
  const handler: FetchHandler = typeof download === 'function' ? download : async () => download
  const world = await openCoreWorld({ people, handlers: { fetch: handler } })
  try {
    await use((name, headers = {}) => world.call(`/api/files/${name}`, { as: 'clerk', headers }))
    return world.failures
  } finally {
    await world.close()
  }
}

async function* chunks(...texts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text
    await wait(1)
    yield Buffer.from(text)
  }
}

/** So many blocks of a mebibyte, told of before each. */
function blocks(count: number, tell = () => {}): ReadableStream<Uint8Array> {
  const block = new Uint8Array(mebibyte).fill(7)
  let sent = 0
  return new ReadableStream({
    pull(controller) {
      tell()
      if (sent === count) controller.close()
      else controller.enqueue(block)
      sent += 1
    },
  })
}

function upload(body: UploadBody, method = 'PUT') {
  return { as: 'clerk', method, body, duplex: 'half' } as RequestInit & { as: string }
}

describe('a file that is sent', () => {
  it('is read as it comes, and leaves the memory of the server flat', async () => {
    const world = await openCoreWorld({ people })
    try {
      const before = process.memoryUsage().arrayBuffers
      let highest = 0
      const measure = () => {
        highest = Math.max(highest, process.memoryUsage().arrayBuffers - before)
      }
      const answer = await world.call('/api/files', upload(blocks(500, measure)))
      expect(await answer.json()).toEqual({ bytes: 500 * mebibyte })
      expect(highest).toBeLessThan(200 * mebibyte)
    } finally {
      await world.close()
    }
  })

  it('is refused when it is too large: at once when that is told, else as soon as it is', async () => {
    const world = await openCoreWorld({ people })
    try {
      for (const body of [new Uint8Array(mebibyte + 1), blocks(3)]) {
        const answer = await world.call('/api/files', upload(body, 'POST'))
        expect(answer.status).toBe(413)
        expect(await answer.json()).toMatchObject({ code: 'upload-too-large' })
      }
      const fits = await world.call('/api/files', upload(new Uint8Array(mebibyte), 'POST'))
      expect(fits.status).toBe(200)
    } finally {
      await world.close()
    }
  })

  it('is not read at all from whoever may not send it', async () => {
    let read = false
    const world = await openCoreWorld({
      people: [personOf('reader', ['Preview'])],
      handlers: {
        send: async () => {
          read = true
          return { bytes: 0 }
        },
      },
    })
    try {
      expect((await world.call('/api/files', { as: 'reader', method: 'PUT', body: 'hello' })).status).toBe(
        403,
      )
      expect(read).toBe(false)
    } finally {
      await world.close()
    }
  })

  it('that breaks off is a failure of its handler, which is told that the caller is gone', async () => {
    const told = Promise.withResolvers<void>()
    const reading = Promise.withResolvers<void>()
    const world = await openCoreWorld({
      people,
      handlers: {
        send: async ({ body }, { signal }) => {
          signal.addEventListener('abort', () => told.resolve())
          for await (const _ of body) reading.resolve()
          return { bytes: 0 }
        },
      },
    })
    try {
      const { hostname, port } = new URL(world.url)
      const socket = connect(Number(port), hostname)
      const head = [
        'PUT /api/files HTTP/1.1',
        `Host: ${hostname}:${port}`,
        'Cookie: holdfast-session=clerk',
        'X-Holdfast-Csrf: csrf-clerk',
        `Origin: ${world.url}`,
        'Content-Type: text/csv',
        'Content-Length: 1000',
      ]
      socket.write(`${head.join('\r\n')}\r\n\r\nhalf`)
      await reading.promise
      socket.destroy()
      await told.promise
      await expect
        .poll(async () => (await world.audited()).at(-1))
        .toMatchObject({ operation: 'import-mailboxes', outcome: 'failed' })
    } finally {
      await world.close()
    }
  })
})

describe('a file that is handed out', () => {
  it('is a download that no browser takes for a page', async () => {
    const page = { name: 'x.html', type: 'text/html', content: '<script>alert(1)</script>', shown: true }
    await withDownload(page, async (get) => {
      const answer = await get('x')
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="x.html"; filename*=UTF-8''x.html`,
        'content-security-policy': "sandbox; default-src 'none'",
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'same-origin',
      })
    })
  })

  it('is shown only when it is a picture, sound or film that browsers run nothing of', async () => {
    for (const [type, disposition] of [
      ['image/png', 'inline'],
      ['audio/ogg; codecs=opus', 'inline'],
      ['image/svg+xml', 'attachment'],
      ['text/plain', 'attachment'],
    ]) {
      await withDownload({ name: 'x', type: type!, content: 'x', shown: true }, async (get) => {
        expect((await get('x')).headers.get('content-disposition')).toMatch(new RegExp(`^${disposition};`))
      })
    }
  })

  it('keeps its name in any script, without what hides its ending or leads elsewhere', async () => {
    const name = '../会议 "记录"\u202egpj.exe\r\nSet-Cookie: a=b.txt'
    await withDownload({ name, type: 'text/plain', content: '' }, async (get) => {
      expect((await get('x')).headers.get('content-disposition')).toBe(
        `attachment; filename="___ ____gpj.exeSet-Cookie_ a=b.txt"; filename*=UTF-8''_%E4%BC%9A%E8%AE%AE%20_%E8%AE%B0%E5%BD%95_gpj.exeSet-Cookie_%20a%3Db.txt`,
      )
    })
  })

  it('answers the part that was asked for', async () => {
    const part: Download = {
      name: 'a.mp4',
      type: 'video/mp4',
      content: chunks('cde'),
      bytes: 10,
      shown: true,
      range: { from: 2, to: 4 },
    }
    await withDownload(part, async (get) => {
      const answer = await get('a', { range: 'bytes=2-4' })
      expect(answer.status).toBe(206)
      expect(answer.headers.get('content-range')).toBe('bytes 2-4/10')
      expect(answer.headers.get('content-length')).toBe('3')
      expect(await answer.text()).toBe('cde')
    })
  })

  it.each([
    ['fails on the way', chunks('half', new Error('the disk is gone')), undefined],
    ['fails on the way, its length told', chunks('half', new Error('the disk is gone')), 8],
    ['is shorter than was said', chunks('half'), 8],
    ['is longer than was said', chunks('half', 'more'), 5],
  ])('that %s is never taken for the whole', async (_, content, bytes) => {
    const download = { name: 'a', type: 'text/plain', content, ...(bytes ? { bytes } : {}) }
    await withDownload(download, async (get) => {
      await expect(get('a').then((answer) => answer.text())).rejects.toThrow(/terminated|fetch failed/)
    })
  })

  it('that fails before its first byte is a failure like any other', async () => {
    const content = chunks(new Error('the disk is gone'))
    const failures = await withDownload({ name: 'a', type: 'text/plain', content, bytes: 9 }, async (get) => {
      const answer = await get('a')
      expect(answer.status).toBe(500)
      expect(answer.headers.get('content-disposition')).toBeNull()
      expect(await answer.json()).toMatchObject({ code: 'internal' })
    })
    expect(String(failures)).toContain('the disk is gone')
  })

  it('ends when the caller goes away, and what it does on the way still counts as his', async () => {
    let ended = false
    const actors = new Set<string | undefined>()
    async function* endless() {
      try {
        for (;;) {
          actors.add(auditOrigin()?.actor)
          await wait(1)
          yield Buffer.alloc(100_000)
        }
      } finally {
        ended = true
      }
    }
    await withDownload({ name: 'a', type: 'text/plain', content: endless() }, async (get) => {
      const answer = await get('a')
      const reader = answer.body!.getReader()
      await reader.read()
      await reader.cancel()
      await expect.poll(() => ended, { timeout: 5000 }).toBe(true)
    })
    expect([...actors]).toEqual(['clerk'])
  })

  it('arrives byte for byte', async () => {
    const parts = Array.from({ length: 200 }, (_, place) => Buffer.alloc(50_000, place))
    const content = (async function* () {
      yield* parts
    })()
    await withDownload({ name: 'a', type: 'text/plain', content, bytes: 10_000_000 }, async (get) => {
      const got = Buffer.from(await (await get('a')).arrayBuffer())
      const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
      expect(hash(got)).toBe(hash(Buffer.concat(parts)))
    })
  })

  it('may be a redirect instead', async () => {
    await withDownload(
      async () => ({ redirect: 'https://login.example.com/' }),
      async (get) => {
        const answer = await get('a')
        expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://login.example.com/'])
      },
    )
  })
})

describe('events', () => {
  const follow = (events: () => AsyncIterable<unknown>) =>
    openCoreWorld({ people, handlers: { follow: async () => events() } })

  it('come one by one, each at once, and end the source when the caller goes', async () => {
    let ended = false
    const world = await follow(async function* () {
      try {
        yield { count: 1 }
        yield undefined
        await wait(50)
        yield { text: 'two\nlines' }
        await wait(60_000, undefined, { ref: false })
      } finally {
        ended = true
      }
    })
    try {
      const answer = await world.call('/api/events', { as: 'clerk' })
      expect(answer.headers.get('content-type')).toContain('text/event-stream')
      expect(answer.headers.get('x-accel-buffering')).toBe('no')
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
      let text = ''
      while (!text.includes('two')) text += (await reader.read()).value
      expect(text).toBe(
        'retry: 2000\n\ndata: {"count":1}\n\n: still here\n\ndata: {"text":"two\\nlines"}\n\n',
      )
      await reader.cancel()
    } finally {
      await world.close()
    }
    expect(ended).toBe(false)
  })

  it('tell their source when the caller goes', async () => {
    let ended = false
    const world = await openCoreWorld({
      people,
      handlers: {
        follow: async (_, { signal }) =>
          (async function* () {
            yield 1
            await wait(60_000, undefined, { signal }).catch(() => {})
            ended = true
          })(),
      },
    })
    try {
      const answer = await world.call('/api/events', { as: 'clerk' })
      const reader = answer.body!.getReader()
      await reader.read()
      await reader.cancel()
      await expect.poll(() => ended, { timeout: 5000 }).toBe(true)
    } finally {
      await world.close()
    }
  })

  it('end when the server stops, which waits for nobody', async () => {
    const world = await follow(async function* () {
      yield 1
      await wait(60_000, undefined, { ref: false })
    })
    const answer = await world.call('/api/events', { as: 'clerk' })
    const reading = answer.text().catch(() => 'cut off')
    await wait(50)
    await world.close()
    expect(await reading).toMatch(/data: 1|cut off/)
  })
})
