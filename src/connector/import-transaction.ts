import { type Client, inTransaction, type Pool } from '../platform/postgres/index.ts'

/**
 * Another importer wrote the same message (23505) or made the same partition (42P07) at the same moment, or both
 * waited for each other: another try sees what the other wrote.
 */
const passingCodes = new Set(['23505', '42P07', '40001', '40P01'])
const triesMax = 5

/** Runs `work` in one transaction, and again where another importer came between. */
export async function importTransaction<Result>(
  pool: Pool,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTransaction(pool, work)
    } catch (error) {
      const { code } = error as { code?: string }
      if (attempt >= triesMax || code === undefined || !passingCodes.has(code)) throw error
    }
  }
}
