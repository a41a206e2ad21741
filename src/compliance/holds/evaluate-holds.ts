/** Writes down what the queries of holds find. The whole mailbox counts as held until that is done. */
import { firstMessageIdAt } from '../../domain/codes.ts'
import { faultPoint } from '../../platform/faults.ts'
import type { Pool } from '../../platform/postgres/index.ts'
import { matchingOf, mayMatch, selectMessages } from '../../search/index.ts'
import { heldQuery } from './rules.ts'

export interface EvaluateOptions {
  /** Only this hold; absent for all that wait. */
  readonly holdId?: number
  readonly signal?: AbortSignal
  /** Items written down so far, of one mailbox after the other. */
  readonly onProgress?: (written: number) => void
}

interface Waiting {
  readonly hold_id: number
  readonly mailbox_id: number
  /** As text: it is compared to the microsecond. */
  readonly added_at: string
  readonly query: string
  readonly placed_at: Date
}

/** More than these of a month are looked at day by day: a statement stays short, and others get their turn. */
const itemsPerSlice = 100_000
const dayMs = 86_400_000

/** Answers how many items were written down. Can be stopped at any line and run again. */
export async function evaluateHolds(pool: Pool, options: EvaluateOptions = {}): Promise<number> {
  const { rows } = await pool.query<Waiting>(
    `select m.hold_id, m.mailbox_id, m.added_at::text, h.query, h.placed_at from hold_mailbox as m join hold as h on h.id = m.hold_id
      where m.removed_at is null and h.released_at is null and m.evaluated_at is null and h.query is not null
        and ($1::int is null or h.id = $1)
      order by m.hold_id, m.mailbox_id`,
    [options.holdId ?? null],
  )
  let written = 0
  for (const one of rows) {
    const slices = await slicesOf(pool, one.mailbox_id)
    // First all that matches with what it refers to, then the events about any of it: each message is looked up once.
    for (const write of [writeSlice, writeEvents]) {
      for (const [from, to] of slices) {
        options.signal?.throwIfAborted()
        written += await write(pool, one, from, to)
        options.onProgress?.(written)
        faultPoint('holds.slice-written')
      }
    }
    await pool.query('select finish_hold_mailbox($1, $2, $3)', [one.hold_id, one.mailbox_id, one.added_at])
    faultPoint('holds.mailbox-finished')
  }
  return written
}

/** The times (ms since 1970 UTC, the second not included) that the mailbox has items of. */
async function slicesOf(pool: Pool, mailboxId: number): Promise<[from: number, to: number][]> {
  const { rows } = await pool.query<{ from: number; to: number; items: number }>(
    `select (extract(epoch from month) * 1000)::float8 as from,
            (extract(epoch from month + interval '1 month') * 1000)::float8 as to, sum(items)::float8 as items
       from item_tally where mailbox_id = $1 group by month order by month`,
    [mailboxId],
  )
  return rows.flatMap(({ from, to, items }) => {
    if (items <= itemsPerSlice) return [[from, to] as [number, number]]
    const days = Math.round((to - from) / dayMs)
    return Array.from({ length: days }, (_, day): [number, number] => [
      from + day * dayMs,
      from + (day + 1) * dayMs,
    ])
  })
}

async function writeSlice(pool: Pool, one: Waiting, from: number, to: number): Promise<number> {
  const matching = await matchingOf(pool, heldQuery(one.query, one.placed_at.getTime()), [one.mailbox_id])
  if (!mayMatch(matching)) return 0
  let written = 0
  for (const long of matching.directory.hasLongTexts ? [false, true] : [false]) {
    const rows = await selectMessages(pool, matching, long, (where, parameters) => {
      const bounds = [from, to].map((ms) => parameters.add(String(firstMessageIdAt(ms)), 'bigint'))
      const ids = `select m.id from message m where ${where} and m.id >= ${bounds[0]} and m.id < ${bounds[1]}`
      const [hold, mailbox] = [one.hold_id, one.mailbox_id].map((id) => parameters.add(id, 'int'))
      return `select hold_items(${hold}, ${mailbox}, array(${ids}), false) as written`
    })
    written += Number(rows[0].written)
  }
  return written
}

async function writeEvents(pool: Pool, _one: Waiting, from: number, to: number): Promise<number> {
  const { rows } = await pool.query<{ written: bigint }>(
    `select hold_new_events(array(
       select id from message where id >= $1 and id < $2 and event <> 1 and refers_to_key is not null)) as written`,
    [firstMessageIdAt(from), firstMessageIdAt(to)],
  )
  return Number(rows[0]!.written)
}
