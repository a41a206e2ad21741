/** OAuth tokens: fetched by client credentials, and what a given one says of itself. */
import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import { DeliveryProblem } from '../problem.ts'
import type { ImapSettings } from './settings.ts'

type OAuth = NonNullable<ImapSettings['oauth']>

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().default(300) })
/** RFC 6749 §5.2: `invalid_client`, `invalid_scope` and so on. */
const refusal = z.object({ error: z.string().regex(/^[\w.-]{1,60}$/) })
/** A token is renewed this long before it ends. */
const renewMs = 60_000
const tokenDeadlineMs = 30_000

/**
 * Answers a token by client credentials (RFC 6749 §4.4); one serves all mailboxes until shortly before it ends. Throws
 * `DeliveryProblem` where there is none, or the reason of the signal.
 */
export function createTokenSource(
  oauth: OAuth,
  clientSecret: string,
  clock: Clock,
): (signal: AbortSignal) => Promise<string> {
  let held: { token: string; until: number } | undefined
  return async (signal) => {
    if (held && clock.now() < held.until) return held.token
    const answer = await fetchToken(oauth, clientSecret, signal)
    held = { token: answer.access_token, until: clock.now() + answer.expires_in * 1000 - renewMs }
    return held.token
  }
}

async function fetchToken(
  oauth: OAuth,
  clientSecret: string,
  signal: AbortSignal,
): Promise<z.output<typeof tokenAnswer>> {
  const { tokenAddress, clientId, scope } = oauth
  const body = new URLSearchParams({
    ...{ grant_type: 'client_credentials', client_id: clientId },
    ...{ client_secret: clientSecret, scope },
  })
  const until = AbortSignal.any([signal, AbortSignal.timeout(tokenDeadlineMs)])
  const response = await fetch(tokenAddress, {
    ...{ method: 'POST', body, signal: until, redirect: 'error' },
  }).catch((cause: unknown) => {
    signal.throwIfAborted()
    throw unansweredProblem(tokenAddress, cause)
  })
  const json: unknown = await response.json().catch(() => null)
  signal.throwIfAborted()
  const answer = tokenAnswer.safeParse(json)
  if (response.ok && answer.success) return answer.data
  throw noTokenProblem(tokenAddress, response.status, refusal.safeParse(json).data?.error)
}

const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/

function unansweredProblem(tokenAddress: string, cause: unknown): DeliveryProblem {
  const code = codeOf(cause)
  if (certificateCodes.test(code))
    return new DeliveryProblem(
      'untrusted',
      `The certificate of ${tokenAddress}, where tokens are fetched, is not trusted (${code}): correct the address, or give Node.js its issuer with NODE_EXTRA_CA_CERTS.`,
      { cause },
    )
  return new DeliveryProblem(
    'unreachable',
    `No token could be fetched at ${tokenAddress} (${code}): check the address, the network and whether that server runs.`,
    { cause },
  )
}

/** `fetch failed` says nothing, its cause does. */
function codeOf(error: unknown): string {
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: unknown }
  if (typeof code === 'string') return code
  return cause instanceof Error ? codeOf(cause) : String(name)
}

function noTokenProblem(tokenAddress: string, status: number, error: string | undefined): DeliveryProblem {
  const said = `HTTP ${status}${error === undefined ? '' : `, ${error}`}`
  if (status >= 500 || status === 429)
    return new DeliveryProblem(
      'unreachable',
      `${tokenAddress} gives no token now (${said}): see that server's log; it is tried again.`,
    )
  return new DeliveryProblem(
    'sign-in-refused',
    `${tokenAddress} gave no token (${said}): check the client id, its secret and the scope.`,
  )
}

const claims = z.object({ exp: z.number().positive().max(1e11) })

/** When a token ends, in ms, as one that is a JWT says itself (RFC 7519 §4.1.4); null where it does not. */
export function endOfToken(token: string): number | null {
  try {
    const text = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
    return claims.parse(JSON.parse(text)).exp * 1000
  } catch {
    return null
  }
}
