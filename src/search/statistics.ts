import { channelCodes, kindCodes } from '../domain/codes.ts'
import type { Channel, MessageKind } from '../domain/message.ts'
import { type CountOptions, itemsOf } from './count-items.ts'
import { type Matching, mayMatch, selectMessages, shownMatchingOf } from './matching.ts'
import type { Query } from './query.ts'
import type { SqlClient } from './sql-client.ts'

/** Items by what they have in common, each list with most first but the months, which are in their order. */
export interface SearchStatistics {
  readonly count: number
  readonly mailboxesWithHits: number
  /** The hundred with most. */
  readonly byMailbox: readonly { readonly mailboxId: number; readonly name: string; readonly items: number }[]
  readonly byChannel: readonly { readonly channel: Channel; readonly items: number }[]
  readonly byKind: readonly { readonly kind: MessageKind; readonly items: number }[]
  /** `month` as 2026-03 (UTC). */
  readonly byMonth: readonly { readonly month: string; readonly items: number }[]
}

const mailboxesMax = 100
/** The mailboxes of so many items are looked up message by message; of more, all items are read past them once. */
const lookedUpMax = 50_000

/** What a search found, counted exactly. */
export async function searchStatistics(
  db: SqlClient,
  query: Query,
  options: CountOptions = {},
): Promise<SearchStatistics> {
  const matching = await shownMatchingOf(db, query, options.mailboxIds)
  const classes = mayMatch(matching) ? await inBoth(matching, (long) => countClasses(db, matching, long)) : []
  const count = classes.reduce((sum, { items }) => sum + items, 0)
  const mailboxes = count === 0 ? [] : await countMailboxes(db, matching, count <= lookedUpMax)
  const names = await namesOf(db, mailboxes.slice(0, mailboxesMax))
  return {
    count,
    mailboxesWithHits: mailboxes.length,
    byMailbox: mailboxes
      .slice(0, mailboxesMax)
      .map(([mailboxId, items]) => ({ mailboxId, items, name: names.get(mailboxId) ?? '' })),
    byChannel: summed(classes, ({ channel }) => channelCodes.wordOf(channel)).map(([channel, items]) => ({
      channel,
      items,
    })),
    byKind: summed(classes, ({ kind }) => kindCodes.wordOf(kind)).map(([kind, items]) => ({ kind, items })),
    byMonth: summed(classes, ({ month }) => month)
      .map(([month, items]) => ({ month, items }))
      .sort((one, other) => (one.month < other.month ? -1 : 1)),
  }
}

interface ClassRow {
  readonly channel: number
  readonly kind: number
  readonly month: string
  readonly items: number
}

/** Long texts have their words elsewhere and are asked for by themselves. */
async function inBoth<Row>({ directory }: Matching, read: (long: boolean) => Promise<Row[]>): Promise<Row[]> {
  const short = await read(false)
  return directory.hasLongTexts ? [...short, ...(await read(true))] : short
}

async function countClasses(db: SqlClient, matching: Matching, long: boolean): Promise<ClassRow[]> {
  const rows = await selectMessages(
    db,
    matching,
    long,
    (where, parameters) => `
      select m.channel, m.kind,
             to_char(to_timestamp((m.id >> 21) / 1000.0) at time zone 'UTC', 'YYYY-MM') as month,
             sum(${itemsOf(matching.mailboxIds, parameters)})::bigint as items
        from message m where ${where} group by 1, 2, 3`,
  )
  return rows.map(({ items, ...row }) => ({ ...row, items: Number(items) }))
}

/** `offset 0` keeps the look-up from becoming a join that reads every item. */
async function countMailboxes(
  db: SqlClient,
  matching: Matching,
  lookUp: boolean,
): Promise<[number, number][]> {
  const rows = await inBoth(matching, (long) =>
    selectMessages(db, matching, long, (where, parameters) => {
      const allowed =
        matching.mailboxIds === null
          ? ''
          : ` and mailbox_id = any(${parameters.add(matching.mailboxIds, 'int[]')})`
      const items = `select mailbox_id from item where message_id = m.id${allowed}${lookUp ? ' offset 0' : ''}`
      return `
        select i.mailbox_id, count(*)::bigint as items
          from message m cross join lateral (${items}) as i where ${where} group by 1`
    }),
  )
  return summed(
    rows.map((row) => ({ mailbox: row.mailbox_id as number, items: Number(row.items) })),
    ({ mailbox }) => mailbox,
  )
}

function summed<Row extends { readonly items: number }, Key>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): [Key, number][] {
  const sums = new Map<Key, number>()
  for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + row.items)
  return [...sums].sort((one, other) => other[1] - one[1])
}

async function namesOf(
  db: SqlClient,
  mailboxes: readonly (readonly [number, number])[],
): Promise<ReadonlyMap<number, string>> {
  if (mailboxes.length === 0) return new Map()
  const ids = mailboxes.map(([id]) => id)
  const { rows } = await db.query('select id, name from mailbox where id = any($1::int[])', [ids])
  return new Map(rows.map(({ id, name }) => [id, name]))
}
