/** How long a reviewer waits for one answer, when nobody else asks. */
import { employee } from './corpus.ts'
import { quantile } from './numbers.ts'
import type { PortalClient } from './portal.ts'
import type { Kind } from './search.ts'

export interface AnswerFigure {
  readonly kind: string
  readonly requests: number
  readonly p50Milliseconds: number
  readonly p95Milliseconds: number
  readonly slowestMilliseconds: number
}

/** The first round finds blocks of content unread, as a reviewer does who looks for something new. */
const rounds = 3
const mailboxesRead = 20

export async function measureAnswers(client: PortalClient, kinds: readonly Kind[]): Promise<AnswerFigure[]> {
  const figures: AnswerFigure[] = [...(await measureLists(client))]
  for (const kind of kinds) {
    if (kind.snippets) continue
    figures.push(
      await measure(kind.kind, kind.queries, (query) => (kind.countOnly ? count : find)(client, query)),
    )
  }
  const { queries } = kinds.find(({ kind }) => kind.startsWith('common'))!
  const chinese = kinds.find(({ kind }) => kind.startsWith('Chinese'))!.queries
  figures.push(
    await measure('count of a common word', queries, (query) => count(client, query)),
    await measure('count of a Chinese word', chinese, (query) => count(client, query)),
    await measure('statistics of a common word', queries, (query) => statistics(client, query)),
    await measure('statistics of everything', [''], (query) => statistics(client, query)),
    await measure('count of everything', [''], (query) => count(client, query)),
    ...(await measureOpening(client, queries)),
  )
  return figures
}

/** A search and its first page: what happens between Enter and the results. */
async function find(client: PortalClient, query: string) {
  const { id } = await client.createSearch({ body: { query } })
  return client.readResults({ params: { id }, query: {} })
}

async function count(client: PortalClient, query: string) {
  const { id } = await client.createSearch({ body: { query } })
  return client.countResults({ params: { id } })
}

async function statistics(client: PortalClient, query: string) {
  const { id } = await client.createSearch({ body: { query } })
  return client.readStatistics({ params: { id } })
}

async function measureLists(client: PortalClient): Promise<AnswerFigure[]> {
  const addresses = new Set(Array.from({ length: mailboxesRead }, (_, index) => employee(index * 7).email))
  const { items } = await client.listMailboxes({ query: { limit: 500 } })
  const ids = items.filter(({ address }) => addresses.has(address)).map(({ id }) => id)
  const places = new Map<number, Awaited<ReturnType<PortalClient['readTimeline']>>>()
  const timelines = await measure('months of a mailbox', ids, async (id) => {
    places.set(id, await client.readTimeline({ params: { id }, query: {} }))
  })
  const page = (name: string, share: number) =>
    measure(`${name} page of a mailbox`, ids, async (id) => {
      const { months } = places.get(id)!
      const { month, items: held } = months[Math.floor((months.length - 1) * share)]!
      const offset = Math.max(0, Math.floor((held - 100) * share))
      await client.listItems({ params: { id }, query: { month, offset, limit: 100 } })
    })
  return [timelines, await page('first', 0), await page('middle', 0.5), await page('last', 1)]
}

async function measureOpening(client: PortalClient, queries: readonly string[]): Promise<AnswerFigure[]> {
  const found = await Promise.all(queries.map((query) => find(client, query)))
  const ids = found.flatMap(({ items }) => items.slice(0, 3).map(({ id }) => id))
  return [
    await measure('an item', ids, (id) => client.readItem({ params: { id }, query: {} })),
    await measure('a conversation of 51 messages', ids, (id) =>
      client.readConversation({ params: { id }, query: {} }),
    ),
    await measure('an item as e-mail', ids, (id) => client.readEmail({ params: { id } })),
  ]
}

async function measure<Value>(
  kind: string,
  values: readonly Value[],
  ask: (value: Value) => Promise<unknown>,
): Promise<AnswerFigure> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    for (const value of values) {
      const start = performance.now()
      await ask(value)
      times.push(performance.now() - start)
    }
  }
  const milliseconds = (share: number) => Math.round(quantile(times, share) * 10) / 10
  return {
    kind,
    requests: times.length,
    p50Milliseconds: milliseconds(0.5),
    p95Milliseconds: milliseconds(0.95),
    slowestMilliseconds: milliseconds(1),
  }
}
