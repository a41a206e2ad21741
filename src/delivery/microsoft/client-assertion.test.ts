import { generateKeyPairSync } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { applicationOf, askForToken, clientId, pemOf, tenantId } from '../../../test/graph/caller.ts'
import { type GraphServer, startGraphServer } from '../../../test/graph/server.ts'
import { systemClock } from '../../platform/clock.ts'
import { systemRandom } from '../../platform/random.ts'
import { certificateEnds, clientAssertion } from './client-assertion.ts'

let server: GraphServer | undefined
afterEach(() => server?.close())

const audience = 'https://login.example/firm.example/oauth2/v2.0/token'

function assertionOf(certificatePem: string, more: object = {}): string {
  return clientAssertion({
    ...{ certificatePem, clientId, audience, clock: systemClock, random: systemRandom },
    ...more,
  })
}

function claimsOf(assertion: string) {
  return JSON.parse(Buffer.from(assertion.split('.')[1]!, 'base64url').toString('utf8'))
}

describe('an assertion', () => {
  it.each(['certificate first', 'key first'])('is accepted by the token endpoint, %s', async (order) => {
    server = await startGraphServer({ applications: [await applicationOf()] })
    const [certificate, key] = partsOf(await pemOf('application'))
    const pem = order === 'key first' ? `${key}\n${certificate}` : `Bag Attributes\n${certificate}\n${key}`
    const answer = await askForToken(server, {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertionOf(pem, { audience: `${server.origin}/${tenantId}/oauth2/v2.0/token` }),
    })
    expect(answer.status).toBe(200)
  })

  it('lives for five minutes from now, and is never the same twice', async () => {
    const pem = await pemOf('application')
    const now = Date.parse('2026-03-20T12:00:00.900Z')
    const { nbf, exp, jti, aud } = claimsOf(assertionOf(pem, { clock: { now: () => now } }))
    expect({ nbf, exp, aud }).toEqual({ nbf: 1_774_008_000, exp: 1_774_008_300, aud: audience })
    expect(claimsOf(assertionOf(pem)).jti).not.toBe(jti)
  })

  it('tells when its certificate ends', async () => {
    expect(certificateEnds(await pemOf('application'))).toBeGreaterThan(Date.parse('2120-01-01'))
  })
})

describe('a PEM that cannot sign is refused in a sentence that says what to give', () => {
  it.each([
    ['without a key', /has no unencrypted private key/, ([certificate]: Parts) => certificate],
    ['without a certificate', /has no certificate/, ([, key]: Parts) => key],
    ['empty', /has no certificate/, () => ''],
    [
      'with an encrypted key',
      /has no unencrypted private key/,
      ([certificate]: Parts) => certificate + encryptedKey(),
    ],
    ['with a key of another certificate', /does not belong to its certificate/, otherKey],
    ['with a key that is not RSA', /is not RSA/, ([certificate]: Parts) => certificate + ellipticKey()],
    [
      'damaged',
      /cannot be read/,
      ([certificate, key]: Parts) => certificate + key.replace(/\n[A-Za-z]/, '\n!'),
    ],
  ])('%s', async (_what, message, change) => {
    const pem = await change(partsOf(await pemOf('application')))
    expect(() => assertionOf(pem)).toThrow(
      expect.objectContaining({ reason: 'bad-settings', message: expect.stringMatching(message) }),
    )
  })
})

type Parts = readonly [certificate: string, key: string]

function partsOf(pem: string): Parts {
  const keyAt = pem.indexOf('-----BEGIN PRIVATE KEY-----')
  return [pem.slice(0, keyAt), pem.slice(keyAt)]
}

async function otherKey([certificate]: Parts): Promise<string> {
  return certificate + partsOf(await pemOf('stranger'))[1]
}

function ellipticKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
}

function encryptedKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const how = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const
  return privateKey.export(how) as string
}
