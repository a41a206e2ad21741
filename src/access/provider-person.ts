/** Whom the provider names, out of the ID token and, for what it leaves out, the userinfo endpoint. */
import * as client from 'openid-client'

export interface ProviderPerson {
  readonly issuer: string
  readonly subject: string
  /** A user name for a new user: never a proof of being somebody. */
  readonly username: string
  readonly name: string
  readonly email: string | null
  readonly groups: readonly string[]
  /** Milliseconds since 1970 UTC of when the provider last asked who it is; null where it does not say. */
  readonly authenticatedAt: number | null
}

type Tokens = Awaited<ReturnType<typeof client.authorizationCodeGrant>>
type Claims = Readonly<Record<string, unknown>>

/** Throws what the library throws when the provider's answers do not hold. */
export async function personOf(
  configuration: client.Configuration,
  tokens: Tokens,
  groupsClaim: string,
): Promise<ProviderPerson> {
  const idToken = tokens.claims()!
  const needsMore = idToken[groupsClaim] === undefined || idToken.preferred_username === undefined
  const more: Claims =
    needsMore && configuration.serverMetadata().userinfo_endpoint
      ? await client.fetchUserInfo(configuration, tokens.access_token, idToken.sub)
      : {}
  const claims: Claims = { ...more, ...idToken }
  const email = textOf(claims.email)
  const username = usernameOf(claims, idToken.sub)
  return {
    issuer: idToken.iss,
    subject: idToken.sub,
    username,
    name: (textOf(claims.name) ?? username).slice(0, 200),
    email: email !== null && email.length <= 254 ? email : null,
    groups: listOf(claims[groupsClaim]),
    authenticatedAt: typeof idToken.auth_time === 'number' ? idToken.auth_time * 1000 : null,
  }
}

/** The first that is a user name as ours are; the subject, made into one, always is. */
function usernameOf(claims: Claims, subject: string): string {
  const offered = [claims.preferred_username, claims.upn, claims.email].map(textOf)
  const fitting = offered.find(
    (text) => text !== null && /^[a-z0-9][a-z0-9._@-]{1,99}$/.test(text.toLowerCase()),
  )
  if (fitting) return fitting.toLowerCase()
  return `user-${subject.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`.slice(0, 100)
}

function textOf(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim() : ''
  return text === '' ? null : text
}

function listOf(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value]
  return values.filter((one): one is string => typeof one === 'string').slice(0, 10_000)
}
