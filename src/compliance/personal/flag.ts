import { parseItemId } from '../../archive/index.ts'
import { noteLogEntries } from '../../archive/log/note.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { createKysely, inTransaction } from '../../platform/postgres/index.ts'
import type { HoldParts, HoldViewer } from '../holds/index.ts'

/** Hides a message, in all mailboxes, until two people have decided. Throws `item-not-found`, also for one hidden before. */
export async function flagPersonal(
  { pool, clock }: HoldParts,
  id: string,
  reason: string,
  by: HoldViewer,
): Promise<void> {
  const { messageId, mailboxId } = parseItemId(id)
  const at = clock.now()
  await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `insert into personal_flag (message_id, mailbox_id, reason, flagged_by, flagged_at)
       select message_id, mailbox_id, $3, $4, $5 from item where message_id = $1 and mailbox_id = $2
       on conflict (message_id) do update
          set mailbox_id = excluded.mailbox_id, reason = excluded.reason, flagged_by = excluded.flagged_by,
              flagged_at = excluded.flagged_at, proposed = null, proposed_by = null, proposed_reason = null,
              proposed_at = null, released_at = null, decided_by = null
        where personal_flag.released_at is not null`,
      [messageId, mailboxId, reason, by.username, new Date(at)],
    )
    if (rowCount !== 1)
      throw new AppError('item-not-found', `There is no item "${id}"; take one from a search.`)
    await noteLogEntries(client, [
      { at, kind: 'label', item: { messageId, mailboxId }, facts: { personal: 'flagged' } },
    ])
    await appendAudit(createKysely(client), {
      ...{ at, operation: 'flag-personal', target: id, outcome: 'succeeded' },
    })
  })
}
