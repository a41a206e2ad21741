/** What Microsoft Graph answers when it does not do what was asked. */
import { retryAfterOf } from './http-call.ts'

/** `code` is Graph's own (`ErrorItemNotFound`); `message` a sentence of Graph's, without a secret. */
export class GraphError extends Error {
  override readonly name = 'GraphError'
  readonly status: number
  readonly code: string
  /** The server's own `Retry-After`, in ms. */
  readonly retryAfterMs: number | null
  /** Ours, as sent in `client-request-id`: Microsoft's support asks for it. */
  readonly requestId: string

  constructor(given: {
    readonly status: number
    readonly code: string
    readonly message: string
    readonly requestId: string
    readonly retryAfterMs?: number | null
  }) {
    super(given.message)
    this.status = given.status
    this.code = given.code
    this.requestId = given.requestId
    this.retryAfterMs = given.retryAfterMs ?? null
  }
}

interface ErrorBody {
  readonly error?: { readonly code?: string; readonly message?: string }
}

/** The error of an answer; one without Graph's JSON gets the status for a code. */
export function graphErrorOf(
  answer: { readonly status: number; readonly headers: Headers; readonly text: string },
  requestId: string,
  now: number,
): GraphError {
  const retryAfterMs = retryAfterOf(answer.headers.get('retry-after'), now)
  return graphErrorOfBody(parse(answer.text), { status: answer.status, requestId, retryAfterMs })
}

export function graphErrorOfBody(
  body: unknown,
  given: { readonly status: number; readonly requestId: string; readonly retryAfterMs: number | null },
): GraphError {
  const { code, message } = (body as ErrorBody | null)?.error ?? {}
  return new GraphError({ ...given, code: code ?? `HTTP ${given.status}`, message: message ?? '' })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
