/** Conversations that are not captured, a family's for example: one person proposes, another approves. */
import { AppError } from '../../domain/errors.ts'
import { appendAudit, auditOrigin, localOperator } from '../../platform/audit/audit.ts'
import type { Queries } from '../../platform/postgres/index.ts'
import type { SiteAccount } from '../accounts.ts'
import type { SiteParts } from '../parts.ts'
import { createKeyedHash } from '../record-key.ts'
import { holdUser } from './invited-user.ts'

export interface Exclusion {
  readonly id: number
  /** Whose conversation it is said to be. */
  readonly userId: number | null
  readonly userName: string | null
  readonly reason: string
  readonly state: 'proposed' | 'approved' | 'refused' | 'ended'
  readonly proposedBy: string
  readonly proposedAt: Date
  readonly decidedBy: string | null
  readonly decidedAt: Date | null
  /** Records that were not captured for it. */
  readonly records: number
}

const tagBytes = 16

/** Answers the tag of a conversation's id: all that is kept of it. */
export async function conversationTagger(
  { vault }: Pick<SiteParts, 'vault'>,
  { id }: Pick<SiteAccount, 'id'>,
): Promise<(conversation: string) => Buffer> {
  const keyed = createKeyedHash(await vault.derive(`record-keys/${id}`))
  return (conversation) => keyed('excluded-conversation', conversation.trim()).subarray(0, tagBytes)
}

export async function listExclusions({ database }: SiteParts, account: SiteAccount): Promise<Exclusion[]> {
  const rows = await database
    .selectFrom('site_exclusion')
    .leftJoin('site_registered_user', 'site_registered_user.id', 'site_exclusion.registered_user_id')
    .selectAll('site_exclusion')
    .select('site_registered_user.name')
    .select(({ selectFrom }) =>
      selectFrom('site_refused_day')
        .select(({ fn }) => fn.sum<string>('records').as('records'))
        .whereRef('exclusion_id', '=', 'site_exclusion.id')
        .as('records'),
    )
    .where('site_exclusion.account_id', '=', account.id)
    .orderBy('site_exclusion.id', 'desc')
    .execute()
  return rows.map((row) => ({
    ...{ id: row.id, userId: row.registered_user_id, userName: row.name, reason: row.reason },
    state: stateOf(row),
    ...{ proposedBy: row.proposed_by, proposedAt: row.proposed_at },
    ...{ decidedBy: row.decided_by, decidedAt: row.decided_at },
    records: Number(row.records ?? 0),
  }))
}

function stateOf(row: { approved: boolean | null; ended_at: Date | null }): Exclusion['state'] {
  if (row.ended_at !== null) return 'ended'
  if (row.approved === null) return 'proposed'
  return row.approved ? 'approved' : 'refused'
}

export interface ExclusionProposal {
  /** The vendor's id of the conversation. */
  readonly conversation: string
  readonly userId: number | null
  /** Why; it must not name who takes part. */
  readonly reason: string
}

/** Captured until somebody else approves it. Throws `exclusion-refused`, `registered-user-not-found`. */
export async function proposeExclusion(
  parts: SiteParts,
  account: SiteAccount,
  { conversation, userId, reason }: ExclusionProposal,
): Promise<number> {
  const tag = (await conversationTagger(parts, account))(conversation)
  const now = parts.clock.now()
  return parts.database.transaction().execute(async (transaction) => {
    if (userId !== null) await holdUser(transaction, account, userId)
    const row = await transaction
      .insertInto('site_exclusion')
      .values({
        ...{ account_id: account.id, conversation_tag: tag, registered_user_id: userId, reason },
        ...{ proposed_by: actor(), proposed_at: new Date(now) },
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!row) throw refused('This conversation is proposed or excluded already; look at the list.')
    await audit(transaction, account, now, 'propose-exclusion', { exclusion: row.id, user: userId })
    return row.id
  })
}

/** By another person than who proposed it; an approval holds from this instant. Throws `exclusion-refused`. */
export async function decideExclusion(
  parts: SiteParts,
  account: SiteAccount,
  id: number,
  approved: boolean,
): Promise<void> {
  const now = parts.clock.now()
  await parts.database.transaction().execute(async (transaction) => {
    const row = await heldExclusion(transaction, account, id)
    if (row.approved !== null) throw refused('Somebody decided on this exclusion already; look at the list.')
    if (row.proposed_by === actor())
      throw refused('You proposed this exclusion: another person has to decide on it.')
    await transaction
      .updateTable('site_exclusion')
      .set({ approved, decided_by: actor(), decided_at: new Date(now) })
      .where('id', '=', id)
      .execute()
    await audit(transaction, account, now, 'decide-exclusion', { exclusion: id, approved })
  })
}

/** The conversation is captured again from now on. Throws `exclusion-refused`. */
export async function endExclusion(parts: SiteParts, account: SiteAccount, id: number): Promise<void> {
  const now = parts.clock.now()
  await parts.database.transaction().execute(async (transaction) => {
    await heldExclusion(transaction, account, id)
    await transaction
      .updateTable('site_exclusion')
      .set({ ended_by: actor(), ended_at: new Date(now) })
      .where('id', '=', id)
      .execute()
    await audit(transaction, account, now, 'end-exclusion', { exclusion: id })
  })
}

async function heldExclusion(transaction: Queries, account: SiteAccount, id: number) {
  const row = await transaction
    .selectFrom('site_exclusion')
    .selectAll()
    .where('account_id', '=', account.id)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (row) return row
  throw refused('There is no such exclusion (any more); look at the list.')
}

function actor(): string {
  return auditOrigin()?.actor ?? localOperator
}

function refused(message: string): AppError {
  return new AppError('exclusion-refused', message)
}

function audit(
  transaction: Queries,
  account: SiteAccount,
  at: number,
  operation: 'propose-exclusion' | 'decide-exclusion' | 'end-exclusion',
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  return appendAudit(transaction, { at, operation, target: account.name, outcome: 'succeeded', details })
}
