import { firstMessageIdAt, sentAtOfMessageId } from '../domain/codes.ts'
import { type Matching, selectMessages } from './matching.ts'
import { isHardToEstimate, sentBounds } from './query.ts'
import type { Parameters, SqlClient } from './sql-client.ts'

/** A span of message ids, both ends included; null is open. */
interface IdSpan {
  readonly oldest: bigint | null
  readonly newest: bigint | null
}

/** So many of the newest messages are read one by one before the index is asked: about 3 ms. */
const readFirst = 4096

/** The newest `count` messages at or before `newest`, newest first. Each has an item that counts. */
export async function findMessages(
  db: SqlClient,
  matching: Matching,
  newest: bigint | null,
  count: number,
): Promise<bigint[]> {
  const short = isHardToEstimate(matching.query.root)
    ? await findByMonths(db, matching, newest, count)
    : await select(db, matching, false, { oldest: null, newest }, count)
  if (!matching.directory.hasLongTexts) return short
  // Long texts cost more to look into: only those that could still come before the last one found.
  const oldest = short.length < count ? null : short.at(-1)!
  const long = await select(db, matching, true, { oldest, newest }, count)
  return [...short, ...long].sort((a, b) => (a < b ? 1 : -1)).slice(0, count)
}

/** PostgreSQL chooses between walking back from the newest message and asking the index; it knows how frequent words are. */
async function select(
  db: SqlClient,
  matching: Matching,
  long: boolean,
  span: IdSpan,
  count: number,
): Promise<bigint[]> {
  return idsOf(
    await selectMessages(db, matching, long, (where, parameters) => {
      const within = spanSql(span, parameters)
      return `select m.id from message m where ${where}${within} order by m.id desc limit ${count}`
    }),
  )
}

/**
 * Left to itself, PostgreSQL would walk back through whole months for a rare order of frequent words, or fetch
 * the whole past of a busy person for one page. So: the newest few thousand messages first, which is enough
 * for what is frequent, then the index, one month, then two, four … months at once.
 */
async function findByMonths(
  db: SqlClient,
  matching: Matching,
  newest: bigint | null,
  count: number,
): Promise<bigint[]> {
  const span = narrowed(matching, newest)
  const recent = await selectAmongRecent(db, matching, span, count)
  if (recent.length >= count) return recent
  const ids: bigint[] = []
  for (const months of await monthSpans(db, span)) {
    ids.push(...(await selectByIndex(db, matching, months, count - ids.length)))
    if (ids.length >= count) break
  }
  return ids
}

function narrowed(matching: Matching, newest: bigint | null): IdSpan {
  const sent = sentBounds(matching.query.root)
  const last = sent.to === null ? null : firstMessageIdAt(Math.max(0, sent.to)) - 1n
  return {
    oldest: sent.from === null ? null : firstMessageIdAt(Math.max(0, sent.from)),
    newest: last === null || (newest !== null && newest < last) ? newest : last,
  }
}

async function selectAmongRecent(
  db: SqlClient,
  matching: Matching,
  span: IdSpan,
  count: number,
): Promise<bigint[]> {
  return idsOf(
    await selectMessages(db, matching, false, (where, parameters) => {
      const recent = `select * from message r where true${spanSql(span, parameters, 'r')} order by r.id desc limit ${readFirst}`
      return `select m.id from (${recent}) m where ${where} order by m.id desc limit ${count}`
    }),
  )
}

/** `+ 0` takes the walk back along the primary key out of the choice. */
async function selectByIndex(
  db: SqlClient,
  matching: Matching,
  span: IdSpan,
  count: number,
): Promise<bigint[]> {
  return idsOf(
    await selectMessages(db, matching, false, (where, parameters) => {
      const within = spanSql(span, parameters)
      return `select m.id from message m where ${where}${within} order by m.id + 0 desc limit ${count}`
    }),
  )
}

/** The months that have messages in a span, newest first: one, the two before, the four before those … */
async function monthSpans(db: SqlClient, span: IdSpan): Promise<IdSpan[]> {
  const { rows } = await db.query('select min(id) as oldest, max(id) as newest from message')
  if (rows[0].newest === null) return []
  let newest = lowest(span.newest, BigInt(rows[0].newest))
  const oldest = highest(span.oldest, BigInt(rows[0].oldest))
  const spans: IdSpan[] = []
  for (let months = 1; newest >= oldest; months *= 2) {
    const start = new Date(sentAtOfMessageId(newest))
    const first = firstMessageIdAt(
      Math.max(0, Date.UTC(start.getUTCFullYear(), start.getUTCMonth() - (months - 1), 1)),
    )
    spans.push({ newest, oldest: highest(first, oldest) })
    newest = first - 1n
  }
  return spans
}

function lowest(one: bigint | null, other: bigint): bigint {
  return one === null || other < one ? other : one
}

function highest(one: bigint | null, other: bigint): bigint {
  return one === null || other > one ? other : one
}

function spanSql({ oldest, newest }: IdSpan, parameters: Parameters, table = 'm'): string {
  const from = oldest === null ? '' : ` and ${table}.id >= ${parameters.add(String(oldest), 'bigint')}`
  return newest === null ? from : `${from} and ${table}.id <= ${parameters.add(String(newest), 'bigint')}`
}

function idsOf(rows: readonly { readonly id: bigint | string }[]): bigint[] {
  return rows.map((row) => BigInt(row.id))
}
