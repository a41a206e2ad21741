import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { clientOf } from './client.fixture.ts'
import { httpCall, retryAfterOf } from './http-call.ts'

const closings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0)) await close()
})

async function portOf(server: Server & { closeAllConnections(): void }): Promise<number> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  closings.push(async () => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })
  return (server.address() as AddressInfo).port
}

async function opened(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await portOf(createServer(listener))}`
}

const get = (url: string, more: { deadlineMs?: number; signal?: AbortSignal } = {}) =>
  httpCall({ url, method: 'GET', headers: {}, deadlineMs: 20_000, ...more })

describe('a server that cannot be spoken to', () => {
  it('because its certificate is not trusted is named with the remedy, and is sent no secret', async () => {
    const file = (name: string) => readFile(new URL(`../../../test/certificates/${name}`, import.meta.url))
    let asked = 0
    const server = createTlsServer(
      { cert: await file('server.crt'), key: await file('server.key') },
      (_request, response) => {
        asked += 1
        response.end('{}')
      },
    )
    const address = `https://localhost:${await portOf(server)}`
    await expect(clientOf({ login: address, graph: address }).permissions()).rejects.toMatchObject({
      reason: 'untrusted',
      message: expect.stringMatching(/certificate of localhost:\d+ is not trusted.*NODE_EXTRA_CA_CERTS/),
    })
    expect(asked).toBe(0)
  })

  it('because nobody listens there', async () => {
    const address = await opened(() => {})
    await closings.pop()!()
    await expect(get(address)).rejects.toMatchObject({
      ...{ reason: 'unreachable', message: expect.stringMatching(/ECONNREFUSED.*the firewall/) },
    })
  })

  it('because it does not answer, or not to the end, within the deadline', async () => {
    const silent = await opened(() => {})
    const halting = await opened((_request, response) => {
      response.write('{"value":')
    })
    for (const address of [silent, halting])
      await expect(get(address, { deadlineMs: 300 })).rejects.toMatchObject({
        ...{ reason: 'unreachable', message: expect.stringMatching(/did not answer within 0\.3 seconds/) },
      })
  })

  it('because its answer has no end', async () => {
    const megabyte = Buffer.alloc(1024 * 1024)
    const address = await opened((_request, response) => {
      const pour = () => {
        while (response.write(megabyte));
      }
      response.on('drain', pour)
      pour()
    })
    await expect(get(address)).rejects.toMatchObject({
      ...{ reason: 'unreachable', message: expect.stringMatching(/longer than 33554432 bytes/) },
    })
  })

  it('because whoever asked has given up: with the reason that was given', async () => {
    const giveUp = new AbortController()
    const address = await opened(() => giveUp.abort(new Error('enough')))
    await expect(get(address, { signal: giveUp.signal })).rejects.toThrow('enough')
    await expect(get(address, { signal: giveUp.signal })).rejects.toThrow('enough')
  })
})

describe('Retry-After', () => {
  const now = Date.parse('2026-03-20T12:00:00Z')

  it.each([
    ['120', 120_000],
    [' 1.5 ', 1_500],
    ['0', 0],
    ['Fri, 20 Mar 2026 12:01:30 GMT', 90_000],
    ['Fri, 20 Mar 2026 11:00:00 GMT', 0],
    ['soon', null],
    ['', null],
    [null, null],
  ])('%s is %s ms', (value, milliseconds) => {
    expect(retryAfterOf(value, now)).toBe(milliseconds)
  })
})
