/** A contract server for WeCom's API, on loopback. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerCall } from './answers.ts'

export interface QyapiPerson {
  readonly userid: string
  readonly name: string
  readonly mobile: string
  readonly bizEmail?: string
  readonly personalEmail?: string
}

export interface QyapiCompany {
  readonly corpId: string
  /** Secrets, and what each may do. */
  readonly secrets: {
    readonly archive: string
    readonly contacts: string
    readonly customers: string
  }
  readonly people: readonly QyapiPerson[]
  /** Userids in the scope of the archive. */
  readonly permitted: readonly string[]
  readonly innerRooms: ReadonlyMap<string, string>
  readonly customerRooms: ReadonlyMap<
    string,
    { readonly name: string; readonly members: ReadonlyMap<string, string> }
  >
  readonly robots: ReadonlyMap<string, string>
  /** `userid external` of pairs that disagreed. */
  readonly disagreed: ReadonlySet<string>
}

export interface QyapiCall {
  readonly path: string
  readonly body: unknown
  readonly errcode: number
}

export interface QyapiServer {
  readonly origin: string
  readonly calls: readonly QyapiCall[]
  /** Tokens that were handed out are over, as when another program asks for one. */
  endTokens(): void
  /** The next `count` calls of `path` (after /cgi-bin/) are answered so: an errcode, or no answer at all. */
  fail(path: string, how: number | 'status-502' | 'cut-off' | 'no-json', count?: number): void
  close(): Promise<void>
}

export interface QyapiServerOptions {
  readonly now?: () => number
  readonly tokenSeconds?: number
  /** Per minute and path; the documented ones where absent. */
  readonly callsPerMinute?: number
}

/** Documented: permit list 1000, single 2500, room 1500, robot 600 a minute. */
const budgets: ReadonlyMap<string, number> = new Map([
  ['msgaudit/get_permit_user_list', 1000],
  ['msgaudit/check_single_agree', 2500],
  ['msgaudit/check_room_agree', 1500],
  ['msgaudit/get_robot_info', 600],
])

interface Token {
  readonly value: string
  readonly app: keyof QyapiCompany['secrets']
  readonly until: number
}

export async function startQyapiServer(
  company: QyapiCompany,
  options: QyapiServerOptions = {},
): Promise<QyapiServer> {
  const { now = Date.now, tokenSeconds = 7200 } = options
  const calls: QyapiCall[] = []
  const failures = new Map<string, { readonly how: Parameters<QyapiServer['fail']>[1]; count: number }>()
  const counts = new Map<string, number>()
  let tokens: readonly Token[] = []
  let issued = 0

  const issue = (query: URLSearchParams) => {
    const app = (Object.keys(company.secrets) as (keyof QyapiCompany['secrets'])[]).find(
      (name) => company.secrets[name] === query.get('corpsecret'),
    )
    if (query.get('corpid') !== company.corpId) return { errcode: 40013, errmsg: 'invalid corpid' }
    if (app === undefined) return { errcode: 40001, errmsg: 'invalid credential' }
    issued += 1
    const value = `token-${issued}-${app}`
    tokens = [
      ...tokens.filter((token) => token.app !== app),
      { value, app, until: now() + tokenSeconds * 1000 },
    ]
    return { errcode: 0, errmsg: 'ok', access_token: value, expires_in: tokenSeconds }
  }

  const isOverBudget = (path: string) => {
    const minute = `${path} ${Math.floor(now() / 60_000)}`
    const count = (counts.get(minute) ?? 0) + 1
    counts.set(minute, count)
    return count > (options.callsPerMinute ?? budgets.get(path) ?? 10_000)
  }

  const answer = (path: string, method: string, query: URLSearchParams, body: unknown) => {
    if (path === 'gettoken') return issue(query)
    const token = tokens.find(({ value }) => value === query.get('access_token'))
    if (token === undefined) return { errcode: 40014, errmsg: 'invalid access_token' }
    if (now() >= token.until) return { errcode: 42001, errmsg: 'access_token expired' }
    if (isOverBudget(path)) return { errcode: 45009, errmsg: 'api freq out of limit' }
    return answerCall(company, token.app, { path, method, query, body })
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://qyapi.test')
    const path = url.pathname.replace(/^\/cgi-bin\//, '')
    const body = await bodyOf(request)
    const failure = failures.get(path)
    if (failure !== undefined && failure.count-- > 0)
      return failWith(response, failure.how, calls, path, body)
    const found = answer(path, request.method ?? '', url.searchParams, body)
    calls.push({ path, body, errcode: found.errcode })
    send(response, found)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    endTokens: () => {
      tokens = []
    },
    fail: (path, how, count = 1) => void failures.set(path, { how, count }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const text = Buffer.concat(parts).toString('utf8')
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}

function failWith(
  response: ServerResponse,
  how: Parameters<QyapiServer['fail']>[1],
  calls: QyapiCall[],
  path: string,
  body: unknown,
): void {
  calls.push({ path, body, errcode: typeof how === 'number' ? how : -2 })
  if (how === 'cut-off') response.destroy()
  else if (how === 'status-502') response.writeHead(502).end('bad gateway')
  else if (how === 'no-json') response.writeHead(200).end('<html>')
  else
    send(response, {
      errcode: how,
      errmsg: `told to, hint: [1], from ip: 203.0.113.7, more info at https://example.test`,
    })
}

function send(response: ServerResponse, answer: object): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(answer))
}
