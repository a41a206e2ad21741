/** Somebody leaves: from an instant on nothing of him is captured; what was captured stays his. */
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import type { SiteAccount } from '../accounts.ts'
import type { SiteParts } from '../parts.ts'
import { closeConsentGaps, gapScope } from './consents.ts'
import { holdUser } from './invited-user.ts'
import { readActivationSettings } from './settings.ts'
import { moveStates, waysOf } from './states.ts'

/**
 * Marks a user as having left at an instant, now or before: his registration ends then, his links are dead. Throws
 * `registered-user-not-found`, and `bad-date` for an instant that is to come or lies before his registration.
 */
export async function leaveUser(
  parts: SiteParts,
  account: SiteAccount,
  userId: number,
  at: number = parts.clock.now(),
): Promise<void> {
  const now = parts.clock.now()
  if (at > now)
    throw new AppError('bad-date', 'Somebody leaves now or has left before; mark him on the day itself.')
  const { offered } = await readActivationSettings(parts, account)
  const scope = await gapScope(parts, account)
  await parts.database.transaction().execute(async (transaction) => {
    const user = await holdUser(transaction, account, userId)
    if (user.valid_from !== null && user.valid_from.getTime() >= at)
      throw new AppError(
        'bad-date',
        `${user.name} has this number since ${user.valid_from.toISOString()}; he cannot have left before.`,
      )
    const left = new Date(at)
    await transaction
      .updateTable('site_registered_user')
      .set({ left_at: left, valid_to: left })
      .where('id', '=', userId)
      .execute()
    await transaction
      .updateTable('site_invitation')
      .set({ ended_at: new Date(now) })
      .where('registered_user_id', '=', userId)
      .where('ended_at', 'is', null)
      .execute()
    const known = (await waysOf(transaction, account, userId)).map(({ source }) => source)
    const ways = (known.length > 0 ? known : offered).map((source) => ({ userId, source }))
    await moveStates(transaction, account, ways, 'leave', at)
    await closeConsentGaps(
      parts,
      transaction,
      scope,
      user.mobile,
      `${user.name} left at ${left.toISOString()}.`,
    )
    await appendAudit(transaction, {
      ...{ at: now, operation: 'leave-user', target: account.name, outcome: 'succeeded' },
      details: { user: userId, left: left.toISOString() },
    })
  })
}
