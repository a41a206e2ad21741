/** The figures of the home page. They come from counters and indexes: a million messages cost what a hundred do. */
import { sql } from 'kysely'
import { AppError } from '../domain/errors.ts'
import { channelFamilies, familyCode } from '../domain/feed/contract.ts'
import type { CoverageParts } from './parts.ts'

export interface DayFigures {
  /** `2026-03-20`, of the zone asked for. */
  readonly day: string
  readonly channels: readonly {
    readonly channel: string
    readonly captured: number
    readonly imported: number
  }[]
}

const daysShown = 30

/** Captured and imported by day and channel: the thirty days up to today, oldest first. Throws `bad-request`. */
export async function dayFigures(parts: CoverageParts, timeZone: string): Promise<DayFigures[]> {
  requireZone(timeZone)
  const now = new Date(parts.clock.now())
  const today = sql`date_trunc('day', ${now}::timestamptz at time zone ${timeZone})`
  const since = sql`((${today} - interval '29 days') at time zone ${timeZone})`
  const { rows } = await sql<{ day: string; channel: string; captured: bigint; imported: bigint }>`
    with shown as (
      select generate_series(${today} - interval '29 days', ${today}, interval '1 day')::date as day
    ), counted as (
      select (captured_at at time zone ${timeZone})::date as day,
             case family when ${familyCode.whatsapp} then 'whatsapp' else 'wechat' end as channel,
             records as captured, 0 as imported
        from site_block where captured_at >= ${since}
      union all
      select (quarter at time zone ${timeZone})::date, type, 0, imported
        from import_tally join connector on connector.id = connector_id where quarter >= ${since}
    )
    select to_char(shown.day, 'YYYY-MM-DD') as day, channel, sum(captured)::bigint as captured,
           sum(imported)::bigint as imported
      from shown cross join unnest(${[...channelFamilies]}::text[]) as channel
      left join counted using (day, channel)
     group by shown.day, channel order by shown.day, array_position(${[...channelFamilies]}::text[], channel)`.execute(
    parts.queries,
  )
  return [...Map.groupBy(rows, ({ day }) => day)].slice(-daysShown).map(([day, channels]) => ({
    day,
    channels: channels.map(({ channel, captured, imported }) => ({
      ...{ channel, captured: Number(captured ?? 0), imported: Number(imported ?? 0) },
    })),
  }))
}

/** A name of the time zone database: of offsets the database and JavaScript mean opposite things. */
function requireZone(timeZone: string): void {
  try {
    if (!/^[A-Za-z]/.test(timeZone)) throw new RangeError(timeZone)
    new Intl.DateTimeFormat('en', { timeZone })
  } catch (cause) {
    throw new AppError('bad-request', `"${timeZone}" is no time zone; it looks like Europe/London or UTC.`, {
      cause,
    })
  }
}

export interface ArchiveFigures {
  readonly mailboxes: number
  readonly items: number
  readonly messages: number
  readonly openExceptions: number
}

export async function archiveFigures({ queries }: CoverageParts): Promise<ArchiveFigures> {
  const { rows } = await sql<Record<keyof ArchiveFigures, bigint>>`
    select (select count(*) from mailbox) as mailboxes,
           (select coalesce(sum(items), 0)::bigint from item_tally) as items,
           (select coalesce(sum(imported), 0)::bigint from import_tally) as messages,
           (select count(*) from import_exception where resolved_at is null) as "openExceptions"`.execute(
    queries,
  )
  const { mailboxes, items, messages, openExceptions } = rows[0]!
  return {
    mailboxes: Number(mailboxes),
    items: Number(items),
    messages: Number(messages),
    openExceptions: Number(openExceptions),
  }
}
