/** A small client of Microsoft Graph: retries as the service asks for, pages, budgets per mailbox. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../../platform/clock.ts'
import type { CloudName } from '../../platform/clouds.ts'
import { type RandomSource, uuidOf } from '../../platform/random.ts'
import { DeliveryProblem } from '../problem.ts'
import { type Endpoints, endpointsOf } from './clouds.ts'
import type { Credential } from './credential.ts'
import { graphErrorOf } from './graph-error.ts'
import { type HttpAnswer, type HttpCall, httpCall, retryAfterOf } from './http-call.ts'
import { type BudgetLimits, createMailboxBudgets, type Demand } from './mailbox-budget.ts'
import { createTokenSource, permissionsOf } from './token.ts'

export interface GraphClientOptions {
  readonly cloud: CloudName
  /** Instead of the cloud's own: for a server of a test on loopback. */
  readonly endpoints?: Endpoints | undefined
  readonly credential: Credential
  readonly clock: Clock
  readonly random: RandomSource
  /** Instead of the documented ones: for tests, which have no ten minutes. */
  readonly limits?: BudgetLimits | undefined
  /** Instead of half a second before a second attempt: for tests. */
  readonly retryWaitMs?: number | undefined
}

export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** From the version on, such as `/users/ada@firm.example/mailFolders`, or a whole address at the same origin. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** The mailbox whose budget the request is taken from; none for the directory. */
  readonly mailbox?: string | undefined
  /** How many requests of the mailbox it is: more than one for `$batch`. */
  readonly weight?: number
  /** Whether a second one does no harm after one that may have been carried out; not so for POST. */
  readonly repeatable?: boolean
  readonly signal?: AbortSignal | undefined
}

export interface GraphAnswer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; null where there was none. */
  readonly body: unknown
}

export interface GraphPage<Value> {
  readonly value: readonly Value[]
  /** On the last page of a delta query: what to ask next time. */
  readonly deltaLink: string | null
}

export type GraphReading = Pick<GraphRequest, 'headers' | 'mailbox' | 'signal'>

/**
 * All throw `GraphError` for what Graph refuses (4xx, and 5xx of a request that must not be repeated) and
 * `DeliveryProblem` for what fails around it: sign-in, network, throttled or not served for longer than is waited here.
 */
export interface GraphClient {
  /** The JSON at a path. */
  get(path: string, options?: GraphReading): Promise<unknown>
  /** Page by page along `@odata.nextLink`; `path` may be a delta link. */
  pages<Value>(path: string, options?: GraphReading): AsyncGenerator<GraphPage<Value>>
  request(request: GraphRequest): Promise<GraphAnswer>
  /** PUT of a range to a pre-authenticated upload address: no token goes there. 4xx are answers, not errors. */
  upload(request: UploadRequest): Promise<HttpAnswer>
  /** Lets nothing go to the mailbox for so long, or for a moment where null: an answer within `$batch` was 429. */
  holdBack(mailbox: string, waitMs: number | null): void
  /**
   * Application permissions that the token carries, such as `Mail.ReadWrite`; what Exchange grants for some mailboxes only ("RBAC for Applications") is
   * not among them. Throws `DeliveryProblem`.
   */
  permissions(): Promise<readonly string[]>
}

export interface UploadRequest {
  readonly method: 'PUT' | 'GET' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer>
  readonly mailbox: string
  readonly signal?: AbortSignal | undefined
}

const version = 'v1.0'
const attemptsMax = 5
const deadlineMs = 60_000
const uploadDeadlineMs = 5 * 60_000
/** A longer `Retry-After` is the caller's to wait for: a worker has other mailboxes to see to. */
const waitMsMax = 30_000
const retryWaitMsUsual = 500
/** Fifty million users at fifty a page. */
const pagesMax = 1_000_000

export function createGraphClient(options: GraphClientOptions): GraphClient {
  const { clock, random, retryWaitMs = retryWaitMsUsual } = options
  const endpoints = endpointsOf(options.cloud, options.endpoints)
  const tokens = createTokenSource({ ...options, endpoints })
  const budgetOf = createMailboxBudgets(clock, options.limits)

  const permissions = async () => permissionsOf(await tokens.token())
  return { get, pages, request, upload, holdBack, permissions }

  async function get(path: string, reading: GraphReading = {}): Promise<unknown> {
    return (await request({ method: 'GET', path, ...reading })).body
  }

  async function* pages<Value>(path: string, reading: GraphReading = {}): AsyncGenerator<GraphPage<Value>> {
    let next: string | undefined = path
    for (let count = 0; next !== undefined; count++) {
      if (count >= pagesMax) throw unexpected(`more than ${pagesMax} pages at ${path}`)
      const page = (await get(next, reading)) as PageBody<Value>
      if (!Array.isArray(page?.value)) throw unexpected(`a page without values at ${pathOf(next)}`)
      yield { value: page.value, deltaLink: page['@odata.deltaLink'] ?? null }
      next = page['@odata.nextLink']
    }
  }

  async function request(given: GraphRequest): Promise<GraphAnswer> {
    const repeatable = given.repeatable ?? given.method !== 'POST'
    const sent: SentRequest = { ...given, url: addressOf(given.path), requestId: uuidOf(random) }
    for (let attempt = 1; ; attempt++) {
      const answer = await attemptOf(sent, repeatable && attempt < attemptsMax)
      if (answer && answer.status < 400) return { ...answer, body: jsonOf(answer, given) }
      if (answer && !mayAgain(answer.status, repeatable))
        throw graphErrorOf(answer, sent.requestId, clock.now())
      const asked = answer && retryAfterOf(answer.headers.get('retry-after'), clock.now())
      const waitMs = jittered(asked ?? retryWaitMs * 2 ** (attempt - 1), random)
      if (answer && (attempt >= attemptsMax || waitMs > waitMsMax)) throw notNow(answer, asked)
      await waitFor(waitMs, given.signal)
    }
  }

  /** One attempt, with a second token where the first is refused; null for a network failure to try again after. */
  async function attemptOf(sent: SentRequest, again: boolean): Promise<HttpAnswer | null> {
    const { signal } = sent
    try {
      const token = await tokens.token({ signal })
      const answer = await send(sent, token)
      if (answer.status !== 401) return answer
      const second = await send(sent, await tokens.token({ instead: token, signal }))
      if (second.status === 401)
        throw new DeliveryProblem(
          'sign-in-refused',
          'Microsoft Graph does not accept a new token: check that the cloud is the one the tenant is in.',
        )
      return second
    } catch (error) {
      if (again && error instanceof DeliveryProblem && error.reason === 'unreachable') return null
      throw error
    }
  }

  async function send(given: SentRequest, token: string): Promise<HttpAnswer> {
    const body = given.body === undefined ? undefined : JSON.stringify(given.body)
    const call = {
      method: given.method,
      url: given.url,
      deadlineMs,
      signal: given.signal,
      ...(body === undefined ? {} : { body }),
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        'client-request-id': given.requestId,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...given.headers,
      },
    }
    const bytes = body === undefined ? 0 : Buffer.byteLength(body)
    return within(given.mailbox, { requests: given.weight ?? 1, bytes }, call)
  }

  async function upload({ mailbox, ...given }: UploadRequest): Promise<HttpAnswer> {
    const call = { headers: {}, ...given, deadlineMs: uploadDeadlineMs }
    for (let attempt = 1; ; attempt++) {
      const answer = await within(mailbox, { requests: 1, bytes: call.body?.length ?? 0 }, call)
      if (answer.status !== 429 && answer.status < 500) return answer
      const asked = retryAfterOf(answer.headers.get('retry-after'), clock.now())
      const waitMs = jittered(asked ?? retryWaitMs * 2 ** (attempt - 1), random)
      if (attempt >= attemptsMax || waitMs > waitMsMax) throw notNow(answer, asked)
      await waitFor(waitMs, call.signal)
    }
  }

  async function within(mailbox: string | undefined, demand: Demand, call: HttpCall): Promise<HttpAnswer> {
    if (mailbox === undefined) return httpCall(call)
    const release = await budgetOf(mailbox).acquire(demand, call.signal)
    try {
      const answer = await httpCall(call)
      // Before the place is given up, or the next in the queue would run into the same refusal.
      if (answer.status === 429)
        holdBack(mailbox, retryAfterOf(answer.headers.get('retry-after'), clock.now()))
      return answer
    } finally {
      release()
    }
  }

  function holdBack(mailbox: string, waitMs: number | null): void {
    budgetOf(mailbox).pause(waitMs ?? retryWaitMs)
  }

  /** A link that a server gives is followed at its own origin only: the token goes with it. */
  function addressOf(path: string): string {
    if (path.startsWith('/')) return `${endpoints.graph}/${version}${path}`
    if (URL.canParse(path) && new URL(path).origin === new URL(endpoints.graph).origin) return path
    throw unexpected(`a link to ${URL.canParse(path) ? new URL(path).origin : 'nowhere'}, which is not Graph`)
  }
}

interface SentRequest extends GraphRequest {
  readonly url: string
  readonly requestId: string
}

interface PageBody<Value> {
  readonly value?: Value[]
  readonly '@odata.nextLink'?: string
  readonly '@odata.deltaLink'?: string
}

/** 429 says that nothing was done; after the others it may have been. */
function mayAgain(status: number, repeatable: boolean): boolean {
  return status === 429 || (repeatable && [500, 502, 503, 504].includes(status))
}

/** Up to a quarter longer, never shorter, so that those who were refused together do not return together. */
export function jittered(waitMs: number, random: RandomSource): number {
  return Math.ceil(waitMs * (1 + random.bytes(1)[0]! / 1024))
}

/** Rejects with the signal's own reason, as all that waits here does. */
async function waitFor(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  await wait(waitMs, undefined, { signal }).catch((error) => {
    signal?.throwIfAborted()
    throw error
  })
}

function notNow({ status }: HttpAnswer, retryAfterMs: number | null): DeliveryProblem {
  const reason = status === 429 ? 'throttled' : 'unreachable'
  const sentence =
    status === 429
      ? 'Microsoft Graph throttles this application; it goes on when the time it asked for is over.'
      : `Microsoft Graph cannot now (HTTP ${status}); it is tried again later.`
  return new DeliveryProblem(reason, sentence, retryAfterMs === null ? {} : { retryAfterMs })
}

function jsonOf({ text }: HttpAnswer, { path }: GraphRequest): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DeliveryProblem(
      'unreachable',
      `The answer at ${pathOf(path)} is not JSON: something between here and Microsoft Graph answers instead.`,
      { cause },
    )
  }
}

function unexpected(what: string): DeliveryProblem {
  return new DeliveryProblem('unreachable', `Microsoft Graph gave ${what}; try again later.`)
}

/** Without the query, which may be long. */
function pathOf(path: string): string {
  return path.split('?', 1)[0]!
}
