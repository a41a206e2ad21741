/** The token endpoint: client credentials by secret or by signed assertion, refused as Microsoft Entra ID does. */
import { constants, hash, randomUUID, verify, X509Certificate } from 'node:crypto'
import { type GraphReply, parseJson } from './call.ts'

export interface RegisteredApplication {
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecret?: string
  readonly secretExpired?: boolean
  /** PEM; its key may be left out. */
  readonly certificatePem?: string
  /** Application permissions that were consented to. */
  readonly permissions: readonly string[]
  /**
   * Mailboxes that Exchange lets it read and write by a role assignment ("Role Based Access Control for Applications in
   * Exchange Online"): added to the permissions above, and named in no token.
   */
  readonly mailboxes?: readonly string[]
}

export interface IssuedToken {
  readonly application: RegisteredApplication
  readonly expiresAt: number
}

export interface SignIn {
  /** Answers `POST /{tenant}/oauth2/v2.0/token`. */
  answer(tenant: string, form: URLSearchParams): GraphReply
  /** The application of a Bearer token, or why there is none. */
  applicationOf(authorization: string | undefined): RegisteredApplication | null
  /** All tokens are refused from now on. */
  revoke(): void
  readonly issued: { count: number }
}

export interface SignInGiven {
  readonly applications: readonly RegisteredApplication[]
  readonly now: () => number
  readonly tokenSeconds: number
  /** Of this server, as the assertion's audience and the scope have it. */
  readonly origin: () => string
}

export function createSignIn(given: SignInGiven): SignIn {
  const tokens = new Map<string, IssuedToken>()
  const issued = { count: 0 }
  return {
    issued,
    revoke: () => tokens.clear(),
    answer: (tenant, form) => {
      const found = findApplication(given, tenant, form)
      if ('status' in found) return found
      const refusal = proofRefusal(given, found, form)
      if (refusal) return refusal
      issued.count += 1
      const access_token = tokenOf(given, found, issued.count)
      tokens.set(access_token, { application: found, expiresAt: given.now() + given.tokenSeconds * 1000 })
      return { status: 200, body: { token_type: 'Bearer', expires_in: given.tokenSeconds, access_token } }
    },
    applicationOf: (authorization) => {
      const token = tokens.get(/^Bearer (\S+)$/.exec(authorization ?? '')?.[1] ?? '')
      return token && token.expiresAt > given.now() ? token.application : null
    },
  }
}

function findApplication(
  { applications, origin }: SignInGiven,
  tenant: string,
  form: URLSearchParams,
): RegisteredApplication | GraphReply {
  if (form.get('grant_type') !== 'client_credentials')
    return refused(400, 'unsupported_grant_type', 70003, 'The grant type is not supported.')
  if (form.get('scope') !== `${origin()}/.default`)
    return refused(
      400,
      'invalid_scope',
      70011,
      "The provided value for the input parameter 'scope' is not valid.",
    )
  const ofTenant = applications.filter(({ tenantId }) => tenantId === tenant)
  if (ofTenant.length === 0) return refused(400, 'invalid_request', 90002, `Tenant '${tenant}' not found.`)
  const application = ofTenant.find(({ clientId }) => clientId === form.get('client_id'))
  return (
    application ?? refused(400, 'unauthorized_client', 700016, 'Application was not found in the directory.')
  )
}

function proofRefusal(
  given: SignInGiven,
  application: RegisteredApplication,
  form: URLSearchParams,
): GraphReply | null {
  const secret = form.get('client_secret')
  if (secret !== null) {
    if (secret !== application.clientSecret)
      return refused(401, 'invalid_client', 7000215, 'Invalid client secret provided.')
    if (application.secretExpired)
      return refused(401, 'invalid_client', 7000222, 'The provided client secret keys are expired.')
    return null
  }
  if (form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    return refused(401, 'invalid_client', 7000216, "'client_assertion' or 'client_secret' is required.")
  return assertionRefusal(given, application, form.get('client_assertion') ?? '')
}

function assertionRefusal(
  { origin, now }: SignInGiven,
  { tenantId, clientId, certificatePem }: RegisteredApplication,
  assertion: string,
): GraphReply | null {
  const [head = '', claims = '', signature = ''] = assertion.split('.')
  const header = decode(head)
  const claim = decode(claims)
  const certificate = certificatePem ? new X509Certificate(certificatePem) : null
  const known = certificate && hash('sha256', certificate.raw, 'base64url') === header['x5t#S256']
  const signed =
    known &&
    header.alg === 'PS256' &&
    header.typ === 'JWT' &&
    verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      { key: certificate.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
      Buffer.from(signature, 'base64url'),
    )
  const expired = certificate !== null && Date.parse(certificate.validTo) < now()
  if (!signed || expired)
    return refused(
      401,
      'invalid_client',
      700027,
      'The certificate with identifier used to sign the client assertion is not registered on application, or is expired.',
    )
  if (claim.aud !== `${origin()}/${tenantId}/oauth2/v2.0/token`)
    return refused(
      401,
      'invalid_client',
      700023,
      'Client assertion audience claim does not match Realm issuer.',
    )
  if (claim.iss !== clientId || claim.sub !== clientId || typeof claim.jti !== 'string')
    return refused(401, 'invalid_client', 700021, 'Client assertion application identifier does not match.')
  const seconds = now() / 1000
  const skew = 300
  if (!(Number(claim.nbf) <= seconds + skew && Number(claim.exp) >= seconds - skew))
    return refused(401, 'invalid_client', 700024, 'Client assertion is not within its valid time range.')
  return null
}

function decode(part: string): Record<string, unknown> {
  return (parseJson(Buffer.from(part, 'base64url').toString('utf8')) ?? {}) as Record<string, unknown>
}

function refused(status: number, error: string, code: number, message: string): GraphReply {
  const error_description = `AADSTS${code}: ${message} Trace ID: ${randomUUID()}`
  return { status, body: { error, error_description, error_codes: [code] } }
}

function tokenOf(
  { origin, now, tokenSeconds }: SignInGiven,
  application: RegisteredApplication,
  count: number,
) {
  const { tenantId, clientId, permissions } = application
  const iat = Math.floor(now() / 1000)
  const claims = {
    aud: origin(),
    appid: clientId,
    tid: tenantId,
    roles: permissions,
    iat,
    exp: iat + tokenSeconds,
  }
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode({ typ: 'JWT', alg: 'RS256' })}.${encode(claims)}.${Buffer.from(`signature-${count}`).toString('base64url')}`
}
