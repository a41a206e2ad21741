/** The people whose devices an account captures: name, mobile, e-mail, WeCom user id, each with validity dates. */
import type { RegisteredUserRow } from '../domain/registered-users.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { RegisteredUserFacts } from '../sources/source.ts'
import type { SiteAccount } from './accounts.ts'
import type { SiteParts } from './parts.ts'

export interface RegisteredUser extends RegisteredUserFacts {
  readonly id: number
  readonly validFrom: Date | null
  readonly validTo: Date | null
}

/**
 * Takes the rows of a checked CSV: a new number is added without a beginning (its earlier messages are his
 * too); a number that now names another e-mail address has passed on: the former holder's row ends now and the
 * new one begins; other changes are kept in place. Answers what was done, by count.
 */
export async function importRegisteredUsers(
  parts: SiteParts,
  account: SiteAccount,
  rows: readonly RegisteredUserRow[],
  actor?: string,
): Promise<{ added: number; changed: number; passedOn: number; unchanged: number }> {
  const counts = { added: 0, changed: 0, passedOn: 0, unchanged: 0 }
  const now = new Date(parts.clock.now())
  await parts.database.transaction().execute(async (transaction) => {
    for (const row of rows) {
      const values = { name: row.name, email: row.email, wecom_userid: row.wecomUserid ?? null }
      const current = await transaction
        .selectFrom('site_registered_user')
        .selectAll()
        .where('account_id', '=', account.id)
        .where('mobile', '=', row.mobile)
        .where('valid_to', 'is', null)
        .forUpdate()
        .executeTakeFirst()
      if (current && sameUser(current, values)) {
        counts.unchanged += 1
        continue
      }
      if (current && current.email === values.email) {
        await transaction
          .updateTable('site_registered_user')
          .set(values)
          .where('id', '=', current.id)
          .execute()
        counts.changed += 1
        continue
      }
      if (current) {
        await transaction
          .updateTable('site_registered_user')
          .set({ valid_to: now })
          .where('id', '=', current.id)
          .execute()
      }
      await transaction
        .insertInto('site_registered_user')
        .values({ account_id: account.id, mobile: row.mobile, ...values, valid_from: current ? now : null })
        .execute()
      counts[current ? 'passedOn' : 'added'] += 1
    }
    await appendAudit(transaction, {
      at: now.getTime(),
      actor,
      operation: 'import-users',
      target: account.name,
      outcome: 'succeeded',
      details: counts,
    })
  })
  return counts
}

/** All registered users of the account, former holders of a number included. */
export async function registeredUsers(parts: SiteParts, account: SiteAccount): Promise<RegisteredUser[]> {
  const rows = await parts.database
    .selectFrom('site_registered_user')
    .selectAll()
    .where('account_id', '=', account.id)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    mobile: row.mobile,
    email: row.email,
    ...(row.wecom_userid === null ? {} : { wecomUserid: row.wecom_userid }),
    validFrom: row.valid_from,
    validTo: row.valid_to,
  }))
}

function sameUser(
  current: { name: string; email: string; wecom_userid: string | null },
  next: { name: string; email: string; wecom_userid: string | null },
): boolean {
  return (
    current.name === next.name && current.email === next.email && current.wecom_userid === next.wecom_userid
  )
}
