import type { Client, Pool } from './pool.ts'

export interface TransactionOptions {
  /** Default `read committed`. A `repeatable read` one may fail with 40001 and is then the caller's to repeat. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
}

/**
 * Runs `work` in one transaction on one connection: committed when its promise resolves, rolled back when it
 * rejects, and the rejection passed on.
 */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: Client) => Promise<Result>,
  options: TransactionOptions = {},
): Promise<Result> {
  const client = await pool.connect()
  let broken = false
  try {
    await client.query(`BEGIN ISOLATION LEVEL ${options.isolation ?? 'read committed'}`)
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    broken = !(await rolledBack(client))
    throw error
  } finally {
    // A connection that could not roll back is thrown away, not handed to the next caller.
    client.release(broken)
  }
}

async function rolledBack(client: Client): Promise<boolean> {
  try {
    await client.query('ROLLBACK')
    return true
  } catch {
    return false
  }
}
