/** One HTTP request with a deadline, and what goes wrong on the way as a problem with a remedy. */
import { DeliveryProblem, type ProblemReason } from '../problem.ts'

export interface HttpCall {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly deadlineMs: number
  readonly signal?: AbortSignal | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** No answer that is asked for comes near it: pages are of fifty entries. */
const answerBytesMax = 32 * 1024 * 1024

/** Throws the signal's reason once aborted, and `unreachable`, `untrusted` or `clock-skewed` for the network. */
export async function httpCall(call: HttpCall): Promise<HttpAnswer> {
  call.signal?.throwIfAborted()
  const deadline = AbortSignal.timeout(call.deadlineMs)
  const signal = call.signal ? AbortSignal.any([call.signal, deadline]) : deadline
  try {
    const response = await fetch(call.url, {
      method: call.method,
      headers: call.headers,
      ...(call.body === undefined ? {} : { body: call.body }),
      // A redirect would take the token to an address that nobody chose.
      redirect: 'error',
      signal,
    })
    return { status: response.status, headers: response.headers, text: await textOf(response) }
  } catch (error) {
    call.signal?.throwIfAborted()
    throw networkProblem(call, error)
  }
}

async function textOf(response: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of response.body ?? []) {
    bytes += piece.length
    if (bytes > answerBytesMax) throw new Error(`the answer is longer than ${answerBytesMax} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

const certificateCodes: Readonly<Record<string, ProblemReason>> = {
  CERT_NOT_YET_VALID: 'clock-skewed',
  CERT_HAS_EXPIRED: 'untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'untrusted',
}

function networkProblem({ url, deadlineMs }: HttpCall, error: unknown): DeliveryProblem {
  if (error instanceof DeliveryProblem) return error
  const { host } = new URL(url)
  const code = codeOf(error)
  const reason = certificateCodes[code] ?? 'unreachable'
  return new DeliveryProblem(reason, sentenceOf(reason, { host, code, deadlineMs }), { cause: error })
}

interface Facts {
  readonly host: string
  readonly code: string
  readonly deadlineMs: number
}

function sentenceOf(reason: ProblemReason, { host, code, deadlineMs }: Facts): string {
  if (reason === 'clock-skewed')
    return `The certificate of ${host} is not valid yet by this machine's clock; set the clock right (NTP).`
  if (reason === 'untrusted')
    return `The certificate of ${host} is not trusted (${code}); something between here and Microsoft opens TLS: exempt ${host}, or give Node.js the issuer with NODE_EXTRA_CA_CERTS.`
  if (code === 'TimeoutError')
    return `${host} did not answer within ${deadlineMs / 1000} seconds; check the network between here and there.`
  return `${host} cannot be reached (${code}); check the network, the proxy and the firewall between here and there.`
}

/** The innermost code: `fetch failed` says nothing, its cause does. */
function codeOf(error: unknown): string {
  const { code, cause, name, message } = error as Error & { code?: string; cause?: unknown }
  if (typeof code === 'string') return code
  if (cause instanceof Error) return codeOf(cause)
  return name === 'TimeoutError' ? name : message
}

/** Milliseconds of a `Retry-After`, which is seconds or a date; null without one. */
export function retryAfterOf(value: string | null | undefined, now: number): number | null {
  if (!value) return null
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Math.ceil(Number(value) * 1000)
  const at = Date.parse(value)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}
