import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CoreWorld, openCoreWorld, personOf } from './core-world.fixture.ts'

const json = { 'content-type': 'application/json' }
const body = JSON.stringify({ text: 'hi' })

describe('a change in the name of whoever is signed in', () => {
  let world: CoreWorld
  beforeAll(async () => {
    world = await openCoreWorld({
      people: [personOf('clerk', ['Mail Recipients'])],
      tokens: [{ ...personOf('program', ['Mail Recipients']), kind: 'token', session: null }],
    })
  })
  afterAll(() => world.close())

  const change = (headers: Record<string, string>) =>
    world.call('/api/greeting/1', { method: 'POST', headers: { ...json, ...headers }, body })
  const cookie = 'holdfast-session=clerk'
  const token = { 'x-holdfast-csrf': 'csrf-clerk' }

  it('is taken from our own page with the token of the session', async () => {
    expect((await change({ cookie, ...token, origin: world.url })).status).toBe(200)
    expect((await change({ cookie, ...token, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })

  it.each([
    ['another page', { origin: 'https://evil.example' }],
    ['a page of unknown origin', { origin: 'null' }],
    ['another page, by what the browser adds', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbouring host', { 'sec-fetch-site': 'same-site' }],
    ['another page that claims our origin', { 'sec-fetch-site': 'cross-site', origin: 'OURS' }],
    ['nobody knows where', {}],
  ])('is refused from %s', async (_, given) => {
    const headers = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value === 'OURS' ? world.url : value]),
    )
    const answer = await change({ cookie, ...token, ...headers })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'request-forged' })
    expect((await world.audited()).at(-1)).toMatchObject({
      operation: 'change-mailbox',
      outcome: 'refused',
      actor: 'clerk',
      details: { code: 'request-forged' },
    })
  })

  it('is refused without the token of this very session', async () => {
    for (const wrong of [{}, { 'x-holdfast-csrf': '' }, { 'x-holdfast-csrf': 'csrf-other' }]) {
      const answer = await change({ cookie, origin: world.url, ...wrong })
      expect(await answer.json()).toMatchObject({ code: 'request-forged' })
    }
  })

  it('needs neither from a program with a token, which no browser adds by itself', async () => {
    expect((await change({ authorization: 'Bearer program' })).status).toBe(200)
  })

  it('judges by the token alone when a cookie comes with it', async () => {
    expect(
      (await change({ authorization: 'Bearer wrong', cookie, ...token, origin: world.url })).status,
    ).toBe(401)
  })
})

describe('signing in', () => {
  it('is for our own pages: nobody is signed in under a name he did not choose', async () => {
    const world = await openCoreWorld({ people: [] })
    try {
      const knock = (headers: Record<string, string>) =>
        world.call('/api/knock', {
          method: 'POST',
          headers: { ...json, ...headers },
          body: JSON.stringify({ username: 'clerk' }),
        })
      expect((await knock({ origin: 'https://evil.example' })).status).toBe(403)
      expect((await knock({})).status).toBe(403)
      expect((await knock({ origin: world.url })).status).toBe(200)
    } finally {
      await world.close()
    }
  })
})

describe('the cookie of a session', () => {
  const knock = (url: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/api/knock`, {
      method: 'POST',
      headers: { ...json, origin: url, ...headers },
      body: JSON.stringify({ username: 'clerk' }),
    })

  it('is kept from scripts and from requests that other sites begin', async () => {
    const world = await openCoreWorld({ people: [] })
    try {
      const cookie = (await knock(world.url)).headers.get('set-cookie')
      expect(cookie).toBe('holdfast-session=clerk; Path=/; HttpOnly; SameSite=Strict')
    } finally {
      await world.close()
    }
  })

  it('is for TLS only, and for this host only, behind a proxy that ends TLS', async () => {
    const people = [personOf('clerk', ['Preview'])]
    const publicUrl = 'https://archive.example.com'
    const world = await openCoreWorld({ people, server: { trustedProxies: ['127.0.0.1'], publicUrl } })
    try {
      const forwarded = { 'x-forwarded-proto': 'https', origin: publicUrl }
      const answer = await knock(world.url, forwarded)
      expect(answer.headers.get('set-cookie')).toBe(
        '__Host-holdfast-session=clerk; Path=/; HttpOnly; Secure; SameSite=Strict',
      )
      expect(answer.headers.get('strict-transport-security')).toBe('max-age=63072000')
      const read = (cookie: string) => world.call('/api/greeting/1', { headers: { cookie, ...forwarded } })
      expect((await read('__Host-holdfast-session=clerk')).status).toBe(200)
      expect((await read('holdfast-session=clerk')).status).toBe(401)
    } finally {
      await world.close()
    }
  })
})

describe('who asks', () => {
  it('is the address of the connection, and what a trusted proxy says and nobody else', async () => {
    const addresses: string[] = []
    const origins: string[] = []
    const open = (trustedProxies: readonly string[]) =>
      openCoreWorld({
        people: [personOf('reader', ['Preview'])],
        server: { trustedProxies },
        handlers: {
          greet: async (_, { clientIp, origin }) => {
            addresses.push(clientIp)
            origins.push(origin)
            return { text: '' }
          },
        },
      })
    const headers = {
      cookie: 'holdfast-session=reader',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-host': 'archive.example.com',
    }
    for (const trusted of [[], ['127.0.0.1']]) {
      const world = await open(trusted)
      await world.call('/api/greeting/1', { headers })
      await world.close()
    }
    expect(addresses).toEqual(['127.0.0.1', '203.0.113.7'])
    expect(origins[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(origins[1]).toBe('http://archive.example.com')
  })
})
