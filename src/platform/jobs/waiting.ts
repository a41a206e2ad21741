/** Looking at what waits in the job queue, and taking it back, without working on it. */
import type { Queryable } from '../postgres/pool.ts'
import { jobsSchema } from './schema.ts'

/** Keys of the queue's jobs that wait for a worker or are with one. */
export async function unfinishedKeys(database: Queryable, queue: string): Promise<Set<string>> {
  const answer = await database.query<{ key: string }>(
    `SELECT DISTINCT singleton_key AS key FROM ${jobsSchema}.job
      WHERE name = $1 AND state < 'completed' AND singleton_key IS NOT NULL`,
    [queue],
  )
  return new Set(answer.rows.map(({ key }) => key))
}

/**
 * Takes back jobs of this key that no worker has, and with `takenToo` those whose worker is known to be gone: the
 * queue would hand them to another. Part of the caller's transaction.
 */
export async function takeBackJobs(
  database: Queryable,
  queue: string,
  key: string,
  options: { readonly takenToo?: boolean } = {},
): Promise<void> {
  const before = options.takenToo ? 'completed' : 'active'
  await database.query(
    `UPDATE ${jobsSchema}.job SET state = 'cancelled', completed_on = now()
      WHERE name = $1 AND singleton_key = $2 AND state < $3::${jobsSchema}.job_state`,
    [queue, key, before],
  )
}
