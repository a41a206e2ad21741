/**
 * Delivers what waits at a destination: mailbox by mailbox, several at once, batch by batch. Who does it holds a
 * session lock of the database; a killed owner frees it, and the next one begins with looking for what was being sent.
 */
import { type ContentReader, createContentReader } from '../archive/index.ts'
import { folderCodes } from '../domain/codes.ts'
import { AppError } from '../domain/errors.ts'
import { faultPoint } from '../platform/faults.ts'
import { withSessionLock } from '../platform/postgres/index.ts'
import { backoffMs } from './backoff.ts'
import type { Delivery, OpenFolder, Outcome } from './delivery.ts'
import { type Destination, destinationById, openStored } from './destinations.ts'
import {
  type Closing,
  closeAttempts,
  dueItems,
  dueMailboxes,
  type MailboxFolder,
  noteSending,
  type OpenRow,
  postponeUncertain,
  states,
  uncertainMs,
} from './ledger.ts'
import { type OutgoingItem, outgoingItems } from './outgoing-item.ts'
import type { DeliveryParts } from './parts.ts'
import { DeliveryProblem, isOfMailbox } from './problem.ts'
import { noteDelivered, noteDestinationProblem, noteMailboxProblem } from './problems.ts'

export interface DeliverOptions {
  readonly signal?: AbortSignal
  /** Told after each batch how many items were closed. */
  readonly onProgress?: (closed: number) => void
}

/** What a run of delivery did. */
export interface DeliveryRun {
  readonly confirmed: number
  readonly refused: number
  /** To be tried again. */
  readonly later: number
  /** Found at the destination after an attempt whose end was not known. */
  readonly found: number
  /** Mailboxes that did not take their items. */
  readonly mailboxProblems: number
}

/** An item that the server cannot take for now is tried so often before it is given up. */
const triesMax = 12
/** Mailboxes asked for at a time. */
const mailboxesRead = 200

export function deliveryLockName(destinationId: number): string {
  return `delivery/${destinationId}`
}

/**
 * Delivers all that is due. Throws `delivery-running` where another process does, `destination-not-found`, and the
 * `DeliveryProblem` that stopped it (noted with the destination): what is delivered by then is closed.
 */
export async function deliver(
  parts: DeliveryParts,
  destinationId: number,
  options: DeliverOptions = {},
): Promise<DeliveryRun> {
  const { name } = await destinationById(parts, destinationId)
  const done = await withSessionLock(parts.pool, deliveryLockName(destinationId), async (owned) => {
    const signal = options.signal ? AbortSignal.any([owned, options.signal]) : owned
    // Read under the lock: it may have been changed while its last owner still worked.
    const destination = await destinationById(parts, destinationId)
    if (destination.pausedAt !== null) return noRun()
    try {
      return await deliverAll(parts, destination, { ...options, signal })
    } catch (error) {
      if (error instanceof DeliveryProblem) await noteDestinationProblem(parts, destination, error)
      throw error
    }
  })
  if (done) return done
  throw new AppError('delivery-running', `"${name}" is being delivered to by another process; wait for it.`)
}

type Run = { -readonly [Key in keyof DeliveryRun]: number }

function noRun(): Run {
  return { confirmed: 0, refused: 0, later: 0, found: 0, mailboxProblems: 0 }
}

interface Work {
  readonly parts: DeliveryParts
  readonly destination: Destination
  readonly delivery: Delivery
  readonly reader: ContentReader
  readonly signal: AbortSignal
  readonly run: Run
  readonly onProgress: (closed: number) => void
}

async function deliverAll(
  parts: DeliveryParts,
  destination: Destination,
  options: DeliverOptions & { readonly signal: AbortSignal },
): Promise<DeliveryRun> {
  const delivery = await openStored(parts, destination)
  // One failing for all ends the others after their batch.
  const failed = new AbortController()
  const work: Work = {
    ...{ parts, destination, delivery, run: noRun() },
    reader: createContentReader(parts),
    signal: AbortSignal.any([options.signal, failed.signal]),
    onProgress: options.onProgress ?? (() => {}),
  }
  try {
    for (;;) {
      const now = new Date(parts.clock.now())
      const mailboxes = await dueMailboxes(parts.pool, destination.id, now, mailboxesRead)
      if (mailboxes.length === 0 || work.signal.aborted) break
      const waiting = [...mailboxes]
      const lane = async () => {
        for (let next = waiting.shift(); next && !work.signal.aborted; next = waiting.shift()) {
          await deliverMailbox(work, next)
        }
      }
      const lanes = Array.from({ length: Math.min(delivery.mailboxesAtOnce, mailboxes.length) }, () =>
        lane().catch((error: unknown) => {
          failed.abort()
          throw error
        }),
      )
      await settled(lanes)
    }
  } finally {
    await delivery.close()
  }
  if (options.signal.aborted)
    throw new AppError('interrupted', 'The delivery was stopped; the next one goes on where it stopped.')
  return work.run
}

/** Waits for all, then throws the first failure. */
async function settled(lanes: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(lanes)
  const failure = ends.find((end) => end.status === 'rejected')
  if (failure) throw failure.reason
}

/** A problem of the mailbox is noted, and the others go on; any other is thrown. */
async function deliverMailbox(work: Work, mailbox: MailboxFolder): Promise<void> {
  const { parts, destination, delivery, signal } = work
  try {
    const folder = await delivery.open(
      { address: mailbox.address, folder: folderCodes.wordOf(mailbox.folder) },
      signal,
    )
    try {
      while (!signal.aborted && (await deliverBatch(work, mailbox, folder))) {
        // The next batch, until none is due.
      }
    } finally {
      await folder.close()
    }
    await noteDelivered(parts, destination, mailbox.mailboxId)
  } catch (error) {
    const now = parts.clock.now()
    const place = placeOf(work, mailbox)
    await postponeUncertain(parts.pool, place, new Date(now + uncertainMs))
    if (signal.aborted && !(error instanceof DeliveryProblem)) return
    if (!(error instanceof DeliveryProblem) || !isOfMailbox(error.reason)) throw error
    work.run.mailboxProblems += 1
    await noteMailboxProblem(parts, destination, mailbox.mailboxId, error)
  }
}

function placeOf({ parts, destination }: Work, { mailboxId }: MailboxFolder) {
  return { destinationId: destination.id, mailboxId, now: new Date(parts.clock.now()) }
}

/** False when nothing was due. */
async function deliverBatch(work: Work, mailbox: MailboxFolder, folder: OpenFolder): Promise<boolean> {
  const { parts, delivery, destination } = work
  const now = new Date(parts.clock.now())
  const rows = withinBytes(
    await dueItems(parts.pool, destination.id, mailbox, now, delivery.batch.items),
    delivery.batch.bytes,
  )
  if (rows.length === 0) return false
  const batch = await readItems(work, mailbox, rows)
  const unsent = await closeFound(work, mailbox, folder, batch)
  if (unsent.length === 0) return true
  await noteSending(
    parts.pool,
    placeOf(work, mailbox),
    unsent.map(({ row }) => row.messageId),
  )
  faultPoint('delivery.before-send')
  const outcomes = await folder.deliver(
    unsent.map(({ item }) => item),
    work.signal,
  )
  faultPoint('delivery.sent')
  const closings = unsent.map(({ row }, place) => closingOf(work, row, outcomes[place]!))
  await close(work, mailbox, closings)
  faultPoint('delivery.closed')
  return true
}

/** At least one: an item over the bytes comes alone. */
function withinBytes(rows: readonly OpenRow[], bytesMax: number): OpenRow[] {
  let bytes = 0
  const taken: OpenRow[] = []
  for (const row of rows) {
    bytes += row.emailBytes
    if (taken.length > 0 && bytes > bytesMax) break
    taken.push(row)
  }
  return taken
}

interface Outgoing {
  readonly row: OpenRow
  readonly item: OutgoingItem
}

/** The items of rows; those that cannot be read are refused here. */
async function readItems(work: Work, mailbox: MailboxFolder, rows: readonly OpenRow[]): Promise<Outgoing[]> {
  const { mailboxId } = mailbox
  const keys = rows.map(({ messageId }) => ({ messageId, mailboxId }))
  const items = await outgoingItems(work.parts, work.reader, keys)
  const damaged: Closing[] = []
  const read: Outgoing[] = []
  for (const [place, item] of items.entries()) {
    const row = rows[place]!
    if (item instanceof AppError) {
      damaged.push({
        messageId: row.messageId,
        state: states.refused,
        reason: 'content-damaged',
        message: item.message,
      })
    } else read.push({ row, item })
  }
  await close(work, mailbox, damaged)
  return read
}

/** Looks for what an earlier attempt may have sent, and closes what is there; answers the rest. */
async function closeFound(
  work: Work,
  mailbox: MailboxFolder,
  folder: OpenFolder,
  batch: readonly Outgoing[],
): Promise<Outgoing[]> {
  const uncertain = batch.filter(({ row }) => row.uncertain)
  if (uncertain.length === 0) return [...batch]
  const there = await folder.find(uncertain.map(({ item }) => item))
  if (there === null || there.size === 0) return [...batch]
  const closings = uncertain.flatMap(({ row, item }): Closing[] => {
    const found = there.get(item.id)
    return found ? [{ messageId: row.messageId, state: states.confirmed, ...found }] : []
  })
  work.run.found += closings.length
  await close(work, mailbox, closings)
  return batch.filter(({ item }) => !there.has(item.id))
}

function closingOf({ parts }: Work, row: OpenRow, outcome: Outcome): Closing {
  const { messageId } = row
  if (outcome.state === 'confirmed') {
    const { receipt, leftOut } = outcome
    return { messageId, state: states.confirmed, receipt, ...(leftOut ? { leftOut } : {}) }
  }
  const { message } = outcome
  if (outcome.state === 'refused')
    return { messageId, state: states.refused, reason: outcome.reason, message }
  const tries = row.tries + 1
  if (tries >= triesMax) return { messageId, state: states.givenUp, reason: 'tries-exhausted', message }
  const wait = Math.max(outcome.afterMs ?? 0, backoffMs(tries, parts.random))
  const nextTryAt = new Date(parts.clock.now() + Math.max(wait, outcome.uncertain ? uncertainMs : 0))
  return { messageId, state: outcome.uncertain ? states.sending : states.waiting, message, nextTryAt }
}

async function close(work: Work, mailbox: MailboxFolder, closings: readonly Closing[]): Promise<void> {
  if (closings.length === 0) return
  await closeAttempts(work.parts.pool, placeOf(work, mailbox), closings)
  for (const { state } of closings) {
    if (state === states.confirmed) work.run.confirmed += 1
    else if (state === states.waiting) work.run.later += 1
    else work.run.refused += 1
  }
  work.onProgress(closings.length)
}
