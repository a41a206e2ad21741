/** Ids of new messages, and the partitions they fall in. */
import type { Client, Pool } from '../platform/postgres/index.ts'
import { messageId } from './message-rows.ts'

const countersPerBlock = 4_096

/**
 * One id for each sent time, in order. Counters come in blocks of 4,096 from a sequence, in the order of the
 * feed: messages of one minute keep their order, and two importers never share a block.
 */
export async function allotIds(client: Client, sentAt: readonly number[]): Promise<bigint[]> {
  const blocks = Math.ceil(sentAt.length / countersPerBlock)
  if (blocks === 0) return []
  const answer = await client.query<{ block: bigint }>(
    `select nextval('message_counter_block') as block from generate_series(1, $1)`,
    [blocks],
  )
  return sentAt.map((ms, place) => {
    const block = Number(answer.rows[Math.floor(place / countersPerBlock)]!.block)
    return messageId(ms, block * countersPerBlock + (place % countersPerBlock))
  })
}

/** Makes the partitions of the months (`2026-03`). Commits by itself: whoever waits for them waits no longer than that. */
export async function makeMonths(pool: Pool, months: readonly string[]): Promise<void> {
  const numbers = months.toSorted().map((month) => month.split('-').map(Number))
  await pool.query(
    'select ensure_month(year, month) from unnest($1::int[], $2::int[]) as wanted (year, month)',
    [numbers.map(([year]) => year), numbers.map(([, month]) => month)],
  )
}
