/** Calls to WeCom's API (qyapi) with a secret: the access token is fetched once, kept, and renewed when it ends. */
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '../../../domain/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import { returnCodeError, returnCodeOf } from './return-codes.ts'

export interface QyapiOptions {
  readonly origin: string
  readonly corpId: string
  readonly secret: string
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly firstWaitMs?: number
}

/** What an answer says besides its content; `errcode` is 0 where all is well, or one of those that are `expected`. */
export interface Qyapi {
  /** `path` under /cgi-bin, `what` the clause for an error: `the permit list was asked for`. Throws AppError. */
  call<Answer extends { readonly errcode: number }>(
    path: string,
    given: { readonly query?: Readonly<Record<string, string>>; readonly body?: object },
    terms: {
      readonly what: string
      readonly answer: z.ZodType<Answer>
      readonly expected?: readonly number[]
    },
  ): Promise<Answer>
}

const deadlineMs = 15_000
const attemptsMax = 3
/** The token is renewed this long before it ends. */
const marginMs = 5 * 60_000
/** Invalid, or over before its time (another program fetched one and WeCom ended ours). */
const tokenErrors: ReadonlySet<number> = new Set([40014, 42001])
const answerBytesMax = 16 * 1024 * 1024

const status = z.looseObject({ errcode: z.number(), errmsg: z.string().default('') })
const tokenAnswer = status.extend({ access_token: z.string().min(1), expires_in: z.number().positive() })

export function createQyapi(options: QyapiOptions): Qyapi {
  const { clock, corpId, secret } = options
  let token: { readonly value: string; readonly until: number } | undefined
  const currentToken = async () => {
    if (token !== undefined && clock.now() < token.until) return token.value
    const url = addressOf(options.origin, 'gettoken', { corpid: corpId, corpsecret: secret })
    const answer = await insist(options, 'the access token was asked for', () => send(options, url))
    const { access_token, expires_in } = parsed(tokenAnswer, answer, 'the access token was asked for')
    token = { value: access_token, until: clock.now() + Math.max(0, expires_in * 1000 - marginMs) }
    return access_token
  }
  return {
    async call(path, { query, body }, { what, answer, expected = [] }) {
      for (let renewed = false; ; renewed = true) {
        const url = addressOf(options.origin, path, { access_token: await currentToken(), ...query })
        const found = await insist(options, what, () => send(options, url, body), [
          ...expected,
          ...tokenErrors,
        ])
        const { errcode } = found
        if (!tokenErrors.has(errcode)) return parsed(answer, found, what)
        if (renewed) throw returnCodeError(errcode, what)
        token = undefined
      }
    },
  }
}

type Status = z.infer<typeof status>

/** Asks again what may pass by itself; throws for an error that is not among `expected`. */
async function insist(
  { firstWaitMs = 500, signal }: QyapiOptions,
  what: string,
  once: () => Promise<Status>,
  expected: readonly number[] = [],
): Promise<Status> {
  for (let attempt = 1; ; attempt++) {
    const found = await once().catch((cause: unknown) => unreachable(what, cause))
    if (!(found instanceof AppError)) {
      if (found.errcode === 0 || expected.includes(found.errcode)) return found
      const hopeless = returnCodeOf(found.errcode).action === 'refuse'
      if (hopeless || attempt >= attemptsMax) throw returnCodeError(found.errcode, what, found.errmsg)
    } else if (attempt >= attemptsMax || signal.aborted) throw found
    await delay(firstWaitMs * 2 ** (attempt - 1), undefined, { signal }).catch(() => {})
  }
}

async function send({ signal }: QyapiOptions, url: URL, body?: object): Promise<Status> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json; charset=utf-8' } }),
  })
  const text = await limitedText(response)
  if (!response.ok) throw new Error(`status ${response.status}`)
  return status.parse(JSON.parse(text))
}

async function limitedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.byteLength
    if (bytes > answerBytesMax) throw new Error(`an answer of more than ${answerBytesMax} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function addressOf(origin: string, path: string, query: Readonly<Record<string, string>>): URL {
  const url = new URL(`/cgi-bin/${path}`, origin)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url
}

function parsed<Answer>(schema: z.ZodType<Answer>, found: unknown, what: string): Answer {
  const read = schema.safeParse(found)
  if (read.success) return read.data
  throw new AppError(
    'vendor-refused',
    `WeCom's answer when ${what} is not of the documented shape (${read.error.issues[0]?.path.join('.')}). Look for a newer version of this program.`,
  )
}

/** The address stays out of the sentence: a secret stands in it. */
function unreachable(what: string, cause: unknown): AppError {
  const why = cause instanceof Error && /^status \d+$/.test(cause.message) ? ` (${cause.message})` : ''
  return new AppError(
    'vendor-unreachable',
    `WeCom's API did not answer when ${what}${why}. It is tried again by itself; check the way to it and the proxy.`,
  )
}
