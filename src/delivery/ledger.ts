/**
 * The ledger: a row for each item and destination, from its import on. An attempt is written before it is made, and
 * closed by what was read back; so after a crash whatever is `sending` is looked for before it is sent again.
 */
import type { Client, Pool, Queryable } from '../platform/postgres/index.ts'
import type { LeftOut, RefusalReason } from './delivery.ts'

/** The numbers in the column `state`; up to `sending` an item is open. */
export const states = { waiting: 0, sending: 1, confirmed: 2, refused: 3, givenUp: 4 } as const

export interface MailboxFolder {
  readonly mailboxId: number
  readonly address: string
  /** A code of `folderCodes`. */
  readonly folder: number
}

export interface OpenRow {
  readonly messageId: bigint
  readonly emailBytes: number
  readonly tries: number
  /** An attempt began whose end is not known. */
  readonly uncertain: boolean
}

const attachLock = `hashtextextended('connector-destinations/' || $1::int, 0)`

/**
 * Notes items of a connector as waiting at each of its destinations, in the import's transaction. The lock is shared
 * by imports and taken alone by whoever attaches a destination: what one does not see, the other does.
 */
export async function noteItems(
  client: Queryable,
  connectorId: number,
  items: { readonly messageIds: readonly bigint[]; readonly mailboxIds: readonly number[] },
  now: Date,
): Promise<void> {
  if (items.messageIds.length === 0) return
  await client.query(`select pg_advisory_xact_lock_shared(${attachLock})`, [connectorId])
  if (!(await hasDestinations(client, connectorId))) return
  await client.query(
    `insert into delivery (destination_id, message_id, mailbox_id, folder, updated_at)
     select d.destination_id, i.message_id, i.mailbox_id, i.folder, $4
       from unnest($2::bigint[], $3::int[]) as added (message_id, mailbox_id)
       join item i on i.message_id = added.message_id and i.mailbox_id = added.mailbox_id
       join connector_destination d on d.connector_id = $1
     on conflict do nothing`,
    [connectorId, items.messageIds, items.mailboxIds, now],
  )
}

/** Keeps imports of a connector out until the transaction ends: its destinations are about to change. */
export async function lockDestinationsOf(client: Queryable, connectorId: number): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(${attachLock})`, [connectorId])
}

export async function hasDestinations(client: Queryable, connectorId: number): Promise<boolean> {
  const { rowCount } = await client.query(
    'select from connector_destination where connector_id = $1 limit 1',
    [connectorId],
  )
  return rowCount === 1
}

/** Notes what a connector's account imported before the destination was chosen. Answers how many items. */
export async function noteHistory(
  client: Queryable,
  { connectorId, destinationId, now }: { connectorId: number; destinationId: number; now: Date },
): Promise<number> {
  const { rowCount } = await client.query(
    `insert into delivery (destination_id, message_id, mailbox_id, folder, updated_at)
     select $2, i.message_id, i.mailbox_id, i.folder, $3
       from connector c
       join message m on m.feed_account_id = c.feed_account_id
       join item i on i.message_id = m.id and i.folder = case c.type when 'whatsapp' then 1 else 2 end
      where c.id = $1
     on conflict do nothing`,
    [connectorId, destinationId, now],
  )
  return rowCount ?? 0
}

/** A server may still be at what a cut connection or a killed process asked of it: no sooner is it looked for. */
export const uncertainMs = 10_000

const due = `d.destination_id = $1 and d.state < 2 and case
  when d.next_try_at is not null then d.next_try_at <= $2
  else d.state = ${states.waiting} or d.updated_at <= $2::timestamptz - interval '${uncertainMs} ms' end`

/** Mailboxes with items that are due, those held back left out; at most so many. */
export async function dueMailboxes(
  db: Queryable,
  destinationId: number,
  now: Date,
  limit: number,
): Promise<MailboxFolder[]> {
  const { rows } = await db.query<MailboxFolder>(
    `select d.mailbox_id as "mailboxId", b.address, d.folder
       from delivery d join mailbox b on b.id = d.mailbox_id
      where ${due}
        and not exists (select from delivery_mailbox held
                         where held.destination_id = $1 and held.mailbox_id = d.mailbox_id
                           and (held.next_try_at is null or held.next_try_at > $2))
      group by d.mailbox_id, b.address, d.folder order by min(d.message_id) limit $3`,
    [destinationId, now, limit],
  )
  return rows
}

/** The next items of a mailbox's folder, oldest first. */
export async function dueItems(
  db: Queryable,
  destinationId: number,
  { mailboxId, folder }: MailboxFolder,
  now: Date,
  limit: number,
): Promise<OpenRow[]> {
  const { rows } = await db.query<{ message_id: bigint; email_bytes: bigint; tries: number; state: number }>(
    `select d.message_id, m.email_bytes, d.tries, d.state
       from delivery d join message m on m.id = d.message_id
      where ${due} and d.mailbox_id = $3 and d.folder = $4
      order by d.message_id limit $5`,
    [destinationId, now, mailboxId, folder, limit],
  )
  return rows.map((row) => ({
    messageId: row.message_id,
    emailBytes: Number(row.email_bytes),
    tries: row.tries,
    uncertain: row.state === states.sending,
  }))
}

interface Place {
  readonly destinationId: number
  readonly mailboxId: number
  readonly now: Date
}

/** Writes an attempt before it is made. */
export async function noteSending(
  db: Queryable,
  { destinationId, mailboxId, now }: Place,
  messageIds: readonly bigint[],
): Promise<void> {
  if (messageIds.length === 0) return
  await db.query(
    `update delivery set state = ${states.sending}, tries = tries + 1, next_try_at = null, updated_at = $4
      where destination_id = $1 and mailbox_id = $2 and message_id = any($3::bigint[])`,
    [destinationId, mailboxId, messageIds, now],
  )
}

export interface Closing {
  readonly messageId: bigint
  readonly state: number
  readonly reason?: RefusalReason | 'tries-exhausted'
  readonly message?: string
  readonly receipt?: string
  readonly leftOut?: readonly LeftOut[]
  readonly nextTryAt?: Date
}

/** Closes attempts, all in one statement. */
export async function closeAttempts(
  db: Queryable,
  { destinationId, mailboxId, now }: Place,
  closings: readonly Closing[],
): Promise<void> {
  if (closings.length === 0) return
  await db.query(
    `update delivery d set state = c.state, reason = c.reason, message = c.message, receipt = c.receipt,
            left_out = c.left_out::jsonb, next_try_at = c.next_try_at, updated_at = $3
       from unnest($4::bigint[], $5::smallint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[])
         as c (message_id, state, reason, message, receipt, left_out, next_try_at)
      where d.destination_id = $1 and d.mailbox_id = $2 and d.message_id = c.message_id
        and d.state in (${states.waiting}, ${states.sending})`,
    [
      ...[destinationId, mailboxId, now],
      closings.map(({ messageId }) => messageId),
      closings.map(({ state }) => state),
      closings.map(({ reason }) => reason ?? null),
      closings.map(({ message }) => message?.slice(0, 1_000) ?? null),
      closings.map(({ receipt }) => receipt?.slice(0, 1_000) ?? null),
      closings.map(({ leftOut }) => (leftOut?.length ? JSON.stringify(leftOut) : null)),
      closings.map(({ nextTryAt }) => nextTryAt ?? null),
    ],
  )
}

/** Attempts whose end is not known are looked into no sooner than this: the server may still be at it. */
export async function postponeUncertain(db: Queryable, place: Place, nextTryAt: Date): Promise<void> {
  await db.query(
    `update delivery set next_try_at = $3, updated_at = $4
      where destination_id = $1 and mailbox_id = $2 and state = ${states.sending}`,
    [place.destinationId, place.mailboxId, nextTryAt, place.now],
  )
}

export interface LedgerCounts {
  readonly waiting: number
  readonly sending: number
  readonly confirmed: number
  readonly refused: number
  readonly givenUp: number
  /** Confirmed without all of their attachments. */
  readonly reduced: number
  /** ISO time since when the oldest open one waits; null where none does. */
  readonly oldestOpen: string | null
}

export async function ledgerCounts(db: Pool | Client, destinationId: number): Promise<LedgerCounts> {
  const { rows } = await db.query<{ state: number; items: bigint; reduced: bigint; oldest: Date }>(
    `select state, count(*) as items, count(left_out) as reduced, min(updated_at) as oldest
       from delivery where destination_id = $1 group by state`,
    [destinationId],
  )
  const of = (state: number) => Number(rows.find((row) => row.state === state)?.items ?? 0)
  const open = rows.filter(({ state }) => state < states.confirmed).map(({ oldest }) => oldest.getTime())
  return {
    waiting: of(states.waiting),
    sending: of(states.sending),
    confirmed: of(states.confirmed),
    refused: of(states.refused),
    givenUp: of(states.givenUp),
    reduced: rows.reduce((sum, { reduced }) => sum + Number(reduced), 0),
    oldestOpen: open.length > 0 ? new Date(Math.min(...open)).toISOString() : null,
  }
}
