/** Heartbeats: a probe of the firm's own sends a nonce by a route, and its way into search is timed. */
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Clock } from '../platform/clock.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { RandomSource } from '../platform/random.ts'
import type { CoveredAccount } from './accounts.ts'
import { dayMs } from './rules.ts'

export interface HeartbeatParts {
  readonly queries: Queries
  readonly clock: Clock
  readonly random: RandomSource
}

/** Ids of the messages that a search for the word finds. */
export type FindWord = (word: string) => Promise<readonly bigint[]>

export interface Heartbeat {
  readonly route: string
  /** ISO times. */
  readonly begunAt: string
  readonly capturedAt: string | null
  /** From the capture to the import that made it searchable; null while it was not found. */
  readonly captureToSearchSeconds: number | null
}

/** One that was not found by then is looked for no more. */
const lookedForMs = 2 * dayMs
const alphabet = 'abcdefghijkmnpqrstuvwxyz'
const nonceLetters = 18

/** Notes a nonce and answers it: one word that the probe is to send by the route. Throws `bad-request`. */
export async function beginHeartbeat(
  { queries, clock, random }: HeartbeatParts,
  account: CoveredAccount,
  route: string,
): Promise<string> {
  if (route.trim() === '' || route.length > 100)
    throw new AppError('bad-request', 'Name the route by which the probe sends, in at most 100 characters.')
  const letters = [...random.bytes(nonceLetters)].map((byte) => alphabet[byte % alphabet.length])
  const nonce = `probe${letters.join('')}`
  await queries.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('coverage_heartbeat')
      .values({
        ...{ feed_account_id: account.id, route: route.trim(), nonce },
        begun_at: new Date(clock.now()),
      })
      .execute()
    await appendAudit(transaction, {
      ...{ at: clock.now(), operation: 'attest-coverage', target: account.name, outcome: 'succeeded' },
      details: { heartbeat: route.trim() },
    })
  })
  return nonce
}

/** Looks for the nonces that wait; answers how many were found. */
export async function findHeartbeats(
  { queries, clock }: Pick<HeartbeatParts, 'queries' | 'clock'>,
  find: FindWord,
): Promise<number> {
  const waiting = await queries
    .selectFrom('coverage_heartbeat')
    .selectAll()
    .where('searchable_at', 'is', null)
    .where('begun_at', '>', new Date(clock.now() - lookedForMs))
    .orderBy('id')
    .limit(100)
    .execute()
  let found = 0
  for (const { id, nonce, feed_account_id } of waiting) {
    const ids = await find(nonce)
    if (ids.length === 0) continue
    const first = await queries
      .selectFrom('message')
      .select(['captured_at', 'received_at'])
      .where('id', 'in', [...ids])
      .where('feed_account_id', '=', feed_account_id)
      .orderBy('received_at')
      .limit(1)
      .executeTakeFirst()
    if (!first) continue
    await queries
      .updateTable('coverage_heartbeat')
      .set({ captured_at: first.captured_at, searchable_at: first.received_at })
      .where('id', '=', id)
      .execute()
    found += 1
  }
  return found
}

/** Of an account, newest first; those begun at or after `since`. */
export async function listHeartbeats(
  { queries }: Pick<HeartbeatParts, 'queries'>,
  accountId: number,
  since: Date,
): Promise<Heartbeat[]> {
  const rows = await queries
    .selectFrom('coverage_heartbeat')
    .selectAll()
    .where('feed_account_id', '=', accountId)
    .where('begun_at', '>=', since)
    .orderBy('id', 'desc')
    .limit(100)
    .execute()
  return rows.map((row) => ({
    route: row.route,
    begunAt: row.begun_at.toISOString(),
    capturedAt: row.captured_at?.toISOString() ?? null,
    captureToSearchSeconds:
      row.captured_at === null || row.searchable_at === null
        ? null
        : Math.max(0, Math.round((row.searchable_at.getTime() - row.captured_at.getTime()) / 1000)),
  }))
}
