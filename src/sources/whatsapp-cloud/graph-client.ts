/** Requests to Meta's Graph API: with a time limit each, and the token only for the hosts it is for. */
import { AppError } from '../../domain/errors.ts'
import { isRaw, objectOf, type Raw, textOf } from '../formats/raw-json.ts'
import type { RouteGiven } from '../live-source.ts'
import type { WhatsappCloudRouteSettings, WhatsappCloudSecret } from './settings.ts'

export type GraphGiven = Pick<
  RouteGiven<WhatsappCloudRouteSettings, WhatsappCloudSecret>,
  'settings' | 'secret' | 'signal'
>

const requestMs = 30_000
/** A document has up to 100 MB. */
const downloadMs = 15 * 60_000

/** What Meta answered to a request that failed. */
export interface GraphRefusal {
  readonly status: number
  readonly code: string
  readonly message: string
}

export class GraphError extends AppError {
  readonly refusal: GraphRefusal

  constructor(refusal: GraphRefusal, what: string) {
    const passing = refusal.status === 429 || refusal.status >= 500
    super(
      passing ? 'vendor-unreachable' : 'vendor-refused',
      `Meta refused ${what}: ${refusal.message} (HTTP ${refusal.status}, code ${refusal.code || 'none'}).`,
    )
    this.refusal = refusal
  }
}

/** GET or POST `path` (`/ID/edge?…`) of the API's version. Throws GraphError, or `vendor-unreachable`. */
export async function callGraph(
  given: GraphGiven,
  path: string,
  body?: Readonly<Record<string, string>>,
): Promise<Raw> {
  const { graphUrl, apiVersion } = given.settings
  const response = await request(given, `${graphUrl}/${apiVersion}${path}`, body)
  const answer: unknown = await response.json().catch(() => null)
  if (response.ok && isRaw(answer)) return answer
  throw new GraphError(refusalOf(response.status, answer), path.split('?')[0]!)
}

/** A response whose body is to be streamed. Throws GraphError, `vendor-unreachable`, `vendor-refused` for a stranger's host. */
export async function openUrl(given: GraphGiven, url: string, what: string): Promise<Response> {
  const { host, protocol } = new URL(url)
  const graph = new URL(given.settings.graphUrl)
  const known = host === graph.host || given.settings.mediaHosts.includes(host)
  if (!known || protocol !== graph.protocol)
    throw new AppError(
      'vendor-refused',
      `${what} lies at ${host}, which is not among the media hosts of this route; the token is not sent there.`,
    )
  const response = await request(given, url, undefined, downloadMs)
  if (response.ok && response.body) return response
  throw new GraphError(refusalOf(response.status, await response.json().catch(() => null)), what)
}

async function request(
  { secret, signal }: GraphGiven,
  url: string,
  body?: Readonly<Record<string, string>>,
  deadlineMs: number = requestMs,
): Promise<Response> {
  if (secret.accessToken === undefined)
    throw new AppError(
      'vendor-refused',
      'The route has no access token: add one to its secret to fetch media and to reconcile.',
    )
  try {
    return await fetch(url, {
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : { method: 'GET' }),
      headers: {
        authorization: `Bearer ${secret.accessToken}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      // A redirect would take the token with it.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
    })
  } catch (cause) {
    signal.throwIfAborted()
    throw new AppError(
      'vendor-unreachable',
      `Meta could not be reached at ${new URL(url).host}; it is tried again.`,
      { cause },
    )
  }
}

function refusalOf(status: number, answer: unknown): GraphRefusal {
  const error = isRaw(answer) ? objectOf(answer, 'error') : {}
  return { status, code: textOf(error, 'code'), message: textOf(error, 'message') || 'no reason given' }
}
