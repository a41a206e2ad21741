/** What becomes of a personal message: one person proposes, another one decides. */
import { itemIdOf } from '../../archive/index.ts'
import { noteLogEntries } from '../../archive/log/note.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { type Client, createKysely, inTransaction } from '../../platform/postgres/index.ts'
import { deleteItem, type HoldParts, type HoldViewer } from '../holds/index.ts'
import { messageIdOf, type PersonalScope, withinScope } from './list-personal.ts'

interface Flag {
  readonly mailbox_id: number
  readonly proposed: 'release' | 'delete' | null
  readonly proposed_by: string | null
}

/** Asks another person to release a message to its readers, or to delete it. Throws `item-not-found`, `approval-refused`. */
export async function proposePersonal(
  { pool, clock }: HoldParts,
  message: string,
  { to, reason }: { readonly to: 'release' | 'delete'; readonly reason: string },
  by: HoldViewer & PersonalScope,
): Promise<void> {
  const messageId = messageIdOf(message)
  await inTransaction(pool, async (client) => {
    const flag = await heldFlag(client, messageId, by)
    if (flag.proposed !== null) throw refused('Somebody has proposed already what becomes of this message.')
    await client.query(
      `update personal_flag set proposed = $2, proposed_by = $3, proposed_reason = $4, proposed_at = $5
        where message_id = $1`,
      [messageId, to, by.username, reason, new Date(clock.now())],
    )
    await note(client, clock.now(), messageId, flag, 'propose-personal', { to })
  })
}

/**
 * Agrees to what another person proposed, or declines it; then something else may be proposed. A message that is deleted
 * goes past what users can recover, in every mailbox; holds and retention keep what they keep. Throws `item-not-found`,
 * `approval-refused`.
 */
export async function decidePersonal(
  parts: HoldParts,
  message: string,
  agreed: boolean,
  by: HoldViewer & PersonalScope,
): Promise<void> {
  const { pool, clock } = parts
  const messageId = messageIdOf(message)
  const flag = await inTransaction(pool, (client) => heldFlag(client, messageId, by))
  refuseOwn(flag, by)
  // First what may be done again: stopped between the two, the decision is still to be made.
  if (agreed && flag.proposed === 'delete') await purge(parts, messageId, by)
  await inTransaction(pool, async (client) => {
    const now = await heldFlag(client, messageId, by)
    refuseOwn(now, by)
    if (now.proposed !== flag.proposed) throw refused('The proposal was changed meanwhile; look at it again.')
    await client.query(
      agreed
        ? `update personal_flag set decided_by = $2, ${flag.proposed === 'delete' ? 'deleted_at' : 'released_at'} = $3
            where message_id = $1`
        : `update personal_flag set proposed = null, proposed_by = null, proposed_reason = null, proposed_at = null
            where message_id = $1 and $2::text is not null and $3::timestamptz is not null`,
      [messageId, by.username, new Date(clock.now())],
    )
    await note(client, clock.now(), messageId, flag, 'decide-personal', { to: flag.proposed!, agreed })
  })
}

async function purge(parts: HoldParts, messageId: bigint, by: HoldViewer): Promise<void> {
  const { rows } = await parts.pool.query<{ mailbox_id: number }>(
    'select mailbox_id from item where message_id = $1 order by mailbox_id',
    [messageId],
  )
  for (const { mailbox_id } of rows)
    await deleteItem(parts, itemIdOf(messageId, mailbox_id), { purge: true }, by)
}

/** The row, locked, of a message that is hidden and undecided. */
async function heldFlag(client: Client, messageId: bigint, scope: PersonalScope): Promise<Flag> {
  const { rows } = await client.query<Flag>(
    `select mailbox_id, proposed, proposed_by from personal_flag
      where message_id = $1 and released_at is null and deleted_at is null and ${withinScope(2)} for update`,
    [messageId, scope.mailboxIds],
  )
  if (rows[0]) return rows[0]
  throw new AppError('item-not-found', 'There is no such message that is personal and undecided.')
}

function refuseOwn({ proposed, proposed_by }: Flag, by: HoldViewer): void {
  if (proposed === null) throw refused('Nobody has proposed yet what becomes of this message.')
  if (proposed_by === by.username) throw refused('You proposed it yourself: another person has to decide.')
}

async function note(
  client: Client,
  at: number,
  messageId: bigint,
  { mailbox_id: mailboxId }: Flag,
  operation: 'propose-personal' | 'decide-personal',
  facts: { readonly to: string; readonly agreed?: boolean },
): Promise<void> {
  const personal = operation === 'propose-personal' ? 'proposed' : 'decided'
  await noteLogEntries(client, [
    { at, kind: 'label', item: { messageId, mailboxId }, facts: { personal, ...facts } },
  ])
  await appendAudit(createKysely(client), {
    ...{ at, operation, target: itemIdOf(messageId, mailboxId), outcome: 'succeeded', details: { ...facts } },
  })
}

function refused(message: string): AppError {
  return new AppError('approval-refused', message)
}
