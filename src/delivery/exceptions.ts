/** What was not delivered and why: items that were refused or given up, and mailboxes that take nothing now. */
import { itemIdOf } from '../archive/index.ts'
import { folderCodes } from '../domain/codes.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { createKysely, inTransaction } from '../platform/postgres/index.ts'
import type { Destination } from './destinations.ts'
import { type LedgerCounts, ledgerCounts, states, uncertainMs } from './ledger.ts'
import type { DeliveryParts } from './parts.ts'

export interface DeliveryException {
  readonly item: string
  readonly mailbox: string
  readonly folder: string
  readonly state: 'refused' | 'given-up'
  readonly reason: string
  readonly message: string
  readonly tries: number
  /** ISO time. */
  readonly at: string
}

export interface HeldMailbox {
  readonly mailbox: string
  readonly reason: string
  readonly message: string
  readonly since: string
  readonly tries: number
  /** ISO time of the next try; null: it waits for "retry". */
  readonly nextTryAt: string | null
  /** Items that wait for it. */
  readonly waiting: number
}

export interface DeliveryStatus extends LedgerCounts {
  readonly heldMailboxes: readonly HeldMailbox[]
}

export async function deliveryStatus(
  { pool }: Pick<DeliveryParts, 'pool'>,
  { id }: Pick<Destination, 'id'>,
): Promise<DeliveryStatus> {
  return { ...(await ledgerCounts(pool, id)), heldMailboxes: await heldMailboxes({ pool }, id) }
}

async function heldMailboxes({ pool }: Pick<DeliveryParts, 'pool'>, id: number): Promise<HeldMailbox[]> {
  const { rows } = await pool.query<{
    address: string
    reason: string
    message: string
    since: Date
    tries: number
    next_try_at: Date | null
    waiting: bigint
  }>(
    `select b.address, h.reason, h.message, h.since, h.tries, h.next_try_at,
            (select count(*) from delivery d
              where d.destination_id = $1 and d.mailbox_id = h.mailbox_id and d.state < 2) as waiting
       from delivery_mailbox h join mailbox b on b.id = h.mailbox_id
      where h.destination_id = $1 order by b.address limit 1000`,
    [id],
  )
  return rows.map((row) => ({
    mailbox: row.address,
    reason: row.reason,
    message: row.message,
    since: row.since.toISOString(),
    tries: row.tries,
    nextTryAt: row.next_try_at?.toISOString() ?? null,
    waiting: Number(row.waiting),
  }))
}

export interface ExceptionPage {
  readonly items: readonly DeliveryException[]
  /** For the next page; null when this is the last. */
  readonly next: string | null
}

/** Items that were refused or given up, by the time they were sent; `cursor` is the `next` of the page before. */
export async function listDeliveryExceptions(
  { pool }: Pick<DeliveryParts, 'pool'>,
  { id }: Pick<Destination, 'id'>,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<ExceptionPage> {
  const [after, mailbox] = /^(\d{1,19})-(\d{1,9})$/.exec(cursor ?? '')?.slice(1) ?? ['0', '0']
  const { rows } = await pool.query<{
    message_id: bigint
    mailbox_id: number
    address: string
    folder: number
    state: number
    reason: string | null
    message: string | null
    tries: number
    updated_at: Date
  }>(
    `select d.message_id, d.mailbox_id, b.address, d.folder, d.state, d.reason, d.message, d.tries, d.updated_at
       from delivery d join mailbox b on b.id = d.mailbox_id
      where d.destination_id = $1 and d.state > ${states.confirmed} and (d.message_id, d.mailbox_id) > ($2, $3)
      order by d.message_id, d.mailbox_id limit $4`,
    [id, after, mailbox, limit + 1],
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map((row) => ({
      item: itemIdOf(row.message_id, row.mailbox_id),
      mailbox: row.address,
      folder: folderCodes.wordOf(row.folder),
      state: row.state === states.refused ? 'refused' : 'given-up',
      reason: row.reason ?? '',
      message: row.message ?? '',
      tries: row.tries,
      at: row.updated_at.toISOString(),
    })),
    next: rows.length > limit && last ? `${last.message_id}-${last.mailbox_id}` : null,
  }
}

/**
 * Puts refused and given-up items back to wait, and lets held mailboxes and the destination be tried at once. Answers
 * how many items wait again.
 */
export async function retryDelivery(
  parts: DeliveryParts,
  { id, name }: Destination,
  mailbox: string | null,
): Promise<number> {
  const now = new Date(parts.clock.now())
  const inMailbox = `($2::text is null or mailbox_id = (select id from mailbox where address = $2))`
  return inTransaction(parts.pool, async (client) => {
    const { rowCount } = await client.query(
      // The last of a dozen attempts may have succeeded unheard: what was given up is looked for before it is sent.
      `update delivery set state = case state when ${states.givenUp} then ${states.sending} else ${states.waiting} end,
              next_try_at = case state when ${states.givenUp} then $3::timestamptz end,
              tries = 0, reason = null, updated_at = $3
        where destination_id = $1 and state > ${states.confirmed} and ${inMailbox}`,
      [id, mailbox, now],
    )
    await client.query(
      `update delivery set next_try_at = case state when ${states.sending}
              then least(next_try_at, updated_at + interval '${uncertainMs} ms') end
        where destination_id = $1 and state < ${states.confirmed} and next_try_at is not null and ${inMailbox}`,
      [id, mailbox],
    )
    await client.query(`delete from delivery_mailbox where destination_id = $1 and ${inMailbox}`, [
      id,
      mailbox,
    ])
    await client.query('update destination set next_try_at = null, tries = 0 where id = $1', [id])
    const items = rowCount ?? 0
    await appendAudit(createKysely(client), {
      at: now.getTime(),
      operation: 'retry-delivery',
      target: name,
      outcome: 'succeeded',
      details: { destination: id, items, ...(mailbox === null ? {} : { mailbox }) },
    })
    return items
  })
}
