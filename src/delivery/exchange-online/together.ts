/** Requests of one mailbox, four in one `$batch`; those that failed alone are asked again as the server says. */
import { setTimeout as wait } from 'node:timers/promises'
import {
  type BatchAnswer,
  type BatchRequest,
  batch,
  batchRequestsMax,
  GraphError,
  requestBytesMax,
} from '../microsoft/index.ts'
import { immutableIds, type Mailbox } from './mailbox.ts'

const triesMax = 4
const firstWaitMs = 500
/** A longer `Retry-After` is the ledger's to wait for. */
const waitMsMax = 30_000
/** Of a request in a batch, around its body. */
const frameBytes = 1_000

export interface TogetherGiven {
  readonly requests: readonly BatchRequest[]
  /** Whether all of them may be asked again. */
  readonly repeatable: boolean
}

/** An answer for each request, in their order. Throws `DeliveryProblem` where the network or the sign-in fails. */
export async function askTogether(mailbox: Mailbox, given: TogetherGiven): Promise<BatchAnswer[]> {
  const answers = new Map<BatchRequest, BatchAnswer>()
  let open = given.requests
  for (let attempt = 1; open.length > 0; attempt++) {
    for (const group of groupsOf(open)) {
      const answered = await askGroup(mailbox, { ...given, requests: group })
      for (const [place, request] of group.entries()) answers.set(request, answered[place]!)
    }
    const failed = open.filter((request) => mayAgain(answers.get(request)!, given.repeatable))
    const waitMs = Math.max(0, ...failed.map((request) => waitMsOf(answers.get(request)!, attempt)))
    if (attempt >= triesMax || waitMs > waitMsMax) break
    if (failed.length > 0) await wait(waitMs, undefined, { signal: mailbox.reading.signal })
    open = failed
  }
  return given.requests.map((request) => answers.get(request)!)
}

/** Throttled, or refused for a token that has just ended: nothing was done. After a 5xx something may have been. */
function mayAgain({ error }: BatchAnswer, repeatable: boolean): boolean {
  if (error === null) return false
  return error.status === 429 || error.status === 401 || (repeatable && error.status >= 500)
}

function waitMsOf({ error }: BatchAnswer, attempt: number): number {
  return error?.retryAfterMs ?? firstWaitMs * 2 ** (attempt - 1)
}

/** A batch that failed as a whole is the failure of each: nobody knows which of them were done. */
async function askGroup(
  { graph, address, now, reading }: Mailbox,
  given: TogetherGiven,
): Promise<BatchAnswer[]> {
  const requests = given.requests.map((request) => ({
    ...request,
    headers: { ...immutableIds, ...request.headers },
  }))
  try {
    return await batch(graph, { ...given, requests, now, mailbox: address, signal: reading.signal })
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    return requests.map(() => ({ status: error.status, body: null, error }))
  }
}

/** As many as a batch holds, and as fit into one request. */
function* groupsOf(requests: readonly BatchRequest[]): Generator<BatchRequest[]> {
  let [group, bytes]: [BatchRequest[], number] = [[], 0]
  for (const request of requests) {
    const more =
      frameBytes + (request.body === undefined ? 0 : Buffer.byteLength(JSON.stringify(request.body)))
    if (group.length === batchRequestsMax || (group.length > 0 && bytes + more > requestBytesMax)) {
      yield group
      ;[group, bytes] = [[], 0]
    }
    group.push(request)
    bytes += more
  }
  if (group.length > 0) yield group
}
