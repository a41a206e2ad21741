/** Failures of mailboxes and destinations as they are noted, until they are over. */
import { backoffMs } from './backoff.ts'
import type { Destination } from './destinations.ts'
import type { DeliveryParts } from './parts.ts'
import type { DeliveryProblem } from './problem.ts'

/** A mailbox that fails so often waits for a person. */
const mailboxTriesMax = 12
/** Nobody licenses or empties a mailbox within seconds. */
const mailboxWaitMsMin = 60_000

/** Notes why a mailbox takes nothing; its items wait, and are tried again by themselves a dozen times. */
export async function noteMailboxProblem(
  { pool, clock, random }: DeliveryParts,
  { id }: Destination,
  mailboxId: number,
  problem: DeliveryProblem,
): Promise<void> {
  const now = clock.now()
  const { rows } = await pool.query<{ tries: number }>(
    'select tries from delivery_mailbox where destination_id = $1 and mailbox_id = $2',
    [id, mailboxId],
  )
  const tries = (rows[0]?.tries ?? 0) + 1
  const wait = Math.max(mailboxWaitMsMin, problem.retryAfterMs ?? 0, backoffMs(tries, random))
  const nextTryAt = tries >= mailboxTriesMax ? null : new Date(now + wait)
  await pool.query(
    `insert into delivery_mailbox (destination_id, mailbox_id, reason, message, since, tries, next_try_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (destination_id, mailbox_id) do update
        set reason = excluded.reason, message = excluded.message, tries = excluded.tries,
            next_try_at = excluded.next_try_at`,
    [id, mailboxId, problem.reason, problem.message, new Date(now), tries, nextTryAt],
  )
}

/** Notes why nothing can be delivered to a destination, and when it is tried again. */
export async function noteDestinationProblem(
  { pool, clock, random }: DeliveryParts,
  { id }: Destination,
  problem: DeliveryProblem,
): Promise<void> {
  const now = clock.now()
  const { rows } = await pool.query<{ tries: number }>('select tries from destination where id = $1', [id])
  const tries = (rows[0]?.tries ?? 0) + 1
  const wait = Math.max(problem.retryAfterMs ?? 0, backoffMs(tries, random))
  await pool.query(
    `update destination set problem_reason = $2, problem_message = $3,
            problem_since = coalesce(problem_since, $4), next_try_at = $5, tries = $6 where id = $1`,
    [id, problem.reason, problem.message, new Date(now), new Date(now + wait), Math.min(tries, 30_000)],
  )
}

/** A mailbox was gone through without a problem: whatever it or the destination had is over. */
export async function noteDelivered(
  { pool, clock }: DeliveryParts,
  { id }: Destination,
  mailboxId: number,
): Promise<void> {
  await pool.query('delete from delivery_mailbox where destination_id = $1 and mailbox_id = $2', [
    id,
    mailboxId,
  ])
  await pool.query(
    `update destination set last_delivered_at = $2, problem_reason = null, problem_message = null,
            problem_since = null, next_try_at = null, tries = 0 where id = $1`,
    [id, new Date(clock.now())],
  )
}
