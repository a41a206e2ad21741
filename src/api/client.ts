/** A client of the API with the contract's types; the portal and the command line are made with it. */
import type { z } from 'zod'
import type { Endpoint } from './endpoint.ts'
import { type Failure, failure } from './values.ts'

type PartInput<Name extends 'params' | 'query' | 'body', One extends Endpoint> = One extends {
  readonly [Key in Name]: infer Schema
}
  ? Schema extends z.ZodType
    ? { readonly [Key in Name]: z.input<Schema> }
    : Schema extends 'bytes'
      ? { readonly [Key in Name]: UploadBody }
      : unknown
  : unknown

/**
 * An upload says what it is of by this header instead of in its address, encoded alike: the name of a chat export holds
 * a person's name or number, which no address may.
 */
export const uploadQueryHeader = 'x-holdfast-query'

/** What a file to send may be; a stream is sent as it comes. */
export type UploadBody = string | Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array>

/** What a call takes: the endpoint's path parameters, query and body, as the caller writes them. */
export type CallInput<One extends Endpoint> = PartInput<'params', One> &
  PartInput<'query', One> &
  PartInput<'body', One>

/** What it answers: the checked value; for bytes and events the response itself. */
export type CallAnswer<One extends Endpoint> = One['answer'] extends z.ZodType
  ? z.output<One['answer']>
  : One['answer'] extends 'nothing'
    ? undefined
    : Response

export type Client<Table extends Readonly<Record<string, Endpoint>>> = {
  readonly [Name in keyof Table]: (
    ...input: unknown extends CallInput<Table[Name]>
      ? [input?: undefined, options?: CallOptions]
      : [input: CallInput<Table[Name]>, options?: CallOptions]
  ) => Promise<CallAnswer<Table[Name]>>
}

export interface CallOptions {
  readonly signal?: AbortSignal
}

export interface ClientOptions {
  /** Origin without a slash at the end; empty for the page's own. */
  readonly server: string
  readonly fetch?: typeof fetch
  /** Headers of every call: a token, or the session's CSRF token. */
  readonly headers?: () => Readonly<Record<string, string>>
}

/** What the server refused, with its code and sentence. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused'
  readonly status: number
  readonly code: string
  readonly correlationId: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(status: number, { code, message, correlationId, details }: Failure) {
    super(message)
    this.status = status
    this.code = code
    this.correlationId = correlationId
    this.details = details ?? {}
  }
}

export function createClient<const Table extends Readonly<Record<string, Endpoint>>>(
  table: Table,
  options: ClientOptions,
): Client<Table> {
  const call = (endpoint: Endpoint) => (input?: Record<string, unknown>, callOptions?: CallOptions) =>
    callEndpoint(endpoint, options, input ?? {}, callOptions)
  return Object.fromEntries(
    Object.entries(table).map(([name, endpoint]) => [name, call(endpoint)]),
  ) as unknown as Client<Table>
}

/**
 * Calls one endpoint.
 * @throws RequestRefused; TypeError when the server cannot be reached; ZodError where the answer is not as the contract
 * says.
 */
export async function callEndpoint(
  endpoint: Endpoint,
  options: ClientOptions,
  input: Record<string, unknown>,
  { signal }: CallOptions = {},
): Promise<unknown> {
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers?.() }
  const request: RequestInit = { method: endpoint.method, headers, credentials: 'same-origin' }
  if (signal) request.signal = signal
  if (endpoint.body === 'bytes') {
    headers['content-type'] = 'application/octet-stream'
    const query = queryOf(input)
    if (query !== '') headers[uploadQueryHeader] = query
    request.body = input.body as UploadBody
    // Streams need to be told that the answer comes after them.
    Object.assign(request, { duplex: 'half' })
  } else if (endpoint.body) {
    headers['content-type'] = 'application/json'
    request.body = JSON.stringify(input.body)
  }
  const shown = endpoint.body === 'bytes' ? { ...input, query: undefined } : input
  const response = await (options.fetch ?? fetch)(options.server + addressOf(endpoint, shown), request)
  if (!response.ok) throw await refusalOf(response)
  if (endpoint.answer === 'nothing') return undefined
  if (typeof endpoint.answer === 'string') return response
  return endpoint.answer.parse(await response.json())
}

/** Path and query of a call; also what a link to a download is made with. */
export function addressOf(endpoint: Pick<Endpoint, 'path'>, input: Record<string, unknown>): string {
  const params = (input.params ?? {}) as Record<string, unknown>
  const path = endpoint.path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(String(params[name])))
  const query = queryOf(input)
  return query === '' ? path : `${path}?${query}`
}

function queryOf(input: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries((input.query ?? {}) as Record<string, unknown>)) {
    if (value !== undefined && value !== null) query.set(name, String(value))
  }
  return query.toString()
}

async function refusalOf(response: Response): Promise<RequestRefused> {
  const body = failure.safeParse(await response.json().catch(() => null))
  const unreadable = {
    code: 'unreadable-answer',
    message: `The server answered ${response.status} without saying why.`,
    correlationId: response.headers.get('x-correlation-id') ?? '',
  }
  return new RequestRefused(response.status, body.success ? body.data : unreadable)
}
