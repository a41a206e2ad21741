import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRightOfWay } from '../platform/right-of-way.ts'
import { type CoreWorld, now, openCoreWorld, personOf } from './core-world.fixture.ts'

const json = { 'content-type': 'application/json' }
const change = (body: object) => ({ method: 'POST', headers: json, body: JSON.stringify(body) })

describe('the routes of a table of endpoints', () => {
  let world: CoreWorld
  beforeAll(async () => {
    const program = {
      ...personOf('program', ['Mail Recipients', 'Preview']),
      kind: 'token',
      session: null,
    } as const
    world = await openCoreWorld({
      people: [
        personOf('reader', ['Preview']),
        personOf('clerk', ['Mail Recipients']),
        personOf('sleepy', ['Mail Recipients'], now),
      ],
      tokens: [program],
    })
  })
  afterAll(() => world.close())

  const auditedSince = async (before: number) => (await world.audited()).slice(before)
  const auditedBy = async (work: () => Promise<unknown>) => {
    const before = (await world.audited()).length
    await work()
    return auditedSince(before)
  }

  it('answer 401 to whoever is not signed in, never a redirect, and note nothing of nobody', async () => {
    const events = await auditedBy(async () => {
      const answer = await world.call('/api/greeting/1')
      expect(answer.status).toBe(401)
      expect(await answer.json()).toEqual({
        code: 'not-signed-in',
        message: expect.stringContaining('Sign in'),
        correlationId: answer.headers.get('x-correlation-id'),
      })
      expect(
        (await world.call('/api/greeting/1', { headers: { cookie: 'holdfast-session=ended' } })).status,
      ).toBe(401)
      expect(
        (await world.call('/api/greeting/1', { headers: { authorization: 'Bearer reader' } })).status,
      ).toBe(401)
      expect(
        (await world.call('/api/greeting/1', { headers: { authorization: 'Basic cmVhZGVy' } })).status,
      ).toBe(401)
    })
    expect(events).toEqual([])
  })

  it('answer whoever holds one of the roles, and note the look before the answer leaves', async () => {
    const events = await auditedBy(async () => {
      const answer = await world.call('/api/greeting/7?loud=true', { as: 'reader' })
      expect(await answer.json()).toEqual({ text: 'HELLO 7' })
    })
    expect(events).toMatchObject([
      {
        operation: 'open-item',
        outcome: 'succeeded',
        actor: 'reader',
        actor_type: 'person',
        session_id: 'session-reader',
        target: '7',
        details: { endpoint: 'greet' },
      },
    ])
    expect(events[0]!.correlation_id).toMatch(/^[0-9a-f]{16}$/)
  })

  it('refuse whoever lacks the role, say which it needs, and note the refusal', async () => {
    const events = await auditedBy(async () => {
      const answer = await world.call('/api/greeting/7', { as: 'clerk' })
      expect(answer.status).toBe(403)
      expect(await answer.json()).toMatchObject({ code: 'not-allowed', details: { roles: ['Preview'] } })
    })
    expect(events).toMatchObject([
      { operation: 'open-item', outcome: 'refused', actor: 'clerk', details: { code: 'not-allowed' } },
    ])
  })

  it('name what is wrong with a request, without repeating it', async () => {
    const answer = await world.call('/api/greeting/private-name?loud=secret', { as: 'reader' })
    expect(answer.status).toBe(400)
    const text = await answer.text()
    expect(text).toContain('path.id')
    expect(text).toContain('query.loud')
    expect(text).not.toContain('private-name')
    expect(text).not.toContain('secret')
  })

  it('let nothing out that the contract does not name', async () => {
    const answer = await world.call('/api/greeting/1', { as: 'clerk', ...change({ text: 'hi' }) })
    expect(await answer.json()).toEqual({ text: 'hi' })
  })

  it('take a change that audited nothing for a fault of the program', async () => {
    const answer = await world.call('/api/greeting/1', {
      as: 'clerk',
      ...change({ text: 'hi', audits: false }),
    })
    expect(answer.status).toBe(500)
    expect(String(world.failures.at(-1))).toContain('change changed something and audited nothing')
  })

  it('note what a handler refuses and what breaks in it, and tell the caller nothing of the latter', async () => {
    const events = await auditedBy(async () => {
      const refused = await world.call('/api/greeting/1', { as: 'clerk', ...change({ text: 'refuse' }) })
      expect(refused.status).toBe(404)
      const broken = await world.call('/api/greeting/1', { as: 'clerk', ...change({ text: 'break' }) })
      expect(broken.status).toBe(500)
      const { code, message, correlationId } = (await broken.json()) as Record<string, string>
      expect({ code, correlationId }).toEqual({
        code: 'internal',
        correlationId: broken.headers.get('x-correlation-id'),
      })
      expect(message).not.toContain('secret')
    })
    expect(events).toMatchObject([
      { operation: 'change-mailbox', outcome: 'refused', details: { code: 'mailbox-not-found' } },
      { operation: 'change-mailbox', outcome: 'failed', details: { code: 'internal' } },
    ])
  })

  it('ask again who one is before a dangerous act', async () => {
    expect((await world.call('/api/greeting/1', { as: 'clerk', method: 'DELETE' })).status).toBe(204)
    const events = await auditedBy(async () => {
      const answer = await world.call('/api/greeting/1', { as: 'sleepy', method: 'DELETE' })
      expect(answer.status).toBe(403)
      expect(await answer.json()).toMatchObject({ code: 'confirm-identity' })
    })
    expect(events).toMatchObject([{ outcome: 'refused', details: { code: 'confirm-identity' } }])
  })

  it('let a token do what its roles allow, but nothing dangerous and nothing to its owner', async () => {
    const headers = { authorization: 'Bearer program' }
    expect(await (await world.call('/api/greeting/1', { headers })).json()).toEqual({ text: 'hello 1' })
    const changed = await world.call('/api/greeting/1', {
      method: 'POST',
      headers: { ...headers, ...json },
      body: JSON.stringify({ text: 'hi' }),
    })
    expect(changed.status).toBe(200)
    for (const [path, method] of [['/api/greeting/1', 'DELETE'] as const, ['/api/about', 'PATCH'] as const]) {
      const refused = await world.call(path, { method, headers })
      expect(refused.status).toBe(403)
      expect(await refused.json()).toMatchObject({ code: 'not-allowed' })
    }
    expect((await world.audited()).at(-1)).toMatchObject({ actor: 'program', actor_type: 'token' })
  })

  it('note the refusal of a sign-in, of which nobody known is the actor', async () => {
    const events = await auditedBy(async () => {
      const init = { ...change({ username: 'nobody' }), headers: { ...json, origin: world.url } }
      expect((await world.call('/api/knock', init)).status).toBe(401)
    })
    expect(events).toMatchObject([
      { operation: 'sign-in', outcome: 'refused', actor: 'unknown', actor_type: 'unknown' },
    ])
  })

  it('say 404 below /api in the shape of every refusal, and 405 with what an address takes', async () => {
    const nowhere = await world.call('/api/nowhere', { headers: { accept: 'text/html' } })
    expect(nowhere.status).toBe(404)
    expect(await nowhere.json()).toMatchObject({ code: 'not-found', correlationId: expect.any(String) })
    const wrong = await world.call('/api/greeting/1', { method: 'PUT' })
    expect(wrong.status).toBe(405)
    expect(wrong.headers.get('allow')).toBe('HEAD, GET, POST, DELETE, OPTIONS')
    expect(await wrong.json()).toMatchObject({ code: 'method-not-allowed' })
    const asked = await world.call('/api/files', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example' },
    })
    expect(asked.status).toBe(204)
    expect(asked.headers.get('allow')).toBe('PUT, POST, OPTIONS')
    expect(asked.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('answer HEAD as GET without a body, under the same rights', async () => {
    const head = await world.call('/api/greeting/1', { method: 'HEAD', as: 'reader' })
    expect(head.status).toBe(200)
    expect(await head.text()).toBe('')
    expect((await world.call('/api/greeting/1', { method: 'HEAD' })).status).toBe(401)
    expect((await world.call('/api/events', { method: 'HEAD', as: 'reader' })).status).toBe(405)
  })

  it('take JSON where JSON is said, no form and no plain text', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const init = { method: 'POST', headers: { 'content-type': type }, body: '{"text":"hi"}' }
      expect((await world.call('/api/greeting/1', { as: 'clerk', ...init })).status).toBe(415)
    }
    const broken = await world.call('/api/greeting/1', {
      as: 'clerk',
      ...change({}),
      body: '{"text": "my secret',
    })
    expect(broken.status).toBe(400)
    expect(await broken.text()).not.toContain('secret')
  })
})

describe('the limits of requests', () => {
  it('slow down who signs in again and again from one address, and say until when', async () => {
    const world = await openCoreWorld({ people: [], limits: { signInsPerMinute: 2 } })
    try {
      const knock = () =>
        world.call('/api/knock', { ...change({ username: 'x' }), headers: { ...json, origin: world.url } })
      expect([(await knock()).status, (await knock()).status]).toEqual([200, 200])
      const third = await knock()
      expect(third.status).toBe(429)
      expect(third.headers.get('retry-after')).toBeTruthy()
      expect(await third.json()).toMatchObject({
        code: 'too-many-requests',
        correlationId: expect.any(String),
      })
    } finally {
      await world.close()
    }
  })

  it('count each session for itself', async () => {
    const people = [personOf('one', ['Preview']), personOf('two', ['Preview'])]
    const world = await openCoreWorld({ people, limits: { requestsPerMinute: 1 } })
    try {
      expect((await world.call('/api/greeting/1', { as: 'one' })).status).toBe(200)
      expect((await world.call('/api/greeting/1', { as: 'two' })).status).toBe(200)
      expect((await world.call('/api/greeting/1', { as: 'one' })).status).toBe(429)
    } finally {
      await world.close()
    }
  })
})

it('lets a call go before the runs of this process until it is answered', async () => {
  const rightOfWay = createRightOfWay()
  const answer = Promise.withResolvers<void>()
  const called = Promise.withResolvers<void>()
  const world = await openCoreWorld({
    people: [personOf('reader', ['Preview'])],
    rightOfWay,
    handlers: {
      greet: async () => {
        called.resolve()
        await answer.promise
        return { text: 'hello' }
      },
    },
  })
  try {
    const asked = world.call('/api/greeting/1', { as: 'reader' })
    await called.promise
    let went = false
    const run = rightOfWay.giveWay().then(() => {
      went = true
    })
    await setTimeout(300)
    expect(went).toBe(false)
    answer.resolve()
    expect((await asked).status).toBe(200)
    await run
  } finally {
    await world.close()
  }
})
