/** Two hundred people who search and open what they found, each at his own pace, while a connector imports. */
import { setTimeout } from 'node:timers/promises'
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
  readonly importedMeanwhile: number
  readonly importRanThroughout: boolean
}

interface LoadInput {
  readonly reviewers: readonly Reviewer[]
  readonly kinds: readonly Kind[]
}

const seconds = 30
/** Each reviewer reads what he gets for so long, on average, before he asks for the next: 0 to twice that, at random. */
const readingSeconds = 5
const timeoutMs = 30_000

export async function measureLoad(
  client: PortalClient,
  address: string,
  { reviewers, kinds }: LoadInput,
): Promise<LoadFigures> {
  const run = await startedRun(client)
  const before = await run.read()
  const { times, errors } = await review(address, reviewers, wordsOf(kinds))
  const after = await run.read()
  const milliseconds = (share: number) => Math.round(quantile(times, share) * 10) / 10
  return {
    reviewers: reviewers.length,
    seconds,
    requestsPerSecond: Math.round(times.length / seconds),
    requests: times.length,
    errors,
    p50Milliseconds: milliseconds(0.5),
    p95Milliseconds: milliseconds(0.95),
    slowestMilliseconds: milliseconds(1),
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

/** All of them at once, none in step with another. Answers how long each request took, in ms. */
async function review(address: string, reviewers: readonly Reviewer[], words: readonly string[]) {
  const end = performance.now() + seconds * 1000
  const times: number[] = []
  let errors = 0
  const one = async (headers: Record<string, string>) => {
    const ask = reading(address, headers, words)
    for (;;) {
      const pause = Math.random() * 2 * readingSeconds * 1000
      if (performance.now() + pause >= end) return
      await setTimeout(pause)
      const start = performance.now()
      await ask().catch(() => (errors += 1))
      times.push(performance.now() - start)
    }
  }
  await Promise.all(reviewers.map((reviewer) => one({ ...reviewer, origin: address })))
  return { times, errors }
}

/** Searches, reads the first page, opens an item of it, then the conversation around it: one of these at each call. */
function reading(address: string, headers: Record<string, string>, words: readonly string[]) {
  let [search, item] = ['', '']
  let asked = Math.floor(Math.random() * words.length)
  const ask = async (path: string, init: RequestInit = {}) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const answer = await fetch(address + path, { ...init, headers: { ...headers, ...init.headers }, signal })
    const body = await answer.json()
    if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}`)
    return body as never
  }
  const acts = [
    async () => {
      const body = JSON.stringify({ query: words[asked++ % words.length] })
      const json = { 'content-type': 'application/json' }
      const found: { id: string } = await ask('/api/searches', { method: 'POST', headers: json, body })
      search = found.id
    },
    async () => {
      const { items }: { items: { id: string }[] } = await ask(`/api/searches/${search}/results`)
      item = items[0]!.id
    },
    () => ask(`/api/items/${item}?search=${search}`),
    () => ask(`/api/items/${item}/conversation?search=${search}`),
  ]
  let act = 0
  return async (): Promise<void> => acts[act++ % acts.length]!()
}
