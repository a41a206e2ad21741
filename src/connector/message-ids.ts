/** Ids of new messages, and the partitions they fall in. */
import type { Client } from '../platform/postgres/index.ts'
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

const monthsMade = new WeakMap<object, Set<string>>()

/** Makes the partitions of the months that these times (ms UTC) fall in, once a connection. */
export async function ensureMonths(client: Client, sentAt: readonly number[]): Promise<void> {
  const made = monthsMade.get(client) ?? new Set()
  monthsMade.set(client, made)
  const months = new Set(sentAt.map((ms) => new Date(ms).toISOString().slice(0, 7)))
  for (const month of months) {
    if (made.has(month)) continue
    await client.query('select ensure_month($1, $2)', month.split('-').map(Number))
    made.add(month)
  }
}
