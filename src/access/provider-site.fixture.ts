/** A sign-in provider as firms have one, in this process: the real library `oidc-provider` on a loopback port. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

export interface ProviderAccount {
  readonly subject: string
  readonly preferred_username?: string
  readonly name?: string
  readonly email?: string
  readonly groups?: readonly string[]
}

export type ProviderSite = Awaited<ReturnType<typeof openProviderSite>>

export const clientSecret = 'what the provider and we know'

/** Answers each sign-in with `person`, as though he had typed his password; null refuses. */
export async function openProviderSite(redirectUri: string) {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let person: ProviderAccount | null = null
  const known = new Map<string, ProviderAccount>()
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'holdfast',
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    scopes: ['openid', 'profile', 'email', 'groups'],
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username'],
      email: ['email'],
      groups: ['groups'],
    },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/i/${uid}` },
    cookies: { keys: ['test'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: async () => ({ ...known.get(id), sub: id, groups: [...(known.get(id)?.groups ?? [])] }),
    }),
  })
  const callback = provider.callback()
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/i/')) return void callback(request, response)
    void interact(provider, request, response, person)
  })
  return {
    issuer,
    signsIn(account: ProviderAccount | null): void {
      person = account
      if (account) known.set(account.subject, account)
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  person: ProviderAccount | null,
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response)
  if (person === null) {
    const refusal = { error: 'access_denied', error_description: 'The person said no.' }
    return provider.interactionFinished(request, response, refusal)
  }
  if (prompt.name === 'login') {
    const login = { accountId: person.subject }
    return provider.interactionFinished(request, response, { login })
  }
  const grant = new provider.Grant({ accountId: session!.accountId, clientId: String(params.client_id) })
  grant.addOIDCScope(String(params.scope))
  const consent = { grantId: await grant.save() }
  await provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true })
}

/** A browser that follows the provider's redirects with its cookies, up to the address that is ours. */
export async function followToCallback(start: string, callback: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let address = start
  for (let hop = 0; hop < 12; hop += 1) {
    const answer = await fetch(address, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      cookies.set(name!, value!)
    }
    const next = answer.headers.get('location')
    if (next === null) throw new Error(`${answer.status} of the provider: ${await answer.text()}`)
    address = new URL(next, address).href
    if (address.startsWith(callback)) return new URL(address)
  }
  throw new Error('The provider sends the browser in a circle.')
}
