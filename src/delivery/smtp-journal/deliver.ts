/** Items one after the other over a connection, each in a report of its own. */
import { isAppError } from '../../domain/errors.ts'
import type { Outcome, RefusalReason } from '../delivery.ts'
import type { OutgoingItem } from '../outgoing-item.ts'
import { DeliveryProblem } from '../problem.ts'
import { type ReducedEmail, reducedToFit, smallestEmail } from '../reduced-email.ts'
import { type Connection, SendFailed } from './connection.ts'
import { type Addresses, type Original, reportOf } from './report.ts'

/** What the report adds to an e-mail at most, for the limit that is set. */
const wrappingBytes = 20_000

/** Throws `DeliveryProblem`; what was being sent is uncertain then. */
export async function deliverItem(
  connection: Connection,
  item: OutgoingItem,
  addresses: Addresses,
  itemBytesMax = Number.POSITIVE_INFINITY,
): Promise<Outcome> {
  try {
    const original = originalWithin(item, itemBytesMax - wrappingBytes)
    return original
      ? await send(connection, item, original, addresses)
      : tooLarge(item, `${itemBytesMax} bytes at most`)
  } catch (error) {
    if (!isAppError(error, 'content-damaged')) throw error
    return refused('content-damaged', `Item ${item.id} was not sent: ${error.message}`)
  }
}

function originalWithin(item: OutgoingItem, bytesMax: number): Original | null {
  if (item.emailBytes <= bytesMax) return { bytes: item.emailBytes, leftOut: [], stream: () => item.email() }
  return originalOf(reducedToFit(item, bytesMax))
}

function originalOf(reduced: ReducedEmail | null): Original | null {
  return reduced && { bytes: reduced.bytes, leftOut: reduced.leftOut, stream: () => reduced.stream() }
}

/** Where it is too large after all, it is sent once more without its large attachments. */
async function send(
  connection: Connection,
  item: OutgoingItem,
  original: Original,
  addresses: Addresses,
): Promise<Outcome> {
  try {
    const answer = await connection.send(await reportOf(item, original, addresses))
    const receipt = answer.trim().replace(/\s+/g, ' ').slice(0, 500)
    const { leftOut } = original
    return { state: 'confirmed', receipt, ...(leftOut.length > 0 ? { leftOut } : {}) }
  } catch (error) {
    if (!(error instanceof SendFailed)) throw error
    if (!error.isTooLarge) return refusal(item, error, addresses)
    const smallest = originalOf(smallestEmail(item))
    if (smallest === null || smallest.bytes >= original.bytes) return tooLarge(item, error.message)
    return send(connection, item, smallest, addresses)
  }
}

function refusal(item: OutgoingItem, error: SendFailed, { from, to }: Addresses): Outcome {
  if ((error.status ?? 500) < 500)
    return {
      ...{ state: 'later', afterMs: null },
      message: `The server cannot take the report of item ${item.id} now (${error.message}).`,
    }
  if (error.isOfEnvelope)
    throw new DeliveryProblem(
      'bad-settings',
      `The server takes no reports from ${from} to ${to} (${error.message}): check both addresses and whether this host may send there.`,
      { cause: error },
    )
  return refused(
    'item-refused',
    `The server refuses the report of item ${item.id} (${error.message}): ask who runs it why, then retry.`,
  )
}

function tooLarge(item: OutgoingItem, why: string): Outcome {
  return refused(
    'item-too-large',
    `Item ${item.id} is too large for the server even without its large attachments (${why}): it stays in Holdfast; raise the server's limit and retry.`,
  )
}

function refused(reason: RefusalReason, message: string): Outcome {
  return { state: 'refused', reason, message }
}
