import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applicationOf, clientId, clientSecret, pemOf, tenantId } from '../../../test/graph/caller.ts'
import { type GraphServer, startGraphServer } from '../../../test/graph/server.ts'
import { systemRandom } from '../../platform/random.ts'
import { DeliveryProblem } from '../problem.ts'
import { type ApplicationSecret, type Credential, credentialOf } from './credential.ts'
import { signInProblem } from './sign-in-refusal.ts'
import { createTokenSource, permissionsOf, type TokenSource } from './token.ts'

const startNow = Date.parse('2026-03-20T12:00:00Z')
let now = startNow
let server: GraphServer

beforeEach(async () => {
  now = startNow
  server = await startGraphServer({
    applications: [
      await applicationOf(),
      await applicationOf({ clientId: expiredId, secretExpired: true }),
      await applicationOf({ clientId: otherCertificateId, certificatePem: await pemOf('stranger') }),
    ],
    ...{ now: () => now, tokenSeconds: 3_600 },
  })
})
afterEach(() => server.close())

const expiredId = randomUUID()
const otherCertificateId = randomUUID()
const bySecret: Credential = { tenantId, clientId, proof: { kind: 'secret', clientSecret } }

function sourceOf(credential: Credential, skewMs = 0): TokenSource {
  const endpoints = { login: server.origin, graph: server.origin }
  return createTokenSource({
    ...{ endpoints, credential, random: systemRandom },
    clock: { now: () => now + skewMs },
  })
}

const byCertificate = async (): Promise<Credential> => ({
  ...bySecret,
  proof: { kind: 'certificate', certificatePem: await pemOf('application') },
})

const problemOf = (promise: Promise<unknown>): Promise<DeliveryProblem> =>
  promise.then(
    () => expect.unreachable('a token was given'),
    (error) => error,
  )

describe('a token', () => {
  it('is kept until five minutes before its end, then another is asked for', async () => {
    const source = sourceOf(await byCertificate())
    const first = await source.token()
    now += 55 * 60_000 - 1
    expect(await source.token()).toBe(first)
    expect(server.signIn.issued.count).toBe(1)
    now += 1
    expect(await source.token()).not.toBe(first)
    expect(server.signIn.issued.count).toBe(2)
  })

  it('is asked for once for all who wait for it', async () => {
    const source = sourceOf(bySecret)
    const tokens = await Promise.all(Array.from({ length: 30 }, () => source.token()))
    expect(new Set(tokens).size).toBe(1)
    expect(server.signIn.issued.count).toBe(1)
  })

  it('that was refused is replaced, once for all to whom it was', async () => {
    const source = sourceOf(bySecret)
    const instead = await source.token()
    const tokens = await Promise.all([1, 2, 3].map(() => source.token({ instead })))
    expect(new Set([instead, ...tokens]).size).toBe(2)
    expect(server.signIn.issued.count).toBe(2)
  })

  it('is asked for again after a failure', async () => {
    server.faults.plan({ kind: '503', retryAfterSeconds: 4 })
    const source = sourceOf(bySecret)
    expect(await problemOf(source.token())).toMatchObject({ reason: 'unreachable', retryAfterMs: 4_000 })
    server.faults.plan({ kind: '429', retryAfterSeconds: 9 })
    expect(await problemOf(source.token())).toMatchObject({ reason: 'throttled', retryAfterMs: 9_000 })
    expect(permissionsOf(await source.token())).toEqual(['Mail.ReadWrite', 'User.Read.All'])
  })

  it('is not asked for on behalf of somebody who has given up', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(sourceOf(bySecret).token({ signal })).rejects.toThrow('enough')
    expect(server.signIn.issued.count).toBe(0)
  })

  it('that cannot be read carries no permissions', () => {
    expect([permissionsOf(''), permissionsOf('a.b.c'), permissionsOf('a.e30.c')]).toEqual([[], [], []])
  })
})

describe('a sign-in that is refused', () => {
  const secret = (clientSecret: string) => ({ kind: 'secret', clientSecret }) as const

  it.each<[string, RegExp, Partial<Credential>]>([
    ['AADSTS7000215', /secret's value, not its id/, { proof: secret('wrong but secret') }],
    ['AADSTS7000222', /has expired; make a new one/, { clientId: expiredId }],
    ['AADSTS90002', /no tenant other\.example in this cloud/, { tenantId: 'other.example' }],
    ['AADSTS700016', /check the client id/, { clientId: randomUUID() }],
  ])('with %s says what to do', async (code, remedy, change) => {
    const problem = await problemOf(sourceOf({ ...bySecret, ...change }).token())
    expect(problem).toBeInstanceOf(DeliveryProblem)
    expect(problem).toMatchObject({
      reason: 'sign-in-refused',
      message: expect.stringMatching(new RegExp(`${remedy.source}.*\\(${code}\\)$`)),
    })
    expect(told(problem)).not.toContain('wrong but secret')
    expect(told(problem)).not.toContain(clientSecret)
  })

  it('with AADSTS700027 asks for the certificate to be uploaded', async () => {
    const problem = await problemOf(
      sourceOf({ ...(await byCertificate()), clientId: otherCertificateId }).token(),
    )
    expect(problem).toMatchObject({
      reason: 'sign-in-refused',
      message: expect.stringMatching(/upload the certificate.*AADSTS700027/),
    })
    expect(told(problem)).not.toContain('PRIVATE KEY')
  })

  it.each([-3_600_000, 3_600_000])('because this machine’s clock is %i ms wrong says so', async (skewMs) => {
    expect(await problemOf(sourceOf(await byCertificate(), skewMs).token())).toMatchObject({
      reason: 'clock-skewed',
      message: expect.stringMatching(/set this machine's clock right/),
    })
  })

  it.each([900023, 7000112, 70011, 500011, 53003])('with AADSTS%i has a sentence of its own', (code) => {
    const { reason, message } = signInProblem(bySecret, 400, JSON.stringify({ error_codes: [code] }))
    expect({ reason, message }).toEqual({
      reason: 'sign-in-refused',
      message: expect.stringMatching(new RegExp(`\\(AADSTS${code}\\)$`)),
    })
    expect(message).not.toMatch(/look the code up/)
  })

  it.each([
    ['{"error_description":"AADSTS123: Something new."}', /look the code up.*\(AADSTS123\)/],
    ['<html>A proxy says no.</html>', /\(HTTP 407\)$/],
    ['null', /\(HTTP 407\)$/],
  ])('with something unknown names it: %s', (text, message) => {
    expect(signInProblem(bySecret, 407, text).message).toMatch(message)
  })
})

describe('settings', () => {
  const wrong: [Credential['proof']['kind'], ApplicationSecret][] = [
    ['certificate', null],
    ['certificate', { clientSecret: 'x' }],
    ['secret', { certificatePem: 'x' }],
  ]
  it.each(wrong)('that want a %s are refused with another secret', (credential, secret) => {
    expect(() => credentialOf({ tenantId, clientId, credential }, secret)).toThrow(
      expect.objectContaining({ reason: 'bad-settings', message: expect.stringMatching(/: give its/) }),
    )
  })

  it('of a managed identity need none', () => {
    expect(credentialOf({ tenantId, clientId, credential: 'managed-identity' }, null).proof).toEqual({
      kind: 'managed-identity',
    })
  })
})

/** All of an error that could end up in a log. */
function told(problem: Error): string {
  return `${problem.stack} ${JSON.stringify(problem)} ${(problem.cause as Error | undefined)?.stack}`
}
