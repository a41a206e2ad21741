/**
 * Compares what a destination's folders hold with the ledger: missing (confirmed here, not there), changed (not as
 * delivered), doubled (one item twice), extra (nothing of ours). Says what is so; changes nothing at the destination.
 */
import { folderCodes } from '../domain/codes.ts'
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { createKysely, inTransaction, type Queryable } from '../platform/postgres/index.ts'
import type { Delivery, Held } from './delivery.ts'
import { type Destination, openStored } from './destinations.ts'
import { type MailboxFolder, states } from './ledger.ts'
import type { DeliveryParts } from './parts.ts'
import { DeliveryProblem, isOfMailbox } from './problem.ts'

export interface Difference {
  readonly mailbox: string
  readonly folder: string
  readonly difference: 'missing' | 'changed' | 'doubled' | 'extra'
  /** The e-mail's Message-ID; null for something without one. */
  readonly messageId: string | null
  readonly detail: string
}

export interface Reconciliation {
  /** ISO time. */
  readonly at: string
  readonly mailboxes: number
  /** Items as they should be. */
  readonly same: number
  readonly missing: number
  readonly changed: number
  readonly doubled: number
  readonly extra: number
  /** Still to be delivered, so not expected there. */
  readonly open: number
  /** The first thousand. */
  readonly differences: readonly Difference[]
  /** Mailboxes that could not be looked into, and why. */
  readonly unread: readonly { readonly mailbox: string; readonly message: string }[]
  /** Missing items that were put back to be delivered again. */
  readonly again: number
}

const differencesShown = 1_000

type Tally = { -readonly [Key in keyof Reconciliation]: Reconciliation[Key] } & {
  differences: Difference[]
  unread: { mailbox: string; message: string }[]
}

/**
 * Reconciles all mailboxes of a destination and keeps the result with it. `again` puts missing items back to be
 * delivered. Throws `delivery-not-comparable` for a destination that cannot be looked into, and the `DeliveryProblem`
 * of one that fails.
 */
export async function reconcile(
  parts: DeliveryParts,
  destination: Destination,
  options: { readonly again?: boolean; readonly signal?: AbortSignal } = {},
): Promise<Reconciliation> {
  const tally = emptyTally(new Date(parts.clock.now()).toISOString())
  const signal = options.signal ?? new AbortController().signal
  const delivery = await openStored(parts, destination)
  try {
    for (const mailbox of await mailboxesOf(parts.pool, destination.id)) {
      signal.throwIfAborted()
      await compareMailbox(
        { parts, destination, delivery, signal, again: options.again ?? false },
        mailbox,
        tally,
      )
    }
  } finally {
    await delivery.close()
  }
  await keep(parts, destination, tally)
  return tally
}

function emptyTally(at: string): Tally {
  const none = { mailboxes: 0, same: 0, missing: 0, changed: 0, doubled: 0, extra: 0, open: 0, again: 0 }
  return { at, ...none, differences: [], unread: [] }
}

interface Comparing {
  readonly parts: DeliveryParts
  readonly destination: Destination
  readonly delivery: Delivery
  readonly signal: AbortSignal
  readonly again: boolean
}

async function mailboxesOf(db: Queryable, destinationId: number): Promise<MailboxFolder[]> {
  const { rows } = await db.query<MailboxFolder>(
    `select d.mailbox_id as "mailboxId", b.address, d.folder
       from delivery d join mailbox b on b.id = d.mailbox_id
      where d.destination_id = $1 group by d.mailbox_id, b.address, d.folder order by b.address, d.folder`,
    [destinationId],
  )
  return rows
}

async function compareMailbox(comparing: Comparing, mailbox: MailboxFolder, tally: Tally): Promise<void> {
  const { parts, destination, delivery, signal, again } = comparing
  const expected = await ledgerOf(parts.pool, destination.id, mailbox)
  tally.mailboxes += 1
  const folderName = folderCodes.wordOf(mailbox.folder)
  const differs = (difference: Difference['difference'], messageId: string | null, detail: string) => {
    tally[difference] += 1
    if (tally.differences.length < differencesShown)
      tally.differences.push({ mailbox: mailbox.address, folder: folderName, difference, messageId, detail })
  }
  try {
    const folder = await delivery.open({ address: mailbox.address, folder: folderName }, signal)
    try {
      const held = folder.list()
      if (held === null) throw notComparable(destination)
      await compareHeld(held, expected, tally, differs)
    } finally {
      await folder.close()
    }
  } catch (error) {
    if (!(error instanceof DeliveryProblem) || !isOfMailbox(error.reason)) throw error
    tally.unread.push({ mailbox: mailbox.address, message: error.message })
    return
  }
  const missing = [...expected.values()].filter(({ state, seen }) => state === states.confirmed && seen === 0)
  for (const { messageId } of missing) differs('missing', messageId, 'confirmed, and not there any more')
  if (again && missing.length > 0) tally.again += await deliverAgain(comparing, mailbox, missing)
}

interface Expected {
  readonly id: bigint
  readonly messageId: string
  readonly state: number
  readonly emailBytes: number
  /** Delivered without some attachments: its length is another one. */
  readonly reduced: boolean
  seen: number
}

/** By the key that the Message-ID begins with: the domain after it may have been another one then. */
async function ledgerOf(
  db: Queryable,
  destinationId: number,
  { mailboxId, folder }: MailboxFolder,
): Promise<Map<string, Expected>> {
  const { rows } = await db.query<{
    id: bigint
    message_key: Buffer
    state: number
    email_bytes: bigint
    reduced: boolean
  }>(
    `select m.id, m.message_key, d.state, m.email_bytes, d.left_out is not null as reduced
       from delivery d join message m on m.id = d.message_id
      where d.destination_id = $1 and d.mailbox_id = $2 and d.folder = $3`,
    [destinationId, mailboxId, folder],
  )
  return new Map(
    rows.map(({ id, message_key, state, email_bytes, reduced }) => {
      const key = message_key.toString('hex')
      return [key, { id, messageId: `<${key}@…>`, state, emailBytes: Number(email_bytes), reduced, seen: 0 }]
    }),
  )
}

async function compareHeld(
  held: AsyncIterable<Held>,
  expected: ReadonlyMap<string, Expected>,
  tally: Tally,
  differs: (difference: Difference['difference'], messageId: string | null, detail: string) => void,
): Promise<void> {
  for await (const { messageId, bytes, faults } of held) {
    const own = expected.get(/^<([0-9a-f]{32})@/.exec(messageId ?? '')?.[1] ?? '')
    if (!own) {
      differs('extra', messageId, 'not delivered by this destination')
      continue
    }
    own.seen += 1
    if (own.seen > 1) differs('doubled', messageId, `there ${own.seen} times`)
    else if (faults.length > 0) differs('changed', messageId, faults.join('; '))
    else if (bytes !== null && !own.reduced && bytes !== own.emailBytes)
      differs('changed', messageId, `${bytes} bytes instead of ${own.emailBytes}`)
    else if (own.state === states.confirmed) tally.same += 1
  }
  for (const { state } of expected.values()) if (state < states.confirmed) tally.open += 1
}

async function deliverAgain(
  { parts, destination }: Comparing,
  { mailboxId }: MailboxFolder,
  missing: readonly Expected[],
): Promise<number> {
  const { rowCount } = await parts.pool.query(
    `update delivery set state = ${states.waiting}, tries = 0, next_try_at = null, receipt = null,
            message = 'missing at the destination', updated_at = $4
      where destination_id = $1 and mailbox_id = $2 and message_id = any($3::bigint[]) and state = ${states.confirmed}`,
    [destination.id, mailboxId, missing.map(({ id }) => id), new Date(parts.clock.now())],
  )
  return rowCount ?? 0
}

function notComparable({ name }: Destination): AppError {
  return new AppError(
    'delivery-not-comparable',
    `"${name}" is a journal address: what was sent there cannot be read back. Its receipts are in the ledger.`,
  )
}

async function keep(parts: DeliveryParts, { id, name }: Destination, tally: Tally): Promise<void> {
  await inTransaction(parts.pool, async (client) => {
    await client.query('update destination set reconciliation = $2 where id = $1', [
      id,
      JSON.stringify(tally),
    ])
    const { differences: _shown, unread, ...counts } = tally
    await appendAudit(createKysely(client), {
      at: parts.clock.now(),
      operation: 'reconcile-delivery',
      target: name,
      outcome: 'succeeded',
      details: { destination: id, ...counts, unread: unread.length },
    })
  })
}

/** The last comparison; null before the first. */
export async function lastReconciliation(
  { queries }: Pick<DeliveryParts, 'queries'>,
  { id }: Destination,
): Promise<Reconciliation | null> {
  const row = await queries
    .selectFrom('destination')
    .select('reconciliation')
    .where('id', '=', id)
    .executeTakeFirst()
  return (row?.reconciliation ?? null) as Reconciliation | null
}
