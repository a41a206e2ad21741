/**
 * The connector's side of the feed. Every call has a deadline and a bounded number of tries; a session that
 * ended is renewed once; an interrupted attachment goes on where it stopped.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { z } from 'zod'
import { AppError, type ErrorCode, isAppError } from '../domain/errors.ts'
import {
  type ActivityAnswer,
  activityAnswer,
  type activityQuery,
  type ChannelFamily,
  type FeedGap,
  feedPaths,
  gapsAnswer,
  type PageHeader,
  pageHeader,
  type RegisteredUsersAnswer,
  registeredUsersAnswer,
  type SignInAnswer,
  signInAnswer,
} from '../domain/feed/contract.ts'

export interface FeedClientOptions {
  /** `http://host:port/site`; plain HTTP is accepted for loopback only. */
  readonly siteUrl: string
  readonly username: string
  readonly password: string
  /** Tries after the first; 0 for a sign-in that a person waits for. Default 4. */
  readonly retries?: number
  /** Wait before the first retry, doubled each time. Default 500 ms. */
  readonly retryWaitMs?: number
}

export interface PageQuery {
  readonly after: number
  readonly family: ChannelFamily
  readonly limit: number
  readonly from?: string
  readonly to?: string
}

export interface FeedClient {
  signIn(): Promise<SignInAnswer>
  registeredUsers(): Promise<RegisteredUsersAnswer['users']>
  page(query: PageQuery): Promise<{ header: PageHeader; body: Uint8Array }>
  /** The sealed bytes of an attachment. */
  attachment(objectName: string): AsyncIterable<Uint8Array>
  acknowledge(family: ChannelFamily, sequence: number, keep: boolean): Promise<void>
  /** Known gaps after an id; with `closedSince` (ISO time) only those closed since then. */
  gaps(query: {
    readonly after: number
    readonly limit: number
    readonly closedSince?: string
  }): Promise<FeedGap[]>
  /** Who was captured how much, by day; on its first page also what the journal holds and how routes fare. */
  activity(query: z.input<typeof activityQuery>): Promise<ActivityAnswer>
}

const requestDeadlineMs = 60_000
const pageBytesMax = 512 * 1024 * 1024

export function createFeedClient(options: FeedClientOptions): FeedClient {
  const base = checkedSiteUrl(options.siteUrl)
  const retries = options.retries ?? 4
  let session: SignInAnswer | undefined

  const signIn = async () => {
    const { username, password } = options
    const body = JSON.stringify({ username, password })
    const answer = await request(feedPaths.session, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    session = parsed(signInAnswer, await jsonOf(answer))
    return session
  }

  const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(`${base}${path}`, {
      ...init,
      signal: AbortSignal.timeout(requestDeadlineMs),
    }).catch((cause) => {
      throw new AppError(
        'site-unreachable',
        `The archiver site ${base} cannot be reached; check that it runs and the address is right.`,
        { cause },
      )
    })
    if (response.ok) return response
    throw await refusalOf(response, base)
  }

  const withSession = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const { token } = session ?? (await signIn())
    try {
      return await request(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } })
    } catch (error) {
      if (isAppError(error, 'session-expired')) session = undefined
      throw error
    }
  }

  const tryAgain = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work()
      } catch (error) {
        if (attempt >= retries || !isPassing(error)) throw error
        await delay((options.retryWaitMs ?? 500) * 2 ** attempt)
      }
    }
  }

  return {
    signIn: () => tryAgain(signIn),
    registeredUsers: () =>
      tryAgain(
        async () =>
          parsed(registeredUsersAnswer, await jsonOf(await withSession(feedPaths.registeredUsers))).users,
      ),
    page: (query) =>
      tryAgain(async () => splitPage(await bytesOf(await withSession(asked(feedPaths.records, query))))),
    attachment: (objectName) => attachmentStream(objectName, withSession, tryAgain),
    acknowledge: (family, sequence, keep) =>
      tryAgain(async () => {
        const body = JSON.stringify({ family, sequence, keep })
        await withSession(feedPaths.acknowledgement, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        })
      }),
    gaps: (query) =>
      tryAgain(
        async () => parsed(gapsAnswer, await jsonOf(await withSession(asked(feedPaths.gaps, query)))).gaps,
      ),
    activity: (query) =>
      tryAgain(async () =>
        parsed(activityAnswer, await jsonOf(await withSession(asked(feedPaths.activity, query)))),
      ),
  }
}

function asked(path: string, query: object): string {
  const words = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, string] => [name, String(value)])
  return `${path}?${new URLSearchParams(words)}`
}

/** The address without a slash at the end. Throws `bad-settings` for plain HTTP to another machine. */
export function checkedSiteUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new AppError(
      'bad-settings',
      `"${text}" is no address of an archiver site; it looks like https://archiver.example/site.`,
    )
  }
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'http:' && !isLoopback) {
    throw new AppError(
      'bad-settings',
      `The site ${url.host} must be reached over https; plain http is for this machine only.`,
    )
  }
  return url.href.replace(/\/+$/, '')
}

async function* attachmentStream(
  objectName: string,
  withSession: (path: string, init?: RequestInit) => Promise<Response>,
  tryAgain: <Result>(work: () => Promise<Result>) => Promise<Result>,
): AsyncGenerator<Uint8Array> {
  const path = `${feedPaths.attachments}/${objectName}`
  let offset = 0
  let stalls = 0
  for (;;) {
    const response = await tryAgain(() => rangeFrom(path, offset, withSession))
    const before = offset
    try {
      for await (const chunk of response.body ?? []) {
        offset += chunk.byteLength
        yield chunk
      }
      return
    } catch (cause) {
      stalls = offset > before ? 0 : stalls + 1
      if (stalls > 3) {
        throw new AppError(
          'site-unreachable',
          'An attachment broke off repeatedly while it was transferred; run again.',
          { cause },
        )
      }
    }
  }
}

/** The rest of an attachment. What is no part of one is a proxy's answer or the like, and is not taken for content. */
async function rangeFrom(
  path: string,
  offset: number,
  withSession: (path: string, init?: RequestInit) => Promise<Response>,
): Promise<Response> {
  const response = await withSession(path, { headers: { range: `bytes=${offset}-` } })
  if (response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${offset}-`))
    return response
  await response.body?.cancel()
  throw notASite(new Error(`status ${response.status} for the part from byte ${offset}`))
}

const passing: readonly ErrorCode[] = ['site-unreachable', 'site-answer-invalid', 'session-expired']

function isPassing(error: unknown): boolean {
  return passing.some((code) => isAppError(error, code))
}

async function refusalOf(response: Response, base: string): Promise<AppError> {
  const answer = (await response.json().catch(() => ({}))) as { code?: string; message?: string }
  if (response.status === 401 && answer.code === 'session-expired') {
    return new AppError('session-expired', 'The session at the archiver site ended.')
  }
  if (response.status === 401) {
    return new AppError('sign-in-refused', `The archiver site ${base} refused the user name or the password.`)
  }
  if (response.status === 429) {
    return new AppError(
      'sign-in-throttled',
      answer.message ?? 'The archiver site asks to wait before the next sign-in.',
    )
  }
  if (response.status >= 500) {
    return new AppError(
      'site-unreachable',
      `The archiver site ${base} failed (status ${response.status}); its log says why.`,
    )
  }
  return new AppError(
    'site-answer-invalid',
    `${base} answered ${response.status}${answer.message ? ` (${answer.message})` : ''}; check that the address is an archiver site's.`,
  )
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    throw notASite(cause)
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (!result.success) throw notASite(result.error)
  return result.data
}

async function bytesOf(response: Response): Promise<Buffer> {
  const announced = Number(response.headers.get('content-length') ?? 0)
  if (announced > pageBytesMax) throw notASite(new Error(`a page of ${announced} bytes`))
  try {
    return Buffer.from(await response.arrayBuffer())
  } catch (cause) {
    throw new AppError('site-unreachable', 'The archiver site broke off in the middle of a page.', { cause })
  }
}

function splitPage(bytes: Buffer): { header: PageHeader; body: Uint8Array } {
  const end = bytes.indexOf(10)
  let header: unknown
  try {
    header = JSON.parse(bytes.toString('utf8', 0, end))
  } catch (cause) {
    throw notASite(cause)
  }
  const checked = parsed(pageHeader, header)
  const body = bytes.subarray(end + 1)
  const announced = checked.blocks.reduce((sum, block) => sum + block.bytes, 0)
  if (body.byteLength !== announced)
    throw notASite(new Error(`${body.byteLength} bytes instead of ${announced}`))
  return { header: checked, body }
}

function notASite(cause: unknown): AppError {
  return new AppError(
    'site-answer-invalid',
    'The archiver site answered something that is not its feed; run again, and check the address if it stays so.',
    { cause },
  )
}
