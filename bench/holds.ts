/**
 * How long it takes to place a hold by query on so many items that match, over a year of months, every fifth of them an
 * answer to an earlier one, while somebody searches and an import adds items that fall under the hold.
 */

import { evaluateHolds, holdImported, placeHold } from '../src/compliance/holds/index.ts'
import type { Clock } from '../src/platform/clock.ts'
import type { Client, Pool } from '../src/platform/postgres/index.ts'
import { inTransaction, type Queries } from '../src/platform/postgres/index.ts'
import { countItems, parseQuery, searchItems } from '../src/search/index.ts'

export interface HoldFigures {
  readonly items: number
  readonly seconds: number
  /** Of pages of search results meanwhile, ms. */
  readonly slowestSearchMs: number
  readonly searches: number
  /** Items imported meanwhile, all of them under the hold. */
  readonly imported: number
  /** From the call until nothing of the mailbox can be disposed of any more. */
  readonly heldAfterMs: number
}

interface HoldBench {
  readonly pool: Pool
  readonly queries: Queries
  readonly clock: Clock
}

const year = 2019
const yearMs = 365 * 24 * 3_600_000

/**
 * `template`: a message that matches `query`, with an item in `mailboxId`; `items` copies of it are made. They share one
 * block and cannot be read.
 */
export async function measureHolds(
  parts: HoldBench,
  template: { readonly messageId: bigint; readonly mailboxId: number; readonly query: string },
  items: number,
): Promise<HoldFigures> {
  const { pool } = parts
  for (let month = 1; month <= 12; month += 1) await pool.query('select ensure_month($1, $2)', [year, month])
  for (let first = 0; first < items; first += 50_000)
    await inTransaction(pool, (client) =>
      copies(client, template, first, Math.min(items, first + 50_000), items),
    )
  for (let month = 1; month <= 12; month += 1) await pool.query('select settle_month($1, $2)', [year, month])
  const done = new AbortController()
  const searching = search(pool, template.query, done.signal)
  const importing = importOn(pool, template, items, done.signal)
  const begun = performance.now()
  const hold = {
    ...{ name: `Bench ${items}`, query: template.query, days: null, caseName: null, note: null, owner: null },
    ...{ url: null, confidential: false, readers: [] },
  }
  const holdId = await placeHold(parts, hold, [template.mailboxId], { username: 'bench' })
  const heldAfterMs = performance.now() - begun
  await evaluateHolds(pool, { holdId })
  const seconds = (performance.now() - begun) / 1000
  done.abort()
  const [waits, imported] = [await searching, await importing]
  const { rows } = await pool.query<{ held: bigint }>(
    'select count(*) as held from hold_item where hold_id = $1',
    [holdId],
  )
  const there = await countItems(pool, parseQuery(template.query, { now: 0 }), {
    mailboxIds: [template.mailboxId],
  })
  if (Number(rows[0]!.held) !== there) throw new Error(`${rows[0]!.held} items are held of ${there}`)
  return {
    items: there,
    seconds: Math.round(seconds * 10) / 10,
    slowestSearchMs: Math.round(Math.max(0, ...waits)),
    searches: waits.length,
    imported,
    heldAfterMs: Math.round(heldAfterMs),
  }
}

async function copies(
  client: Client,
  { messageId, mailboxId }: { readonly messageId: bigint; readonly mailboxId: number },
  first: number,
  last: number,
  of: number,
): Promise<bigint[]> {
  const { rows } = await client.query<{ id: bigint }>(
    `insert into message (id, captured_at, received_at, block_id, email_bytes, sequence, conversation_id, sender_id,
                          feed_account_id, offset_minutes, place, channel, kind, event, item_count, parts, has_attachments,
                          message_key, sha256, refers_to_key, recipient_ids, subject, words)
     select ($2::bigint + n * $3::bigint << 21) + n % 2097152, captured_at, received_at, block_id, email_bytes, sequence + n,
            conversation_id, sender_id, feed_account_id, offset_minutes, place, channel, kind, event, 1, 1, false,
            sha256(n::text::bytea), sha256, case when n % 5 = 0 and n > 0 then sha256((n - 1)::text::bytea) end,
            recipient_ids, subject, words
       from message, generate_series($4::int, $5::int - 1) as n where id = $1 returning id`,
    [messageId, Date.UTC(year, 0, 1), Math.floor(yearMs / (of * 1.1)), first, last],
  )
  const ids = rows.map(({ id }) => id)
  await client.query(
    `insert into item (message_id, mailbox_id, explanation_id, folder)
     select id, $2, explanation_id, folder from item, unnest($3::bigint[]) as id where message_id = $1 and mailbox_id = $2`,
    [messageId, mailboxId, ids],
  )
  return ids
}

async function search(pool: Pool, query: string, signal: AbortSignal): Promise<number[]> {
  const waits: number[] = []
  while (!signal.aborted) {
    const begun = performance.now()
    await searchItems(pool, parseQuery(query, { now: 0 }), { limit: 50 })
    waits.push(performance.now() - begun)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return waits
}

const page = 1_000

async function importOn(
  pool: Pool,
  template: { readonly messageId: bigint; readonly mailboxId: number },
  items: number,
  signal: AbortSignal,
): Promise<number> {
  let next = items
  while (!signal.aborted && next + page < items * 1.1) {
    const first = next
    await inTransaction(pool, async (client) => {
      const messageIds = await copies(client, template, first, first + page, items)
      await holdImported(client, { messageIds, mailboxIds: messageIds.map(() => template.mailboxId) })
    })
    next += page
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  return next - items
}
