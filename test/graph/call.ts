/** Requests and answers inside the contract server. */

export interface GraphCall {
  readonly method: string
  /** From the version on, without the query; decoded segment by segment in `segments`. */
  readonly path: string
  readonly segments: readonly string[]
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
  readonly inBatch: boolean
}

export interface GraphReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export class Refusal extends Error {
  readonly reply: GraphReply
  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(`${status} ${code} ${message}`)
    this.reply = { status, headers, body: { error: { code, message } } }
  }
}

export function callOf(
  method: string,
  address: string,
  headers: GraphCall['headers'],
  body: Buffer,
  inBatch = false,
): GraphCall {
  const url = new URL(address, 'http://graph.test')
  const path = url.pathname.replace(/^\/v1\.0/, '')
  const segments = path.split('/').filter(Boolean).map(decodeURIComponent)
  return { method, path, segments, query: url.searchParams, headers, body, inBatch }
}

/** The JSON body of a request that must have one, with only these keys. */
export function jsonBody(call: GraphCall, keys: readonly string[]): Record<string, unknown> {
  if (!/^application\/json\b/.test(call.headers['content-type'] ?? ''))
    throw new Refusal(400, 'RequestBodyRead', 'The Content-Type must be application/json.')
  const value = parseJson(call.body.toString('utf8'))
  if (value === undefined || value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Refusal(400, 'BadRequest', 'Unable to read JSON request payload.')
  for (const key of Object.keys(value))
    if (!keys.includes(key))
      throw new Refusal(400, 'RequestBodyRead', `The property '${key}' does not exist on this type.`)
  return value as Record<string, unknown>
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Query options of OData are refused where they are not known, rather than ignored. */
export function allowQuery(call: GraphCall, names: readonly string[]): void {
  for (const name of call.query.keys())
    if (!names.includes(name))
      throw new Refusal(400, 'BadRequest', `The query option ${name} is not allowed.`)
}

export function selected(call: GraphCall, known: readonly string[]): readonly string[] {
  const select = call.query.get('$select')
  if (select === null) return known
  const names = select.split(',').map((name) => name.trim())
  for (const name of names)
    if (!known.includes(name))
      throw new Refusal(400, 'BadRequest', `Could not find a property named '${name}'.`)
  return names
}

export function pick(value: Readonly<Record<string, unknown>>, names: readonly string[]) {
  return Object.fromEntries(names.filter((name) => name in value).map((name) => [name, value[name]]))
}

/** Ten at a time unless `$top` says otherwise ("Paging Microsoft Graph data"), and a link to those that follow. */
export function pageOf<Value>(
  call: GraphCall,
  origin: string,
  all: readonly Value[],
  view: (value: Value) => unknown,
) {
  const skip = numberOf(call, '$skip', 0, 10_000_000)
  const top = numberOf(call, '$top', 10, 1000)
  const value = all.slice(skip, skip + top).map(view)
  if (skip + top >= all.length) return { value }
  const query = new URLSearchParams(call.query)
  query.set('$skip', String(skip + top))
  return { value, '@odata.nextLink': `${origin}/v1.0${call.path}?${query}` }
}

/** A whole number of a query option within its bounds. */
export function numberOf(call: GraphCall, name: string, otherwise: number, max: number): number {
  const text = call.query.get(name)
  if (text === null) return otherwise
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new Refusal(400, 'BadRequest', `Invalid value for the query option ${name}.`)
  return value
}
