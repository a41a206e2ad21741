/**
 * Ownership of a piece of work by name, held by a database session: PostgreSQL frees it when the owner's
 * connection ends, whatever ended it. (So it does not work through a transaction-pooling proxy.)
 */
import type { Client, Pool, Queryable } from './pool.ts'

/** The 64-bit number of a lock name; the same in every process and on every server. */
const keyOf = 'hashtextextended($1, 0)'

/**
 * Runs `work` while holding the lock `name`, on a connection of its own; answers null without running it
 * where another session has the lock. `signal` is aborted when the connection, and so the ownership, is
 * lost: stop writing then.
 */
export async function withSessionLock<Result>(
  pool: Pool,
  name: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | null> {
  const lock = await takeSessionLock(pool, name, 'exclusive')
  if (!lock) return null
  try {
    return await work(lock.signal)
  } finally {
    await lock.release()
  }
}

export interface SessionLock {
  /** Aborted when the lock is lost with its connection. */
  readonly signal: AbortSignal
  release(): Promise<void>
}

/** Takes the lock `name` if it is free (several may share it `shared`), else answers null at once. */
export async function takeSessionLock(
  pool: Pool,
  name: string,
  mode: 'exclusive' | 'shared',
): Promise<SessionLock | null> {
  const client = await pool.connect()
  const lost = new AbortController()
  const onLost = (error?: Error) => lost.abort(error ?? new Error('The database connection ended.'))
  client.once('error', onLost)
  client.once('end', onLost)
  const stopListening = () => {
    client.off('error', onLost)
    client.off('end', onLost)
  }
  try {
    const take = mode === 'shared' ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock'
    const answer = await client.query(`SELECT ${take}(${keyOf}) AS taken`, [name])
    if (answer.rows[0].taken)
      return { signal: lost.signal, release: () => release(client, name, mode, stopListening) }
  } catch (error) {
    stopListening()
    client.release(true)
    throw error
  }
  stopListening()
  client.release()
  return null
}

async function release(
  client: Client,
  name: string,
  mode: 'exclusive' | 'shared',
  stopListening: () => void,
): Promise<void> {
  const drop = mode === 'shared' ? 'pg_advisory_unlock_shared' : 'pg_advisory_unlock'
  // A connection that cannot unlock is closed, which frees the lock as well.
  const unlocked = await client.query(`SELECT ${drop}(${keyOf})`, [name]).then(
    () => true,
    () => false,
  )
  stopListening()
  client.release(!unlocked)
}

/** Whether any session of this database holds the lock `name`, in either mode. */
export async function isSessionLockHeld(database: Queryable, name: string): Promise<boolean> {
  const answer = await database.query(
    `SELECT EXISTS (
       SELECT 1 FROM pg_locks
       WHERE locktype = 'advisory' AND objsubid = 1 AND granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND (classid::bigint << 32 | objid::bigint) = ${keyOf}
     ) AS held`,
    [name],
  )
  return answer.rows[0].held
}

/** Which of the locks `names` any session of this database holds, in either mode. */
export async function heldSessionLocks(database: Queryable, names: readonly string[]): Promise<Set<string>> {
  const answer = await database.query<{ name: string }>(
    `SELECT name FROM unnest($1::text[]) AS name
      WHERE hashtextextended(name, 0) IN (
        SELECT classid::bigint << 32 | objid::bigint FROM pg_locks
         WHERE locktype = 'advisory' AND objsubid = 1 AND granted
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`,
    [names],
  )
  return new Set(answer.rows.map(({ name }) => name))
}
