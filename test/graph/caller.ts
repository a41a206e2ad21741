/** A plain caller of the contract server for its own tests: one application, one mailbox, no retries. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type GraphServer, type GraphServerOptions, startGraphServer } from './server.ts'
import type { RegisteredApplication } from './sign-in.ts'

export const tenantId = 'firm.example'
export const clientId = '11111111-2222-4333-8444-555555555555'
export const clientSecret = 'four tins of blue paint'
export const ada = 'ada@firm.example'

/** A certificate of RSA with its key; `stranger` is not registered anywhere. */
export function pemOf(name: 'application' | 'stranger'): Promise<string> {
  return readFile(new URL(`./${name}.pem`, import.meta.url), 'utf8')
}

export async function applicationOf(
  more: Partial<RegisteredApplication> = {},
): Promise<RegisteredApplication> {
  const certificatePem = await pemOf('application')
  const permissions = ['Mail.ReadWrite', 'User.Read.All']
  return { tenantId, clientId, clientSecret, certificatePem, permissions, ...more }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there.
  readonly body: any
}

export interface Asked {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Caller {
  readonly server: GraphServer
  ask(method: string, path: string, asked?: Asked): Promise<Answer>
  /** Of Ada's mailbox. */
  mail(method: string, path: string, asked?: Asked): Promise<Answer>
  signIn(): Promise<string>
  close(): Promise<void>
}

export async function startCaller(
  options: Partial<GraphServerOptions> = {},
  application: Partial<RegisteredApplication> = {},
): Promise<Caller> {
  const server = await startGraphServer({ applications: [await applicationOf(application)], ...options })
  server.addMailbox(ada)
  const signIn = () => tokenOf(server)
  let token = await signIn()
  const ask = (method: string, path: string, { body, headers }: Asked = {}) =>
    call(path.startsWith('http') ? path : `${server.origin}/v1.0${path}`, method, {
      body,
      headers: { authorization: `Bearer ${token}`, 'client-request-id': randomUUID(), ...headers },
    })
  return {
    ...{ server, ask, close: server.close },
    mail: (method, path, asked) => ask(method, `/users/${encodeURIComponent(ada)}${path}`, asked),
    signIn: async () => {
      token = await signIn()
      return token
    },
  }
}

/** Asked for again where a fault that was planned hits the sign-in. */
async function tokenOf(server: GraphServer): Promise<string> {
  for (let attempt = 1; attempt <= 20; attempt++) {
    const answer = await askForToken(server).catch(() => null)
    if (answer?.status === 200) return answer.body.access_token
  }
  throw new Error('the contract server gave no token in twenty attempts')
}

/** A token by secret, or what a test sends instead. */
export function askForToken(
  server: GraphServer,
  fields: Readonly<Record<string, string>> = {},
  tenant: string = tenantId,
): Promise<Answer> {
  const form = { grant_type: 'client_credentials', client_id: clientId, scope: `${server.origin}/.default` }
  const secret = 'client_assertion' in fields ? {} : { client_secret: clientSecret }
  return call(`${server.origin}/${tenant}/oauth2/v2.0/token`, 'POST', {
    body: new URLSearchParams({ ...form, ...secret, ...fields }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
}

export async function call(url: string, method: string, { body, headers = {} }: Asked): Promise<Answer> {
  const plain = body === undefined || typeof body === 'string' || body instanceof Uint8Array
  const response = await fetch(url, {
    method,
    headers: { ...(plain ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: (plain ? body : JSON.stringify(body)) as string }),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? null : JSON.parse(text),
  }
}
