/** Messages that somebody called personal: nobody finds or reads them until two people have released them. */
import { firstMessageIdAt } from '../domain/codes.ts'
import type { Queryable } from '../platform/postgres/pool.ts'

/** The SQL condition that a message, whose id is the expression `id`, is not hidden as personal. */
export function notPersonal(id: string): string {
  return `not exists (select from personal_flag as hidden where hidden.message_id = ${id} and hidden.released_at is null)`
}

/** Ids of all messages that are hidden. They are few: each was named by a person. */
export async function personalMessages(
  // biome-ignore lint/suspicious/noExplicitAny: clients and pools alike
  db: { query(text: string): Promise<{ rows: any[] }> },
): Promise<bigint[]> {
  const { rows } = await db.query('select message_id from personal_flag where released_at is null')
  return rows.map(({ message_id }) => BigInt(message_id))
}

/** What a registered user reported at his site: everything of his that was said in the time. */
export interface PersonalReport {
  /** At the site. */
  readonly userId: number
  /** ISO times; `to` is not included. */
  readonly from: string
  readonly to: string
}

/** Flags what users reported, in their own mailboxes. What is flagged, or was released since, stays as it is. */
export async function flagReported(
  db: Queryable,
  feedAccountId: number,
  reports: readonly PersonalReport[],
  at: Date,
): Promise<number> {
  if (reports.length === 0) return 0
  const { rowCount } = await db.query(
    `insert into personal_flag (message_id, mailbox_id, reason, flagged_by, flagged_at)
     select distinct on (item.message_id) item.message_id, item.mailbox_id,
            'Reported on the page of the registered user.', mailbox.address, $5::timestamptz
       from unnest($2::int[], $3::bigint[], $4::bigint[]) as report (user_id, first_id, end_id)
       join registered_user on registered_user.feed_account_id = $1 and site_user_id = report.user_id
       join mailbox on mailbox.address = lower(registered_user.email)
       join item on item.mailbox_id = mailbox.id and item.message_id >= first_id and item.message_id < end_id
     on conflict do nothing`,
    [
      feedAccountId,
      reports.map(({ userId }) => userId),
      reports.map(({ from }) => firstMessageIdAt(Date.parse(from))),
      reports.map(({ to }) => firstMessageIdAt(Date.parse(to))),
      at,
    ],
  )
  return rowCount ?? 0
}
