/** Items a month and some thousands of messages at a time: every statement over the archive stays short. */
import { firstMessageIdAt } from '../../domain/codes.ts'
import type { Pool } from '../../platform/postgres/index.ts'

const messagesAtOnce = 20_000

/** Ids of messages that were sent before `end` (ms since 1970 UTC), the oldest first. */
export async function* messageBatches(db: Pick<Pool, 'query'>, end: number): AsyncGenerator<bigint[]> {
  const { rows: months } = await db.query<{ from: number; to: number }>(
    `select (extract(epoch from month) * 1000)::float8 as from,
            (extract(epoch from month + interval '1 month') * 1000)::float8 as to
       from item_tally where month <= to_timestamp($1 / 1000.0) group by month having sum(items) > 0 order by month`,
    [end],
  )
  for (const { from, to } of months) {
    const last = firstMessageIdAt(Math.min(to, end))
    for (let after = firstMessageIdAt(from) - 1n; ; ) {
      const { rows } = await db.query<{ id: bigint }>(
        `select id from message where id > $1 and id < $2 order by id limit ${messagesAtOnce}`,
        [after, last],
      )
      if (rows.length === 0) break
      yield rows.map(({ id }) => id)
      if (rows.length < messagesAtOnce) break
      after = rows.at(-1)!.id
    }
  }
}
