/** The mailbox directory and what lies in the mailboxes. */

import { areaCodes, folderCodes } from '../domain/codes.ts'
import { AppError } from '../domain/errors.ts'
import type { MailboxRow } from '../domain/mailboxes.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { ArchiveParts } from './parts.ts'

export interface Mailbox {
  readonly id: number
  readonly address: string
  readonly name: string
  readonly mobile: string | null
  readonly department: string | null
  readonly active: boolean
}

export interface MailboxFolders extends Mailbox {
  /** Folders that have been made by an import, with their items. */
  readonly folders: readonly { readonly folder: string; readonly area: string; readonly items: number }[]
}

type DirectoryParts = Pick<ArchiveParts, 'queries' | 'clock'>

/**
 * Takes the rows of a checked CSV. A mailbox that is no longer active keeps its items and still takes those sent
 * before now; none is ever deleted by an import.
 */
export async function importMailboxes(
  { queries, clock }: DirectoryParts,
  rows: readonly MailboxRow[],
  actor?: string,
): Promise<{ added: number; changed: number; unchanged: number }> {
  const counts = { added: 0, changed: 0, unchanged: 0 }
  const now = new Date(clock.now())
  await queries.transaction().execute(async (transaction) => {
    for (const row of rows) {
      const values = {
        name: row.name,
        mobile: row.mobile ?? null,
        department: row.department ?? null,
        active: row.active,
      }
      const current = await transaction
        .selectFrom('mailbox')
        .selectAll()
        .where('address', '=', row.address)
        .forUpdate()
        .executeTakeFirst()
      if (!current) {
        await transaction
          .insertInto('mailbox')
          .values({ address: row.address, ...values, active_to: row.active ? null : now, created_at: now })
          .execute()
        counts.added += 1
        continue
      }
      const same = (Object.keys(values) as (keyof typeof values)[]).every(
        (name) => current[name] === values[name],
      )
      counts[same ? 'unchanged' : 'changed'] += 1
      if (same) continue
      const activeTo = row.active ? null : (current.active_to ?? now)
      await transaction
        .updateTable('mailbox')
        .set({ ...values, active_to: activeTo })
        .where('id', '=', current.id)
        .execute()
    }
    await appendAudit(transaction, {
      at: now.getTime(),
      actor,
      operation: 'import-mailboxes',
      outcome: 'succeeded',
      details: counts,
    })
  })
  return counts
}

export async function listMailboxes({ queries }: Pick<ArchiveParts, 'queries'>): Promise<Mailbox[]> {
  return queries
    .selectFrom('mailbox')
    .select(['id', 'address', 'name', 'mobile', 'department', 'active'])
    .orderBy('address')
    .execute()
}

/** Throws `mailbox-not-found`. */
export async function mailboxByAddress(
  { queries }: Pick<ArchiveParts, 'queries'>,
  address: string,
): Promise<Mailbox> {
  const row = await queries
    .selectFrom('mailbox')
    .select(['id', 'address', 'name', 'mobile', 'department', 'active'])
    .where('address', '=', address.trim().toLowerCase())
    .executeTakeFirst()
  if (!row)
    throw new AppError(
      'mailbox-not-found',
      `There is no mailbox "${address}" in the directory; see "holdfast mailbox list".`,
    )
  return row
}

/** A mailbox with its folders, counted. */
export async function mailboxFolders(
  parts: Pick<ArchiveParts, 'queries'>,
  address: string,
): Promise<MailboxFolders> {
  const mailbox = await mailboxByAddress(parts, address)
  const rows = await parts.queries
    .selectFrom('item')
    .select(['folder', 'area', (expression) => expression.fn.countAll<bigint>().as('items')])
    .where('mailbox_id', '=', mailbox.id)
    .groupBy(['folder', 'area'])
    .orderBy('folder')
    .execute()
  return {
    ...mailbox,
    folders: rows.map(({ folder, area, items }) => ({
      folder: folderCodes.wordOf(folder),
      area: areaCodes.wordOf(area),
      items: Number(items),
    })),
  }
}
