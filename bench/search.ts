/** How long searches take: to ids, subjects and dates of the items; snippets apart. The page cache is warm. */
import { recordDecoder } from '../src/app.ts'
import { createContentReader, messagePlaces } from '../src/archive/index.ts'
import { countItems, parseQuery, type SearchOptions, searchItems } from '../src/search/index.ts'
import { employee, employees } from './corpus.ts'
import type { Firm } from './firm.ts'
import { quantile } from './numbers.ts'
import { chineseWords, englishWords } from './words.ts'

export interface SearchFigure {
  readonly kind: string
  readonly queries: number
  readonly p50Milliseconds: number
  readonly p95Milliseconds: number
  readonly slowestMilliseconds: number
  /** Items found in all, the middle query's. */
  readonly hits: number
}

/** One shape of query and where its words come from. */
export interface Kind {
  readonly kind: string
  readonly queries: readonly string[]
  readonly countOnly?: boolean
  readonly snippets?: boolean
}

const wordsOfAKind = 20
const repetitions = 3

export async function measureSearches(firm: Firm, messages: number): Promise<SearchFigure[]> {
  const figures: SearchFigure[] = []
  for (const kind of await kindsOf(firm, messages)) figures.push(await measure(firm, kind))
  return figures
}

async function measure(firm: Firm, { kind, queries, countOnly, snippets }: Kind): Promise<SearchFigure> {
  const { pool } = firm.platform.database
  const times: number[] = []
  const hits: number[] = []
  for (let round = 0; round <= repetitions; round++) {
    for (const text of queries) {
      const options: SearchOptions = { limit: 50, ...(snippets ? { readText: await textReader(firm) } : {}) }
      const start = performance.now()
      const query = parseQuery(text, { now: 0, zone: 'UTC' })
      if (countOnly) await countItems(pool, query)
      else await searchItems(pool, query, options)
      // The first round warms the caches.
      if (round > 0) times.push(performance.now() - start)
      else hits.push(await countItems(pool, query))
    }
  }
  const milliseconds = (share: number) => Math.round(quantile(times, share) * 10) / 10
  return {
    kind,
    queries: times.length,
    p50Milliseconds: milliseconds(0.5),
    p95Milliseconds: milliseconds(0.95),
    slowestMilliseconds: milliseconds(1),
    hits: quantile(hits, 0.5),
  }
}

/** The shapes of query that are measured, with words that the archive has. */
export async function kindsOf(firm: Firm, messages: number): Promise<Kind[]> {
  const common = await wordsWithHits(firm, englishWords(), 0.01 * messages, 0.02 * messages)
  const phrases = await realPhrases(firm)
  const monthOf = (index: number) => `2025-${String(1 + (index % 12)).padStart(2, '0')}`
  const narrowed = common.map((word, index) => {
    const month = monthOf(index)
    return `${word} sent:${month}-01..${month}-28 mailbox:${employee((index * 13) % employees).email}`
  })
  return [
    { kind: 'very common word, newest 50', queries: englishWords().slice(0, 10) },
    { kind: 'common word (1-2 %), newest 50', queries: common },
    { kind: 'rare word, newest 50', queries: await wordsWithHits(firm, englishWords(), 5, 50) },
    { kind: 'phrase of three words, newest 50', queries: phrases },
    {
      kind: 'Chinese word of two characters, newest 50',
      queries: chineseWords()
        .filter((word) => word.length === 2)
        .slice(20, 20 + wordsOfAKind),
    },
    { kind: 'word + month + mailbox, newest 50', queries: narrowed },
    {
      kind: 'word + mailbox, newest 50',
      queries: common.map((word, index) => `${word} mailbox:${employee((index * 7) % employees).email}`),
    },
    {
      kind: 'count of a word in 20,000 messages',
      queries: await wordsWithHits(firm, englishWords(), 18_000, 22_000),
      countOnly: true,
    },
    { kind: 'common word, 50 with snippets', queries: common, snippets: true },
  ]
}

/** Words found in so many messages; the nearest one where a small corpus has none. */
async function wordsWithHits(
  { platform }: Firm,
  words: readonly string[],
  min: number,
  max: number,
): Promise<string[]> {
  const frequency = await messagesByWord(platform.database.pool)
  const found = words.filter((word) => (frequency.get(word) ?? 0) >= min && (frequency.get(word) ?? 0) <= max)
  const distance = (word: string) => Math.abs((frequency.get(word) ?? 0) - (min + max) / 2)
  if (found.length > 0) {
    const step = Math.max(1, Math.floor(found.length / wordsOfAKind))
    return found.filter((_, index) => index % step === 0).slice(0, wordsOfAKind)
  }
  return [words.reduce((best, word) => (distance(word) < distance(best) ? word : best), words[0]!)]
}

type Database = Firm['platform']['database']['pool']
const frequencies = new WeakMap<Database, Promise<Map<string, number>>>()

function messagesByWord(pool: Database): Promise<Map<string, number>> {
  const known = frequencies.get(pool) ?? countWords(pool)
  frequencies.set(pool, known)
  return known
}

async function countWords(pool: Database): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ word: string; messages: number }>(
    `select word, ndoc as messages from ts_stat('select words from message')`,
  )
  return new Map(rows.map(({ word, messages }) => [word, messages]))
}

/** Three neighbouring words of twenty messages, spread over the year. */
async function realPhrases(firm: Firm): Promise<string[]> {
  const read = await textReader(firm)
  const { rows } = await firm.platform.database.pool.query<{ id: bigint }>(
    `select id from (select id, row_number() over (order by id) as place from message) as numbered
      where place % greatest(1, (select count(*) / 200 from message)) = 0`,
  )
  const phrases: string[] = []
  for (const text of (await read(rows.map(({ id }) => id))).values()) {
    const words = text.split(' ')
    if (words.length >= 6 && phrases.length < wordsOfAKind) phrases.push(`"${words.slice(2, 5).join(' ')}"`)
  }
  return phrases
}

async function textReader({ centre }: Firm) {
  const decode = await recordDecoder()
  const reader = createContentReader(centre)
  return async (ids: readonly bigint[]): Promise<ReadonlyMap<bigint, string>> => {
    const texts = new Map<bigint, string>()
    for (const [id, place] of await messagePlaces(centre, ids)) {
      const { source, raw } = await reader.record(place)
      const result = decode(source, raw)
      texts.set(id, result.decoded ? result.message.text : '')
    }
    return texts
  }
}
