import { constants, createPrivateKey, hash, randomUUID, sign, X509Certificate } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { applicationOf, askForToken, type Caller, clientId, pemOf, startCaller, tenantId } from './caller.ts'
import { startGraphServer } from './server.ts'

const closings: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0)) await close()
})

async function started(...given: Parameters<typeof startCaller>): Promise<Caller> {
  const caller = await startCaller(...given)
  closings.push(caller.close)
  return caller
}

describe('a token by secret', () => {
  it('opens the mailbox, ends when it is said to end, and can be revoked', async () => {
    let now = Date.now()
    const { server, mail, signIn } = await started({ now: () => now, tokenSeconds: 60 })
    const { body } = await askForToken(server)
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 60 })
    const { roles, tid } = JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString())
    expect({ roles, tid }).toEqual({ roles: ['Mail.ReadWrite', 'User.Read.All'], tid: tenantId })
    expect((await mail('GET', '/mailFolders/inbox')).status).toBe(200)
    now += 60_000
    expect(await mail('GET', '/mailFolders/inbox')).toMatchObject({
      status: 401,
      body: { error: { code: 'InvalidAuthenticationToken' } },
    })
    await signIn()
    expect((await mail('GET', '/mailFolders/inbox')).status).toBe(200)
    server.signIn.revoke()
    expect((await mail('GET', '/mailFolders/inbox')).status).toBe(401)
  })

  it.each([
    [7000215, 401, { client_secret: 'wrong' }],
    [700016, 400, { client_id: randomUUID() }],
    [70011, 400, { scope: 'https://graph.microsoft.us/.default' }],
    [70003, 400, { grant_type: 'password' }],
  ])('is refused with AADSTS%i', async (code, status, fields) => {
    const { server } = await started()
    const refused = await askForToken(server, fields)
    expect(refused).toMatchObject({ status, body: { error_codes: [code] } })
    expect(refused.body.error_description).toMatch(new RegExp(`^AADSTS${code}: `))
  })

  it('is refused for a tenant that is not in this cloud, and for a secret that has expired', async () => {
    const { server } = await started()
    const elsewhere = await askForToken(server, {}, 'other.example')
    expect(elsewhere).toMatchObject({ status: 400, body: { error_codes: [90002] } })
    const expired = await startGraphServer({ applications: [await applicationOf({ secretExpired: true })] })
    closings.push(expired.close)
    expect(await askForToken(expired)).toMatchObject({ status: 401, body: { error_codes: [7000222] } })
  })
})

describe('a token by certificate', () => {
  it('is given for an assertion that the registered certificate signed', async () => {
    const { server } = await started()
    expect((await byAssertion(server.origin, {})).status).toBe(200)
  })

  it.each([
    [700027, 'another certificate', { name: 'stranger' }],
    [700027, 'another algorithm', { header: { alg: 'RS256' } }],
    [700023, 'another audience', { claims: { aud: 'https://login.microsoftonline.com/' } }],
    [700021, 'another application', { claims: { sub: 'somebody' } }],
    [700024, 'a clock that is late', { ageSeconds: 3600 }],
    [700024, 'a clock that is early', { ageSeconds: -3600 }],
  ] as const)('is refused with AADSTS%i for %s', async (code, _what, change) => {
    const { server } = await started()
    expect(await byAssertion(server.origin, change)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', error_codes: [code] },
    })
  })

  it('is refused when the certificate has expired', async () => {
    const { server } = await started({ now: () => Date.parse('2200-01-01') })
    expect(await byAssertion(server.origin, {})).toMatchObject({ body: { error_codes: [700027] } })
  })

  interface Change {
    readonly name?: 'application' | 'stranger'
    readonly header?: object
    readonly claims?: object
    readonly ageSeconds?: number
  }

  async function byAssertion(
    origin: string,
    { name = 'application', header, claims, ageSeconds = 0 }: Change,
  ) {
    const pem = await pemOf(name)
    const thumbprint = hash('sha256', new X509Certificate(pem).raw, 'base64url')
    const from = Math.floor(Date.now() / 1000) - ageSeconds
    const signed = [
      { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint, ...header },
      {
        ...{ aud: `${origin}/${tenantId}/oauth2/v2.0/token`, iss: clientId, sub: clientId },
        ...{ jti: randomUUID(), nbf: from, iat: from, exp: from + 300, ...claims },
      },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const key = {
      ...{ key: createPrivateKey(pem), saltLength: 32 },
      padding: constants.RSA_PKCS1_PSS_PADDING,
    }
    const signature = sign('sha256', Buffer.from(signed), key).toString('base64url')
    return askForToken({ origin } as Caller['server'], {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: `${signed}.${signature}`,
    })
  }
})

describe('permissions', () => {
  it('open what they were given for and nothing else', async () => {
    const { mail, ask } = await started({}, { permissions: ['User.Read.All'] })
    expect((await ask('GET', '/users')).status).toBe(200)
    expect(await mail('GET', '/mailFolders')).toMatchObject({
      status: 403,
      body: { error: { code: 'ErrorAccessDenied' } },
    })
    const other = await started({}, { permissions: ['Mail.ReadWrite'] })
    expect(await other.ask('GET', '/users')).toMatchObject({
      status: 403,
      body: { error: { code: 'Authorization_RequestDenied' } },
    })
  })

  it('given by Exchange for some mailboxes are in no token and open those', async () => {
    const { server, mail, ask } = await started({}, { permissions: [], mailboxes: ['ada@firm.example'] })
    server.addMailbox('ben@firm.example')
    expect((await mail('GET', '/mailFolders')).status).toBe(200)
    expect((await ask('GET', '/users/ben@firm.example/mailFolders')).status).toBe(403)
  })

  it('are of no use without a client-request-id, or in a mailbox that is not there', async () => {
    const { mail, ask } = await started()
    expect((await mail('GET', '/mailFolders', { headers: { 'client-request-id': '' } })).status).toBe(400)
    expect(await ask('GET', '/users/none@firm.example/mailFolders')).toMatchObject({
      status: 404,
      body: { error: { code: 'ErrorInvalidUser' } },
    })
  })
})
