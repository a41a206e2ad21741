/** A registered user as invitations and answers find him. */
import { AppError } from '../../domain/errors.ts'
import type { Queries } from '../../platform/postgres/index.ts'
import type { SiteAccount } from '../accounts.ts'

/** The row of somebody who is registered now, held until the transaction ends. Throws `registered-user-not-found`. */
export async function holdUser(transaction: Queries, account: SiteAccount, userId: number) {
  const row = await transaction
    .selectFrom('site_registered_user')
    .selectAll()
    .where('account_id', '=', account.id)
    .where('id', '=', userId)
    .forUpdate()
    .executeTakeFirst()
  if (row && row.valid_to === null) return row
  throw new AppError(
    'registered-user-not-found',
    row
      ? `${row.name} no longer has this number; that is kept as it was.`
      : `The account "${account.name}" has no such registered user; look at its list.`,
  )
}
