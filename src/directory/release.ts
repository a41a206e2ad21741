/** What only an administrator can know: that an old mailbox is to go on with the user who has its address now. */
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { DirectoryParts } from './parts.ts'
import { lockDirectory } from './run-sync.ts'

/**
 * Ends the tie between a mailbox and its user at the source; the next sync gives the mailbox to the user whose
 * address it is. Throws `mailbox-not-found`, and `directory-conflict` for one that is tied to nobody.
 */
export async function releaseMailbox(
  { queries, clock }: Pick<DirectoryParts, 'queries' | 'clock'>,
  given: string,
): Promise<void> {
  const address = given.trim().toLowerCase()
  await queries.transaction().execute(async (transaction) => {
    await lockDirectory(transaction)
    const mailbox = await transaction
      .selectFrom('mailbox')
      .leftJoin('directory_user', 'directory_user.mailbox_id', 'mailbox.id')
      .select(['mailbox.id', 'directory_user.id as userId', 'directory_user.source'])
      .where('mailbox.address', '=', address)
      .executeTakeFirst()
    if (!mailbox) throw new AppError('mailbox-not-found', `There is no mailbox "${given}" in the directory.`)
    if (mailbox.userId === null)
      throw new AppError(
        'directory-conflict',
        `The mailbox ${address} belongs to no user of a source; there is nothing to release.`,
      )
    await transaction
      .updateTable('directory_user')
      .set((expression) => ({
        ...{ mailbox_id: null, retired: false, changed_at: new Date(clock.now()) },
        version: expression('version', '+', 1),
      }))
      .where('id', '=', mailbox.userId)
      .execute()
    // Its addresses are free for whoever has them at the source now.
    await transaction
      .updateTable('mailbox_address')
      .set({ valid_to: new Date(clock.now()) })
      .where('mailbox_id', '=', mailbox.id)
      .where('valid_to', 'is', null)
      .execute()
    await appendAudit(transaction, {
      ...{ at: clock.now(), operation: 'change-directory', target: address, outcome: 'succeeded' },
      details: { released: mailbox.id, source: mailbox.source },
    })
  })
}
