import type { Queries } from '../../platform/postgres/index.ts'

/** The id of the last audit record that the integrity log has counted; 0 while it has counted none. */
export async function lastLoggedAuditId(queries: Queries): Promise<bigint> {
  const row = await queries
    .selectFrom('installation')
    .select('value')
    .where('name', '=', 'log-audit-counted')
    .executeTakeFirst()
  return BigInt(row?.value ?? 0)
}
