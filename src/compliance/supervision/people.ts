import type { People } from '../../domain/supervision-policy.ts'
import type { Queryable } from '../../platform/postgres/pool.ts'
import type { ResolvedPeople } from './look.ts'

/** Mailboxes of each group as the directory has them now. Everyone is null; who is not there is nobody. */
export async function resolvePeople(db: Queryable, groups: readonly People[]): Promise<ResolvedPeople> {
  const resolved: (ReadonlySet<number> | null)[] = []
  for (const group of groups) resolved.push(group.everyone ? null : await mailboxesOf(db, group))
  return resolved
}

async function mailboxesOf(
  db: Queryable,
  { mailboxes = [], departments = [] }: People,
): Promise<Set<number>> {
  const { rows } = await db.query<{ id: number }>(
    `select id from mailbox where address = any($1::text[]) or department = any($2::text[])
     union select mailbox_id from mailbox_address where address = any($1::text[]) and valid_to is null`,
    [mailboxes, departments],
  )
  return new Set(rows.map(({ id }) => id))
}

/** Addresses that no mailbox has: a policy that names them would look at less than it says. */
export async function unknownAddresses(db: Queryable, groups: readonly People[]): Promise<string[]> {
  const wanted = [...new Set(groups.flatMap(({ mailboxes = [] }) => mailboxes))]
  if (wanted.length === 0) return []
  const { rows } = await db.query<{ address: string }>(
    `select address from unnest($1::text[]) as wanted (address)
      where not exists (select from mailbox where mailbox.address = wanted.address)
        and not exists (select from mailbox_address where mailbox_address.address = wanted.address)`,
    [wanted],
  )
  return rows.map(({ address }) => address)
}
