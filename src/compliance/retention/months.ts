/** Items a month and some thousands of messages at a time: every statement over the archive stays short. */
import { firstMessageIdAt } from '../../domain/codes.ts'
import type { Pool } from '../../platform/postgres/index.ts'

const messagesAtOnce = 20_000

export interface BatchOptions {
  /** Only messages with items in this area. */
  readonly area?: number
}

/** Ids of messages that were sent before `end` (ms since 1970 UTC), the oldest first. */
export async function* messageBatches(
  db: Pick<Pool, 'query'>,
  end: number,
  { area }: BatchOptions = {},
): AsyncGenerator<bigint[]> {
  for (const { from, to } of await monthsWithItems(db, end, area)) {
    const last = firstMessageIdAt(Math.min(to, end))
    for (let after = firstMessageIdAt(from) - 1n; ; ) {
      const { rows } = await db.query<{ id: bigint }>(
        area === undefined
          ? `select id from message where id > $1 and id < $2 order by id limit ${messagesAtOnce}`
          : `select distinct message_id as id from item where message_id > $1 and message_id < $2 and area = ${area}
              order by id limit ${messagesAtOnce}`,
        [after, last],
      )
      if (rows.length === 0) break
      yield rows.map(({ id }) => id)
      if (rows.length < messagesAtOnce) break
      after = rows.at(-1)!.id
    }
  }
}

export interface Month {
  /** Milliseconds since 1970 UTC; `to` is the next month's first. */
  readonly from: number
  readonly to: number
}

/** Months before `end` that have items (in an area, where one is named), the oldest first. */
export async function monthsWithItems(
  db: Pick<Pool, 'query'>,
  end: number,
  area?: number,
): Promise<readonly Month[]> {
  const { rows } = await db.query<Month>(
    `select (extract(epoch from month) * 1000)::float8 as from,
            (extract(epoch from month + interval '1 month') * 1000)::float8 as to
       from item_tally where month <= to_timestamp($1::float8 / 1000) and ($2::smallint is null or area = $2)
      group by month having sum(items) > 0 order by month`,
    [end, area ?? null],
  )
  return rows
}

/**
 * The moment before which a message must have been sent for a policy, or a label that something bears, to delete it as of
 * `asOf`; null where nothing deletes. So what nothing can have ended for is not looked at. `reviewed`: only labels that
 * ask people first.
 */
export async function deletionHorizon(
  db: Pick<Pool, 'query'>,
  asOf: number,
  { reviewed = false }: { readonly reviewed?: boolean } = {},
): Promise<number | null> {
  // An event, and a labelling, may come before the message by its own time. Calendar months differ by three days.
  const { rows } = await db.query<{ horizon: number | null }>(
    `select (extract(epoch from max(case when starts in ('created', 'modified')
              then $1::timestamptz + interval '4 days' - least(interval '1000 years', case unit
                     when 'years' then make_interval(years => period) when 'months' then make_interval(months => period)
                     else make_interval(days => period) end)
              else $1 end)) * 1000)::float8 as horizon
       from (select starts, period, period_unit, false as asks from retention_policy where state = 'on' and action <> 'retain'
             union all
             select starts, period, period_unit, jsonb_array_length(review_stages) > 0
               from retention_label as label
              where action <> 'retain' and (exists (select from item_label where label_id = label.id)
                                            or exists (select from retention_default_label where label_id = label.id))) as deleting (starts, period, unit, asks)
      where asks or not $2`,
    [new Date(asOf), reviewed],
  )
  const { horizon } = rows[0]!
  return horizon === null ? null : Math.min(horizon, asOf)
}
