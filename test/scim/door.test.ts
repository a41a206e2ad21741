import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProvider, personOf } from './provider.ts'
import { openScimWorld, type ScimWorld } from './scim-world.ts'

let world: ScimWorld
beforeAll(async () => {
  world = await openScimWorld()
  await world.provider.create(personOf('ada'))
})
afterAll(() => world?.close())

describe('the door', () => {
  const nobody = 'none'
  const refusals = () => world.audited('use-api')

  it('is shut to whoever shows no token that is in force, and each is noted', async () => {
    const before = (await refusals()).length
    for (const token of [null, 'holdfast_nonsense']) {
      const { status, headers, body } = await createProvider(world.base, token).call('GET', '/Users')
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')).toMatch(/^Bearer/)
      expect(body).toMatchObject({ status: '401', schemas: [expect.stringMatching(/:Error$/)] })
    }
    const noted = await refusals()
    expect(noted.slice(before)).toMatchObject([
      { actor: 'unknown', outcome: 'refused', details: { endpoint: 'scim', code: 'not-signed-in' } },
      { actor: 'unknown', outcome: 'refused' },
    ])
  })

  it.each([
    [['Mail Recipients', 'Compliance Search'], /may do more than this \(Compliance Search\)/],
    [['Mail Recipients', 'Role Management'], /Role Management/],
    [['Audit Logs'], /has not the role Mail Recipients/],
  ] as const)('is shut to a token with %j, which is noted', async (roles, why) => {
    const provider = createProvider(world.base, await world.tokenWith(...roles))
    const before = (await refusals()).length
    const { status, body } = await provider.create(personOf('never'))
    expect({ status, detail: body.detail }).toMatchObject({ status: 403, detail: expect.stringMatching(why) })
    expect((await refusals()).slice(before)).toMatchObject([
      { actor: 'ada', actor_type: 'token', outcome: 'refused', details: { code: 'not-allowed' } },
    ])
    expect((await world.provider.find('userName', 'never@firm.example')).body.totalResults).toBe(0)
  })

  it('takes no cookie for a token', async () => {
    const session = await world.session('ada')
    const answer = await fetch(`${world.base}/Users`, {
      headers: { cookie: `holdfast-session=${session.token}` },
    })
    expect(answer.status).toBe(401)
  })

  it('takes no large, broken or foreign body', async () => {
    const large = { ...personOf('big'), displayName: 'x'.repeat(300_000) }
    expect((await world.provider.call('POST', '/Users', large)).status).toBe(413)
    expect((await world.provider.call('POST', '/Users', '{"userName":')).body.scimType).toBe('invalidSyntax')
    expect(
      (await world.provider.call('POST', '/Users', 'userName=x', { 'content-type': 'text/plain' })).status,
    ).toBe(415)
    expect((await world.provider.call('POST', '/Users', { emails: 'x' })).body.scimType).toBe('invalidValue')
    expect((await world.provider.call('GET', `/Users/${nobody}`)).status).toBe(404)
    expect((await world.provider.call('GET', '/Elsewhere')).status).toBe(404)
  })

  it('a refused change is noted with who asked for it', async () => {
    await world.provider.create(personOf('ada'))
    expect((await refusals()).at(-1)).toMatchObject({
      actor: 'ada',
      details: { code: 'directory-conflict', method: 'POST' },
    })
  })

  it('lets in so many a minute, of strangers few', async () => {
    const other = await openScimWorld({ limits: { requestsPerMinute: 3, strangersPerMinute: 2 } })
    try {
      const knock = async (provider: typeof other.provider) =>
        (await provider.call('GET', '/Users?count=1')).status
      const stranger = createProvider(other.base, null)
      expect([await knock(stranger), await knock(stranger), await knock(stranger)]).toEqual([401, 401, 429])
      const answers = [await knock(other.provider), await knock(other.provider), await knock(other.provider)]
      expect([...answers, await knock(other.provider)]).toEqual([200, 200, 200, 429])
      expect(await other.audited('use-api')).toHaveLength(2)
    } finally {
      await other.close()
    }
  })
})

it('nothing failed on the way', () => expect(world.failures).toEqual([]))
