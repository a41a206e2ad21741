/** Two hundred people who search and open what they found, each at his own pace, while a connector imports. */
import { setTimeout } from 'node:timers/promises'
import autocannon from 'autocannon'
import { quantile } from './numbers.ts'
import type { PortalClient } from './portal.ts'
import type { Reviewer } from './reviewers.ts'
import type { Kind } from './search.ts'

export interface LoadFigures {
  readonly reviewers: number
  readonly seconds: number
  readonly requestsPerSecond: number
  readonly requests: number
  /** Connections that broke or waited too long, and answers that were none. */
  readonly errors: number
  readonly p50Milliseconds: number
  readonly p95Milliseconds: number
  readonly slowestMilliseconds: number
  /** As if each request had been sent when it was due, however late the one before was answered. */
  readonly p975WaitingMilliseconds: number
  readonly importedMeanwhile: number
  readonly importRanThroughout: boolean
}

interface LoadInput {
  readonly reviewers: readonly Reviewer[]
  readonly kinds: readonly Kind[]
}

const seconds = 30
/** Each reviewer asks for something every five seconds: he reads what he gets. */
const requestsPerReviewerAndSecond = 0.2

export async function measureLoad(
  client: PortalClient,
  address: string,
  { reviewers, kinds }: LoadInput,
): Promise<LoadFigures> {
  const run = await startedRun(client)
  const before = await run.read()
  const { result, times } = await fire(address, reviewers, wordsOf(kinds))
  const after = await run.read()
  const milliseconds = (share: number) => Math.round(quantile(times, share) * 10) / 10
  return {
    reviewers: reviewers.length,
    seconds,
    requestsPerSecond: Math.round(result.requests.average),
    requests: times.length,
    errors: result.errors + result.non2xx,
    p50Milliseconds: milliseconds(0.5),
    p95Milliseconds: milliseconds(0.95),
    slowestMilliseconds: milliseconds(1),
    p975WaitingMilliseconds: result.latency.p97_5,
    importedMeanwhile: after.imported - before.imported,
    importRanThroughout: after.finishedAt === null,
  }
}

/** A run of the connector that has begun to import. */
async function startedRun(client: PortalClient) {
  const [connector] = await client.listConnectors()
  const { id } = connector!
  const { run } = await client.startRun({ params: { id }, body: { kind: 'run' } })
  const read = () => client.readRun({ params: { id, run } })
  while ((await read()).imported === 0) await setTimeout(200)
  return { read }
}

/** Words that are found, so that there is something to open. */
function wordsOf(kinds: readonly Kind[]): string[] {
  return kinds
    .filter(({ kind, countOnly, snippets }) => !countOnly && !snippets && !kind.includes('mailbox'))
    .flatMap(({ queries }) => queries)
}

async function fire(address: string, reviewers: readonly Reviewer[], words: readonly string[]) {
  let next = 0
  const times: number[] = []
  const options: autocannon.Options = {
    url: address,
    connections: reviewers.length,
    duration: seconds,
    overallRate: Math.round(reviewers.length * requestsPerReviewerAndSecond),
    timeout: 30,
    setupClient: (connection) => {
      const reviewer = reviewers[next++ % reviewers.length]!
      connection.setRequests(requestsOf({ ...reviewer, origin: address }, words))
    },
  }
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(options, (error: unknown, done) => (error ? reject(error) : resolve(done)))
    instance.on('response', (_connection, _status, _bytes, milliseconds) => times.push(milliseconds))
  })
  return { result, times }
}

/** Searches, reads the first page, opens an item of it, then the conversation around it. */
function requestsOf(headers: Record<string, string>, words: readonly string[]): autocannon.Request[] {
  const known = { search: '', item: '' }
  let asked = Math.floor(Math.random() * words.length)
  const take = (name: keyof typeof known, read: (answer: never) => string | undefined) => {
    return (status: number, body: string) => {
      if (status === 200) known[name] = read(JSON.parse(body) as never) ?? known[name]
    }
  }
  const get = (path: () => string, onResponse?: autocannon.Request['onResponse']): autocannon.Request => ({
    method: 'GET',
    headers,
    setupRequest: (request) => ({ ...request, path: path() }),
    ...(onResponse ? { onResponse } : {}),
  })
  return [
    {
      method: 'POST',
      path: '/api/searches',
      headers: { ...headers, 'content-type': 'application/json' },
      setupRequest: (request) => ({
        ...request,
        body: JSON.stringify({ query: words[asked++ % words.length] }),
      }),
      onResponse: take('search', ({ id }: { id: string }) => id),
    },
    get(
      () => `/api/searches/${known.search}/results`,
      take('item', ({ items }: { items: { id: string }[] }) => items[0]?.id),
    ),
    get(() => `/api/items/${known.item}?search=${known.search}`),
    get(() => `/api/items/${known.item}/conversation?search=${known.search}`),
  ]
}
