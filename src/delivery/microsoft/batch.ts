/** Several requests of one mailbox in one: Graph's `$batch`. */
import { z } from 'zod'
import { DeliveryProblem } from '../problem.ts'
import type { GraphClient, GraphRequest } from './graph.ts'
import { type GraphError, graphErrorOfBody } from './graph-error.ts'
import { retryAfterOf } from './http-call.ts'

/** Graph takes twenty, and Outlook runs four of one mailbox at once: more than those would be throttled. */
export const batchRequestsMax = 4
/** "4 MB" for a whole request; what is between 4,000,000 and 4 MiB is left alone. */
export const requestBytesMax = 4_000_000

export type BatchRequest = Pick<GraphRequest, 'method' | 'path' | 'body' | 'headers'>

export type BatchAnswer =
  | { readonly status: number; readonly body: unknown; readonly error: null }
  | { readonly status: number; readonly body: unknown; readonly error: GraphError }

export interface BatchGiven {
  readonly mailbox: string
  readonly requests: readonly BatchRequest[]
  /** As of a single request: whether all of them may be asked again. */
  readonly repeatable: boolean
  readonly now: () => number
  readonly signal?: AbortSignal | undefined
}

const batchBody = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.string()).nullish(),
      body: z.unknown(),
    }),
  ),
})

/** The answers in the order of the requests, refusals among them. Throws as `request` for the batch itself. */
export async function batch(graph: GraphClient, given: BatchGiven): Promise<BatchAnswer[]> {
  const { requests, mailbox, repeatable, now, signal } = given
  if (requests.length === 0) return []
  if (requests.length > batchRequestsMax) throw new RangeError(`a batch of ${requests.length} requests`)
  const { body, headers } = await graph.request({
    ...{ method: 'POST', path: '/$batch', weight: requests.length, mailbox, repeatable, signal },
    body: { requests: requests.map(subRequest) },
  })
  const parsed = batchBody.safeParse(body)
  if (!parsed.success)
    throw new DeliveryProblem('unreachable', 'Microsoft Graph gave no answers to a batch; try again later.')
  const requestId = headers.get('client-request-id') ?? ''
  const byId = new Map(parsed.data.responses.map((response) => [response.id, response]))
  return requests.map((_, index): BatchAnswer => {
    const { status, body, headers } = byId.get(String(index + 1)) ?? { status: 504, body: null }
    if (status < 400) return { status, body, error: null }
    const retryAfter = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'retry-after')
    const retryAfterMs = retryAfterOf(retryAfter?.[1], now())
    if (status === 429) graph.holdBack(mailbox, retryAfterMs)
    return { status, body, error: graphErrorOfBody(body, { status, requestId, retryAfterMs }) }
  })
}

function subRequest({ method, path, body, headers }: BatchRequest, index: number) {
  return {
    id: String(index + 1),
    method,
    url: path,
    ...(body === undefined ? {} : { body }),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
  }
}
