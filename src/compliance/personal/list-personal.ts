/** The personal messages there are, for those who decide about them: they alone may read one. */
import { type ArchiveParts, createContentReader, openEmail, type StoredEmail } from '../../archive/index.ts'
import { sentAtOfMessageId } from '../../domain/codes.ts'
import { AppError } from '../../domain/errors.ts'

/** The only mailboxes that the caller may see; null for all. */
export interface PersonalScope {
  readonly mailboxIds: readonly number[] | null
}

export interface PersonalMessage {
  /** Of the message, in base 36. */
  readonly message: string
  readonly mailbox: string
  readonly sentAt: string
  readonly reason: string
  readonly flaggedBy: string
  readonly flaggedAt: string
  readonly state: 'hidden' | 'released' | 'deleted'
  readonly proposal: {
    readonly to: 'release' | 'delete'
    readonly by: string
    readonly reason: string
  } | null
  readonly decidedBy: string | null
}

/** A condition on `personal_flag`; `$place` are the mailboxes that may be seen. */
export function withinScope(place: number): string {
  return `($${place}::int[] is null or mailbox_id = any($${place}::int[]))`
}

/** Newest flag first; the undecided before all others. */
export async function listPersonal(
  { pool }: Pick<ArchiveParts, 'pool'>,
  { mailboxIds }: PersonalScope,
): Promise<PersonalMessage[]> {
  const { rows } = await pool.query(
    `select message_id, address, reason, flagged_by, flagged_at, proposed, proposed_by, proposed_reason, decided_by,
            released_at, deleted_at
       from personal_flag join mailbox on mailbox.id = mailbox_id where ${withinScope(1)}
      order by (released_at is not null or deleted_at is not null), flagged_at desc limit 1000`,
    [mailboxIds],
  )
  return rows.map((row) => ({
    message: BigInt(row.message_id).toString(36),
    mailbox: row.address,
    sentAt: new Date(sentAtOfMessageId(BigInt(row.message_id))).toISOString(),
    reason: row.reason,
    flaggedBy: row.flagged_by,
    flaggedAt: row.flagged_at.toISOString(),
    state: row.released_at === null ? (row.deleted_at === null ? 'hidden' : 'deleted') : 'released',
    proposal:
      row.proposed === null ? null : { to: row.proposed, by: row.proposed_by, reason: row.proposed_reason },
    decidedBy: row.decided_by,
  }))
}

/** The e-mail of a message that is hidden. Throws `item-not-found`. */
export async function openPersonal(
  parts: ArchiveParts,
  message: string,
  { mailboxIds }: PersonalScope,
): Promise<StoredEmail> {
  const messageId = messageIdOf(message)
  const { rowCount } = await parts.pool.query(
    `select from personal_flag where message_id = $1 and released_at is null and ${withinScope(2)}`,
    [messageId, mailboxIds],
  )
  if (rowCount !== 1) throw new AppError('item-not-found', 'There is no such message that is personal.')
  return openEmail(parts, createContentReader(parts), messageId)
}

/** Throws `item-not-found` for what is no message's id. */
export function messageIdOf(message: string): bigint {
  if (!/^[\da-z]{1,13}$/.test(message))
    throw new AppError('item-not-found', `"${message}" is no id of a message.`)
  return [...message].reduce((id, digit) => id * 36n + BigInt(Number.parseInt(digit, 36)), 0n)
}
